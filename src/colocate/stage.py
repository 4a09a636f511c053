"""What a stage is: a function whose signature says all that it reads.

    @stage("scores and ranks", makes=("contributions", "scores"))
    def scoring(
        options: pd.DataFrame,                                  # a table, by its name
        criteria: tuple[Criterion, ...] = setting("choice.criteria"),
        registers: Registers = file("registers"),               # input files of the study
        progress: Progress = SILENT,                            # told of long work
        spread: Spread = ALONE,                                 # does parts, wherever there is room
    ) -> Mapping[str, pd.DataFrame] | NamedTuple: ...

Whoever runs it hands over those and nothing else, so a table or setting that is not in the
signature cannot be read. Of a table that is declared `by_column`, a stage may read some columns
alone; its decorator then names them: `columns={"located_sites": ("site_id", "town")}`. A stage
that works part by part (site by site, option by option) names in `by_part` what changes with one
site, tables and inputs; it says what each part rests on, and only parts that rest on other things
are done again. The key under which its tables are stored, what `colocate status` says and the
architecture page follow from the signature too.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from colocate.progress import SILENT, Progress
from colocate.spread import ALONE, Spread
from colocate.tables import TABLES, empty

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from colocate.study import Study

PROGRESS, SPREAD = "progress", "spread"


@dataclass(frozen=True)
class Setting:
    """A setting of the study file, by its dotted name."""

    name: str

    def of(self, study: Study, /) -> Any:  # noqa: ANN401 - a setting may be anything
        """Return its value in a study.

        Args:
            study: the study.
        """
        value: Any = study
        for part in self.name.split("."):
            value = getattr(value, part)
        return value


@dataclass(frozen=True)
class File:
    """An input file or folder of the study, by its name in the section `inputs`."""

    name: str


def setting(name: str, /) -> Any:  # noqa: ANN401 - stands in for a value of the parameter's type
    """Declare a parameter as a setting of the study file, by its dotted name.

    Args:
        name: such as `study.as_of`, or a whole section.
    """
    return Setting(name)


def file(name: str, /) -> Any:  # noqa: ANN401 - stands in for a path
    """Declare a parameter as an input: a pair of what the study says of it and its path.

    None where the study names none. `registers` and `drive_references` give several pairs; roads
    and postcodes, which are read in ways of their own, give the path alone.

    Args:
        name: one of the section `inputs`.
    """
    return File(name)


@dataclass(frozen=True)
class Stage:
    """One stage: `makes` tables, and `issues` of its own, from what its signature names."""

    label: str
    makes: tuple[str, ...]
    function: Callable[..., Any]
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict, hash=False)
    """Of tables that it does not read whole, what it reads."""
    by_part: tuple[str, ...] = ()
    """Tables and inputs, by parameter, that count in its lasting parts only by what each part rests
    on (`Spread.each`)."""

    @property
    def name(self) -> str:
        """The function's name, which is the stage's."""
        return self.function.__name__

    @property
    def room(self) -> str:
        """The package under `colocate` that the stage belongs to."""
        return self.function.__module__.split(".")[1]

    @cached_property
    def parameters(self) -> Mapping[str, Any]:
        """What stands behind each parameter: a `Setting`, a `File`, or None for a table."""
        given = inspect.signature(self.function).parameters.values()
        return {
            each.name: None if each.default is inspect.Parameter.empty else each.default
            for each in given
            if each.name not in {PROGRESS, SPREAD}
        }

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """Names of the tables it reads."""
        return tuple(name for name, behind in self.parameters.items() if behind is None)

    @property
    def rests_on(self) -> Mapping[str, tuple[str, ...]]:
        """What it reads of each table, as `colocate.pipeline.store.Entry.digests` names it."""
        return {name: tuple(f"{name}.{column}" for column in self.columns.get(name, ())) or (name,)
                for name in self.reads}  # fmt: skip

    @property
    def settings(self) -> Mapping[str, Setting]:
        """Settings it reads, by parameter."""
        return {n: b for n, b in self.parameters.items() if isinstance(b, Setting)}

    @property
    def files(self) -> Mapping[str, File]:
        """Inputs it reads, by parameter."""
        return {n: b for n, b in self.parameters.items() if isinstance(b, File)}

    def run(
        self,
        tables: Mapping[str, pd.DataFrame],
        /,
        *,
        study: Study,
        inputs: Mapping[str, object],
        progress: Progress = SILENT,
        spread: Spread = ALONE,
    ) -> dict[str, pd.DataFrame]:
        """Hand over what the signature names, and return the tables made, `issues` among them.

        Args:
            tables: the run's tables by name.
            study: whose settings are read.
            inputs: paths behind the names of the section `inputs`, as `file` says.
            progress: handed on to a stage that has a parameter of this name.
            spread: the same; what comes of the stage does not depend on it.

        Raises:
            KeyError: a table it reads is not there.
            TypeError: it made other tables than it declares.
        """
        given: dict[str, Any] = {name: self._part(name, tables[name]) for name in self.reads}
        given |= {name: behind.of(study) for name, behind in self.settings.items()}
        given |= {name: inputs[behind.name] for name, behind in self.files.items()}
        beside = {PROGRESS: progress, SPREAD: spread}
        asked = inspect.signature(self.function).parameters
        given |= {name: value for name, value in beside.items() if name in asked}
        made = self.function(**given)
        made = dict(made._asdict() if hasattr(made, "_asdict") else made)
        made.setdefault("issues", empty(TABLES["issues"]))
        if made.keys() != {*self.makes, "issues"}:
            raise TypeError(f"stage {self.name} declares {self.makes} and made {sorted(made)}")
        return made

    def _part(self, name: str, table: pd.DataFrame) -> pd.DataFrame:
        return table[list(self.columns[name])] if name in self.columns else table


def stage(
    label: str,
    /,
    *,
    makes: tuple[str, ...],
    columns: Mapping[str, Sequence[str]] = MappingProxyType({}),
    by_part: tuple[str, ...] = (),
) -> Callable[[Callable[..., Any]], Stage]:
    """Make a function a stage.

    Args:
        label: what people are told while it runs.
        makes: names of the tables it returns, beside `issues`, which it may leave out.
        columns: what it reads of tables that it does not read whole; these are declared
            `by_column`.
        by_part: tables and inputs of which a part that says what it rests on says all that it
            reads: when they change, the parts that rest on the same are taken over from an earlier
            time.
    """
    return lambda function: Stage(label, makes, function, columns, by_part)


def also_reads(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Put tables into the signature of a function that takes them together, as `**tables`.

    For what a registry names: an entry that reads another table changes no stage.

    Args:
        names: the tables; one that the function has a parameter for stays as it is.
    """

    def extended(function: Callable[..., Any]) -> Callable[..., Any]:
        own = inspect.signature(function)
        kept = [each for each in own.parameters.values() if each.kind is not each.VAR_KEYWORD]
        more = [inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY) for n in names
                if n not in own.parameters]  # fmt: skip
        function.__signature__ = own.replace(parameters=[*kept, *more])  # type: ignore[attr-defined]
        return function

    return extended


def joined(*frames: pd.DataFrame) -> pd.DataFrame:
    """Put frames of one table one below the other.

    Args:
        *frames: with the same columns.
    """
    import pandas as pd

    return pd.concat(frames, ignore_index=True)
