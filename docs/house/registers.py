"""Read real registers with the block that `inspect` proposes, and write what was understood.

Called as `python docs/house/registers.py FOLDER`, with the folder of the registers; the table goes
between the marks of docs/registers.md. `--check` only compares.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pandas as pd

from colocate import io
from colocate.pipeline import inspecting
from colocate.places.estate import Estate, registers_to_sites
from colocate.study import Register

PAGE = Path(__file__).resolve().parents[1] / "registers.md"
BEGIN, END = "<!-- what was understood -->\n", "<!-- to here -->\n"
TOLD = {
    "easting": "points", "postcode": "postcodes", "uprn": "UPRNs", "roles": "roles",
    "crewing": "crewing", "tenure": "tenure", "gia_m2": "floor area", "site_area_m2": "plot",
    "epc": "EPC", "as_of": "dated",
}  # fmt: skip


def main() -> int:
    """Write the page, or compare it; 1 where it differs."""
    folder = Path(next(word for word in sys.argv[1:] if not word.startswith("-")))
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    made = f"{head}{BEGIN}{table(folder)}{END}{rest.partition(END)[2]}"
    if "--check" in sys.argv:
        return int(made != text)
    PAGE.write_text(made, encoding="utf-8")
    return 0


def table(folder: Path) -> str:
    """Return the table for every register of a folder, in order of name."""
    columns = ["register", "read as", "rows", "sites", *TOLD.values(), "not understood"]
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    for path in sorted(folder.iterdir()):
        register, raw, estate = taken_in(path)
        cells = [
            path.name,
            _how(register),
            len(raw),
            len(estate.sites),
            *(_share(estate.sites, name, register=register) for name in TOLD),
            _lost(estate.issues),
        ]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def taken_in(path: Path) -> tuple[Register, pd.DataFrame, Estate]:
    """Read a register with the block that is proposed for it, and nothing else."""
    block = inspecting.block(inspecting.inspected(path))
    (settings,) = tomllib.loads(block)["inputs"]["registers"]
    register = Register.model_validate(settings)
    ids = {*register.words.get("body_id", {}).values(), register.defaults.get("body_id")}
    bodies = pd.DataFrame({"body_id": sorted(ids - {None})})
    raw = io.read_register(path, register)
    return register, raw, registers_to_sites([(register, raw)], bodies)


def _how(register: Register) -> str:
    told = [register.encoding or "", register.sheet or ""]
    told += [f"header in row {register.header_row[0]}"] if register.header_row else []
    told += ["ids by row"] if "{row}" in register.defaults.get("site_id", "") else []
    return ", ".join(part for part in told if part) or "as it stands"


def _share(sites: pd.DataFrame, name: str, *, register: Register) -> str:
    if name == "roles" and name in register.defaults:
        return f"“{register.defaults[name]}” for all"
    known = sites[name][sites[name] != "other"] if name == "roles" else sites[name]
    return str(int(known.notna().sum())) if known.notna().any() else ""


def _lost(issues: pd.DataFrame) -> str:
    """Return the words that no value was made of, with the number of rows."""
    lost = issues[issues["rule"].str.endswith("_unreadable")]
    words = lost["message"].str.extract(r"^(\w+) reads “(.*?)”; ")
    counts = words[words[1] != "(empty)"].value_counts(sort=True)
    told = [f"{column} “{word}” ({n})" for (column, word), n in sorted(counts.items())]
    shown = "; ".join(told[:4]) + (f" and {len(told) - 4} more" if len(told) > 4 else "")
    empty = int((words[1] == "(empty)").sum())
    return shown + (f"; {empty} cell(s) of a code empty" if empty else "")


if __name__ == "__main__":
    sys.exit(main())
