"""The money of the invented town: PA may move into FA, and people supply what it costs."""

from __future__ import annotations

from colocate.money.appraisal import money
from colocate.tables.money import COSTS, PARTNERS
from colocate.tables.schema import conform
from options_town import HEAD, MONEY, bodies, option, options, site, sites

INTO = option("INTO", "into_fire", members="FA;PA", host="FA", movers="PA")
FIRE, POLICE, PCC = "shirefire", "eastpolice", "eastpcc"


def costs(*rows):
    """Rows of (item, body, first year, last year, £ a year), for option INTO unless given last."""
    return conform(
        COSTS,
        (
            {"item": i, "body_id": b, "first_year": first, "last_year": last,
             "amount_gbp": float(a), "source": "quote",
             "option_id": option_id[0] if option_id else "INTO"}
            for i, b, first, last, a, *option_id in rows
        ),
    )  # fmt: skip


SCHEME = (
    ("capital", FIRE, 0, 0, -100_000),
    ("receipt", POLICE, 1, 1, 50_000),
    ("rent_paid", POLICE, 1, 30, -5_000),
    ("rent_received", FIRE, 1, 30, 5_000),
)
"""With the priors of a small station and its host, all that a net present value needs."""


def partners(*rows):
    """Rows of (body, funding, headcount, demand, votes)."""
    names = ("body_id", "funding_gbp", "headcount", "demand", "votes")
    return conform(
        PARTNERS, (dict(zip(names, row, strict=True)) | {"source": "invented"} for row in rows)
    )


def found(*moved, supplied=(), frame=None, settings=MONEY, **pa):
    """The money of options of the town; `pa` are facts of the police station."""
    frame = sites(site("FA", 0, 0), site("PA", 1, 0, **pa)) if frame is None else frame
    given = costs(*supplied) if isinstance(supplied, tuple) else supplied
    return money(
        options(*(moved or (INTO,))), frame, costs=given, bodies=bodies(), settings=settings,
        as_of=HEAD.as_of,
    )  # fmt: skip
