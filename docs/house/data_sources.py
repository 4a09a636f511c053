"""Write the table of open data in docs/data-sources.md from data/open_data.csv.

python docs/house/data_sources.py
"""

from __future__ import annotations

from pathlib import Path

from colocate.pipeline.fetch import sources

PAGE = Path(__file__).parents[1] / "data-sources.md"
START, END = "<!-- sources -->\n", "<!-- end of sources -->"


def table() -> str:
    """Return the table as Markdown."""
    rows = sources()
    heads = ["source", "what", "publisher", "licence", "hash", "for", "verified"]
    lines = [heads, ["---"] * len(heads)]
    for row in rows.to_dict("records"):
        size = f" ({row['megabytes']} MB)" if row["megabytes"] else ""
        name = f"`{row['source']}`"
        lines.append([
            name, row["what"] + size, f"[{row['publisher']}]({row['page']})", row["licence"],
            row["hash"], row["used_for"], f"{row['verified']}: {row['verified_how']}",
        ])  # fmt: skip
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def page() -> str:
    """Return the page with its table made anew."""
    text = PAGE.read_text(encoding="utf-8")
    head, rest = text.split(START)
    return f"{head}{START}{table()}{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
