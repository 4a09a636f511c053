"""The input audit: every fault of every file in one call, and how ready the study is.

A run stops at the first stage that cannot go on. Here each file is read for itself, whatever the
others hold; what can be read is held against each other; and if all of it can, the registers are
located and readiness is measured.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from colocate import io
from colocate.candidates.doubts import recorded_share, shared_already
from colocate.errors import ColocateError, InputError, ReadinessError, StudyError
from colocate.pipeline.findings import (
    SEVERITIES,
    Finding,
    of_fault,
    of_issues,
    of_readiness,
    table,
)
from colocate.pipeline.locate import locate
from colocate.pipeline.references import dangling
from colocate.pipeline.stages import inputs
from colocate.places import stages as places
from colocate.places.estate import registers_to_sites
from colocate.places.plausible import origins
from colocate.tables import TABLES, each, empty
from colocate.tables.readiness import assert_ready
from colocate.tables.rows import LocatedSite

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import geopandas as gpd

    from colocate.pipeline.locate import Location, OpenStudy, Place
    from colocate.stage import Stage
    from colocate.study import Options, Register, Study

TABLE_OF = {
    name: {"demand": "demand_points"}.get(name, name)
    for name in (
        "bodies", "governance", "demand", "boundaries", "places", "objects", "site_buildings",
        "evidence", "decisions", "site_decisions", "bus_stops", "crew_hours", "costs", "partners",
        "functions", "deflators", "benchmarks", "vehicles", "overrides",
    )
}  # fmt: skip
"""Names of section `inputs` and the table each holds; registers, roads and postcodes are read in
ways of their own."""

CHECKED: tuple[Stage, ...] = (
    places.inputs, places.sites, places.locations, places.understood,
)  # fmt: skip
"""Stages whose checks across files are made once every file can be read."""


class Audit(NamedTuple):
    """What an audit found."""

    findings: pd.DataFrame
    """One row a kind of fault, the worst first: the columns of `Finding`."""
    located: int
    """Sites with a point."""
    fault: ColocateError | None
    """The first fault that would end a run, and how many more; None where it could begin."""

    @property
    def said(self) -> list[str]:
        """What was found in a few lines: how much of what, and what readiness lacks."""
        kinds = self.findings["severity"].value_counts()
        told = [f"{kinds[kind]} of {kind}" for kind in SEVERITIES if kind in kinds]
        head = f"{self.located} sites located; findings: {', '.join(told) or 'none'}"
        lacking = self.findings["severity"].isin(["stops", "warns"])
        return [head, *self.findings.loc[lacking, "message"]]


class _Met:
    """Faults that were met, told and passed over."""

    def __init__(self) -> None:
        self.faults: list[ColocateError] = []
        self.findings: list[Finding] = []

    @contextmanager
    def of(self, file: str) -> Iterator[None]:
        """Keep what goes wrong with a file, once."""
        try:
            yield
        except ColocateError as fault:
            if str(fault) not in {str(other) for other in self.faults}:
                self.faults.append(fault)
                self.findings += of_fault(fault, file=file)

    def first(self) -> ColocateError | None:
        """Return the first fault, which says how many more there are."""
        if len(self.faults) < 2:
            return next(iter(self.faults), None)
        more = len(self.faults) - 1
        return type(self.faults[0])(f"{self.faults[0]}\nand {more} more; the table names them all.")


def audit(path: Location | OpenStudy | None = None, /, *, anyway: bool = False) -> Audit:
    """Read all inputs of a study and say all that is wrong or doubtful in them.

    Args:
        path: what `open` takes, or what it returned.
        anyway: whether a study that is not ready may go on.

    Raises:
        StudyError: the study file itself cannot be read.
    """
    place = locate(path)
    given = inputs(place.study, place.file.parent)
    met = _Met()
    files = _files(place.study)
    read = _read(given, files=files, words=place.study.vocabulary, met=met)
    registers = _registers(
        given["registers"], bodies=read.get("bodies"), words=place.study.vocabulary, met=met
    )
    if registers.made:
        read["sites"] = pd.concat(registers.made, ignore_index=True)
    for finding in dangling(read, study=place.study, files=files):
        met.findings.append(finding)
        if finding.severity == "fault":
            met.faults.append(StudyError(f"{finding.file}: {finding.message}"))
    tables, issues = _checked(place, {**given, "registers": registers.given}, read=read, met=met)
    met.findings += of_issues(issues, rows=origins(registers.raw))
    located = tables.get("located_sites")
    if located is not None:
        met.findings += _likely_shares(located, settings=place.study.options)
    if "input_readiness" in tables and len(registers.made) == len(given["registers"]):
        met.findings += of_readiness(tables["input_readiness"])
        try:
            assert_ready(tables["input_readiness"], anyway=anyway)
        except ReadinessError as fault:
            met.faults.append(fault)
    return Audit(table(met.findings), 0 if located is None else len(located), met.first())


def _files(study: Study) -> dict[str, str]:
    """Return by table what its file is called."""
    named = {table: getattr(study.inputs, name) for name, table in TABLE_OF.items()}
    files = {table: str(getattr(value, "file", value)) for table, value in named.items()}
    return {**files, "sites": " and ".join(each.file for each in study.inputs.registers)}


def _read(
    given: Mapping[str, Any],
    *,
    files: Mapping[str, str],
    words: Mapping[str, Mapping[str, str]],
    met: _Met,
) -> dict[str, pd.DataFrame]:
    """Read every table for itself, and look whether the roads are there."""
    tables: dict[str, pd.DataFrame] = {}
    for name, table_name in TABLE_OF.items():
        with met.of(files[table_name]):
            tables |= places.read_tables({table_name: given[name]}, words)
    with met.of("roads"):
        if not given["roads"].exists():
            raise InputError(f"{given['roads']}: no such file; inputs.roads names it")
    return tables


class _Registers(NamedTuple):
    """Registers that can be read: as given, as raw text, and the sites made of each."""

    given: list[tuple[Register, Any]]
    raw: list[tuple[Register, pd.DataFrame]]
    made: list[pd.DataFrame]


def _registers(
    given: Sequence[tuple[Register, Any]],
    *,
    bodies: pd.DataFrame | None,
    words: Mapping[str, Mapping[str, str]],
    met: _Met,
) -> _Registers:
    """Read every register and make sites of it for itself, so that none hides another's faults."""
    sound = _Registers([], [], [])
    for register, path in given:
        with met.of(register.file):
            raw = io.read_register(path, register)
            sound.raw.append((register, raw))
            listed = _anybody(register, raw) if bodies is None else bodies
            sound.made.append(registers_to_sites([(register, raw)], listed, vocabulary=words).sites)
            sound.given.append((register, path))
    return sound


