"""The agents' cut: what is sought, and by decision of the register what is on offer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from colocate.publish import released, words
from colocate.publish.lists import approving
from colocate.publish.lists.fields import AGENTS, names
from colocate.publish.words import known
from colocate.tables import parts
from colocate.tables.schema import CRS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from colocate.study import Study

Tables = Mapping[str, pd.DataFrame]
Row = dict[str, Any]

FORMAT = "colocate-shortlist-agents/3"
"""Raised when a column is added, moved or changes its meaning."""

COLUMNS = names(AGENTS)

SOURCES: Mapping[str, tuple[str, ...]] = {
    "options": ("option_id", "kind", "site_ids", "police_areas"),
    "scores": ("option_id", "status", "rank"),
    "approvals": ("option_id", "step", "body", "action", "certainty"),
    "places": ("name", "kind", "geometry"),
    "boundaries": ("kind", "name", "geometry"),
    "located_sites": ("site_id", "service", "town", "confidence", "as_of", "disclosure",
                      "geometry"),
    "areas_of_search": ("option_id", "geometry"),
}  # fmt: skip
"""All the columns that the cut reads of what is not released: public ones only."""

SITE_FACTS = ("uprn", "tenure", "lease_end", "break_date", "gia_m2", "site_area_m2", "spare_m2",
              "parking_spaces", "epc", "condition", "listed", "flood_zone")  # fmt: skip
"""Told of the site that would come free, once its option is released."""

OF_SURPLUS = (*SITE_FACTS, "surplus_sites", "postcode", "area_basis", "earliest_release")

WITHHELD = ("rank", "host_site", "surplus_sites", "postcode", "uprn", "tenure", "lease_end",
            "break_date", "epc", "condition", "listed", "flood_zone")  # fmt: skip
"""About named sites, and the rank: empty until the decision register releases the option."""

UNKNOWN = ("gia_m2", "area_basis", "site_area_m2", "spare_m2", "parking_spaces",
           "earliest_release")  # fmt: skip
"""Size and date sought: not part of any register yet."""

WORST_FIRST = ("low", "medium", "high")

SCREENING = (
    "Screening only: a shared site could be looked at here if the authorities agree; "
    "nothing is sought yet"
)
AREA_BASIS = "gross internal area, as registered"

SQUARE_M = 1000
"""Until a release agents get whole squares of the National Grid: a finer outline would show which
station moves."""

POINT_M = 100
"""Points of released sites are the middle of their square of this size."""

AREAS = "areas-of-search-agents.gpkg"
"""The file beside the agents' shortlist that holds their areas of search and released sites."""


class Pack(NamedTuple):
    """What agents may see."""

    rows: pd.DataFrame
    """The shortlist, columns as in `COLUMNS`."""
    areas: gpd.GeoDataFrame
    """Areas of search: option_ref, town, released, geometry. That of a released option is its
    own; all others of a town make one, in whole kilometre squares that any of them touches, so
    that it cannot be told which of the town's sites would move."""
    sites: gpd.GeoDataFrame
    """Sites of released options: option_ref, site, part, geometry: the middle of the 100 m square
    that holds the site."""


class _Town(NamedTuple):
    """A town in or near which a shared site could be looked at."""

    reference: str
    name: str
    options: pd.DataFrame
    """Its unreleased options for a new site."""
    area: shapely.Geometry | None


def pack(tables: Tables, /, *, study: Study) -> Pack:
    """Return what commercial agents may see: released options by name, and what else is sought.

    An option is named only when the decision register releases it (`released.option_ids`): then
    it has a row for each site that would come free, or one row where none would.

    Of all others nothing is ranked and nothing is told that is true of one building only. An
    option that moves one service into the other's building asks nothing of the market and would
    name the building given up: it is left out. What remains is a new shared site in or near a
    town: one row a town, in the order of their names and numbered anew, so that no reference
    leads back to a site.
    """
    seen = released.view(tables)
    towns = list(_towns(tables, study))
    named = list(_named(seen))
    listed = [*named, *_sought(towns, tables["approvals"])]
    for place, row in enumerate(listed):
        row |= {
            "contact": study.study.contact or None,
            "licence_notice": words.notice_and_licence(study),
            "format": FORMAT,
        }
        row["data_gaps"] = _gaps(row, named=place < len(named))
    frame = pd.DataFrame(listed, columns=list(COLUMNS)).astype("object")
    return Pack(frame.where(frame.notna(), None), _areas(seen, towns), _sites(seen))


def _areas(seen: Tables, towns: list[_Town]) -> gpd.GeoDataFrame:
    own = seen["areas_of_search"].sort_values("option_id")
    drawn = [
        {"option_ref": option, "town": None, "released": True, "geometry": shape}
        for option, shape in zip(own["option_id"], own["geometry"], strict=True)
    ]
    drawn += [
        {"option_ref": t.reference, "town": t.name, "released": False, "geometry": t.area}
        for t in towns
        if t.area is not None
    ]
    return _located(drawn, ["option_ref", "town", "released"])


