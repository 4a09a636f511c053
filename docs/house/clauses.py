"""Write `docs/clauses.md`, the clause table, from `docs/clauses.csv`.

    python docs/house/clauses.py [--check]

With --check nothing is written; exit code 1 if the page is not what the data say. The tests run
each command on the embedded study and look for what the clause asks about.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).resolve().parents[1]
CLAUSES, PAGE = DOCS / "clauses.csv", DOCS / "clauses.md"
CLASSES = ("computed", "computed from ranges", "checklist", "out of reach")
HEAD = """\
# The report of 2016 and the letter of 2012, clause by clause

{counts}

Report DSFRA/16/5 of the Devon & Somerset Fire & Rescue Authority (19 February 2016) and the letter on mutuals in the fire
sector (21 November 2012) are what colocate was made from. Each clause of theirs that asks or promises something stands
here with the command that shows it on the embedded study after `colocate run`, and in one class:

- **computed**: worked out by the run, or, where the clause asks for a fact, recorded with its source;
- **computed from ranges**: worked out from priors or published totals, from least to most;
- **checklist**: for people to settle: whose it is, and what it needs; colocate does no more than list it;
- **out of reach**: which datum is missing. A command there shows that it is.

Before this table was kept, of about 60 clauses 14 were really answered, 4 only in the invented example, 21 by a label, 5
wrongly and 17 not at all.

*Written from `docs/clauses.csv` by `docs/house/clauses.py`; the tests run every command.*

| clause | what it asks | class | shown by | what that tells, or lacks |
|---|---|---|---|---|
"""  # noqa: E501 - as long as the lines of other pages


def rows() -> list[dict[str, str]]:
    """Return the clauses in the order of the documents."""
    with CLAUSES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def page() -> str:
    """Return the page as the data say it."""
    clauses = rows()
    by_class = Counter(row["class"] for row in clauses)
    counts = ", ".join(f"{by_class[name]} {name}" for name in CLASSES)
    head = HEAD.format(counts=f"**{len(clauses)} clauses: {counts}.**")
    return head + "\n".join(_lines(clauses)) + "\n"


def _lines(clauses: list[dict[str, str]]) -> Iterator[str]:
    for row in clauses:
        shown = f"`{row['command']}`" if row["command"] else "–"
        cells = (row["clause"], row["asks"], row["class"], shown, row["note"])
        yield f"| {' | '.join(cells)} |"


def main() -> int:
    """Write the page, or compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if it differs")
    wanted = page()
    if not parser.parse_args().check:
        PAGE.write_text(wanted, encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != wanted:
        print(f"{PAGE}: not what clauses.csv says; run python docs/house/clauses.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
