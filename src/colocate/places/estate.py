"""Registers of any owner to one table `sites`: nothing dropped, nothing put right in silence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from colocate import bng, tables
from colocate.errors import SchemaError, some
from colocate.tables.places import ISSUES, SITES
from colocate.tables.text import typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from colocate.study import Register
    from colocate.tables import Column

_FALLBACK = {
    "roles": "other",
    "status": "unverified",
    "confidence": "low",
    "disclosure": "restricted",
}
"""What a required code is taken as when it cannot be read: always the cautious side."""

_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)([0-9][A-Z]{2})")
"""Outward and inward code of a British postcode, written without the space."""

_NOT_IN_IDS = r"[;\x00-\x1f\x7f-\x9f\u2028\u2029]"
"""Lists of ids are joined by semicolons, and an id stands on one line of a file."""

_Issue = tuple[str, str, str, str, str, str]


class Estate(NamedTuple):
    """Tables `sites` and `issues`."""

    sites: pd.DataFrame
    issues: pd.DataFrame


def registers_to_sites(
    registers: Sequence[tuple[Register, pd.DataFrame]], bodies: pd.DataFrame, /
) -> Estate:
    """Bring registers into table `sites`, one row for each of theirs.

    Columns are mapped, defaults stand in where a column is absent or a cell is empty, and text is
    read as numbers, dates and codes. A value that cannot be read goes to `issues` and becomes
    null; a required code falls to its cautious side. Coordinates in another reference system are
    converted, with a note. Implausible coordinates stay as they are: `places.geocode` judges them.

    Args:
        registers: Each register's settings and its raw text, as `io.read_register` gives it.
        bodies: Table `bodies`.

    Raises:
        CrsError: a register is in a reference system that cannot be converted.
        SchemaError: a required column is missing or has empty or unreadable cells, an id occurs
            twice or holds a semicolon or a line break, or a body is unknown.
    """
    mapped = [_mapped(register, raw) for register, raw in registers]
    text = pd.concat([tables.empty(SITES).astype("str"), *mapped]).reset_index(drop=True)
    _assert_sound(text, bodies=bodies["body_id"])
    values: dict[str, pd.Series] = {}
    issues = [note for register, raw in registers for note in _unused(register, raw)]
    for column in SITES.columns:
        values[column.name], doubts = _read(column, text[column.name])
        issues += _doubts(column, text, doubts=doubts)
    sites = pd.DataFrame(values)
    if registers:
        sites, notes = _onto_the_grid(sites, crs=text["coordinate_crs"], register=text["register"])
        issues += notes
    sites = sites.astype({column.name: column.dtype for column in SITES.columns})
    return Estate(
        tables.check(SITES, sites.sort_values("site_id", ignore_index=True)),
        tables.check(ISSUES, tables.issue_rows(sorted(issues))),
    )


def _label(register: Register) -> str:
    part = register.sheet or register.layer
    return f"{register.file} [{part}]" if part else register.file


def _mapped(register: Register, raw: pd.DataFrame) -> pd.DataFrame:
    """Return a register's text under colocate's names, with where each row comes from."""
    text: dict[str, pd.Series] = {}
    absent = []
    for column in SITES.columns:
        name = register.columns.get(column.name, column.name)
        default = register.defaults.get(column.name)
        if name in raw:
            cells = raw[name].str.strip()
            text[column.name] = cells.where(cells.notna() & (cells != ""), default)
        elif column.name in register.columns or not (column.null or default):
            absent.append(name)
        else:
            text[column.name] = pd.Series(default, index=raw.index, dtype="str")
    if absent:
        raise SchemaError(
            f"{_label(register)}: no column named {some(absent)}; found {', '.join(raw.columns)}. "
            "Map it under `columns` or give its value under `defaults` of this register."
        )
    declared = raw.get("coordinate_crs", pd.Series(index=raw.index, dtype="str"))
    return pd.DataFrame(text).assign(
        coordinate_crs=declared.fillna(register.crs),
        register=_label(register),
        row=[f"row {row}" for row in raw.index],
    )


def _assert_sound(text: pd.DataFrame, *, bodies: pd.Series) -> None:
    """Refuse what no site can do without, all faults at once."""
    where = text["register"] + " " + text["row"] if len(text) else pd.Series(dtype="str")
    faults = []
    for column in SITES.columns:
        if column.null or column.name in _FALLBACK:
            continue
        values, _ = typed(column, text[column.name])
        if values.isna().any():
            rows = some(where[values.isna()])
            faults.append(f"  {column.name}: empty or not readable as {column.kind} in {rows}")
    ids = text["site_id"]
    if (twice := ids.notna() & ids.duplicated(keep=False)).any():
        keys = some(f"{key} in {row}" for key, row in zip(ids[twice], where[twice], strict=True))
        faults.append(f"  site_id: the same id more than once: {keys}")
    if (broken := ids.str.contains(_NOT_IN_IDS).fillna(value=False).astype(bool)).any():
        keys = some(
            f"{key!r} in {row}" for key, row in zip(ids[broken], where[broken], strict=True)
        )
        faults.append(
            f"  site_id: a semicolon, line break or control character: {keys}; ids are joined by "
            "semicolons and stand on one line"
        )
    unknown = text["body_id"].notna() & ~text["body_id"].isin(bodies)
    if unknown.any():
        names = some(sorted(set(text.loc[unknown, "body_id"])))
        faults.append(f"  body_id: not in table bodies: {names}; add them there")
    if faults:
        raise SchemaError("\n".join(["table sites cannot be made of the registers:", *faults]))


def _read(column: Column, text: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return a column's values, and for each row what could not be read (null where all could)."""
    if column.allowed:
        return _codes(column, text)
    values: pd.Series
    if column.name == "postcode":
        compact = text.str.upper().str.replace(r"\s+", "", regex=True)
        values = compact.where(compact.str.fullmatch(_POSTCODE.pattern))
        values = values.str.replace(_POSTCODE, r"\1 \2", regex=True)
    elif column.name == "service":
        values = text.str.lower()
    else:
        values, _ = typed(column, text)
    if column.at_least is not None:
        values = values.where(values.astype("float64") >= column.at_least)
    return values, text.where(values.isna())


