"""What a file is, and how a study would take it in: a proposal for a person to choose from.

Nothing is taken in by this: a proposal becomes settings of the study file, where each can be seen
and changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from colocate.errors import InputError
from colocate.io.looking import look, look_at_database
from colocate.io.mapping import kept, mapped
from colocate.io.raw import read_raw
from colocate.places import register_defaults
from colocate.places.recognition import Match, recognise
from colocate.tables import TABLES
from colocate.tables.interpret import interpret
from colocate.tables.quantities import amount
from colocate.tables.vocabulary import key, plain, unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from colocate.io.looking import Look
    from colocate.study import Source
    from colocate.tables import Column, Table

KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "register": ("sites", ("name",)),
    "demand": ("demand_points", ("demand_id", "people")),
    "boundaries": ("boundaries", ("name",)),
    "places": ("places", ("name", "kind")),
    "objects": ("objects", ("object_id", "kind")),
    "bus_stops": ("bus_stops", ("stop_id",)),
    "site_buildings": ("site_buildings", ("building_id",)),
    "partners": ("partners", ("body_id", "funding_gbp")),
    **{name: (name, ()) for name in (
        "bodies", "governance", "crew_hours", "evidence", "decisions", "site_decisions", "costs",
        "functions", "deflators", "benchmarks", "vehicles")},
}  # fmt: skip
"""Inputs by name: the table each becomes, and what tells it; none: every column that must be."""

_AREAL = {"boundaries", "site_buildings"}
_PLACED = {"register", "demand", "places", "objects", "bus_stops"}
_OF_AREA = {"fra": "fire_area", "pfa": "police_area", "utla": "authority", "lad": "authority",
            "ltla": "authority", "ctyua": "authority", "country": "land"}  # fmt: skip
"""Kind of boundary by how the header of its name begins."""

_LIKELY_HA = 100
"""Plots of a register whose largest is smaller than this are hardly in square metres."""


@dataclass(frozen=True)
class Proposal:
    """How a file would be taken in."""

    path: Path | str
    kind: str
    """Name of the input: `register`, `demand`, `boundaries` and so on, or `unknown`."""
    source: Source
    """Settings that would read it."""
    found: list[str]
    """What the file is, in lines for a person."""
    raw: pd.DataFrame
    matches: list[Match]
    why: Mapping[str, str] = field(default_factory=dict)
    """Reasons of defaults and units, by column; one that a person must choose begins `choose`."""
    words: Mapping[str, Mapping[str, tuple[str | None, int]]] = field(default_factory=dict)
    """By column, what each word would be taken for (None: not understood), and how often."""
    shape: str | None = None
    """Kind of the features' shapes, where there are any."""

    @property
    def table(self) -> Table | None:
        """The table it becomes."""
        return TABLES[KINDS[self.kind][0]] if self.kind in KINDS else None

    @property
    def unplaced(self) -> list[str]:
        """The file's columns that were taken for none."""
        used = {name for own in self.source.columns.values() for name in own}
        return [name for name in self.raw.columns if name not in used]


def propose(
    path: Path | str,
    /,
    *,
    kind: str | None = None,
    sheet: str | None = None,
    layer: str | None = None,
    bodies: Mapping[str, str] | None = None,
) -> Proposal:
    """Say what a file is and how a study would take it in.

    Args:
        path: the file, or the address of a database.
        kind: what it is, where that is known: a key of `KINDS`.
        sheet: of a workbook, where it is known.
        layer: of a vector file or database, where it is known.
        bodies: body_id by name, of the study that it is for.

    Raises:
        InputError: the file cannot be read, or there is no such kind.
    """
    if kind is not None and kind not in KINDS:
        raise InputError(f"no input called {kind!r}; there are {', '.join(KINDS)}.")
    if isinstance(path, str):
        seen, where = look_at_database(path, layer=layer), None
    else:
        seen, where = look(path, sheet=sheet, layer=layer), path
    text, shapes = read_raw(where or Path(), seen.source)
    shape = None if shapes is None else ";".join(sorted(shapes.geom_type.dropna().unique()))
    by_kind = {
        name: recognise(text, TABLES[table])
        for name, (table, _) in KINDS.items()
        if kind is None or kind == name
    }
    scores = {name: _score(name, found, shape=shape, stem=_stem(path))
              for name, found in by_kind.items()}  # fmt: skip
    best = max(scores, key=lambda name: scores[name])
    if kind is None and scores[best] < 0.5:
        return Proposal(path, "unknown", seen.source, seen.found, text, [], shape=shape)
    crs = None if shapes is None or shapes.crs is None else shapes.crs.to_string()
    return _whole(
        Proposal(path, best, seen.source, seen.found, text, by_kind[best], shape=shape),
        seen,
        crs=crs,
        bodies=bodies or {},
    )


