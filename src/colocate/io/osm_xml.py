"""OpenStreetMap XML, object by object, as JOSM, Overpass and osmium write it.

Read here and not by osmium, which knows neither `action="delete"` of an editor nor what Overpass
adds to `out geom` and `out center`.

Source: https://wiki.openstreetmap.org/wiki/OSM_XML and JOSM_file_format.
"""

from __future__ import annotations

import bz2
import gzip
import zlib
from typing import IO, TYPE_CHECKING, Any, NamedTuple, cast
from xml.parsers import expat

from colocate.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

ENDINGS = (".osm", ".osh", ".osc", ".xml")
"""Of names of OSM XML, unpacked; `.gz` and `.bz2` may follow."""

_PACKED: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open}
_ROOTS = {
    "osmChange": "a change file, which holds edits and no whole roads. Apply it to the extract it "
    "was made for (osmium apply-changes EXTRACT CHANGES -o NEW.osm.pbf) and name that",
    "osmAugmentedDiff": "an augmented diff of Overpass. Ask for the roads themselves, with neither "
    "[diff:…] nor [adiff:…]",
    "html": "a web page, such as a server sends in place of an answer. Fetch the extract again",
}
"""What other files than extracts are told by, and what to do about each."""
_CHUNK = 1 << 20

Place = tuple[float, float]
"""Longitude and latitude."""
Box = tuple[float, float, float, float]
"""West, south, east and north, degrees."""


class Thing(NamedTuple):
    """A node (n), way (w) or relation (r) of OpenStreetMap, in one version."""

    kind: str
    id: int
    version: int
    """0 where the file does not say."""
    gone: bool
    """Deleted by this version, or by an edit that is not uploaded yet."""
    tags: dict[str, str]
    refs: list[int]
    """Nodes of a way."""
    places: dict[int, Place]
    """Where a node is, or the nodes of a way as it says itself."""
    members: list[tuple[str, str, int]]
    """Role, type (n, w, r) and id of each member of a relation."""


def is_xml(path: Path, /) -> bool:
    """Say whether a file is OSM XML by its name.

    Args:
        path: an extract.
    """
    name = path.name.lower()
    return name.endswith(tuple(end + pack for end in ENDINGS for pack in ("", *_PACKED)))


def read_osm_xml(path: Path, take: Callable[[Thing], None], /) -> list[Box]:
    """Read every object of an OSM XML file in the order of the file.

    Args:
        path: `.osm` or `.osh`, perhaps packed as `.gz` or `.bz2`.
        take: given each object.

    Returns:
        The boxes that the file says it holds (`bounds`), none or several.

    Raises:
        InputError: the file is cut short, damaged, or no extract.
    """
    reader = _Reader(path, take)
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.EntityDeclHandler = reader.declared
    try:
        with cast("IO[bytes]", _PACKED.get(path.suffix.lower(), open)(path, "rb")) as file:
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, KeyError, EOFError, OSError, zlib.error) as fault:
        raise InputError(
            f"{path}: cannot be read as OSM data ({fault}). A file that was cut short on its way "
            "reads so: fetch it again, or export it again as .osm.pbf."
        ) from None
    return reader.boxes


class _Reader:
    """What is known between one tag of XML and the next."""

    def __init__(self, path: Path, take: Callable[[Thing], None]) -> None:
        self.path, self.take = path, take
        self.boxes: list[Box] = []
        self.depth = 0
        self.thing: Thing | None = None
        self.remark: str | None = None

    def start(self, name: str, said: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1:
            if name != "osm":
                what = _ROOTS.get(name, "no OSM data. Give an extract as .osm.pbf or .osm")
                raise InputError(f"{self.path}: cannot be read as OSM data: <{name}> is {what}.")
        elif self.depth == 2:
            self._object(name, said)
        elif self.depth == 3 and self.thing:
            _part(self.thing, name, said=said)

    def _object(self, name: str, said: Mapping[str, str]) -> None:
        if name == "bounds":
            self.boxes += _box(said)
        elif name == "remark":
            self.remark = ""
        elif name in {"node", "way", "relation"}:
            number = int(said["id"])
            gone = said.get("action") == "delete" or said.get("visible") == "false"
            at = {number: place(said)} if name == "node" and "lat" in said else {}
            version = int(said.get("version", 0))
            self.thing = Thing(name[0], number, version, gone, {}, [], at, [])

    def end(self, _name: str) -> None:
        self.depth -= 1
        if self.depth != 1:
            return
        if self.thing:
            self.take(self.thing)
        elif self.remark and "error" in self.remark:
            raise InputError(
                f"{self.path}: Overpass broke off: {self.remark.strip()[:200]!r}. The file holds "
                "but a part of what was asked; ask again for less, or with a longer [timeout:…]."
            )
        self.thing = self.remark = None

    def text(self, data: str) -> None:
        if self.remark is not None:
            self.remark += data

    def declared(self, *_said: object) -> None:
        raise ValueError("it declares entities; OSM data has none")


def _part(thing: Thing, name: str, *, said: Mapping[str, str]) -> None:
    """Add a tag, vertex or member to the object that it stands in."""
    if name == "tag":
        thing.tags[said["k"]] = said["v"]
    elif name == "nd" and thing.kind == "w":
        ref = int(said["ref"])
        thing.refs.append(ref)
        if "lat" in said:
            thing.places[ref] = place(said)
    elif name == "member" and thing.kind == "r":
        thing.members.append((said.get("role", ""), said["type"][:1], int(said["ref"])))


def place(said: Mapping[str, str], /) -> Place:
    """Return longitude and latitude of a node.

    Args:
        said: its attributes.

    Raises:
        ValueError: there is no such place on the globe.
    """
    lon, lat = float(said["lon"]), float(said["lat"])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(f"no place has longitude {lon:g} and latitude {lat:g}")
    return lon, lat


def _box(said: Mapping[str, str]) -> list[Box]:
    """Read what a file says it holds; what says nothing of use is passed over."""
    try:
        west, south = place({"lon": said["minlon"], "lat": said["minlat"]})
        east, north = place({"lon": said["maxlon"], "lat": said["maxlat"]})
    except (KeyError, ValueError):
        return []
    return [(west, south, east, north)] if west < east and south < north else []
