"""Who may be told of which options, and up to which class: the one place that decides it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from colocate.publish.facts.disclosure import Readable, held

if TYPE_CHECKING:
    from colocate.publish.facts.records import Facts, Option
    from colocate.study import Study
    from colocate.tables.schema import Disclosure

Reach: TypeAlias = Literal["internal", "agents", "market"]
"""Whom an option may be named to: the authorities alone, also the agents whom they appointed, or
also the market."""

CLOSED = ("declined", "withdrawn")
"""A decision against an option closes it to agents and market, whatever its release says."""

COMPARING = frozenset(
    {"scores", "contributions", "stability", "robustness", "break_even", "portfolio_options"}
)
"""Tables that place an option among the others, and so tell of those."""


@dataclass(frozen=True)
class Audience:
    """Whom facts are told to."""

    ceiling: Disclosure
    """Highest class of a field that it may read."""
    reaches: frozenset[Reach] | None = None
    """How far an option must reach to be told to it; any when None, sensitive sites and all."""
    ranked: bool | None = None
    """Whether an option must have a rank."""
    costs: bool = False
    """Whether it may also read amounts of money, whatever their class."""
    without: frozenset[str] = frozenset()
    """Tables of which it may read nothing."""

    @property
    def readable(self) -> Readable:
        """What it may read of a record or a list."""
        return Readable(self.ceiling, costs=self.costs, without=self.without)


AGENTS = Audience("commercial", reaches=frozenset({"agents", "market"}))
"""The appointed agents, in confidence: what can be acted on, and what a decision opens to them."""

MARKET = Audience("commercial", reaches=frozenset({"market"}), without=COMPARING)
"""Anybody: options that a decision released to the market, and nothing that tells of another."""

OPEN_PAGE = Audience("commercial", ranked=True)
"""The open page as the authorities see it: what others get once an option is released."""


def appointed(study: Study, /) -> Audience:
    """Return the appointed agents of a study: its setting alone opens costs to them.

    Args:
        study: the study.
    """
    return replace(AGENTS, costs=study.disclosure.agents_see_costs)


def cut(facts: Facts, audience: Audience, /) -> Facts:
    """Return the options that an audience may be told of and the fields that it may read.

    Reading any other field raises `WithheldError`; sites are those of the options that are left.
    Whoever is not told how options compare is not told how many there are.

    Args:
        facts: all of a run.
        audience: who is to be told.
    """
    options = tuple(
        held(option, audience.readable) for option in facts.options if admits(audience, option)
    )
    sites = {site.site_id: site for option in options for site in option.sites}
    ranked = 0 if "scores" in audience.without else facts.ranked
    return facts._replace(options=options, sites=sites, questions=(), targets=(), ranked=ranked)


def admits(audience: Audience, option: Option, /) -> bool:
    """Return whether an audience may be told of an option at all.

    Args:
        audience: who is to be told.
        option: the option.
    """
    if audience.reaches is not None and reach(option) not in audience.reaches:
        return False
    return audience.ranked in {None, option.score.rank is not None}


def reach(option: Option, /) -> Reach:
    """Return whom an option may be named to.

    A decision in force is obeyed, whether it opens an option or keeps it back, if it bears a date
    and a body and is not against the option. Without one the appointed agents are told in
    confidence of what can be acted on. A restricted site is for the authorities alone, always.

    Args:
        option: the option.
    """
    if restricted(option):
        return "internal"
    decision = option.decision
    if decision.status == "none":
        return "agents" if actionable(option) else "internal"
    stated = decision.date is not None and decision.decided_by is not None
    return decision.release if stated and decision.status not in CLOSED else "internal"


def restricted(option: Option, /) -> bool:
    """Return whether a site closes an option to all but the authorities, whatever is decided.

    Args:
        option: the option.
    """
    return any(site.disclosure == "restricted" for site in option.sites)


def actionable(option: Option, /) -> bool:
    """Return whether an option can be acted on: ranked, and in the first rank group.

    Args:
        option: the option.
    """
    return option.score.rank is not None and option.score.rank_group == 0
