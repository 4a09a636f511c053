"""The map of one option on its sheet: a still SVG of the ground around its sites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from colocate.publish.facts.words import cut
from colocate.publish.svg import PLACE_RANKS, ROAD_CLASSES, Drawing, circle, square, text

if TYPE_CHECKING:
    import pandas as pd

    from colocate.publish.facts import Site

Tables = Mapping[str, "pd.DataFrame"]

WIDTH, HEIGHT = 720, 264
"""Of the drawing in its own units: millimetres of paper times four."""

NARROWEST_M = 12_000.0
"""A map shows at least this width of ground, so that a reader knows where it is."""

FILLED = 0.6
"""Share of the map that the option's own sites may take."""

TOLERANCE_UNITS = 1.0
LAND_TOLERANCE_M = 20.0
SCALES_M = (500, 1000, 2000, 5000, 10_000, 20_000)
SCALE_SHARE = 0.2
"""The scale bar takes at most this share of the width."""

CLOSE_UP, MOST_CLOSE_UPS = 76, 4
"""Side of the plan of a site's buildings in units, and how many there is room for."""

DRAWN_ROADS = ("b_road", "a_road", "motorway")
"""Kinds of road on a map, the last on top."""

CLOSE_UP_M = 20.0
"""Buildings narrower than this are not enlarged further."""

OWN = 6
"""Half the size of the symbols of the option's own sites."""

LABEL_HEIGHT = 15
LETTER_WIDTH = 6.2
LONGEST_LABEL = 40


class Mark(NamedTuple):
    """A site on a map."""

    site_id: str
    name: str
    service: str
    x: float
    y: float
    outline: Any = None
    """Its buildings on the ground, if the map has them."""


@dataclass(frozen=True)
class Shown:
    """What one map is about."""

    sites: Sequence[Mark]
    """The option's own sites."""
    stands: tuple[float, float] | None = None
    """Point where all would go, if known."""
    movers: frozenset[str] = frozenset()
    area: Any = None
    """Area of search, a polygon, if any."""


def mark(site: Site, /) -> Mark:
    """Return a site as a mark.

    Args:
        site: the site.
    """
    outline = site.area.outline if site.area else None
    return Mark(site.site_id, site.name, site.service, site.geometry.x, site.geometry.y, outline)


def _kind(site: Mark) -> str:
    return site.service if site.service in {"fire", "police"} else "other"


