"""The seven principles of a funding model (DSFRA/16/5, 7.3), on the rent that clears.

Five are arithmetic:

    sustainable               nobody loses in a year by these rents where each saving and each
                              host's cost is off by `input_change_share`, to the worse for each
    equitable                 nobody keeps less than by sharing each option equally by more than
                              `unequal_share` of what all save
    judged_together           the set saves money as one, though single options may lose
    encourages_participation  nobody pays more in a year than by staying out
    value_for_each            nobody loses over the years appraised

The other two are not: votes and the room to try something new follow from the agreement, not from
the rent. They are listed so that nobody forgets them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.tables.sharing import PRINCIPLES_OF_FUNDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from colocate import study
    from colocate.money.clearing_rent import Group, Part

Finding = tuple[str, str]
"""Outcome and reason."""
NOT_ARITHMETIC = {
    "no_more_control": "A rent says nothing of votes: the agreement has to keep them apart.",
    "does_not_stifle": "Whether a partner may try something new without its rent rising is for "
    "the agreement.",
}


class Settled(NamedTuple):
    """An option or a set, and what clears between its bodies."""

    kind: str
    label: str
    parts: list[Part]
    groups: list[Group]
    options: int
    """How many it holds."""
    unknown: int
    """Of how many of them the running costs are not known."""

    @property
    def clears(self) -> bool:
        """Whether nobody need lose."""
        return all(group.clears for group in self.groups)

    def figures(self, group: Group) -> list[tuple[int, int, int]]:
        """Return of each body of a group what it is rid of, its rise as a host, its rents.

        Args:
            group: bodies that partners link, and what they have after rents.
        """
        return [
            (
                sum(part.released for part in self.parts if part.body_id == body),
                sum(part.rise for part in self.parts if part.body_id == body),
                group.after[body] - group.before[body],
            )
            for body in group.bodies
        ]


def check(settled: Settled, /, *, settings: study.Money) -> Iterator[tuple[str, Finding]]:
    """Yield every principle with its outcome and reason, in the order of the report.

    Args:
        settled: the option or set.
        settings: section `money` of the study.
    """
    checks: dict[str, Callable[[], Finding]] = {
        "sustainable": lambda: _sustainable(settled, settings.input_change_share.value),
        "equitable": lambda: _equitable(settled, settings.unequal_share.value),
        "encourages_participation": lambda: ("pass", "Nobody pays more in a year than today."),
        "value_for_each": lambda: _value_for_each(settled),
    }
    for principle in PRINCIPLES_OF_FUNDING:
        if principle in NOT_ARITHMETIC:
            yield principle, ("not arithmetic", NOT_ARITHMETIC[principle])
        elif settled.unknown:
            yield principle, ("unknown", "The running costs are not known.")
        elif principle == "judged_together":
            yield principle, _judged_together(settled)
        elif settled.clears:
            yield principle, checks[principle]()
        else:
            yield principle, ("fail", "No rent clears: somebody loses, whoever pays whom.")


def _sustainable(settled: Settled, change: float) -> Finding:
    worst = min(
        released + rise + rent - change * (abs(released) + abs(rise))
        for group in settled.groups
        for released, rise, rent in settled.figures(group)
    )
    if worst >= 0:
        return "pass", f"Nobody loses where savings and costs are {change:.0%} off."
    return "fail", (
        f"Where savings and costs are {change:.0%} off, a body would lose up to "
        f"£{-worst / 100:,.0f} a year by these rents."
    )


def _equitable(settled: Settled, limit: float) -> Finding:
    short = max(
        (group.equal[body] - group.after[body]) / group.total
        for group in settled.groups
        for body in group.bodies
        if group.total
    ) if any(group.total for group in settled.groups) else 0.0  # fmt: skip
    if short > limit:
        return "fail", (
            f"To make another whole a body gives up {short:.1%} of what all save; {limit:.0%} "
            "are accepted."
        )
    return "pass", "What is left of each option is shared equally, or nearly so."


def _value_for_each(settled: Settled) -> Finding:
    if any(group.worth is None for group in settled.groups):
        return "unknown", "Over the years it is not known: works or receipts are missing."
    return "pass", "Nobody loses over the years appraised, works split as they are here."


def _judged_together(settled: Settled) -> Finding:
    if settled.kind == "option":
        return "unknown", "One option by itself does not tell: this is judged for a set of options."
    total = sum(group.total for group in settled.groups) / 100
    if total < 0:
        return "fail", f"Together its {settled.options} options lose £{-total:,.0f} a year."
    return "pass", f"Together its {settled.options} options save £{total:,.0f} a year."
