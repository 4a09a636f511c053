"""Which mapped outlines are each site's own, and how sure that is.

The outline that holds the site's point; else the nearest of a size that fits the site's kind, no
farther than the study allows. Pieces of one building are joined to it, houses next door are not:
an outline that could be a house belongs only where half of its own outline lies along the other.
Nothing here knows where a plot ends, so a tower or garage that stands apart is left out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from colocate.tables import parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from colocate import study
    from colocate.tables.rows import LocatedSite


@dataclass(frozen=True)
class Match:
    """The outlines taken for one site's own."""

    how: str
    """contains, near or none."""
    note: str
    """Why it is no surer; nothing where it is sure."""
    building_ids: tuple[str, ...] = ()
    footprints_m2: tuple[float, ...] = ()
    storeys: tuple[float, ...] = ()
    """As mapped; NaN where the map gives none."""
    distance_m: float | None = None
    confidence: str = "none"
    claimed_with: tuple[str, ...] = ()
    """Other sites with one of the same outlines."""

    @property
    def footprint_m2(self) -> float | None:
        """Ground covered, all together; None without an outline."""
        return sum(self.footprints_m2) if self.footprints_m2 else None


class _Outlines:
    """The outlines in the order of their ids, with an index of where they are."""

    def __init__(self, buildings: gpd.GeoDataFrame) -> None:
        ordered = buildings.sort_values("building_id", ignore_index=True)
        self.ids = ordered["building_id"].to_list()
        self.storeys = ordered["storeys"].to_numpy()
        self.shapes: NDArray[np.object_] = ordered.geometry.to_numpy()
        self.areas = shapely.area(self.shapes)
        self.tree = shapely.STRtree(self.shapes)

    def within(self, shape: shapely.Geometry, distance_m: float) -> NDArray[np.intp]:
        return np.sort(self.tree.query(shape, predicate="dwithin", distance=distance_m))


def match(
    sites: Sequence[LocatedSite],
    buildings: gpd.GeoDataFrame,
    /,
    *,
    settings: study.Buildings,
) -> dict[str, Match]:
    """Take outlines for the sites' own.

    Args:
        sites: rows of table `located_sites`.
        buildings: table `site_buildings`.
        settings: section `places.buildings` of the study.

    Returns:
        What was taken for each site, by site_id. A building that two sites lay claim to makes both
        doubtful, unless the register says that they share already.
    """
    outlines = _Outlines(buildings)
    found = {site.site_id: _of_site(site, outlines, settings=settings) for site in sites}
    return _with_claims(found, {site.site_id: site for site in sites})


def _of_site(site: LocatedSite, outlines: _Outlines, *, settings: study.Buildings) -> Match:
    kind = settings.kind(site.service, parts(site.roles)[0])
    coarse = site.precision_m > settings.point_m.value
    within_m = 0.0 if coarse else settings.near_m.value
    near = outlines.within(site.geometry, within_m)
    distances = shapely.distance(outlines.shapes[near], site.geometry)
    fits = _fits(outlines.areas[near], kind)
    may_be = np.where((distances == 0) | fits, distances, np.inf)
    if not np.isfinite(may_be).any():
        why = f"no outline that fits lies within {within_m:g} m of its point"
        return Match("none", _coarse(site) if coarse else why)
    first = int(np.argmin(may_be))  # of equals the first by id
    own = _joined(int(near[first]), outlines, kind=kind, settings=settings)
    distance = float(distances[first])
    rivals = fits & ~np.isin(near, own) & (distances <= max(2 * distance, settings.beside_m.value))
    total = outlines.areas[own].sum()
    doubts = [
        doubt
        for doubt, holds in (
            (_coarse(site), coarse),
            (f"{total:,.0f} m² is not a size usual for its kind", not _fits(total, kind)),
            (f"it lies {distance:.0f} m from the point", distance > settings.beside_m.value),
            ("another outline lies about as near", bool(distance and rivals.any())),
        )
        if holds
    ]
    cautions = _cautions(own, outlines, distance=distance, settings=settings)
    return Match(
        "near" if distance else "contains",
        "; ".join([*doubts, *cautions]),
        tuple(outlines.ids[each] for each in own),
        tuple(float(outlines.areas[each]) for each in own),
        tuple(float(outlines.storeys[each]) for each in own),
        distance,
        "doubtful" if doubts else "likely" if cautions else "sure",
    )


