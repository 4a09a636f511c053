"""Stages of impact: both services, and people, before and after each option."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.stage import setting, stage
from colocate.tables.options import MOVES
from colocate.tables.places import CREWED

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from colocate.study import (
        Access,
        Equality,
        Figure,
        Incidents,
        Response,
        Tolerance,
        Walking,
    )

    Made = Mapping[str, pd.DataFrame]


@stage(
    "both services before and after",
    makes=(
        "cover_baseline",
        "response_parts",
        "cover",
        "access",
        "unnamed_effects",
        "changed_units",
        "changes",
    ),
    columns={"options": MOVES, "located_sites": (*CREWED, "in_area")},
)
def effects(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    participation: pd.DataFrame,
    demand_points: pd.DataFrame,
    demand_units: pd.DataFrame,
    new_sites: pd.DataFrame,
    site_to_unit: pd.DataFrame,
    unit_to_site: pd.DataFrame,
    site_to_demand: pd.DataFrame,
    site_to_site: pd.DataFrame,
    walk_to_site: pd.DataFrame,
    site_bus_stops: pd.DataFrame,
    crew_hours: pd.DataFrame,
    response: Response = setting("response"),
    cutoff_min: Figure = setting("travel.cutoff_min"),
    access: Access = setting("access"),
    walking: Walking = setting("walking"),
    tolerance: Tolerance = setting("tolerance"),
) -> Made:
    """Measure what each option does to fire cover, to desks, and to whom."""
    from colocate.impact import access as desks
    from colocate.impact import changed_points, cover, crews, relocation
    from colocate.impact import effects as measured

    who = relocation.moves(options, new_sites)
    listed = crews.roster(
        who, located_sites, participation=participation, demand_points=demand_units,
        terms=crews.Terms(response, tolerance, cutoff_min.value * 60, crew_hours),
    )  # fmt: skip
    fire = crews.crews(listed, site_to_unit)
    police = desks.desks(
        who, located_sites, demand_to_site=unit_to_site, settings=access,
        demand_points=demand_units, tolerance=tolerance,
    )  # fmt: skip
    on_foot = desks.desks(
        who, located_sites, demand_to_site=walk_to_site, settings=access, bounded=True,
        demand_points=demand_points,
        tolerance=tolerance.model_copy(update={"time_s": walking.tolerance_s}),
    )  # fmt: skip
    changed = changed_points.changes_together(fire, police)
    return {
        **cover.covered(options, fire)._asdict(),
        "access": desks.access(options, police),
        "unnamed_effects": measured.effects(
            options, located_sites, fire=fire, police=police, new_sites=new_sites,
            carless=measured.Carless(on_foot, site_bus_stops, walking),
            site_to_demand=site_to_demand, site_to_site=site_to_site,
        ),
        "changed_units": changed,
        "changes": changed_points.by_area(changed, demand_units),
    }  # fmt: skip


@stage(
    "effects by the names of their sites",
    makes=("effects",),
    columns={"located_sites": ("site_id", "name", "staff_fte")},
)
def named(unnamed_effects: pd.DataFrame, located_sites: pd.DataFrame) -> Made:
    """Call the sites that effects tell of by their names, and say whose staff would drive."""
    from colocate.impact.naming import named

    return {"effects": named(unnamed_effects, located_sites)}


@stage("who gains and who loses", makes=("equality",))
def equality(
    cover: pd.DataFrame,
    access: pd.DataFrame,
    changed_units: pd.DataFrame,
    demand_units: pd.DataFrame,
    settings: Equality = setting("equality"),
) -> Made:
    """Screen every option, group by group of people."""
    from colocate.impact.equality import equality

    unknown = [
        (option_id, side)
        for side, table in (("fire", cover), ("police", access))
        for option_id in table.loc[~table["known"], "option_id"]
    ]
    return {"equality": equality(changed_units, demand_units, unknown=unknown, settings=settings)}


@stage(
    "the best set before and after",
    makes=("portfolio_changes", "portfolio_equality"),
    columns={"options": MOVES, "located_sites": CREWED},
)
def together(
    portfolio_options: pd.DataFrame,
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    participation: pd.DataFrame,
    demand_units: pd.DataFrame,
    new_sites: pd.DataFrame,
    site_to_unit: pd.DataFrame,
    unit_to_site: pd.DataFrame,
    crew_hours: pd.DataFrame,
    response: Response = setting("response"),
    cutoff_min: Figure = setting("travel.cutoff_min"),
    access: Access = setting("access"),
    tolerance: Tolerance = setting("tolerance"),
    settings: Equality = setting("equality"),
) -> Made:
    """Put the best set through the same kernels as single options."""
    from colocate.impact import access as desks
    from colocate.impact import changed_points, crews, relocation
    from colocate.impact.equality import equality

    best = portfolio_options.loc[portfolio_options["portfolio_id"] == "best", "option_id"]
    single = relocation.moves(options[options["option_id"].isin(best)], new_sites)
    who = relocation.as_one(single, "portfolio")
    listed = crews.roster(
        who, located_sites, participation=participation, demand_points=demand_units,
        terms=crews.Terms(response, tolerance, cutoff_min.value * 60, crew_hours),
        cases=("expected",),
    )  # fmt: skip
    fire = crews.crews(listed, site_to_unit)
    police = desks.desks(
        who, located_sites, demand_to_site=unit_to_site, settings=access,
        demand_points=demand_units, tolerance=tolerance,
    )  # fmt: skip
    changed = changed_points.changes_together(fire, police)
    return {
        "portfolio_changes": changed_points.by_area(changed, demand_units),
        "portfolio_equality": equality(changed, demand_units, settings=settings),
    }


@stage(
    "response by kind of incident, and on other points",
    makes=("response_by_mix", "cover_by_points"),
    columns={"located_sites": CREWED},
)
def incidents(
    located_sites: pd.DataFrame,
    participation: pd.DataFrame,
    demand_points: pd.DataFrame,
    demand_units: pd.DataFrame,
    incident_points: pd.DataFrame,
    site_to_demand: pd.DataFrame,
    demand_to_site: pd.DataFrame,
    site_to_unit: pd.DataFrame,
    unit_to_site: pd.DataFrame,
    site_to_incident: pd.DataFrame,
    crew_hours: pd.DataFrame,
    response: Response = setting("response"),
    cutoff_min: Figure = setting("travel.cutoff_min"),
    access: Access = setting("access"),
    tolerance: Tolerance = setting("tolerance"),
    settings: Incidents = setting("incidents"),
) -> Made:
    """Measure the response to each kind of incident, and cover and access on other points."""
    from colocate.impact import access as desks
    from colocate.impact import crews
    from colocate.impact.by_points import Laid, cover_by_points
    from colocate.impact.incidents import response_by_mix

    terms = crews.Terms(response, tolerance, cutoff_min.value * 60, crew_hours)

    def fire(points: pd.DataFrame, drives: pd.DataFrame) -> crews.Crews:
        listed = crews.roster(
            {}, located_sites, participation=participation, demand_points=points, terms=terms
        )
        return crews.crews(listed, drives)

    def laid(points: pd.DataFrame, out: pd.DataFrame, back: pd.DataFrame) -> Laid:
        police = desks.desks(
            {}, located_sites, demand_to_site=back, settings=access, demand_points=points,
            tolerance=tolerance,
        )  # fmt: skip
        return Laid(fire(points, out), police)

    own = laid(demand_units, site_to_unit, unit_to_site)
    areas = laid(demand_points, site_to_demand, demand_to_site)
    return {
        "response_by_mix": response_by_mix(
            incident_points, own.fire, settings=settings,
            apart=lambda points: fire(points, site_to_incident),
        ),
        "cover_by_points": cover_by_points(own, areas, demand_units=demand_units),
    }  # fmt: skip
