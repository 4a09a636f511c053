"""The effects of options in a town of four sites, as tests ask for them."""

from __future__ import annotations

import pandas as pd

from colocate import study
from colocate.impact.access import desks
from colocate.impact.changed_points import by_area, changes_together
from colocate.impact.effects import Carless, effects
from colocate.impact.relocation import as_one, moves
from colocate.places.units import demand_units
from colocate.tables.effects import NEW_SITES
from colocate.tables.schema import conform
from options_town import (
    ACCESS,
    NOWHERE,
    RESPONSE,
    TOLERANCE,
    crews_of,
    demand_points,
    option,
    options,
    participation,
    site,
    site_to_demand,
    site_to_site,
    sites,
)  # fmt: skip

TOWN = sites(
    site("FA", 0, 0),
    site("FB", 10_000, 0, crewing="wholetime;on_call"),
    site("PA", 1000, 0, "station;front_desk;custody"),
    site("PB", 9000, 0),
)
# On-call crews respond in 60 + 300 + drive, the wholetime one of FB in 60 + 90 + drive.
DEMAND = demand_points(
    ("D1", -2400, 0, 100, 1),  # FA 600, FB 1390
    ("D2", -2410, 0, 200, 2),  # FA 601, FB 1391
    ("D3", 5000, 0, 400, 3),  # FB 650, then FA and FB's second crew 860
    ("D4", 10_000, 0, 800, 4),  # FB 150 and 360
).assign(area_km2=[1.0, 2.0, 4.0, 8.0])
FIRE = RESPONSE.model_copy(
    update={
        "second_limit_min": study.Figure(value=13, assumed="test"),
    }
)
POLICE = ACCESS.model_copy(update={"base_roles": ("station",)})

INTO_POLICE = option("FA-into-PA", "into_other", members="FA;PA", host="PA", movers="FA")
INTO_FIRE = option("PA-into-FA", "into_fire", members="FA;PA", host="FA", movers="PA")
NEW = option("FA+PA-new", "both_to_new", members="FA;PA", movers="FA;PA")
TOUCH = option("PA-touchdown-FA", "touchdown", members="FA;PA", host="FA")
OPEN = option("PA-hq-FA", "hq", members="FA;PA", movers="FA;PA")


def new_site(option_id, x, y):
    """Table `new_sites` of one option, and its site as a row of `located_sites`."""
    row = site("FN", x, y) | {"site_id": f"NEW-{option_id}"}
    place = {"option_id": option_id, "site_id": row["site_id"], "easting": float(x),
             "northing": float(y), "geometry": row["geometry"]}  # fmt: skip
    return conform(NEW_SITES, [place]), sites(row)


def given(
    frame=TOWN, *, demand=DEMAND, new=None, response=FIRE, access=POLICE, tolerance=TOLERANCE, **how
):
    """Everything but options and moves, for a town with a new site or without."""
    new_sites, places = new or (NOWHERE, frame.iloc[:0])
    everywhere = pd.concat([frame, places], ignore_index=True)
    od = site_to_demand(everywhere, demand, **how)
    return {
        "located_sites": frame,
        "participation": participation(frame),
        "site_to_demand": od,
        "demand_to_site": od,
        "site_to_site": site_to_site(everywhere),
        "demand_points": demand,
        "new_sites": new_sites,
        "response": response,
        "access": access,
        "tolerance": tolerance,
    }


def affected(*rows, stops=None, **town):
    """Table `effects` by option, side and measure; `stops` near sites by id."""
    listed, found = options(*rows), given(**town)
    who = moves(listed, found["new_sites"])
    fire, police = serving(who, found)
    other = {name: found[name] for name in ("site_to_demand", "site_to_site", "new_sites")}
    near = pd.DataFrame({"site_id": list(stops or {}), "n_stops": list((stops or {}).values())})
    table = effects(listed, found["located_sites"], fire=fire, police=police,
                    carless=Carless(on_foot(who, found), near, study.Walking()),
                    **other)  # fmt: skip
    return table.set_index(["option_id", "measure"])


def serving(who, found):
    """Crews and desks with some moves."""
    sites, points = found["located_sites"], ("demand_points", "tolerance")
    of_fire = ("participation", "site_to_demand", "response", *points)
    police = {name: found[name] for name in ("demand_to_site", *points)}
    return (crews_of(who, sites, **{name: found[name] for name in of_fire}),
            desks(who, sites, settings=found["access"], **police))  # fmt: skip


def on_foot(who, found):
    """Desks with the walks to them: 10 m/s by car is 7.5 times 80 m a minute."""
    walks = found["demand_to_site"].assign(travel_time_s=lambda od: od["travel_time_s"] * 7.5)
    near = walks[walks["travel_time_s"] <= 1800]
    tolerance = found["tolerance"].model_copy(
        update={"time_s": study.Figure(value=60, assumed="test")}
    )
    return desks(
        who, found["located_sites"], demand_to_site=near, settings=found["access"],
        demand_points=found["demand_points"], tolerance=tolerance, bounded=True,
    )  # fmt: skip


def changed(*rows, subject=None, **town):
    """Table `changes` of options, or of all of them together as one subject."""
    found = given(**town)
    who = moves(options(*rows), found["new_sites"])
    by_unit = changes_together(*serving(as_one(who, subject) if subject else who, found))
    return by_area(by_unit, demand_units(found["demand_points"], None).demand_units)
