"""The stages in order: the flow of colocate from top to bottom.

Stages know nothing of each other; they meet here, and only in tables. Each stands in the module
`stages` of the room whose work it is.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colocate import io
from colocate.candidates import stages as candidates
from colocate.errors import InputError
from colocate.functions import stages as functions
from colocate.gates import stages as gates
from colocate.governance import stages as governance
from colocate.impact import stages as impact
from colocate.money import stages as money
from colocate.places import stages as places
from colocate.portfolio import stages as portfolio
from colocate.publish import stages as publish
from colocate.scoring import stages as scoring
from colocate.study import Source
from colocate.travel import new_site_stages, unit_stages
from colocate.travel import stages as travel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from colocate.stage import Stage
    from colocate.study import Study

STAGES: tuple[Stage, ...] = (
    places.inputs,
    places.people,
    places.sites,
    places.locations,
    places.understood,
    places.areas,
    places.supplied,
    places.programme,
    places.references,
    travel.network,
    travel.speeds,
    travel.order,
    travel.travel,
    travel.met,
    travel.catchments,
    travel.coverage,
    travel.edge,
    candidates.options,
    unit_stages.unit_travel,
    new_site_stages.search,
    new_site_stages.new_travel,
    unit_stages.incident_places,
    unit_stages.new_unit_travel,
    travel.walks,
    impact.effects,
    impact.named,
    impact.equality,
    impact.incidents,
    money.money,
    gates.space,
    gates.gates,
    governance.approvals,
    governance.timeline,
    governance.successions,
    governance.decisions,
    governance.delivery,
    functions.functions,
    scoring.measures,
    scoring.scores,
    scoring.questions,
    scoring.draws,
    scoring.robustness,
    portfolio.at_stake,
    portfolio.portfolio,
    impact.together,
    portfolio.siting,
    money.apportionment,
    money.sharing,
    money.clearing,
    money.target_shares,
    portfolio.benefits,
    publish.drawings,
    publish.local_grounds,
    publish.local_maps,
)

FILES: tuple[str, ...] = tuple(
    dict.fromkeys(behind.name for stage in STAGES for behind in stage.files.values())
)
"""Every name of an input in the section `inputs`."""


def inputs(study: Study, folder: Path, /) -> dict[str, Any]:
    """Return what stands behind each name of `FILES`, as `colocate.stage.file` says.

    Args:
        study: whose section `inputs` names them.
        folder: that of the study file.
    """
    return {name: _input(study, folder, name=name) for name in FILES}


def _input(study: Study, folder: Path, *, name: str) -> Any:  # noqa: ANN401 - see `file`
    value = getattr(study.inputs, name)
    if isinstance(value, tuple):
        return [(each, folder / each.file) for each in value]
    if name == "deflators" and value is None:
        path = io.carried("deflators.csv")
        return path and (Source(file=path.name), path)
    if isinstance(value, Source):
        return value, folder / value.file
    return folder / value if value is not None else None


def input_files(study: Study, folder: Path, *, names: Iterable[str]) -> Iterator[Path]:
    """Yield the files behind names of the section `inputs`, in order; a folder gives its files.

    A shapefile gives the files that belong to it; tables of databases are no files (`databases`).

    Args:
        study: whose section `inputs` names them.
        folder: that of the study file.
        names: some of `FILES`.

    Raises:
        InputError: a file that the study names is not there.
    """
    for name in names:
        for source, path in _pairs(study, folder, name=name):
            if source is not None and source.is_database:
                continue
            if not path.exists():
                raise InputError(f"{path}: no such file; inputs.{name} in the study file names it")
            if path.is_dir():
                yield from sorted(p for p in path.iterdir() if p.is_file())
            else:
                yield from io.files_of(path)


def databases(study: Study, *, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield what databases hold behind names of the section `inputs`: a label, and a hash.

    Args:
        study: whose section `inputs` names them.
        names: some of `FILES`.

    Raises:
        InputError: a database cannot be read.
    """
    for name in names:
        for source, path in _pairs(study, Path(), name=name):
            if source is not None and source.is_database:
                text, shapes = io.read_raw(path, source)
                held = text.to_csv() + ("" if shapes is None else shapes.to_wkt().to_csv())
                yield source.label, hashlib.sha256(held.encode()).hexdigest()


def _pairs(study: Study, folder: Path, *, name: str) -> list[tuple[Source | None, Path]]:
    """Return the sources and paths behind a name."""
    given = _input(study, folder, name=name)
    if isinstance(given, list):
        return given
    if given is None:
        return []
    return [given if isinstance(given, tuple) else (None, given)]