def _coarse(site: LocatedSite) -> str:
    return f"its point is known to {site.precision_m:,.0f} m only"


def _cautions(
    own: list[int], outlines: _Outlines, *, distance: float, settings: study.Buildings
) -> list[str]:
    """Say what keeps a match from being sure although nothing speaks against it."""
    said = ["the point lies just outside it"] if 0 < distance <= settings.beside_m.value else []
    if set(_touching(own, outlines, settings=settings)) - set(own):
        said.append("it touches other outlines, taken for next door")
    return said


def _fits(area_m2: Any, kind: study.BuildingKind) -> Any:  # noqa: ANN401 - a number or an array
    return (area_m2 >= kind.footprint_m2.least) & (area_m2 <= kind.footprint_m2.most)


def _touching(own: list[int], outlines: _Outlines, *, settings: study.Buildings) -> list[int]:
    return sorted(
        {
            int(other)
            for each in own
            for other in outlines.within(outlines.shapes[each], settings.joined_m.value)
        }
    )


def _joined(
    core: int, outlines: _Outlines, *, kind: study.BuildingKind, settings: study.Buildings
) -> list[int]:
    """Return the outline and all that is joined to it, unless they would be too large together."""
    own = {core}
    waiting = [core]
    while waiting:
        piece = waiting.pop()
        for other in _touching([piece], outlines, settings=settings):
            if other not in own and _one_building((piece, other), outlines, settings=settings):
                own.add(other)
                waiting.append(other)
    joined = sorted(own)
    return joined if outlines.areas[joined].sum() <= kind.footprint_m2.most else [core]


def _one_building(pair: tuple[int, int], outlines: _Outlines, *, settings: study.Buildings) -> bool:
    """Whether two outlines meet along enough of the shorter one to be one building.

    What could be a house must do so along twice the share: rows of houses share their side walls.
    """
    shapes = outlines.shapes[list(pair)]
    short, long = shapes[np.argsort(shapely.length(shapes), kind="stable")]
    along = shapely.buffer(long, settings.joined_m.value)
    met = shapely.length(shapely.intersection(shapely.boundary(short), along))
    house = outlines.areas[list(pair)].min() <= settings.house_m2.value
    needed = settings.joined_share.value * (2 if house else 1)
    return bool(met >= needed * shapely.length(short))


def _with_claims(found: Mapping[str, Match], sites: Mapping[str, LocatedSite]) -> dict[str, Match]:
    """Tell each match of other sites with one of its outlines; a doubt, unless they share."""
    claimed = defaultdict(set)
    for site_id, own in found.items():
        for building in own.building_ids:
            claimed[building].add(site_id)
    told = {}
    for site_id, own in found.items():
        others = sorted({each for b in own.building_ids for each in claimed[b]} - {site_id})
        told[site_id] = replace(own, claimed_with=tuple(others))
        if others and not all(_shared(sites[site_id], sites[each]) for each in others):
            doubt = f"{', '.join(others)} would have the same building"
            note = f"{doubt}; {own.note}" if own.note else doubt
            told[site_id] = replace(told[site_id], confidence="doubtful", note=note)
    return told


def _shared(site: LocatedSite, other: LocatedSite) -> bool:
    """Whether the register says that two sites share already."""
    return any(
        one.share_status == "existing"
        and {two.site_id, two.body_id}.intersection(parts(one.share_with))
        for one, two in ((site, other), (other, site))
    )
