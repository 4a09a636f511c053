"""Tables of what is at stake: who could lose a service by options together."""

from __future__ import annotations

from colocate.tables.schema import Column, Table, people

_SIDE = Column("side", "str", "Service that could be lost.", allowed=("cover", "access"))
_KIND = Column("kind", "int", "Number of the points alike, by service: the same sites cover them "
               "today, and the same options take those away or bring others.", at_least=0)

POINTS_AT_STAKE = Table(
    "points_at_stake",
    "Points covered today from which all options together would take as many sites as cover them: "
    "none but these could a set of options put beyond a service.",
    key=("side", "demand_id"),
    columns=(
        _SIDE,
        Column("demand_id", "str", "Unit where people are."),
        people("people", "Residents."),
        Column("n_sites", "int", "Sites that cover it today.", at_least=1),
        _KIND,
    ),
)

STAKES = Table(
    "stakes",
    "What each option would take away from points alike, and bring to them.",
    key=("side", "option_id", "kind"),
    columns=(
        _SIDE,
        Column("option_id", "str", "Option."),
        _KIND,
        Column("n_gone", "int", "Sites covering these points that the option takes away.",
               at_least=0),
        Column("arrives", "bool", "Whether what the option moves covers them from its host."),
    ),
)

UNKNOWN_STAKES = Table(
    "unknown_stakes",
    "Options that move a site of a service to where nobody knows, or no road leads: who could lose "
    "by them is not known.",
    key=("side", "option_id"),
    columns=(_SIDE, Column("option_id", "str", "Option.")),
)

TABLES = (POINTS_AT_STAKE, STAKES, UNKNOWN_STAKES)