class Ground:
    """Land, roads and names of a study, ready to be cut to many maps."""

    def __init__(
        self,
        tables: Tables,
        others: Sequence[Mark] = (),
        *,
        drawn: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Take boundaries, roads and places from a run's tables, once they are asked for.

        Args:
            tables: the run's tables by name.
            others: sites to show on every map.
            drawn: maps of options that are drawn already, by option_id.
        """
        self._tables = tables
        self.others = list(others)
        self.drawn = {**drawn}

    @cached_property
    def _laid(self) -> dict[tuple[float, ...], tuple[str, str]]:
        """Land and roads by the bounds of a map: the same sites may be several options."""
        if "local_grounds" not in self._tables:
            return {}
        laid = self._tables["local_grounds"].itertuples(index=False, name=None)
        return {tuple(edges): (land, roads) for *edges, land, roads in laid}

    @cached_property
    def _land(self) -> Any:  # noqa: ANN401 - a numpy array of shapely geometries
        areas = self._tables["boundaries"]
        land = areas.loc[areas["kind"] == "land"].geometry.to_numpy()
        return shapely.get_parts(shapely.simplify(land, LAND_TOLERANCE_M))

    @cached_property
    def _land_tree(self) -> Any:  # noqa: ANN401
        return shapely.STRtree(self._land)

    @cached_property
    def _roads(self) -> dict[str, tuple[Any, Any]]:
        """Main roads and their tree, by kind."""
        edges = self._tables["road_edges"]
        kind = edges["highway"].map(ROAD_CLASSES)
        lines = {each: edges.geometry[kind == each].to_numpy() for each in DRAWN_ROADS}
        return {each: (own, shapely.STRtree(own)) for each, own in lines.items()}

    @cached_property
    def _places(self) -> tuple[list[tuple[str, int]], Any]:
        """Names and ranks of places, the largest first, and their points."""
        named = self._tables["places"]
        named = named[named["kind"].isin([*PLACE_RANKS])]
        ranked = named.assign(rank=named["kind"].map(PLACE_RANKS))
        ranked = ranked.sort_values(["rank", "place_id"])
        told = list(zip(ranked["name"], ranked["rank"], strict=True))
        return told, shapely.get_coordinates(ranked.geometry.to_numpy())

    @cached_property
    def _where(self) -> Any:  # noqa: ANN401 - an array
        return np.array([(site.x, site.y) for site in self.others]).reshape(-1, 2)

    def draw(self, shown: Shown, /, *, label: str) -> str:
        """Draw a map as one SVG element, without script or anything from outside.

        Args:
            shown: what it is about.
            label: what it shows, for those who do not see it.
        """
        frame = _Frame(shown)
        land, roads = self._beneath(frame)
        pieces = [
            f'<rect class="m-sea" width="{WIDTH}" height="{HEIGHT}"/>',
            land,
            *([frame.cut([shown.area], style="m-area", closed=True)] if shown.area else []),
            roads,
            *(frame.mark(self.others[n], "m-other", size=3) for n in frame.held(self._where)),
            *frame.close_ups(shown.sites),
            *frame.moves(shown),
            *frame.labels(shown, self._near(frame)),
            frame.scale(),
        ]
        return frame.whole(pieces, label=label, style="map")

    def beneath(self, shown: Shown, /) -> tuple[str, str]:
        """Return the land and the roads under a map.

        Args:
            shown: what the map is about.
        """
        return self._beneath(_Frame(shown))

    def _beneath(self, frame: _Frame) -> tuple[str, str]:
        if frame.bounds not in self._laid:
            self._laid[frame.bounds] = self._land_path(frame), "".join(self._road_paths(frame))
        return self._laid[frame.bounds]

    def _land_path(self, frame: _Frame) -> str:
        near = self._land_tree.query(frame.box)
        return frame.cut(self._land[near], style="m-land", closed=True)

    def _road_paths(self, frame: _Frame) -> Iterator[str]:
        for kind, (roads, tree) in self._roads.items():
            chosen = roads[np.sort(tree.query(frame.box))]
            if len(chosen):
                joined = shapely.line_merge(shapely.multilinestrings(chosen))
                yield frame.cut([joined], style=f"m-{kind}", closed=False)

    def _near(self, frame: _Frame) -> Iterator[tuple[str, int, list[float]]]:
        """Places on the map: name, rank (1 is a city), point; the largest first."""
        told, points = self._places
        for place in frame.held(points):
            yield (*told[place], points[place].tolist())


def edges(shown: Shown, /) -> tuple[float, ...]:
    """Return the west, south, east and north edge of a map, on which all under it rests.

    Args:
        shown: what the map is about.
    """
    return _Frame(shown).bounds


class _Frame(Drawing):
    """One map in the making, around what it is about."""

    def __init__(self, shown: Shown) -> None:
        corners = [(site.x, site.y) for site in shown.sites]
        corners += [shown.stands] if shown.stands else []
        if shown.area:
            west, south, east, north = shown.area.bounds
            corners += [(west, south), (east, north)]
        (west, south), (east, north) = np.min(corners, axis=0), np.max(corners, axis=0)
        width = max(NARROWEST_M, (east - west) / FILLED, (north - south) / FILLED * WIDTH / HEIGHT)
        unit_m = float(width) / WIDTH
        middle = np.array([(west + east) / 2, (south + north) / 2])
        half = np.array([WIDTH, HEIGHT]) * unit_m / 2
        bounds = [*(middle - half), *(middle + half)]
        super().__init__(bounds, unit_m=unit_m, width=WIDTH, height=HEIGHT)
        right, low = WIDTH, HEIGHT - 2 * LABEL_HEIGHT  # the scale bar's corner
        self.taken.append(
            (right * (1 - SCALE_SHARE) - LABEL_HEIGHT, float(low), float(right), float(HEIGHT))
        )

    def held(self, points: Any) -> list[int]:  # noqa: ANN401 - an array, shape (n, 2)
        """Numbers of the points that lie on the map."""
        west, south, east, north = self.bounds
        x, y = points.T
        inside = (x > west) & (x < east) & (y > south) & (y < north)
        numbers: list[int] = np.flatnonzero(inside).tolist()
        return numbers

    def cut(self, shapes: Sequence[Any], *, style: str, closed: bool) -> str:
        """Cut shapes to the map and draw them as one path."""
        inside = shapely.clip_by_rect(np.asarray(shapes, dtype=object), *self.bounds)
        simple = shapely.simplify(inside, TOLERANCE_UNITS * self.unit_m, preserve_topology=False)
        parts = shapely.get_parts(simple)
        return self.path(shapely.get_rings(parts) if closed else parts, style=style)

    def moves(self, shown: Shown) -> Iterator[str]:
        """Draw who would move, then the option's own sites, then a site still to be found."""
        points = {(site.x, site.y) for site in shown.sites}
        for site in shown.sites:
            if shown.stands and site.site_id in shown.movers:
                (x1, y1), (x2, y2) = self.units([(site.x, site.y), shown.stands]).tolist()
                yield f'<path class="m-move" d="M{x1} {y1}L{x2} {y2}"/>'
        for site in self._apart(shown.sites):
            yield self.mark(site, "m-own", size=OWN)
            x, y = self.units((site.x, site.y)).tolist()
            self.taken.append((x - OWN, y - OWN, x + OWN, y + OWN))
        if shown.stands and shown.stands not in points:
            x, y = self.units(shown.stands).tolist()
            yield f'<path class="m-new" d="M{x} {y - 9}l9 9-9 9-9-9z"/>'

    def close_ups(self, sites: Sequence[Mark]) -> Iterator[str]:
        """Draw the buildings of the first sites enlarged, on one line, each with its number."""
        drawn = [(n, site) for n, site in enumerate(sites, 1) if site.outline is not None]
        for place, (number, site) in enumerate(drawn[:MOST_CLOSE_UPS]):
            left, top = place * CLOSE_UP, HEIGHT - CLOSE_UP
            west, south, east, north = site.outline.bounds
            half = max(CLOSE_UP_M, east - west, north - south) / 2 / FILLED
            x, y = (west + east) / 2, (south + north) / 2
            bounds = [x - half, y - half, x + half, y + half]
            plan = Drawing(bounds, unit_m=2 * half / CLOSE_UP, width=CLOSE_UP, height=CLOSE_UP)
            rings = shapely.get_rings(shapely.get_parts(site.outline))
            yield (
                f'<g transform="translate({left} {top})">'
                f"{square('m-plan', 0, 0, side=CLOSE_UP)}"
                f"{plan.path(rings, style=f'{_kind(site)} m-building')}"
                f"{text('m-plan-text', 8, 13, said=str(number))}"
                "</g>"
            )
            self.taken.append(
                (float(left), float(top), float(left + CLOSE_UP), float(top + CLOSE_UP))
            )

    def _apart(self, sites: Sequence[Mark]) -> list[Mark]:
        """Sites whose symbols would cover one another, side by side."""
        placed: list[Mark] = []
        for site in sites:
            moved = site
            while any(self._covers(moved, other) for other in placed):
                moved = moved._replace(x=moved.x + (2 * OWN + 1) * self.unit_m)
            placed.append(moved)
        return placed

    def _covers(self, one: Mark, other: Mark) -> bool:
        reach = 2.0 * OWN * float(self.unit_m)
        return abs(one.x - other.x) < reach and abs(one.y - other.y) < reach

    def mark(self, site: Mark, style: str, *, size: int) -> str:
        """Draw a site in the shape of its service."""
        x, y = self.units((site.x, site.y)).tolist()
        if site.service == "fire":
            return circle(f"fire {style}", x, y, radius=size)
        return square(f"{_kind(site)} {style}", x - size, y - size, side=2 * size)

    def labels(self, shown: Shown, places: Iterator[tuple[str, int, Any]]) -> Iterator[str]:
        """Name the option's sites, then places by size, wherever there is room."""
        for site in shown.sites:
            below = (-14, 18, -30, 34)
            yield from self._label(site.name, (site.x, site.y), style="m-site", offsets=below)
        for name, rank, point in places:
            yield from self._label(name, point, style=f"m-place m-p{rank}", offsets=(0,))

    def _label(
        self, name: str, point: Sequence[float], *, style: str, offsets: Sequence[int]
    ) -> Iterator[str]:
        short = cut(name, LONGEST_LABEL)
        x, y = self.units(point).tolist()
        width = LETTER_WIDTH * len(short) + 6
        x = int(min(max(x, width / 2), WIDTH - width / 2))
        for offset in offsets:
            if self.claim(x, y + offset, width=width, height=LABEL_HEIGHT):
                yield text(style, x, y + offset + 4, said=short)
                return

    def scale(self) -> str:
        """Draw a scale bar; the grid is true, so one bar holds for the whole map."""
        fits = [s for s in SCALES_M if s / self.unit_m <= WIDTH * SCALE_SHARE]
        length = max(fits, default=SCALES_M[0])
        right, y = WIDTH - 14, HEIGHT - 12
        left = round(right - length / self.unit_m)
        said = f"{length} m" if length < 1000 else f"{length // 1000} km"
        return (
            f'<path class="m-scale" d="M{left} {y - 5}v5H{right}v-5"/>'
            f'<text class="m-scale-text" x="{(left + right) // 2}" y="{y - 6}">{said}</text>'
        )