def _sites(seen: Tables) -> gpd.GeoDataFrame:
    places = seen["located_sites"].set_index("site_id", drop=False)
    drawn = [
        {"option_ref": option.option_id, "site": places["name"][site],
         "part": _part(option, site), "geometry": _square_middle(places["geometry"][site])}
        for option in seen["options"].sort_values("option_id").itertuples()
        for site in parts(option.site_ids)
    ]  # fmt: skip
    return _located(drawn, ["option_ref", "site", "part"])


def _part(option: Any, site: str) -> str:  # noqa: ANN401 - a row as a named tuple
    if site in parts(option.host_site_id):
        return "host"
    return "surplus" if site in parts(option.released_site_ids) else "involved"


def _square_middle(point: shapely.Point) -> shapely.Point:
    east, north = ((c // POINT_M + 0.5) * POINT_M for c in (point.x, point.y))
    return shapely.Point(east, north)


def _located(drawn: list[Row], columns: list[str]) -> gpd.GeoDataFrame:
    frame = pd.DataFrame(drawn, columns=[*columns, "geometry"])
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=CRS)


def _named(seen: Tables) -> Iterator[Row]:
    """Rows of the released options, by rank; a row for each site that would come free."""
    frame = seen["options"].merge(seen["scores"], on="option_id", validate="1:1")
    frame = frame.merge(seen["option_decisions"], on="option_id", validate="1:1")
    places = seen["located_sites"].set_index("site_id", drop=False)
    outlined = set(seen["areas_of_search"]["option_id"])
    for option in frame.sort_values(["rank", "option_id"]).itertuples():
        members = places.loc[parts(option.site_ids)]
        surplus = parts(option.released_site_ids)
        common = dict.fromkeys(COLUMNS) | {
            "rank": option.rank,
            "option_ref": option.option_id,
            "what_happens": f"{option.what_happens} Decision: {option.status}, {option.date}.",
            "host_site": "; ".join(places["name"][s] for s in parts(option.host_site_id)) or None,
            "area_of_search": f"{AREAS}, layer areas_of_search"
            if option.option_id in outlined
            else None,
            "town": _stated_town(members),
            "approvals_outstanding": approving.outstanding(
                seen["approvals"][seen["approvals"]["option_id"] == option.option_id],
                decided_by=option.decided_by if option.status == "approved" else None,
            ),
            "confidence": min(members["confidence"], key=WORST_FIRST.index),
            "as_of": words.span(members["as_of"]),
        }
        for site in surplus or [""]:
            yield common | (_facts(places.loc[site], option) if site else {})


def _facts(row: pd.Series, option: Any) -> Row:  # noqa: ANN401 - a row as a named tuple
    """What is told of a site that would come free."""
    stated = row["postcode_basis"] == "stated"
    return {
        "surplus_sites": row["name"],
        "town": row["town"],
        "postcode": row["postcode"] if stated else None,
        **{name: row[name] for name in SITE_FACTS},
        "area_basis": AREA_BASIS if known(row["gia_m2"]) else None,
        "earliest_release": earliest_release(row, status=option.status, decided=option.date),
        "confidence": row["confidence"],
        "as_of": words.span([row["as_of"]]),
    }


def earliest_release(site: Mapping[str, Any], /, *, status: str, decided: str) -> str | None:
    """Return the first day on which a site could come free, as ISO 8601; None where unknown.

    A lower bound, by law and not by programme: once the option is approved, a freehold is free
    from the day of the decision; a lease or licence from its first break or end that is not
    before that day. Nothing is known of a PFI contract, of an undated lease, or before approval.

    Args:
        site: the site's tenure, lease_end and break_date.
        status: status of the decision.
        decided: its date.
    """
    if status != "approved":
        return None
    if site["tenure"] == "freehold":
        return decided
    if site["tenure"] not in {"leasehold", "licence"}:
        return None
    days = [site[name] for name in ("break_date", "lease_end") if known(site[name])]
    return min((day for day in days if day >= decided), default=None)


def _stated_town(members: pd.DataFrame) -> str | None:
    """Town the register gives: that of the fire sites first."""
    stated = [
        (service != "fire", town)
        for service, town in zip(members["service"], members["town"], strict=True)
        if known(town)
    ]
    return str(min(stated, key=lambda entry: entry[0])[1]) if stated else None


def _sought(towns: list[_Town], approvals: pd.DataFrame) -> Iterator[Row]:
    """Rows of what is not released: where a new shared site could stand, once a town."""
    read = approvals[list(SOURCES["approvals"])]
    for town in towns:
        group = town.options
        police = sorted({area for listed in group["police_areas"] for area in parts(listed)})
        steps = read[read["option_id"].isin(group["option_id"])]
        yield dict.fromkeys(COLUMNS) | {
            "option_ref": town.reference,
            "what_happens": SCREENING,
            "area_of_search": f"in or near {town.name} ({', '.join(police)})"
            + (f"; {AREAS}, layer areas_of_search" if town.area is not None else ""),
            "town": town.name,
            "approvals_outstanding": approving.outstanding(steps),
            "confidence": min(group["confidence"], key=WORST_FIRST.index),
            "as_of": words.span(group["dates"].explode(), digits=4),
        }


def _gaps(row: Row, *, named: bool) -> str | None:
    """Name every empty cell, and why it is empty."""
    missing = [name for name in COLUMNS if name != "data_gaps" and not known(row[name])]
    if named:
        beside = {"area_of_search"} if known(row["host_site"]) else {"host_site"}
        beside |= set() if known(row["surplus_sites"]) else set(OF_SURPLUS)
        beside |= {"lease_end", "break_date"} if row["tenure"] == "freehold" else set()
        reasons = {"does not apply": beside}
    else:
        reasons = {"withheld until released": set(WITHHELD)}
    reasons["not known"] = set(COLUMNS).difference(*reasons.values())
    told = {why: [name for name in missing if name in which] for why, which in reasons.items()}
    return "; ".join(f"{why}: {', '.join(found)}" for why, found in told.items() if found) or None


def _towns(tables: Tables, study: Study) -> Iterator[_Town]:
    """Yield what is sought, in the order of the towns' names, numbered from one."""
    head = study.study
    found = tables["areas_of_search"][list(SOURCES["areas_of_search"])]
    for place, (town, group) in enumerate(_considered(tables, study).groupby("town"), start=1):
        shapes = found.loc[found["option_id"].isin(group["option_id"]), "geometry"].to_numpy()
        area = _squares(shapes) if len(shapes) else None
        yield _Town(f"{head.id}-{head.as_of:%Y%m%d}-{place:03}", str(town), group, area)


def _considered(tables: Tables, study: Study) -> pd.DataFrame:
    """Ranked, unblocked, unreleased options for a new site: town, sites' dates, confidence."""
    seen = {name: tables[name][list(columns)] for name, columns in SOURCES.items()}
    options = seen["options"].merge(seen["scores"], on="option_id", validate="1:1")
    sites = seen["located_sites"].set_index("site_id")
    sensitive = set(sites.index[sites["disclosure"] == "restricted"])
    tellable = [sensitive.isdisjoint(parts(ids)) for ids in options["site_ids"]]
    chosen = options[
        (options["kind"] == "both_to_new")
        & options["rank"].notna()
        & (options["status"] != "blocked")
        & ~options["option_id"].isin(released.option_ids(tables))
        & np.array(tellable, dtype=bool)
    ].sort_values("option_id")
    areas = seen["boundaries"]
    own = areas[(areas["kind"] == "fire_area") & (areas["name"] == study.study.fire_area)]
    towns = seen["places"][seen["places"]["kind"].isin(["city", "town"])].sort_values("name")
    towns = towns[towns.geometry.intersects(shapely.union_all(own.geometry.to_numpy()))]
    members = [sites.loc[parts(ids)] for ids in chosen["site_ids"]]
    return chosen.assign(
        town=[_town(group, towns) for group in members],
        dates=[group["as_of"].tolist() for group in members],
        confidence=[min(group["confidence"], key=WORST_FIRST.index) for group in members],
    )


def _town(members: gpd.GeoDataFrame, towns: gpd.GeoDataFrame) -> str:
    """Town of the members: the register's own, fire sites first; else the nearest in the area."""
    stated = _stated_town(members)
    if stated is not None:
        return stated
    if towns.empty:
        return "not known"
    middle = shapely.MultiPoint(members.geometry.to_list()).centroid
    return str(towns["name"].iloc[int(np.argmin(shapely.distance(towns.geometry, middle)))])


def _squares(areas: NDArray[np.object_]) -> shapely.Geometry:
    """Grid squares that hold some of the areas' ground."""
    side = SQUARE_M
    low = np.floor(shapely.total_bounds(areas)[:2] / side)
    high = np.ceil(shapely.total_bounds(areas)[2:] / side)
    corner = np.stack(np.meshgrid(*map(np.arange, low, high)), axis=-1).reshape(-1, 2) * side
    squares = shapely.box(*corner.T, *(corner + side).T)
    area, square = shapely.STRtree(squares).query(areas, predicate="intersects")
    shared = shapely.relate_pattern(areas[area], squares[square], "T********")  # ground, not edges
    return shapely.coverage_union_all(squares[np.unique(square[shared])])
