"""Readiness: what share of the inputs was understood, told before any result.

What is missing has a cautious value further on: a crew is slow, a status unverified, an area
without people or police quiet. Where most of it is missing, results tell of the gaps alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import shapely

from colocate.errors import some
from colocate.tables.readiness import READINESS
from colocate.tables.roles import has_role
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    import pandas as pd

    from colocate import study

Row = dict[str, Any]

BORDER_M = 1000.0
"""A point this close to its area may be in it: generalised borders are drawn as far off."""

TOUCHES = 0.01
"""Share of a fire area from which a force is said to overlap it; less is a border drawn twice."""


class Subject(NamedTuple):
    """Whom a study is about."""

    fire_area: str
    fire_body: str
    police_areas: tuple[str, ...]
    partners: tuple[str, ...]
    """Services whose sites only host; their registers are not measured."""


def of_inputs(
    sites: pd.DataFrame,
    located_sites: gpd.GeoDataFrame,
    /,
    *,
    bodies: pd.DataFrame,
    boundaries: gpd.GeoDataFrame,
    demand_points: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    subject: Subject,
    least: study.Readiness,
) -> pd.DataFrame:
    """Say how much of the registers, the people and the areas was understood.

    Args:
        sites: table `sites`.
        located_sites: table `located_sites`.
        bodies: table `bodies`.
        boundaries: table `boundaries`.
        demand_points: table `demand_points`.
        places: table `places`.
        subject: whom the study is about.
        least: section `readiness` of the study.

    Returns:
        Table `input_readiness`.
    """
    own = sites[~sites["over_border"] & ~sites["service"].isin(subject.partners)]
    located = located_sites[located_sites["site_id"].isin(own["site_id"])]
    rows = [
        *_registers(own, located, subject=subject, least=least),
        *_people(demand_points, boundaries, located=located, subject=subject, least=least),
        *_areas(bodies, boundaries, places=places, subject=subject),
    ]
    return conform(READINESS, rows)


def of_roads(
    located_sites: gpd.GeoDataFrame,
    demand_points: gpd.GeoDataFrame,
    /,
    *,
    snaps: pd.DataFrame,
    least: study.Readiness,
) -> pd.DataFrame:
    """Say how many sites and people the roads reach.

    Args:
        located_sites: table `located_sites`.
        demand_points: table `demand_points`.
        snaps: table `snaps`.
        least: section `readiness` of the study.

    Returns:
        Rows of table `readiness`.
    """
    kinds = snaps.groupby("kind")["point_id"].agg(set).to_dict()
    sites = located_sites[located_sites["in_area"]]
    people = demand_points[demand_points["in_area"]]
    on_site = sites["site_id"].isin(kinds.get("site", set()))
    reached = people["demand_id"].isin(kinds.get("demand", set()))
    follows = "what is off the roads is left out. Name the roads of the whole area in inputs.roads"
    return conform(READINESS, [
        _row("roads", "sites", of=_met(on_site), least=least.roads,
             what="sites of the fire area that a road reaches", follows=follows),
        _row("roads", "people", of=(people.loc[reached, "people"].sum(), people["people"].sum()),
             least=least.roads, what="people of the fire area whom a road reaches",
             follows=follows),
    ])  # fmt: skip


def _row(
    measure: str,
    about: str,
    /,
    *,
    of: tuple[float, float],
    what: str,
    follows: str,
    least: study.Figure | None = None,
    stops: bool = True,
    enough: float = 1.0,
) -> Row:
    """Measure one share; without a least one, less than `enough` is a warning.

    Where one is asked for and there is nothing at all, that is not enough.
    """
    known, total = of
    share = known / total if total else None
    enough = least.value if least else enough
    ready = share >= enough if share is not None else least is None
    state = "ready" if ready else "stops" if least and stops else "warns"
    told = f"{known:,.0f} of {total:,.0f}" + (f" ({share:.0%})" if share is not None else "")
    asked = f"; {enough:.0%} or more {'is needed' if stops else 'is expected'}" if least else ""
    gap = "" if state == "ready" else f": {follows}"
    return {
        "measure": measure,
        "about": about,
        "known": float(known),
        "total": float(total),
        "share": share,
        "least": least.value if least else None,
        "ground": least.ground if least else None,
        "state": state,
        "message": f"{measure.capitalize()}, {about}: {told} {what}{asked}{gap}.",
    }


def _met(holds: pd.Series) -> tuple[float, float]:
    """Count the rows for which something holds, of all."""
    return holds.sum(), len(holds)


def _registers(
    own: pd.DataFrame,
    located: gpd.GeoDataFrame,
    *,
    subject: Subject,
    least: study.Readiness,
) -> Iterator[Row]:
    """Measure the columns of the registers, service by service."""
    for service, rows in own.groupby("service"):
        open_ = rows[rows["status"].isin(["open", "unverified"])]
        there = located[located["service"] == service]
        name = str(service)
        yield _row("status", name, of=_met(rows["status"] != "unverified"),
                   least=least.status, what="sites have a known status",
                   follows="the others take no part. Give or map column status")  # fmt: skip
        yield _row("role", name, of=_met(open_["roles"] != "other"), least=least.role,
                   what="open or unverified sites have a known use",
                   follows="the others are of no use known. Give or map column roles")  # fmt: skip
        yield _row("coordinates", name, of=(len(there), len(rows)), least=least.coordinates,
                   what="sites could be located",
                   follows="the others are left out. Give coordinates or postcodes")  # fmt: skip
        yield _row("points", name, of=_met(there["geocode_method"] == "coordinates"),
                   least=least.points, stops=False, what="located sites have a point of their own",
                   follows="the others stand at their postcode. Give coordinates")  # fmt: skip
        yield _row("tenure", name, of=_met(open_["tenure"].notna()), least=least.tenure,
                   stops=False, what="open or unverified sites have a known tenure",
                   follows="when they could be left is unknown. Give column tenure")  # fmt: skip
    stations = own[(own["body_id"] == subject.fire_body) & has_role(own, "station")]
    crewed = stations[stations["status"] == "open"]
    yield _row("crewing", "fire", of=_met(crewed["crewing"].notna()), least=least.crewing,
               what="open fire stations have a known crewing",
               follows="the others answer as response.turnout_s.unknown says, so that cover is "
               "told too low or too high. Give or map column crewing")  # fmt: skip
    placed = located[["fire_area", "police_area"]].notna().all(axis=1)
    yield _row("areas", "sites", of=_met(placed), least=least.areas,
               what="sites lie in a fire area and a police area",
               follows="registers and boundaries do not meet. Check the reference systems of both "
               "and whether they are of the same place")  # fmt: skip


def _people(
    demand_points: gpd.GeoDataFrame,
    boundaries: gpd.GeoDataFrame,
    *,
    located: gpd.GeoDataFrame,
    subject: Subject,
    least: study.Readiness,
) -> Iterator[Row]:
    """Measure whom the study counts: in their area, and with a force that has sites."""
    people = demand_points[demand_points["in_area"]]
    area = _area(boundaries, kind="fire_area", name=subject.fire_area)
    x, y = people.geometry.get_coordinates().to_numpy().T
    inside, crossed = (
        shapely.dwithin(area, shapely.points(*at), BORDER_M) for at in ((x, y), (y, x))
    )
    all_people = people["people"].sum()
    swapped = "easting and northing look swapped. " if crossed.sum() > inside.sum() else ""
    yield _row("demand", subject.fire_area, of=(people.loc[inside, "people"].sum(), all_people),
               least=least.demand, what="people counted in the fire area live in it",
               follows=f"{swapped}demand and boundaries do not meet, or there is no demand. Give "
               "demand of this area")  # fmt: skip
    open_ = located[(located["service"] == "police") & (located["status"] == "open")]
    with_sites = people["police_area"].isin(open_["police_area"].dropna())
    bare = sorted(set(people.loc[~with_sites, "police_area"]))
    named = f"no open police site in {some(bare)}: " if bare else ""
    yield _row("police", subject.fire_area, of=(people.loc[with_sites, "people"].sum(), all_people),
               least=least.police if subject.police_areas else None,
               what="people live in a force's area with open police sites",
               follows=f"{named}there no option can arise. Give that force's register")  # fmt: skip


def _areas(
    bodies: pd.DataFrame,
    boundaries: gpd.GeoDataFrame,
    *,
    places: gpd.GeoDataFrame,
    subject: Subject,
) -> Iterator[Row]:
    """Measure which forces that overlap the fire area the study names and lists."""
    area = _area(boundaries, kind="fire_area", name=subject.fire_area)
    forces = boundaries[boundaries["kind"] == "police_area"]
    shared = forces.geometry.intersection(area).area / (area.area or 1)
    over = sorted(forces.loc[shared >= TOUCHES, "name"])
    listed = set(bodies.loc[bodies["service"] == "police", "area"].dropna())
    bare = [name for name in over if name not in subject.police_areas or name not in listed]
    yield _row("forces", subject.fire_area, of=(len(over) - len(bare), len(over)),
               what="forces that overlap the fire area are named and have a body",
               follows=f"{some(bare or ['none'])} lack in study.police_areas or in table bodies, "
               "so nobody of theirs is asked")  # fmt: skip
    if len(places):
        inside = int(shapely.intersects(area, places.geometry.to_numpy()).sum())
        yield _row("places", subject.fire_area, of=(inside, len(places)), enough=1 / len(places),
                   what="place names lie in the fire area",
                   follows="the map has no names there. Give places of this area")  # fmt: skip


def _area(boundaries: gpd.GeoDataFrame, *, kind: str, name: str) -> shapely.Geometry:
    """Return an area as one shape, prepared for points."""
    rows = boundaries[(boundaries["kind"] == kind) & (boundaries["name"] == name)]
    found = shapely.union_all(rows.geometry.to_numpy())
    shapely.prepare(found)
    return found