def _stem(path: Path | str) -> str:
    return re.sub(r"\.\w+$", "", str(path).replace("\\", "/").rpartition("/")[2])


def _score(name: str, found: list[Match], *, shape: str | None, stem: str) -> float:
    """Weigh how well a file is one of a kind: what tells that kind, and how much else fits."""
    table_name, telling = KINDS[name]
    table = TABLES[table_name]
    areal = (shape is not None and "Polygon" in shape) or shape == "GeometryCollection"
    if (name in _AREAL) != areal and not (name == "register" and areal):
        return 0.0
    scores = {match.column: match.score for match in found}
    needed = telling or tuple(c.name for c in table.columns if not c.null)
    told = sum(scores.get(column, 0.0) for column in needed) / len(needed)
    if not telling and told < 0.9:
        return 0.0
    placed = shape is not None or bool({"easting", "point", "postcode"} & scores.keys())
    if name in _PLACED and not placed:
        told *= 0.5
    more = sum(scores.values()) - told * len(needed)
    hinted = key(name) in key(stem) or (name == "register" and "station" in stem.lower())
    return told + 0.04 * max(more, 0) + 0.5 * hinted


def _whole(
    proposal: Proposal, seen: Look, /, *, crs: str | None, bodies: Mapping[str, str]
) -> Proposal:
    """Complete a proposal: columns, reference system, units, rows left out, defaults and words."""
    table = proposal.table
    if table is None:
        return proposal
    raw = proposal.raw
    columns = {match.column: match.own for match in proposal.matches}
    why: dict[str, str] = {}
    units = _units(proposal, table=table, why=why)
    system = crs or _system(raw, columns, why=why)
    without = _left_out(raw, columns, why=why)
    source = proposal.source.model_copy(update={
        "columns": {name: columns[name] for name in (*table.names, "point") if name in columns},
        "units": units, "without": without,
        **({} if crs or system is None else {"crs": system}),
    })  # fmt: skip
    if proposal.kind == "register":
        source = register_defaults.completed(
            source,
            kept(raw, source),
            titles=seen.titles,
            located=proposal.shape is not None,
            why=why,
            bodies=bodies,
            stem=_stem(proposal.path),
        )
    else:
        defaults = _defaults(proposal, source, why=why)
        source = source.model_copy(update={"defaults": defaults})
    words = _words(source, raw, table=table)
    return replace(proposal, source=source, why=why, words=words)


def _defaults(proposal: Proposal, source: Source, *, why: dict[str, str]) -> dict[str, str]:
    """Return what an input that is no register needs beside its columns: kind of area, and ids."""
    defaults: dict[str, str] = {}
    if proposal.kind == "boundaries" and "kind" not in source.columns:
        header = source.columns.get("name", ("",))[0]
        start = plain(header).replace(" ", "")
        for begins, kind in _OF_AREA.items():
            if start.startswith(begins):
                defaults["kind"], why["kind"] = kind, f"header “{header}”"
    key_columns = proposal.table.key if proposal.table else ()
    if len(key_columns) == 1 and key_columns[0] not in source.columns:
        slug = re.sub(r"[^a-z0-9]+", "-", _stem(proposal.path).lower()).strip("-")
        defaults[key_columns[0]] = f"{slug}-{{row}}"
        why[key_columns[0]] = "no column gives every row an id; by row, so keep the order"
    return defaults


