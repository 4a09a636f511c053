"""The money of the invented town: PA may move into FA, and people supply what it costs."""

from __future__ import annotations

from colocate.money.appraisal import money
from colocate.money.cases import listed
from colocate.money.prices import prices
from colocate.money.running_costs import estimates
from colocate.tables.money import COSTS, DEFLATORS
from colocate.tables.places import SITE_AREAS
from colocate.tables.schema import conform
from colocate.tables.sharing import PARTNERS
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
    """Rows of (body, funding, headcount, demand, votes); size as headcount."""
    names = ("body_id", "funding_gbp", "headcount", "demand", "votes")
    return conform(
        PARTNERS,
        (
            dict(zip(names, row, strict=True)) | {"size": row[2], "source": "invented"}
            for row in rows
        ),
    )


def areas(**by_site):
    """Floor areas of sites by id: low, central and high m2, computed."""
    return conform(
        SITE_AREAS,
        (
            {"site_id": site_id, "buildings": 1, "match": "contains", "match_confidence": "sure",
             "area_low_m2": low, "area_central_m2": central, "area_high_m2": high,
             "area_basis": "computed", "area_rests_on": "invented"}
            for site_id, (low, central, high) in by_site.items()
        ),
    )  # fmt: skip


def deflators(*rows):
    """Rows of (year, low, central, high)."""
    names = ("year", "low", "central", "high")
    return conform(
        DEFLATORS,
        (dict(zip(names, row, strict=True)) | {"basis": "assumed", "source": "invented"}
         for row in rows),
    )  # fmt: skip


def estimated(frame, *, settings=MONEY, floor=None, index=()):
    """What is known of the money of sites, with floor areas and deflators if given."""
    return estimates(
        frame, areas=areas(**(floor or {})),
        prices=prices(deflators(*index), year=HEAD.as_of.year), settings=settings,
    )  # fmt: skip


def found(*moved, supplied=(), frame=None, settings=MONEY, floor=None, index=(), **pa):
    """The money of options of the town; `pa` are facts of the police station."""
    frame = sites(site("FA", 0, 0), site("PA", 1, 0, **pa)) if frame is None else frame
    given = costs(*supplied) if isinstance(supplied, tuple) else supplied
    return money(listed(
        options(*(moved or (INTO,))), frame, costs=given, bodies=bodies(), settings=settings,
        estimates=estimated(frame, settings=settings, floor=floor, index=index),
        as_of=HEAD.as_of,
    ))  # fmt: skip
