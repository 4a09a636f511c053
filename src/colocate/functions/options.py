"""Each way in which each function of each body could be run: table `function_options`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from colocate.errors import OptionError, some
from colocate.functions.housing import SPACE
from colocate.functions.outcomes import AS_TODAY, JOINED, NOTHING, Outcome, outcome
from colocate.functions.ways import DUTIES, applies, closed
from colocate.tables import each, issue_rows, parts
from colocate.tables.functions import FUNCTION_OPTIONS, FUNCTIONS_OF_FOCUS
from colocate.tables.rows import Function, FunctionFigure
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    import pandas as pd

    from colocate.functions.housing import Housing
    from colocate.functions.outcomes import Priors
    from colocate.functions.ways import Parties, Way

COMPETITIVE = "competitive already"


class BackOffice(NamedTuple):
    """Functions by body and what was supplied of ways to run them, ready to be asked."""

    functions: tuple[Function, ...]
    """In the order of the areas of focus and then by body."""
    figures: Mapping[tuple[str, str, str], FunctionFigure]
    """By function, body and way."""
    ways: Mapping[str, Way]
    parties: Parties
    housing: Housing
    priors: Priors
    known: frozenset[str]
    """Ids of options of the estate."""

    def supplied(self, row: Function, way: str) -> FunctionFigure | None:
        """Return what was supplied of a way of running a function.

        Args:
            row: of table `functions`.
            way: one of `WAYS`.
        """
        return self.figures.get((row.function, row.body_id, way))

    def in_place(self, row: Function, way: str) -> bool:
        """Whether a function is run in a way today; as each body does itself, unless it is said.

        Args:
            row: of table `functions`.
            way: one of `WAYS`.
        """
        given = self.supplied(row, way)
        if given is not None:
            return bool(given.in_place)
        others = (self.supplied(row, each) for each in self.ways if each not in _BESIDES)
        return way == AS_TODAY and not any(other and other.in_place for other in others)

    def outcome(self, row: Function, way: str, *, with_fire: bool) -> Outcome:
        """Return what a way of running a function brings.

        Args:
            row: of table `functions`.
            way: one of `WAYS`.
            with_fire: whether the study's fire authority takes part.
        """
        return outcome(
            row,
            way,
            supplied=self.supplied(row, way),
            priors=self.priors,
            with_fire=with_fire,
        )

    def needs(self, row: Function, way: str, *, among: AbstractSet[str] | None) -> list[str]:
        """Return the options of the estate that would house a function run in a way.

        Args:
            row: of table `functions`.
            way: one of `WAYS`.
            among: bodies that take part; None: whoever would.
        """
        given = self.supplied(row, way)
        if given is not None and isinstance(given.option_ids, str):
            return [option for option in parts(given.option_ids) if option in self.known]
        sites = set(self.housing.sites(row.function, row.body_id))
        return list(self.housing.options(sites, way, among=among))

    def approving(self, row: Function, way: str, *, with_fire: bool) -> list[str]:
        """Return the bodies that approve a way of running a function, in order.

        Args:
            row: of table `functions`.
            way: one of `WAYS`.
            with_fire: whether the study's fire authority takes part.
        """
        if way == AS_TODAY:
            return []
        words = self.ways[way].approved_by
        return self.parties.approving(words, body_id=row.body_id, way=way, with_fire=with_fire)


_BESIDES = frozenset({AS_TODAY, "contracted_in"})
"""Ways that go together: a body may serve others with what it runs for itself."""


def ordered(functions: pd.DataFrame, /) -> tuple[Function, ...]:
    """Return the rows of table `functions` in the order of the areas of focus, then by body.

    Args:
        functions: the table.
    """
    place = {name: number for number, name in enumerate(FUNCTIONS_OF_FOCUS)}
    rows = functions.assign(place=functions["function"].map(place))
    return tuple(each(Function, rows.sort_values(["place", "body_id"], kind="stable")))


def function_options(office: BackOffice, /, *, baseline: pd.DataFrame) -> pd.DataFrame:
    """Return table `function_options`.

    Args:
        office: functions, ways, housing and priors.
        baseline: table `function_baseline`, for what is competitive already.

    Raises:
        OptionError: table `function_figures` names a function of a body that table `functions`
            lacks.
    """
    _check(office)
    competitive = {
        (row.function, row.body_id)
        for row in baseline[baseline["state"] == COMPETITIVE].itertuples()
    }
    return conform(
        FUNCTION_OPTIONS,
        (
            _row(office, row, way=way, competitive=(row.function, row.body_id) in competitive)
            for row in office.functions
            for way in office.ways.values()
            if applies(way.way, row.body_id, parties=office.parties)
        ),
    )


def _check(office: BackOffice) -> None:
    entered = {(row.function, row.body_id) for row in office.functions}
    if odd := sorted({f"{f}/{b}" for f, b, _ in office.figures if (f, b) not in entered}):
        raise OptionError(
            f"table function_figures: {some(odd)} not in table functions; expected a function and "
            "body that stand there. Add the row there, empty if need be, or correct this one."
        )


def _row(office: BackOffice, row: Function, *, way: Way, competitive: bool) -> dict[str, Any]:
    why_not = closed(way, row.body_id, parties=office.parties)
    standing = "open"
    if why_not:
        standing = "not_open"
    elif office.in_place(row, way.way):
        standing = "in_place"
    elif competitive:
        standing = "little_to_gain"
    found = office.outcome(row, way.way, with_fire=True)
    if standing == "not_open":
        found = Outcome(None, None, "unknown", "Not open, so nothing is worked out.")
    sites = office.housing.sites(row.function, row.body_id)
    among = office.parties.allied(row.body_id) if way.way in JOINED else None
    notes = [why_not, *_notes(office, row, way=way, standing=standing)]
    return {
        "function": row.function,
        "body_id": row.body_id,
        "way": way.way,
        "name": way.name,
        "continuum_step": way.step,
        "standing": standing,
        **found.columns,
        "space": SPACE[way.way],
        "area_m2": row.area_m2,
        "site_ids": ";".join(sites) or None,
        "option_ids": ";".join(office.needs(row, way.way, among=among)) or None,
        "approved_by": ";".join(office.approving(row, way.way, with_fire=True)) or None,
        "legal_form": way.legal_form,
        "responsibility": way.responsibility,
        "certainty": way.certainty,
        "note": " ".join(note for note in notes if note) or None,
    }


def _notes(office: BackOffice, row: Function, *, way: Way, standing: str) -> Iterator[str]:
    given = office.supplied(row, way.way)
    if standing == "in_place" and given is not None:
        yield f"So today, beside its own use: {given.source}."
    if standing == "little_to_gain" and way.way != AS_TODAY:
        yield "Competitive already by the benchmark: little to gain."
    if way.way == "mutual" and row.function in DUTIES:
        yield f"The fire authority stays responsible for {DUTIES[row.function]}."
    yield way.note


def not_on_the_table(office: BackOffice, /, *, options: pd.DataFrame) -> pd.DataFrame:
    """Return, as issues, the options of the estate that were supplied and that a run does not have.

    Args:
        office: functions, ways, housing and priors.
        options: table `options`.
    """
    known = set(options["option_id"])
    return issue_rows(
        ("functions.options", "function_figures", f"{row.function}/{row.body_id}/{row.way}",
         "option_not_on_the_table", "doubt",
         f"It needs {option}, which is no option of this run: misspelt, or off the table.")
        for row in office.figures.values()
        for option in parts(row.option_ids)
        if option not in known
    )  # fmt: skip


def nothing_changes(found: Outcome, /) -> Outcome:
    """Return the outcome of a way that is in place already and of which nothing more is known.

    Args:
        found: what is known of it.
    """
    if found.saving is not None:
        return found
    return Outcome(NOTHING, NOTHING, "computed", "In place today: nothing changes.")
