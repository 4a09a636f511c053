"""Hold two output folders of one study against each other, value for value, under a map of renames.

    python docs/house/compare_runs.py OLD NEW [--map docs/house/renames.toml]

Every table, list, page, sheet, layer and workbook of OLD must be in NEW with equal content; what
NEW has beside it is free. Exit code 1 if anything differs.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import canonicalize

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio

if TYPE_CHECKING:
    from collections.abc import Iterator

FREE = re.compile(
    r"""\b[0-9a-f]{12}\b|sha256-[\w+/=]{44}|\bd="M[^"]*"|<style>.*?</style>"""
    r"""|<script(?! type="application).*?</script>""",
    re.DOTALL,
)
"""Ids of runs; how a page is styled, scripted and drawn, with the hashes of that."""


def main() -> int:
    """Compare, print what differs, and say how much was held against each other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--map", type=Path, default=Path(__file__).with_name("renames.toml"))
    given = parser.parse_args()
    renames = tomllib.loads(given.map.read_text(encoding="utf-8"))
    faults, held = [], 0
    for what, fault in differences(given.old, given.new, renames=renames):
        held += 1
        if fault:
            faults.append(f"{what}: {fault}")
    print("\n".join(faults) or "equal")
    print(f"{held} held against each other, {len(faults)} differ")
    return int(bool(faults))


def differences(old: Path, new: Path, *, renames: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what was compared, with what differs in it or nothing."""
    left_out = set(renames.get("left_out", {}).get("files", []))
    for path in sorted(p for p in old.rglob("*") if p.is_file()):
        name = path.relative_to(old).as_posix()
        there = new / renames.get("files", {}).get(name, name)
        if path.suffix == ".parquet":
            there = new / "tables" / f"{renames['tables'].get(path.stem, path.stem)}.parquet"
        if name not in left_out:
            yield from _files(path, there, name=name, renames=renames)


def _files(
    path: Path, there: Path, *, name: str, renames: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """Compare two files as what they are."""
    if not there.is_file():
        yield name, "is not there"
    elif path.suffix == ".parquet":
        found = _read(there, rows=renames.get("rows", {}).get(path.stem))
        yield name, _tables(_read(path), found, name=path.stem, renames=renames)
    elif path.suffix == ".xlsx":
        yield name, _sheets(path, there, renames=renames)
    elif path.suffix == ".gpkg":
        for layer, _ in pyogrio.list_layers(path):
            pair = (pyogrio.read_dataframe(p, layer=layer) for p in (path, there))
            yield f"{name}/{layer}", _tables(*pair, name=layer, renames=renames)
    elif path.suffix == ".csv":
        pair = (pd.read_csv(p, dtype="str", encoding="utf-8-sig") for p in (path, there))
        yield name, _tables(*pair, name=name, renames=renames)
    elif path.name not in {"manifest.json", "datapackage.json"}:
        pair = (p.read_text(encoding="utf-8") for p in (path, there))
        yield name, _texts(*(_plain(text, renames=renames) for text in pair))


def _read(path: Path, *, rows: str | None = None) -> pd.DataFrame:
    """Read a table, or those of its rows that hold what an older table held."""
    try:
        frame = gpd.read_parquet(path)
    except ValueError:
        frame = pd.read_parquet(path)
    return frame.query(rows).reset_index(drop=True) if rows else frame


def _tables(a: pd.DataFrame, b: pd.DataFrame, *, name: str, renames: dict[str, Any]) -> str:
    if name in renames.get("left_out", {}).get("tables", []):
        return ""
    b = b.rename(columns=renames["columns"])
    for place, values in renames["values"].items():
        column = place.partition(".")[2]
        if column in b:
            b[column] = b[column].replace(values)
    added = renames.get("added", {}).get(name, [])
    b = b[[c for c in b.columns if not any(fnmatch(c, each) for each in added)]]
    if list(a.columns) != list(b.columns):
        return f"columns {sorted(set(a.columns) ^ set(b.columns))}"
    if len(a) != len(b):
        return f"{len(a)} rows became {len(b)}"
    for column in a.columns:
        left, right = a[column], b[column]
        if column == a.attrs.get("geometry") or str(left.dtype) == "geometry":
            same = left.to_wkb().reset_index(drop=True) == right.to_wkb().reset_index(drop=True)
        else:
            left, right = (_told(x, renames=renames) for x in (left, right))
            same = (left == right) | (left.isna() & right.isna())
        if not same.all():
            at = int((~same).to_numpy().argmax())
            return f"{column}: {(~same).sum()} differ, first row {at}: {left[at]!r}, {right[at]!r}"
    return ""


def _told(column: pd.Series, *, renames: dict[str, Any]) -> pd.Series:
    column = column.reset_index(drop=True)
    if column.dtype != object and str(column.dtype) != "str":
        return column
    told = {v: _plain(v, renames=renames) for v in {v for v in column if isinstance(v, str)}}
    return column.map(lambda v: told[v] if isinstance(v, str) else repr(v))


def _sheets(a: Path, b: Path, *, renames: dict[str, Any]) -> str:
    """Compare the first sheet as a table, below its title rows, and no other."""
    pair = []
    for path in (a, b):
        rows = [
            list(row)
            for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
        ]
        head = next(i for i, row in enumerate(rows) if None not in row)
        pair.append(pd.DataFrame(rows[head + 1 :], columns=rows[head]).astype("str"))
    return _tables(*pair, name=a.name, renames=renames)


def _plain(text: str, *, renames: dict[str, Any]) -> str:
    """Take out what differs in every run, and put renamed words back."""
    text = FREE.sub("…", text)
    if text.startswith("<!DOCTYPE qgis"):
        text = canonicalize(text, strip_text=True)
    words = {new: old for values in renames["values"].values() for new, old in values.items()}
    words |= renames["columns"] | renames.get("words", {})
    any_of = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.sub(rf"(?<![\w-])(?:{any_of})(?![\w-])", lambda found: words[found[0]], text)


def _texts(a: str, b: str) -> str:
    if a == b:
        return ""
    at = next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )
    return f"at {at}: {a[max(0, at - 60) : at + 60]!r} became {b[max(0, at - 60) : at + 60]!r}"


if __name__ == "__main__":
    sys.exit(main())
