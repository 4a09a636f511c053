"""Which study a user named, under which scenario, and where its run goes."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from colocate import io
from colocate.errors import InputError, OutputError
from colocate.scoring import criteria
from colocate.study import NO_CHANGE, Study, in_spite_of, load, under

if TYPE_CHECKING:
    from collections.abc import Iterable

Location = str | os.PathLike[str]

EMBEDDED = ("devon-somerset", "example")
"""Studies that colocate carries; the first is run where none is named."""


def embedded_study(name: str = EMBEDDED[0], /) -> Path:
    """Return the file of an embedded study: `devon-somerset`, or the invented `example`.

    Args:
        name: one of `EMBEDDED`.

    Raises:
        InputError: there is none of that name.
    """
    if name in EMBEDDED and (path := io.carried(f"{name}/study.toml")):
        return path
    raise InputError(
        f"no embedded study called {name!r}; there are {', '.join(EMBEDDED)}. If one of these was "
        "meant, this installation lacks it: install colocate again."
    )


def load_study(file: Location, /) -> Study:
    """Read a study file; criteria it does not describe are described as colocate knows them.

    Args:
        file: the study file.

    Raises:
        StudyError: the file is missing, is not UTF-8 or TOML, or holds wrong or unknown settings;
            all of them are named.
    """
    return load(file, criteria=criteria.defaults())


@dataclass(frozen=True, repr=False)
class OpenStudy:
    """A study: the file it stands in, its settings, and the scenario they are under.

    `study.settings` holds every section of the study file, scenarios among them:
    `study.settings.choice.criteria`, `study.settings.all_scenarios`.
    """

    file: Path
    settings: Study
    scenario: str = NO_CHANGE

    def __repr__(self) -> str:
        """Say which study this is."""
        return f"<Study {self.name}: {self.settings.study.title}, in {self.file}>"

    @property
    def name(self) -> str:
        """The study's id, with the scenario's where there is one: names the output folder."""
        head = self.settings.study.id
        return head if self.scenario == NO_CHANGE else f"{head}--{self.scenario}"


def open_study(
    path: Location | OpenStudy | None = None, /, *, scenario: str = NO_CHANGE
) -> OpenStudy:
    """Open a study.

    Example:
        >>> study = cl.open("example", scenario="do-nothing")

    Args:
        path: study file, its folder, or the name of an embedded study (`devon-somerset`, the
            first, where None; `example`). A file or folder of that name comes first.
        scenario: one of the study's scenarios; `no-change` is the study as it stands.

    Raises:
        InputError: there is no such study.
        StudyError: the study file is wrong, or has no such scenario.
    """
    if isinstance(path, OpenStudy):
        scenario = path.scenario if scenario == NO_CHANGE else scenario
        path = path.file
    named = str(path or EMBEDDED[0])
    file = Path(named)
    if path is None or (named in EMBEDDED and not file.exists()):
        file = embedded_study(named)
    if file.is_dir():
        file = file / "study.toml"
    return OpenStudy(file, under(load_study(file), scenario), scenario)


@dataclass(frozen=True)
class Place:
    """Where a run reads and writes."""

    file: Path
    study: Study
    scenario: str
    out: Path
    work: Path
    in_spite_of: tuple[str, ...] = ()
    """What the study is run without being ready for, in a few words each."""

    def run_in_spite_of(self, gaps: Iterable[str], /) -> Place:
        """Return the place of a run that goes on in spite of what the study lacks.

        Args:
            gaps: what it lacks, in a few words each.
        """
        named = tuple(gaps)
        return replace(self, study=in_spite_of(self.study, named), in_spite_of=named)


def locate(
    path: Location | OpenStudy | None = None,
    *,
    out: Location | None = None,
    work: Location | None = None,
    scenario: str = NO_CHANGE,
) -> Place:
    """Resolve what a user named into a study, and where its run and its stages lie.

    Scenarios of a study share its stored stages, so that one repeats only what it changes.

    Args:
        path: what `open` takes, or what it returned; None for the embedded Devon & Somerset study.
        out: output folder; `out/<name>` when None.
        work: folder of stored stages; `.work` beside `out` when None.
        scenario: one of the study's scenarios.
    """
    opened = open_study(path, scenario=scenario)
    folder = Path(out or Path("out") / opened.name)
    stages = Path(work or folder.parent / ".work" / opened.settings.study.id)
    return Place(opened.file, opened.settings, opened.scenario, folder, stages)


def assert_apart(place: Place, inputs: Iterable[Path], /) -> None:
    """Refuse a run that would replace what it reads.

    Args:
        place: where the run reads and writes.
        inputs: the study's input files.

    Raises:
        OutputError: the study file, an input or the work folder lies inside the output folder.
    """
    out = place.out.resolve()
    for path in chain((place.file, place.work), inputs):
        there = path.parent.resolve() / path.name, path.resolve()  # a link, and what it leads to
        if any(each.is_relative_to(out) for each in there):
            raise OutputError(
                f"{path}: lies inside the output folder {place.out}, which a run replaces. Choose "
                "another output folder, or move it."
            )