def _units(proposal: Proposal, *, table: Table, why: dict[str, str]) -> dict[str, str]:
    """Return the units that headers name, or that the amounts themselves suggest."""
    units: dict[str, str] = {}
    for match in proposal.matches:
        if match.column not in table.names or not (base := table[match.column].unit.split("/")[0]):
            continue
        header = plain(" ".join(match.own)).split()
        grams = [" ".join(header[a:b]) for a in range(len(header)) for b in range(a + 1, a + 3)]
        named = [gram for gram in grams if len(gram) > 1 and unit(gram, of=base) not in {None, 1.0}]
        if named:
            units[match.column] = max(named, key=len)
            why[match.column] = f"header “{match.own[0]}”"
        elif match.column == "site_area_m2" and _looks_like_hectares(proposal.raw[match.own[0]]):
            units[match.column] = "ha"
            why[match.column] = f"choose: no amount is above {_LIKELY_HA}, so hardly square metres"
    return units


def _looks_like_hectares(cells: pd.Series) -> bool:
    amounts = [amount(cell) for cell in cells.dropna()]  # one with a unit of its own is none here
    known = [number for number in amounts if number is not None]
    return len(known) * 2 > cells.notna().sum() and max(known) < _LIKELY_HA


def _system(
    raw: pd.DataFrame, columns: dict[str, tuple[str, ...]], *, why: dict[str, str]
) -> str | None:
    """Return the reference system that coordinates seem to be in; put swapped columns right."""
    if not {"easting", "northing"} <= columns.keys():
        return None
    x, y = (
        pd.to_numeric(raw[columns[name][0]].str.replace(",", ""), errors="coerce").median()
        for name in ("easting", "northing")
    )
    degrees = ((-9 <= x <= 3) and (49 <= y <= 61), (-9 <= y <= 3) and (49 <= x <= 61))
    if degrees[1]:
        columns["easting"], columns["northing"] = columns["northing"], columns["easting"]
    if any(degrees):
        why["crs"] = "degrees of longitude and latitude"
        return "EPSG:4326"
    return None


def _left_out(
    raw: pd.DataFrame, columns: Mapping[str, tuple[str, ...]], *, why: dict[str, str]
) -> dict[str, tuple[str, ...]]:
    """Return rows that hold no record: totals, notes, headings within, headers repeated."""
    if len(columns) < 3 or len(raw.columns) < 3:
        return {}
    found: dict[str, list[str]] = {}
    for cells in _no_records(raw):
        first, word = next(iter(cells.items()))
        found.setdefault(first, []).append(word)
    for name, said in found.items():
        why[f"without {name}"] = f"{len(said)} row(s) that seem to be no record"
    return {name: tuple(dict.fromkeys(said)) for name, said in found.items()}


def _no_records(raw: pd.DataFrame) -> Iterator[dict[str, str]]:
    """Yield the filled cells of rows that are a total, a single text, or the header again."""
    names = [str(name) for name in raw.columns]
    for row in raw.itertuples(index=False):
        cells = {n: c.strip() for n, c in zip(names, row, strict=True)
                 if isinstance(c, str) and c.strip()}  # fmt: skip
        if not cells:
            continue
        first = next(iter(cells.values()))
        total = re.match(r"(sub|grand)? ?total\b", plain(first)) is not None
        if total or len(cells) == 1 or all(key(c) == key(n) for n, c in cells.items()):
            yield cells


def _words(
    source: Source, raw: pd.DataFrame, *, table: Table
) -> dict[str, dict[str, tuple[str | None, int]]]:
    """Return what each word of a coded column would be taken for."""
    text = mapped(raw, source, wanted=[c.name for c in table.columns if c.kind != "geometry"]).text
    told: dict[str, dict[str, tuple[str | None, int]]] = {}
    for column in table.columns:
        if column.name in text and column.name in source.columns and _coded(column):
            told[column.name] = _decided(text[column.name].dropna(), column)
    return told


def _coded(column: Column) -> bool:
    return bool(column.allowed) or column.kind == "bool"


def _decided(cells: pd.Series, column: Column) -> dict[str, tuple[str | None, int]]:
    counts = cells.str.strip().value_counts()
    read = interpret(column, pd.Series(counts.index, dtype="str"))
    pairs = zip(counts.items(), read.cells, read.unread, strict=True)
    return {
        str(word): (
            None if isinstance(unread, str) else "" if pd.isna(value) else str(value).lower()
            if column.kind == "bool" else str(value),
            int(count),
        )
        for (word, count), value, unread in pairs
    }  # fmt: skip
