"""Registers of any owner to one table `sites`: nothing dropped, nothing put right in silence."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from colocate import bng, tables
from colocate.errors import SchemaError, some
from colocate.io.mapping import Mapped, mapped
from colocate.tables.interpret import interpret
from colocate.tables.places import ISSUES, SITES
from colocate.tables.text import typed
from colocate.tables.vocabulary import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from colocate.study import Register
    from colocate.tables import Column

_FALLBACK = {
    "roles": "other",
    "status": "unverified",
    "confidence": "low",
    "disclosure": "restricted",
}
"""What a required code is taken as when it cannot be read: always the cautious side."""

_SHAPED = {"postcode": "one British postcode", "uprn": "a UPRN of up to 12 figures"}
_KINDS = {
    "float": "a number",
    "date": "a date (2026-03-31, 31/03/2026 or 31 Mar 2026)",
    "bool": "yes or no",
    "str": "text",
}
"""What is expected of a column of no codes."""

_SHOWN = 12
"""Words named in one note; `colocate inspect` shows all."""

_NOT_IN_IDS = r"[;\x00-\x1f\x7f-\x9f\u2028\u2029]"
"""Lists of ids are joined by semicolons, and an id stands on one line of a file."""

_Issue = tuple[str, str, str, str, str, str]


class Estate(NamedTuple):
    """Tables `sites` and `issues`."""

    sites: pd.DataFrame
    issues: pd.DataFrame


def registers_to_sites(
    registers: Sequence[tuple[Register, pd.DataFrame]],
    bodies: pd.DataFrame,
    /,
    *,
    vocabulary: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> Estate:
    """Bring registers into table `sites`, one row for each of theirs.

    Columns are mapped, defaults stand in where a column is absent or a cell is empty, and text is
    read as numbers, dates and codes, through the vocabulary. What a word was taken for is a note in
    `issues`; a value that cannot be read goes there too and becomes null; a required code falls to
    its cautious side. What is no postcode stays in `postcode_given` for `places.repair`.
    Coordinates in another reference system are
    converted, with a note. Implausible coordinates stay as they are: `places.geocode` judges them.

    Args:
        registers: Each register's settings and its raw text, as `io.read_register` gives it.
        bodies: Table `bodies`.
        vocabulary: What the study says of words, by column.

    Raises:
        CrsError: a register is in a reference system that cannot be converted.
        SchemaError: a required column is missing or has empty or unreadable cells, an id occurs
            twice or holds a semicolon or a line break, or a body is unknown.
    """
    parts = [_mapped(register, raw) for register, raw in registers]
    issues = [note for (register, raw), part in zip(registers, parts, strict=True)
              for note in _told_of(register, raw, part=part)]  # fmt: skip
    read = [_read(register, part.text, vocabulary=vocabulary) for (register, _), part
            in zip(registers, parts, strict=True)]  # fmt: skip
    nothing = tables.empty(SITES)
    text = pd.concat([nothing.astype("str"), *(each.text for each in read)]).reset_index(drop=True)
    _assert_sound(text, bodies=bodies["body_id"])
    values = {
        column.name: pd.concat([each.columns[column.name] for each in read], ignore_index=True)
        if read
        else nothing[column.name]
        for column in SITES.columns
    }
    for each in read:
        issues += each.issues
    sites = pd.DataFrame(values)
    if registers:
        sites, notes = _onto_the_grid(sites, crs=text["coordinate_crs"], register=text["register"])
        issues += notes
    sites = sites.astype({column.name: column.dtype for column in SITES.columns})
    return Estate(
        tables.check(SITES, sites.sort_values("site_id", ignore_index=True)),
        tables.check(ISSUES, tables.issue_rows(sorted(issues))),
    )


class _Read(NamedTuple):
    """One register's text and values under colocate's names, and what was made of its words."""

    text: pd.DataFrame
    columns: dict[str, pd.Series]
    issues: list[_Issue]


def _mapped(register: Register, raw: pd.DataFrame) -> Mapped:
    """Return a register's text under colocate's names, with where each row comes from."""
    part = mapped(raw, register, wanted=SITES.names)
    if absent := [c.name for c in SITES.columns if not c.null and c.name not in part.text]:
        raise SchemaError(
            f"{register.label}: no column named {some(absent)}; found {', '.join(raw.columns)}. "
            "Map it under `columns` or give its value under `defaults` of this register; "
            "`colocate inspect` proposes both."
        )
    text = part.text.reindex(columns=SITES.names).astype("str")
    declared = raw.get("coordinate_crs", pd.Series(index=raw.index, dtype="str"))
    text = text.assign(
        coordinate_crs=declared.loc[text.index].fillna(register.crs),
        register=register.label,
        row=[f"row {row}" for row in text.index],
    )
    return part._replace(text=text)


def _read(
    register: Register, text: pd.DataFrame, *, vocabulary: Mapping[str, Mapping[str, str]]
) -> _Read:
    """Read every column of a register, and tell what its words were taken for."""
    values: dict[str, pd.Series] = {}
    issues: list[_Issue] = []
    text = text.copy()
    for column in SITES.columns:
        cells = text[column.name]
        own = {**vocabulary.get(column.name, {}), **register.words.get(column.name, {})}
        found = interpret(column, cells, own=own, unit=register.units.get(column.name, ""))
        doubts = found.unread
        if column.at_least is not None:
            low = found.cells.astype("float64") < column.at_least
            doubts = doubts.mask(low, cells)
            found = found._replace(cells=found.cells.mask(low))
        if fallback := _FALLBACK.get(column.name):
            doubts = doubts.mask(found.cells.isna() & doubts.isna(), "(empty)")
            found = found._replace(cells=found.cells.fillna(fallback))
        if column.name == "postcode":
            no_postcode = doubts
        else:
            issues += _doubts(column, text, doubts=doubts)
        issues += _taken(register, column, told=found.counted(cells), own=own)
        values[column.name] = found.cells
        if not (column.null or column.allowed):
            text[column.name] = found.cells.astype("str")
    return _Read(text, {**values, "postcode_given": no_postcode}, issues)


def _taken(
    register: Register,
    column: Column,
    *,
    told: Mapping[str, tuple[str, int]],
    own: Mapping[str, str],
) -> Iterable[_Issue]:
    """Note what words were taken for that the study does not speak of itself."""
    said = {key(word) for word in own}
    told = {word: taken for word, taken in told.items() if key(word) not in said}
    if not told:
        return
    listed = [
        f"“{_short(word)}” as {_short(value)} ({count})" for word, (value, count) in told.items()
    ]
    more = f" and {len(listed) - _SHOWN} more words" if len(listed) > _SHOWN else ""
    cells = sum(count for _, count in told.values())
    message = (
        f"{column.name}: {len(told)} word(s) in {cells} cell(s) taken for what they say in other "
        f"words: {', '.join(listed[:_SHOWN])}{more}. Where one is wrong, say what it means under "
        f"`words.{column.name}` of this register."
    )
    yield "estate", "sites", register.label, f"{column.name}_understood", "note", message


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:60]}…"


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


def _doubts(column: Column, text: pd.DataFrame, *, doubts: pd.Series) -> Iterable[_Issue]:
    """Tell of each value that could not be read what it was, and what it was taken as."""
    told = doubts.notna()
    if not told.any():
        return
    expected = f"one of {', '.join(column.allowed)}" if column.allowed else _kind(column)
    taken = _FALLBACK.get(column.name, "unknown")
    for site, found in zip(text.loc[told, "site_id"], doubts[told], strict=True):
        message = (
            f"{column.name} reads “{_short(found)}”; expected {expected}. Where nothing else could "
            f"be read it is taken as {taken}. Correct it in the register."
        )
        yield "estate", "sites", site, f"{column.name}_unreadable", "doubt", message


def _kind(column: Column) -> str:
    if column.name in _SHAPED:
        return _SHAPED[column.name]
    kind = _KINDS[column.kind]
    return kind if column.at_least is None else f"{kind} of {column.at_least:g} or more"


def _told_of(register: Register, raw: pd.DataFrame, *, part: Mapped) -> Iterable[_Issue]:
    """Note the columns of a register that colocate has no use for, and the rows left out."""
    used = part.used | {"coordinate_crs"}
    if spare := [name for name in raw.columns if name not in used]:
        message = f"Not used: {', '.join(spare)}. Map them in the study file if they matter."
        yield "estate", "sites", register.label, "columns_unused", "note", message
    if part.left_out:
        message = f"Left out by `only` or `without`: rows {some(part.left_out)}."
        yield "estate", "sites", register.label, "rows_left_out", "note", message


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
