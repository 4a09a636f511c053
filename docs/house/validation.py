"""Write the tables of docs/validation.md: the embedded study's times held against its references.

    python docs/house/validation.py [--work DIR] [--out DIR]

What it runs is `colocate validate`; stages that are stored are found.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from colocate.pipeline.validate import validate
from colocate.publish.validation import BY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PAGE = Path(__file__).parents[1] / "validation.md"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], /) -> str:
    """Return a table as Markdown.

    Args:
        heads: of its columns.
        rows: its cells.
    """
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def drives(held: pd.DataFrame, /) -> str:
    """Return every reference drive beside the computed one, in the order of the ratio.

    Args:
        held: table `drives_held`.
    """
    rows = (
        [f"{row['from_name']} to {row['to_name']}", f"{row['reference_s'] / 60:.0f}",
         f"{row['allowed_s'] / 60:.0f}", f"{row['computed_s'] / 60:.1f}", f"{row['ratio']:.2f}",
         str(row["class_of_road"]).replace("_", " ")]
        for row in held.sort_values("ratio").to_dict("records")
    )  # fmt: skip
    return table(["drive", "known, min", "±", "computed", "ratio", "most of it on"], rows)


def agreement(found: pd.DataFrame, /) -> str:
    """Return the agreement of each set by what its drives are like.

    Args:
        found: table `agreement`.
    """
    rows = (
        [row["reference_set"], BY[row["by"]], str(row["group"]).replace("_", " "), str(row["n"]),
         f"{row['r']:.3f}" if pd.notna(row["r"]) else "–", f"{row['ratio_median']:.2f}",
         f"{row['ratio_p10']:.2f} to {row['ratio_p90']:.2f}", f"{row['within_share']:.0%}"]
        for row in found.to_dict("records")
    )  # fmt: skip
    heads = ["set", "by", "group", "drives", "r", "median ratio", "tenths", "within"]
    return table(heads, rows)


def parts(figures: pd.DataFrame, /) -> str:
    """Return published parts and changes beside the computed ones.

    Args:
        figures: table `figures_held`.
    """

    def told(value: float) -> str:
        return f"{value:.0f}" if pd.notna(value) else "–"

    rows = (
        [row["what"], row["owner"], row["period"], str(row["mix"]), told(row["reference"]),
         told(row["allowed"]), told(row["computed_best"]), told(row["computed"]),
         told(row["computed_worst"]), _said(row["within"], row["said"])]
        for row in figures.to_dict("records")
    )  # fmt: skip
    heads = ["part, s", "of", "period", "mix", "published", "±", "best", "expected", "worst", ""]
    return table(heads, rows)


def _said(within: object, said: object) -> str:
    if isinstance(said, str):
        return said
    return "within" if within is True else "off by more"


def page(blocks: dict[str, str], /) -> str:
    """Return the page with its tables made anew.

    Args:
        blocks: tables by the name of their marker.
    """
    text = PAGE.read_text(encoding="utf-8")
    for name, block in blocks.items():
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        head, rest = text.split(start)
        text = f"{head}{start}{block}{end}{rest.split(end)[1]}"
    return text


def main() -> None:
    """Validate the embedded study and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, help="folder of stored stages")
    parser.add_argument("--out", type=Path, default=Path("out/validation"))
    options = parser.parse_args()
    done = validate(out=options.out, work=options.work)
    blocks = {
        "drives": drives(done.drives),
        "agreement": agreement(done.agreement),
        "parts": parts(done.figures),
    }
    PAGE.write_text(page(blocks), encoding="utf-8")


if __name__ == "__main__":
    main()
