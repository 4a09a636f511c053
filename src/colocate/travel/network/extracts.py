"""What an extract holds of roads, however the tool that wrote it sorts, numbers and keeps it.

Two ways to read, one outcome. A large PBF is read as osmium reads it: fast, nodes before ways,
every object once. Where that meets what such a file never has (ways before nodes, negative ids,
locations on ways, several versions of an object, deleted ones), and for all other files, every
object is gathered first: the newest version of each counts, and what is deleted is not there.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
import osmium
import shapely

from colocate.errors import InputError
from colocate.io import osm_xml
from colocate.io.osm_xml import Thing
from colocate.travel.network import barriers, gaps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from colocate.io.osm_xml import Box

ENDINGS = (".osm.pbf", ".osm", ".osm.gz", ".osm.bz2", ".osh.pbf", ".osh", ".osh.gz", ".osh.bz2")
"""Of the names of extracts."""
QUICK_FROM_BYTES = 2_000_000
"""A smaller PBF is read whole: it may be made by hand, and takes seconds at most."""
MARKS = ("highway", "barrier", *barriers.KEYS)
"""Keys of nodes that may bear on driving."""
NOWHERE = 999.0
"""Longitude and latitude of a vertex that is missing; a line takes no other word for it."""


class Unusual(Exception):  # noqa: N818 - no error: what to do about it is known
    """A file is not sorted, complete and each object once; it has to be read whole."""


class Way(Protocol):
    """A way that is a road or a ferry line."""

    id: int
    tags: dict[str, str]

    @property
    def refs(self) -> list[int]:
        """Ids of its nodes, in the order it is drawn."""
        ...

    def wkb(self) -> str:
        """Its vertices in longitude and latitude, `NOWHERE` where one is missing, in hex."""
        ...

    def length_m(self) -> float:
        """Length between the vertices that are there."""
        ...


class Other(NamedTuple):
    """A node that may bear on driving, or a turn restriction: its kind (n, r), id and tags."""

    kind: str
    id: int
    tags: dict[str, str]
    members: list[tuple[str, str, int]]


class Gone(NamedTuple):
    """A road that its newest version, or an edit in the file, deletes."""

    id: int
    tags: dict[str, str]


def boxes(path: Path, /) -> list[Box]:
    """Return what a PBF says in its head that it holds: west, south, east and north, degrees.

    Args:
        path: an extract. XML says it where it is read.
    """
    if osm_xml.is_xml(path):
        return []
    try:
        box = osmium.io.Reader(str(path), osmium.osm.NOTHING).header().box()
    except (RuntimeError, ValueError):
        return []
    if not box.valid():
        return []
    low, high = box.bottom_left, box.top_right
    return [(low.lon, low.lat, high.lon, high.lat)]


def is_usual(path: Path, /) -> bool:
    """Say whether a file is one that osmium reads fast, by its size and head.

    Args:
        path: an extract.

    Raises:
        InputError: it is no OSM data.
    """
    if osm_xml.is_xml(path) or path.stat().st_size < QUICK_FROM_BYTES:
        return False
    try:
        head = osmium.io.Reader(str(path), osmium.osm.NOTHING).header()
    except (RuntimeError, ValueError) as fault:
        raise _unreadable(path, fault) from None
    features = {head.get(f"pbf_optional_feature_{number}") for number in range(8)}
    return not head.has_multiple_object_versions and "LocationsOnWays" not in features


def quick(path: Path, /) -> Iterator[Way | Other | Gone]:
    """Read a large, sorted PBF: what bears on roads, nodes first, then ways, then relations.

    Args:
        path: an extract that is usual.

    Raises:
        InputError: it cannot be read.
        Unusual: it is not what its head says. What was handed over before is void.
    """
    missing: set[int] = set()
    last = 0
    try:
        for thing in _roads(path):
            if thing.is_way():
                number = thing.id
                if number <= last:
                    raise Unusual
                last = number
                yield _QuickWay(thing, missing)
                if missing and min(missing) < 0:
                    raise Unusual
            else:
                kind = thing.type_str()
                if last and kind == "n":
                    raise Unusual
                yield Other(kind, thing.id, dict(thing.tags), _members(thing))
        if missing and _any_node(path, missing):
            raise Unusual
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as fault:
        raise _unreadable(path, fault) from None


def whole(path: Path, /) -> tuple[list[Way | Other | Gone], list[Box]]:
    """Read any extract: the newest version of everything that bears on roads, sorted.

    Args:
        path: an extract, or a history file.

    Returns:
        What `quick` hands over of a sorted file, in the same order, with roads that are deleted;
        and the boxes that the file says it holds.

    Raises:
        InputError: it cannot be read, or is no extract.
    """
    kept = _Kept()
    if osm_xml.is_xml(path):
        found = osm_xml.read_osm_xml(path, kept.take)
    else:
        found = boxes(path)
        for thing in things(path):
            kept.take(thing)
    return kept.newest(), found


def things(
    path: Path,
    /,
    *,
    kinds: Any = osmium.osm.ALL,  # noqa: ANN401 - osmium has no types
    tagged: tuple[str, ...] = (),
) -> Iterator[Thing]:
    """Read the objects of any extract in the order of the file, every version of each.

    Args:
        path: an extract.
        kinds: which of a PBF are wanted, as osmium names them; XML gives all.
        tagged: keys of which those of a PBF must have one, if any; XML gives all.

    Raises:
        InputError: it cannot be read, or is no extract.
    """
    if osm_xml.is_xml(path):
        found: list[Thing] = []
        osm_xml.read_osm_xml(path, found.append)
        yield from found
        return
    try:
        file = osmium.FileProcessor(str(path), kinds)
        for thing in file.with_filter(osmium.filter.KeyFilter(*tagged)) if tagged else file:
            yield _thing(thing)
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as fault:
        raise _unreadable(path, fault) from None


def _unreadable(path: Path, fault: Exception) -> InputError:
    return InputError(
        f"{path}: cannot be read as OSM data ({fault}). Expected an extract as .osm.pbf or .osm; "
        "a file that was cut short on its way reads so too: fetch it again."
    )


def _roads(path: Path) -> Any:  # noqa: ANN401 - osmium has no types
    kinds, keys, of = osmium.osm, osmium.filter.KeyFilter, osmium.filter.TagFilter
    return (
        osmium.FileProcessor(str(path), kinds.NODE | kinds.WAY | kinds.RELATION)
        .with_locations()
        .with_filter(keys(*MARKS).enable_for(kinds.NODE))
        .with_filter(keys("highway", "route").enable_for(kinds.WAY))
        .with_filter(of(("type", "restriction")).enable_for(kinds.RELATION))
    )


def _any_node(path: Path, ids: set[int]) -> bool:
    """Whether a file holds any of some nodes, at whatever place."""
    nodes = osmium.FileProcessor(str(path), osmium.osm.NODE)
    return any(True for _ in nodes.with_filter(osmium.filter.IdFilter(ids)))


class _QuickWay:
    """A way as osmium hands it over; it must be looked at before the next one is read."""

    __slots__ = ("_missing", "_way", "id", "tags")

    def __init__(self, way: Any, missing: set[int]) -> None:  # noqa: ANN401 - osmium has no types
        self.id: int = way.id
        self.tags = dict(way.tags)
        self._way, self._missing = way, missing

    @property
    def refs(self) -> list[int]:
        return [node.ref for node in self._way.nodes]

    def wkb(self) -> str:
        try:
            line: str = _LINE(self._way.nodes, osmium.geom.use_nodes.ALL)
        except (osmium.InvalidLocationError, RuntimeError):
            return self._parted()
        return line

    def _parted(self) -> str:
        nodes = [(node.ref, node.location) for node in self._way.nodes]
        self._missing.update(ref for ref, at in nodes if not at.valid())
        return _line([(at.lon, at.lat) if at.valid() else (NOWHERE, NOWHERE) for _, at in nodes])

    def length_m(self) -> float:
        try:
            metres: float = osmium.geom.haversine_distance(self._way.nodes)
        except osmium.InvalidLocationError:
            return 0.0
        return metres


_LINE = osmium.geom.WKBFactory().create_linestring


class _WholeWay:
    """A way whose nodes are known."""

    def __init__(self, way: Thing, nodes: _Nodes) -> None:
        self.id, self.tags, self.refs = way.id, way.tags, way.refs
        self._nodes = nodes

    def wkb(self) -> str:
        return _line(np.nan_to_num(self._nodes.at(self.refs), nan=NOWHERE))

    def length_m(self) -> float:
        lonlat = self._nodes.at(self.refs)
        return float(np.nansum(gaps.along_m(lonlat[:-1], lonlat[1:])))


def _line(lonlat: Any) -> str:  # noqa: ANN401 - pairs or an array
    written: str = shapely.to_wkb(shapely.linestrings(lonlat), hex=True)
    return written


class _Nodes(NamedTuple):
    """Where nodes are, in order of id."""

    id: NDArray[np.int64]
    lonlat: NDArray[np.float64]

    def at(self, refs: list[int]) -> NDArray[np.float64]:
        """Longitude and latitude of some of them, not a number where one is not known."""
        if not len(self.id):
            return np.full((len(refs), 2), np.nan)
        asked = np.array(refs, "int64")
        row = np.minimum(np.searchsorted(self.id, asked), len(self.id) - 1)
        found: NDArray[np.float64] = self.lonlat[row]
        found[self.id[row] != asked] = np.nan
        return found


class _Kept:
    """What was read so far; of nodes their places alone, as there are millions of them."""

    def __init__(self) -> None:
        self.node, self.version = array("q"), array("q")
        self.lon, self.lat = array("d"), array("d")
        self.marks: dict[int, Thing] = {}
        self.ways: dict[int, Thing] = {}
        self.relations: dict[int, Thing] = {}

    def take(self, thing: Thing) -> None:
        if thing.kind == "n":
            at = None if thing.gone else thing.places.get(thing.id)
            self._place(thing.id, version=thing.version, at=at)
            self._keep(self.marks, thing, bears=not frozenset(MARKS).isdisjoint(thing.tags))
        elif thing.kind == "w":
            for ref, at in thing.places.items():
                self._place(ref, version=-1, at=at)  # a node of its own knows better
            bears = not thing.tags or not {"highway", "route"}.isdisjoint(thing.tags)
            self._keep(self.ways, thing._replace(places={}), bears=bears)
        elif thing.kind == "r":
            bears = not thing.tags or thing.tags.get("type") == "restriction"
            self._keep(self.relations, thing, bears=bears)

    def _place(self, node: int, *, version: int, at: osm_xml.Place | None) -> None:
        self.node.append(node)
        self.version.append(version)
        self.lon.append(np.nan if at is None else at[0])
        self.lat.append(np.nan if at is None else at[1])

    def _keep(self, kept: dict[int, Thing], thing: Thing, *, bears: bool) -> None:
        before = kept.get(thing.id)
        if before:
            kept[thing.id] = _newer(before, thing)
        elif bears or thing.version > 1:  # else an older version of it cannot follow
            kept[thing.id] = thing if bears else thing._replace(refs=[], members=[])

    def newest(self) -> list[Way | Other | Gone]:
        """Return what counts in the order in which osmium sorts files."""
        nodes = self._nodes()
        marks = [Other("n", each.id, each.tags, []) for each in _in_order(self.marks)
                 if not each.gone and not frozenset(MARKS).isdisjoint(each.tags)]  # fmt: skip
        roads = [each for each in _in_order(self.ways)
                 if not {"highway", "route"}.isdisjoint(each.tags)]  # fmt: skip
        relations = [Other("r", each.id, each.tags, each.members)
                     for each in _in_order(self.relations)
                     if not each.gone and each.tags.get("type") == "restriction"]  # fmt: skip
        ways = [Gone(each.id, each.tags) if each.gone else _WholeWay(each, nodes) for each in roads]
        return [*marks, *ways, *relations]

    def _nodes(self) -> _Nodes:
        node, version = np.array(self.node, "int64"), np.array(self.version, "int64")
        lonlat = np.column_stack([np.array(self.lon), np.array(self.lat)])
        order = np.lexsort((version, node))  # stable: of equal versions the later one in the file
        node = node[order]
        last = order[np.r_[node[1:] != node[:-1], np.ones(min(len(node), 1), "bool")]]
        return _Nodes(np.array(self.node, "int64")[last], lonlat[last])


def _newer(one: Thing, other: Thing) -> Thing:
    """Return the newer version; what a file gives in parts, tags here and nodes there, as one."""
    if one.version > other.version:
        one, other = other, one
    if one.version < other.version:
        known = one.tags if other.gone else {}  # that it was a road is not said of what is gone
        return other._replace(tags=other.tags or known)
    return other._replace(
        tags=one.tags | other.tags,
        refs=other.refs or one.refs,
        members=other.members or one.members,
    )


def _in_order(kept: Mapping[int, Thing]) -> list[Thing]:
    return sorted(kept.values(), key=lambda each: (each.id > 0, abs(each.id)))


def _thing(thing: Any) -> Thing:  # noqa: ANN401 - osmium has no types
    kind = thing.type_str()
    refs, places = [], {}
    if kind == "n" and thing.location.valid():
        places = {thing.id: (thing.location.lon, thing.location.lat)}
    elif kind == "w":
        refs = [node.ref for node in thing.nodes]
        places = {
            node.ref: (node.location.lon, node.location.lat)
            for node in thing.nodes
            if node.location.valid()
        }
    tags = dict(thing.tags)
    return Thing(kind, thing.id, thing.version, thing.deleted, tags, refs, places, _members(thing))


def _members(thing: Any) -> list[tuple[str, str, int]]:  # noqa: ANN401
    return [(m.role, m.type, m.ref) for m in thing.members] if thing.is_relation() else []
