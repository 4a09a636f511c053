"""Write `colocate.tables.rows` from the declared tables: one class a table, one attribute a column.

    python docs/house/rows.py [--check]

With --check nothing is written; exit code 1 if the module is not what the tables say.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from colocate.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from colocate.tables import Column, Table

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "src" / "colocate" / "tables" / "rows.py"

HEAD = '''\
"""What a row of each table is to a type checker: a class a table, an attribute a column.

Written from the declared tables by `python docs/house/rows.py`; a test compares. Not to be edited.

No row is ever made of these classes. `colocate.tables.each` says of a frame's rows that they have
the columns of a table, so that mypy refuses a misspelt one. Where nothing is known, a nullable
str, date, int or float is NaN and a nullable bool `pandas.NA`: a nullable str must be asked whether
it is one (`isinstance(row.tenure, str)`) before it is used as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import shapely
    from pandas.api.typing import NAType
'''
TYPES = {
    "str": "str",
    "int": "int",
    "float": "float",
    "bool": "bool",
    "date": "str",
    "geometry": "shapely.Geometry",
    "ints": "list[int]",
}
"""What a value of each column kind is in a row."""
NULLABLE = {"str": "str | float", "int": "float", "bool": "bool | NAType", "date": "str | float"}
"""The same where a column may be unknown and that makes a difference."""


def main() -> int:
    """Write the module, or say whether it is as the tables have it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    made = "\n".join([HEAD, *(line for table in TABLES.values() for line in _class(table))])
    if parser.parse_args().check:
        same = MODULE.is_file() and MODULE.read_text(encoding="utf-8") == made
        print("as the tables say" if same else f"{MODULE.name} is stale: run {Path(__file__).name}")
        return int(not same)
    MODULE.write_text(made, encoding="utf-8")
    return 0


def _class(table: Table) -> Iterator[str]:
    yield f'\nclass {_singular(table.name)}:\n    """A row of table `{table.name}`."""\n'
    for column in table.columns:
        yield f"    {column.name}: {_type(column)}"
    yield ""


def _singular(name: str) -> str:
    """Name one row: `bodies` gives Body, `areas_of_search` AreaOfSearch, `access` Access."""
    one = re.sub(r"ies(?=$|_of_)", "y", name)
    one = re.sub(r"(?<!s)s(?=$|_of_)", "", one)
    return "".join(map(str.capitalize, one.split("_")))


def _type(column: Column) -> str:
    return NULLABLE.get(column.kind, TYPES[column.kind]) if column.null else TYPES[column.kind]


if __name__ == "__main__":
    sys.exit(main())
