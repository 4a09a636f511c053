"""Who may be told of which options, and up to which class: the one place that decides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from colocate.publish.facts.disclosure import held

if TYPE_CHECKING:
    from colocate.publish.facts.records import Facts, Option
    from colocate.tables.schema import Disclosure

CLOSED = ("declined", "withdrawn")
"""A decision against an option closes it to agents, whatever its release says."""


@dataclass(frozen=True)
class Audience:
    """Whom facts are told to."""

    ceiling: Disclosure
    """Highest class of a field that it may read."""
    sensitive: bool = False
    """Whether it may be told of options with a site whose row is restricted."""
    released: bool | None = None
    """Whether the decision register must (or must not) have released an option to it."""
    ranked: bool | None = None
    """Whether an option must have a rank."""
    groups: frozenset[int] = frozenset({0, 1, 2, 3})
    """Rank groups of the options it may be told of."""
    kinds: frozenset[str] | None = None
    """Kinds of these options; any when None."""


AGENTS = Audience("commercial", released=True)
"""Commercial agents: options that a decision released, with their sites named."""

SOUGHT = Audience("public", released=False, ranked=True, groups=frozenset({0, 1, 2}),
                  kinds=frozenset({"both_to_new"}))  # fmt: skip
"""Agents before a release: new sites only, and nothing that is true of one building alone. A move
into the other service's building asks nothing of the market and would name what is given up."""

OPEN_PAGE = Audience("commercial", sensitive=True, ranked=True)
"""The open page as the authorities see it: what agents get once an option is released."""


def cut(facts: Facts, audience: Audience, /) -> Facts:
    """Return the options that an audience may be told of and the fields that it may read.

    Reading any other field raises `WithheldError`; sites are those of the options that are left.

    Args:
        facts: all of a run.
        audience: who is to be told.
    """
    options = tuple(
        held(option, audience.ceiling) for option in facts.options if admits(audience, option)
    )
    sites = {site.site_id: site for option in options for site in option.sites}
    return facts._replace(options=options, sites=sites, questions=(), targets=())


def admits(audience: Audience, option: Option, /) -> bool:
    """Return whether an audience may be told of an option at all.

    Args:
        audience: who is to be told.
        option: the option.
    """
    if not audience.sensitive and any(site.disclosure == "restricted" for site in option.sites):
        return False
    return (
        audience.released in {None, released(option)}
        and audience.ranked in {None, option.score.rank is not None}
        and option.score.rank_group in audience.groups
        and (audience.kinds is None or option.kind in audience.kinds)
    )


def released(option: Option, /) -> bool:
    """Return whether a decision in force with a date and a body opens an option to agents.

    Args:
        option: the option.
    """
    decision = option.decision
    stated = decision.date is not None and decision.decided_by is not None
    return stated and decision.release == "agents" and decision.status not in CLOSED