def _codes(column: Column, text: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Read codes whatever their case, with blanks or hyphens for underscores, alone or in lists."""
    codes = {_canonical(code): code for code in column.allowed}
    separator = r"[;,]" if column.unit == "list" else r"$^"

    def read(cell: str) -> tuple[str | None, str | None]:
        parts = [part for part in re.split(separator, cell) if part.strip()]
        known = dict.fromkeys(codes[c] for part in parts if (c := _canonical(part)) in codes)
        unknown = [part.strip() for part in parts if _canonical(part) not in codes]
        return ";".join(known) or None, "; ".join(unknown) or None

    pairs = [read(cell) if isinstance(cell, str) else (None, None) for cell in text]
    values = pd.Series([value for value, _ in pairs], index=text.index, dtype="str")
    doubts = pd.Series([doubt for _, doubt in pairs], index=text.index, dtype="str")
    if fallback := _FALLBACK.get(column.name):
        doubts = doubts.mask(values.isna() & doubts.isna(), "(empty)")
        values = values.fillna(fallback)
    return values, doubts


def _canonical(code: str) -> str:
    return re.sub(r"[\s_-]+", "_", code.strip().casefold())


def _doubts(column: Column, text: pd.DataFrame, *, doubts: pd.Series) -> Iterable[_Issue]:
    """Tell of each value that could not be read what it was, and what it was taken as."""
    told = doubts.notna()
    if not told.any():
        return
    expected = f"one of {', '.join(column.allowed)}" if column.allowed else _kind(column)
    taken = _FALLBACK.get(column.name, "unknown")
    for site, found in zip(text.loc[told, "site_id"], doubts[told], strict=True):
        shown = found if len(found) <= 60 else f"{found[:60]}…"
        message = (
            f"{column.name} reads “{shown}”; expected {expected}. Where nothing else could be "
            f"read it is taken as {taken}. Correct it in the register."
        )
        yield "estate", "sites", site, f"{column.name}_unreadable", "doubt", message


def _kind(column: Column) -> str:
    if column.name == "postcode":
        return "a British postcode"
    kind = {"float": "a number", "date": "a date (2026-03-31 or 31/03/2026)"}[column.kind]
    return kind if column.at_least is None else f"{kind} of {column.at_least:g} or more"


def _unused(register: Register, raw: pd.DataFrame) -> Iterable[_Issue]:
    """Note the columns of a register that colocate has no use for."""
    used = {register.columns.get(name, name) for name in SITES.names} | {"coordinate_crs"}
    if spare := [name for name in raw.columns if name not in used]:
        message = f"Not used: {', '.join(spare)}. Map them in the study file if they matter."
        yield "estate", "sites", _label(register), "columns_unused", "note", message


def _onto_the_grid(
    sites: pd.DataFrame, *, crs: pd.Series, register: pd.Series
) -> tuple[pd.DataFrame, list[_Issue]]:
    """Convert the coordinates of registers in another reference system, and note how."""
    sites, notes = sites.copy(), []
    for system, label in sorted(set(zip(crs, register, strict=True))):
        if system == bng.BNG:
            continue
        rows = (crs == system) & (register == label)
        given = sites.loc[rows, ["easting", "northing"]].dropna()
        operation = bng.transformation(system)
        middle = given.median()  # one lost point accuses no register
        bng.assert_plausible([*middle, *middle], crs=system, where=label)
        easting, northing = bng.to_bng(given["easting"], given["northing"], crs=system)
        sites.loc[given.index, "easting"] = easting
        sites.loc[given.index, "northing"] = northing
        sites.loc[given.index, "coordinate_error_m"] = operation.accuracy_m
        message = (
            f"Coordinates of {len(given)} row(s) converted from {system} to {bng.BNG} by "
            f"“{operation.name}”, accurate to {operation.accuracy_m:g} m as PROJ states it."
        )
        notes.append(("estate", "sites", label, "coordinates_converted", "note", message))
    return sites, notes
