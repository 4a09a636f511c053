"""Whether the inputs fit the study and each other, said before anything long begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.errors import GeocodeError, NetworkError, SchemaError, StudyError, some
from colocate.tables import issue_rows
from colocate.tables.places import CREWING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

    from colocate.study import Waiting

HOURS = 24


def assert_agreed(
    tables: Mapping[str, pd.DataFrame],
    /,
    *,
    fire_area: str,
    fire_body: str,
    police_areas: Sequence[str],
    belongings: Sequence[tuple[str, str]],
) -> None:
    """Check what the study names against `bodies` and `boundaries`, and demand against the area.

    Args:
        tables: `bodies`, `boundaries` and `demand_points`, as read.
        fire_area: `study.fire_area`, a name in `boundaries`.
        fire_body: `study.fire_body`, an id in `bodies`.
        police_areas: `study.police_areas`, names in `boundaries`.
        belongings: settings that say whose they are, and the body_id they name.

    Raises:
        StudyError: a body or an area that the study names is in no table, or a figure belongs to
            a fire service that the study is not about.
        SchemaError: a boundary is no valid polygon, or `in_area` of demand points says otherwise
            than their `fire_area`.
    """
    areas = tables["boundaries"]
    assert_polygons(areas, table="boundaries", keys=areas["kind"] + "/" + areas["name"])
    names = {
        kind: areas.loc[areas["kind"] == kind, "name"] for kind in ("fire_area", "police_area")
    }
    faults = [
        f"  study.{setting}: {some(absent)} not in table {table}; "
        f"there are {', '.join(sorted(set(there))) or 'none'}"
        for setting, named, table, there in (
            ("fire_body", [fire_body], "bodies", tables["bodies"]["body_id"]),
            ("fire_area", [fire_area], "boundaries", names["fire_area"]),
            ("police_areas", police_areas, "boundaries", names["police_area"]),
        )
        if (absent := sorted(set(named) - set(there)))
    ]
    faults += _of_others(tables["bodies"], belongings, fire_body=fire_body)
    if faults:
        raise StudyError("\n".join(["the study names what its inputs lack:", *faults]))
    demand = tables["demand_points"]
    wrong = demand["in_area"] != (demand["fire_area"] == fire_area)
    if wrong.any():
        raise SchemaError(
            f"table demand_points: in_area and fire_area disagree in rows "
            f"{some(demand.loc[wrong, 'demand_id'])}; in_area must be true exactly where fire_area "
            f"is {fire_area!r}, the study's. Correct the file or study.fire_area."
        )


def _of_others(
    bodies: pd.DataFrame, belongings: Sequence[tuple[str, str]], *, fire_body: str
) -> list[str]:
    """Name the settings that belong to a body nobody lists, or to another fire service."""
    services = dict(zip(bodies["body_id"], bodies["service"], strict=True))
    faults = [
        f"  {name}: {body!r} is not in table bodies; there are {', '.join(sorted(services))}"
        for name, body in belongings
        if body not in services
    ]
    return faults + [
        f"  {name}: belongs to {body!r}, another fire service than study.fire_body {fire_body!r}; "
        "its figures are neither used nor shown. Give the own service's, or take it out"
        for name, body in belongings
        if services.get(body) == "fire" and body != fire_body
    ]


def assert_whole_days(crew_hours: pd.DataFrame, /, *, sites: pd.DataFrame) -> None:
    """Check that availability by hour is of crewings or listed sites, and of whole days.

    Args:
        crew_hours: table `crew_hours`.
        sites: table `sites`.

    Raises:
        SchemaError: it is not.
    """
    named = crew_hours["of"].unique()
    if unknown := sorted(set(named) - {*CREWING, "unknown", *sites["site_id"]}):
        raise SchemaError(
            f"table crew_hours: {len(unknown)} in column of are neither a crewing nor a site_id: "
            f"{some(unknown)}; expected {', '.join(CREWING)}, unknown, or an id of the registers. "
            "Correct them or take them out."
        )
    hours = crew_hours.groupby("of").size()
    if short := sorted(hours.index[hours < HOURS]):
        raise SchemaError(
            f"table crew_hours: {len(short)} of {len(named)} lack hours: {some(short)}; expected "
            "all 24, 0 to 23, of each. Add the hours that are missing."
        )


def assert_bodies_listed(supplied: Mapping[str, pd.DataFrame], /, *, bodies: pd.DataFrame) -> None:
    """Check that figures people supply belong to bodies of the study.

    Args:
        supplied: tables with a column `body_id`, by name.
        bodies: table `bodies`.

    Raises:
        StudyError: a body_id is not in table `bodies`.
    """
    listed = bodies["body_id"]
    faults = [
        f"  table {name}, body_id: {some(sorted(set(unlisted)))} not in table bodies; there are "
        f"{', '.join(sorted(listed))}"
        for name, table in supplied.items()
        if len(unlisted := table.loc[~table["body_id"].isin(listed), "body_id"])
    ]
    if faults:
        raise StudyError("\n".join(["figures of bodies that the study does not list:", *faults]))


def assert_sites_listed(
    site_decisions: pd.DataFrame, /, *, sites: pd.DataFrame, bodies: pd.DataFrame
) -> None:
    """Check that decisions are about sites of the registers, by bodies of the study.

    Args:
        site_decisions: table `site_decisions`.
        sites: table `sites`.
        bodies: table `bodies`.

    Raises:
        StudyError: a site or a body is in neither table.
    """
    rows = site_decisions
    faults = [
        f"  {column}: {some(rows.loc[wrong, 'site_id'] + shown[wrong])} not in table {table}; "
        f"expected {expected}. Correct the row, or take it out."
        for column, listed, shown, table, expected in (
            ("site_id", sites["site_id"], " of " + rows["date"], "sites", "an id of the registers"),
            ("decided_by", bodies["body_id"], ": " + rows["decided_by"], "bodies", "a body_id"),
        )
        if (wrong := ~rows[column].isin(listed)).any()
    ]
    if faults:
        raise StudyError("\n".join(["table site_decisions names what the study lacks:", *faults]))


def to_supply(waiting: Sequence[Waiting], /) -> pd.DataFrame:
    """Return `issues`: what only the study's bodies know and have not supplied.

    Args:
        waiting: places of the study file that wait for it.
    """
    return issue_rows(
        ("inputs", "study", each.place, "figure_to_supply",
         "doubt" if each.stands_in else "note",
         f"To be supplied: {each.what}. "
         + ("A general figure stands in." if each.stands_in else "The place is empty."))
        for each in waiting
    )  # fmt: skip


def assert_overrides_listed(overrides: pd.DataFrame, /, *, sites: pd.DataFrame) -> None:
    """Check that signed points are those of sites of the registers.

    Args:
        overrides: table `overrides`.
        sites: table `sites`.

    Raises:
        StudyError: a site is in no register.
    """
    unlisted = overrides.loc[~overrides["site_id"].isin(sites["site_id"]), "site_id"]
    if len(unlisted):
        raise StudyError(
            f"table overrides, site_id: {some(unlisted)} in no register; expected an id of the "
            "registers. Correct the row, or take it out."
        )


def conversions(declared: Mapping[str, str], /) -> pd.DataFrame:
    """Return `issues`: a note for each table whose features were converted to the National Grid.

    Args:
        declared: The reference system each table's file declares.
    """
    from colocate import bng  # with PROJ, which no other check needs

    rows = []
    for table, crs in sorted(declared.items()):
        operation = bng.transformation(crs)
        if crs != bng.BNG:
            message = (
                f"Converted from {crs} to {bng.BNG} by “{operation.name}”, accurate to "
                f"{operation.accuracy_m:g} m as PROJ states it."
            )
            rows.append(("inputs", table, table, "coordinates_converted", "note", message))
    return issue_rows(rows)


def assert_any_site(located: pd.DataFrame, /, *, issues: pd.DataFrame) -> None:
    """Refuse to go on without a single site.

    Args:
        located: table `located_sites`.
        issues: those of locating them, which say why.

    Raises:
        GeocodeError: table `located_sites` is empty.
    """
    if located.empty:
        raise GeocodeError(
            f"no site of the registers could be located{_commonest(issues)}. Give coordinates or "
            "postcodes; `colocate schema sites` says how they are read."
        )


def _commonest(issues: pd.DataFrame) -> str:
    """Name the commonest doubts, each with how often and an example."""
    doubts = issues[issues["severity"] == "doubt"].groupby("rule")["message"]
    told = [
        f"\n  {rule}: {len(messages)} times, first: {messages.iloc[0].rstrip('.')}"
        for rule, messages in sorted(doubts, key=lambda item: -len(item[1]))[:3]
    ]
    return "".join([":", *told]) if told else ""


def assert_on_network(snaps: pd.DataFrame, /) -> None:
    """Refuse to go on when no site or no demand point lies near a road.

    Args:
        snaps: table `snaps`.

    Raises:
        NetworkError: table `snaps` holds no row of a kind.
    """
    for kind, what in (("site", "site"), ("demand", "demand point")):
        if not (snaps["kind"] == kind).any():
            raise NetworkError(
                f"no {what} lies within travel.snap_refused_m of a road: the roads and the places "
                "are of different areas. Name the roads of this area in inputs.roads."
            )


def assert_polygons(areas: gpd.GeoDataFrame, /, *, table: str, keys: pd.Series) -> None:
    """Check that every row is one valid polygon or several.

    Args:
        areas: rows of a table of polygons.
        table: its name.
        keys: what the rows are called.

    Raises:
        SchemaError: a row has no polygon, an empty one, or one that is not valid.
    """
    shapes = areas.geometry
    no_area = shapes.is_empty | ~shapes.geom_type.isin(["Polygon", "MultiPolygon"])
    for what, rows, found in (
        ("empty or no polygon", no_area, lambda: shapes.geom_type),
        ("an invalid polygon", ~no_area & ~shapes.is_valid, shapes.is_valid_reason),
    ):
        if rows.any():
            raise SchemaError(
                f"table {table}: {what} in rows {some(keys[rows])}; the first is: "
                f"{found()[rows].iloc[0]}. An area is one valid polygon or several: repair it (in "
                "QGIS: Fix geometries) and save it again."
            )
