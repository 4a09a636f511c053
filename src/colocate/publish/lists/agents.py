"""The agents' cut: what is sought, and by decision of the register what is on offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from colocate.publish.facts import AGENTS, SOUGHT, Facts, Option, Site, cut, words
from colocate.publish.facts.words import known
from colocate.publish.lists import fields
from colocate.tables import parts
from colocate.tables.schema import CRS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from numpy.typing import NDArray

    from colocate.study import Study

Row = dict[str, Any]

FORMAT = "colocate-shortlist-agents/3"
"""Raised when a column is added, moved or changes its meaning."""

FIELDS = fields.up_to(AGENTS.ceiling, fields.AGENTS)
COLUMNS = fields.names(FIELDS)

OF_SURPLUS = (*(field.name for field in FIELDS if field.path.startswith("surplus.")),
              "area_basis", "earliest_release")  # fmt: skip
"""Told of the site that would come free, once its option is released."""

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


class _OnOffer(NamedTuple):
    """A released option, and one of the sites that would come free by it, if any does."""

    option: Option
    surplus: Site | None


class _Town(NamedTuple):
    """A town in or near which a shared site could be looked at."""

    reference: str
    name: str
    options: list[Option]
    """Its unreleased options for a new site."""
    area: shapely.Geometry | None


def pack(facts: Facts, /, *, study: Study) -> Pack:
    """Return what commercial agents may see: released options by name, and what else is sought.

    An option is named only when the decision register releases it (audience `AGENTS`): then it
    has a row for each site that would come free, or one row where none would.

    Of all others (audience `SOUGHT`) nothing is ranked and nothing is told that is true of one
    building only. What remains is a new shared site in or near a town: one row a town, in the
    order of their names and numbered anew, so that no reference leads back to a site.

    Args:
        facts: the run's options with all their fields; they are cut here.
        study: the study of the run.
    """
    offered = sorted(
        cut(facts, AGENTS).options,
        key=lambda option: (option.score.place or np.inf, option.option_id),
    )
    towns = list(_towns(cut(facts, SOUGHT), study))
    named = [
        _named(_OnOffer(option, surplus))
        for option in offered
        for surplus in option.freed or (None,)
    ]
    listed = [*named, *map(_sought, towns)]
    for place, row in enumerate(listed):
        row |= {
            "contact": study.study.contact or None,
            "licence_notice": words.notice_and_licence(study),
            "format": FORMAT,
        }
        row["data_gaps"] = _gaps(row, named=place < len(named))
    frame = pd.DataFrame(listed, columns=list(COLUMNS)).astype("object")
    offered.sort(key=lambda option: option.option_id)
    return Pack(frame.where(frame.notna(), None), _areas(offered, towns), _sites(offered))


def _areas(offered: list[Option], towns: list[_Town]) -> gpd.GeoDataFrame:
    drawn = [
        {"option_ref": option.option_id, "town": None, "released": True,
         "geometry": option.area_of_search.geometry}
        for option in offered
        if option.area_of_search is not None
    ]  # fmt: skip
    drawn += [
        {"option_ref": t.reference, "town": t.name, "released": False, "geometry": t.area}
        for t in towns
        if t.area is not None
    ]
    return _located(drawn, ["option_ref", "town", "released"])


def _sites(offered: list[Option]) -> gpd.GeoDataFrame:
    drawn = [
        {"option_ref": option.option_id, "site": site.name, "part": _part(option, site.site_id),
         "geometry": _square_middle(site.geometry)}
        for option in offered
        for site in option.sites
    ]  # fmt: skip
    return _located(drawn, ["option_ref", "site", "part"])


def _part(option: Option, site: str) -> str:
    if site == option.host_site_id:
        return "host"
    return "surplus" if site in parts(option.released_site_ids) else "involved"


def _square_middle(point: shapely.Point) -> shapely.Point:
    east, north = ((c // POINT_M + 0.5) * POINT_M for c in (point.x, point.y))
    return shapely.Point(east, north)


def _located(drawn: list[Row], columns: list[str]) -> gpd.GeoDataFrame:
    frame = pd.DataFrame(drawn, columns=[*columns, "geometry"])
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=CRS)


def _named(row: _OnOffer) -> Row:
    """A row of a released option: its own facts, and those of the site that would come free."""
    option, surplus = row
    decision = option.decision
    told = surplus or option
    return dict.fromkeys(COLUMNS) | fields.values(FIELDS, row) | {
        "what_happens": f"{option.what_happens} Decision: {decision.status}, {decision.date}.",
        "area_of_search": f"{AREAS}, layer areas_of_search" if option.area_of_search else None,
        "town": told.town,
        "area_basis": AREA_BASIS if surplus and known(surplus.gia_m2) else None,
        "earliest_release": _release(surplus, option) if surplus else None,
        "approvals_outstanding": words.outstanding(
            option.approvals,
            decided_by=decision.decided_by if decision.status == "approved" else None,
        ),
        "confidence": least([surplus] if surplus else option.sites),
        "as_of": told.as_of,
    }  # fmt: skip


def _release(site: Site, option: Option) -> str | None:
    decision = option.decision
    if decision.status != "approved" or decision.date is None:
        return None
    dates = (site.break_date, site.lease_end)
    return earliest_release(decision.date, tenure=site.tenure, dates=dates)


def earliest_release(
    approved: str, /, *, tenure: str | None, dates: Collection[str | None]
) -> str | None:
    """Return the first day on which a site could come free, as ISO 8601; None where unknown.

    A lower bound, by law and not by programme: once the option is approved, a freehold is free
    from the day of the decision; a lease or licence from its first break or end that is not
    before that day. Nothing is known of a PFI contract or of an undated lease.

    Args:
        approved: day of the approval.
        tenure: how the site is held.
        dates: its next break and its end.
    """
    if tenure == "freehold":
        return approved
    if tenure not in {"leasehold", "licence"}:
        return None
    return min((day for day in dates if day is not None and day >= approved), default=None)


def least(sites: Iterable[Site], /) -> str:
    """Return how sure the registers are of the least sure of some sites.

    Args:
        sites: one at least.
    """
    return min((site.confidence for site in sites), key=WORST_FIRST.index)


def _sought(town: _Town) -> Row:
    """A row of what is not released: where a new shared site could stand."""
    sites = [site for option in town.options for site in option.sites]
    police = sorted({area for option in town.options for area in parts(option.police_areas)})
    outlined = f"; {AREAS}, layer areas_of_search" if town.area is not None else ""
    return dict.fromkeys(COLUMNS) | {
        "option_ref": town.reference,
        "what_happens": SCREENING,
        "area_of_search": f"in or near {town.name} ({', '.join(police)}){outlined}",
        "town": town.name,
        "approvals_outstanding": words.outstanding(
            step for option in town.options for step in option.approvals
        ),
        "confidence": least(sites),
        "as_of": words.span((site.as_of for site in sites), digits=4),
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


def _towns(sought: Facts, study: Study) -> Iterator[_Town]:
    """Yield what is sought, in the order of the towns' names, numbered from one."""
    head = study.study
    grouped: dict[str, list[Option]] = {}
    for option in sought.options:
        grouped.setdefault(option.near, []).append(option)
    for place, (town, group) in enumerate(sorted(grouped.items()), start=1):
        shapes = [o.area_of_search.geometry for o in group if o.area_of_search is not None]
        area = _squares(np.array(shapes, dtype=object)) if shapes else None
        yield _Town(f"{head.id}-{head.as_of:%Y%m%d}-{place:03}", town, group, area)


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