def _anybody(register: Register, raw: pd.DataFrame) -> pd.DataFrame:
    """Return bodies of which a register may name any, where those of the study cannot be read."""
    words = [*register.defaults.values(), *(raw[name] for name in raw)]
    return pd.DataFrame({"body_id": pd.Series(words, dtype="object").explode().dropna().unique()})


def _checked(
    place: Place, given: Mapping[str, Any], *, read: Mapping[str, pd.DataFrame], met: _Met
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Make the checks of the stages of places, each as far as what it needs is there.

    Where a stage fails, what could be read of its tables serves the next ones, but for borders
    that are none.
    """
    tables: dict[str, pd.DataFrame] = {}
    issues = [empty(TABLES["issues"])]
    for stage in CHECKED if given["registers"] else CHECKED[:1]:
        if not {*stage.reads} <= {*tables}:
            continue
        made = {name: read[name] for name in stage.makes if name in read}
        if not made.get("boundaries", empty(TABLES["boundaries"])).is_valid.all():
            del made["boundaries"]
        with met.of("study"):
            made = stage.run(tables, study=place.study, inputs=given)
            issues.append(made.pop("issues"))
        tables |= made
    return tables, pd.concat(issues, ignore_index=True)


def _likely_shares(sites: gpd.GeoDataFrame, *, settings: Options) -> Iterator[Finding]:
    """Propose sites of two services that may be one building, where no register says so."""
    open_ = sites[sites["status"] == "open"].reset_index(drop=True)
    near = min(settings.straight_tiers_m)
    i, j = open_.sindex.query(open_.geometry, predicate="dwithin", distance=near)
    rows = list(each(LocatedSite, open_))
    for a, b in sorted((int(a), int(b)) for a, b in zip(i, j, strict=True) if a < b):
        one, other = rows[a], rows[b]
        straight = one.geometry.distance(other.geometry)
        if one.service == other.service or recorded_share(one, other, neighbours=True):
            continue
        if said := shared_already(one, other, straight_m=straight, settings=settings):
            message = (
                f"{one.name} and {other.name} may be one building already: {'; '.join(said)}. "
                "Confirm with share_with, and share_status existing; else say in notes that they "
                "are two."
            )
            pair = f"{one.site_id} and {other.site_id}"
            yield Finding("doubt", "sites", "share_with", "likely_share", "", 1, pair, message)
