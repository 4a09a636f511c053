"""KML: its placemarks, read as the text they are. Nothing it refers to is fetched or opened.

GDAL tells KML by words that may stand anywhere in a file, so that a file could pass for a virtual
dataset; a placemark is simple enough to be read here.

Source: OGC KML 2.3 (12-007r2): Placemark, ExtendedData, Point, LineString, Polygon, MultiGeometry.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import shapely

from colocate.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from xml.etree.ElementTree import Element

_DECLARED = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def placemarks(path: Path, /) -> gpd.GeoDataFrame:
    """Read every placemark of a KML: its name, description and data as text, and its shape.

    Args:
        path: a `.kml` file.

    Returns:
        One row a placemark in the order of the file, in WGS84.

    Raises:
        InputError: not KML in UTF-8, one that declares entities, or without a placemark.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        if _DECLARED.search(text):
            raise InputError(f"{path}: declares a document type; KML has none. Export it again.")
        root = ET.fromstring(text)  # noqa: S314 - entities were refused above
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8. Export it again as KML.") from None
    except (ET.ParseError, ValueError) as fault:
        raise InputError(f"{path}: not readable as KML ({fault}). Export it again.") from None
    if _tag(root) != "kml":
        raise InputError(f"{path}: expected KML, found <{_tag(root)}>. Export it again.")
    rows = [_row(each) for each in root.iter() if _tag(each) == "Placemark"]
    if not rows:
        raise InputError(f"{path}: holds no placemark. Links to other files are not followed.")
    try:
        shapes = [_shape(each) for each in root.iter() if _tag(each) == "Placemark"]
    except (ValueError, IndexError, shapely.errors.GEOSException) as fault:
        raise InputError(f"{path}: a shape cannot be read ({fault}). Export it again.") from None
    return gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4326")


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _row(placemark: Element) -> dict[str, str | None]:
    row = {_tag(each): (each.text or "").strip() or None for each in placemark
           if _tag(each) in {"name", "description", "address", "phoneNumber"}}  # fmt: skip
    for each in placemark.iter():
        if _tag(each) == "Data":
            value = next((v.text for v in each if _tag(v) == "value"), None)
            row[each.get("name", "")] = value
        elif _tag(each) == "SimpleData":
            row[each.get("name", "")] = each.text
    return row


def _shape(element: Element) -> Any:  # noqa: ANN401 - shapely carries no types we follow
    """Return the shape of a placemark or of a part of one; None where it has none."""
    found = list(_shapes(element))
    if len(found) < 2:
        return found[0] if found else None
    if all(each.geom_type == "Polygon" for each in found):
        return shapely.MultiPolygon(found)
    return shapely.GeometryCollection(found)


def _shapes(element: Element) -> Iterator[Any]:
    for each in element:
        kind = _tag(each)
        if kind == "MultiGeometry":
            yield from _shapes(each)
        elif kind == "Point":
            yield shapely.Point(_ring(each)[0])
        elif kind == "LineString":
            yield shapely.LineString(_ring(each))
        elif kind == "Polygon":
            rings = [_ring(ring) for ring in each.iter() if _tag(ring) == "LinearRing"]
            yield shapely.Polygon(rings[0], rings[1:])


def _ring(element: Element) -> list[tuple[float, float]]:
    text = next((each.text or "" for each in element.iter() if _tag(each) == "coordinates"), "")
    corners = [tuple(map(float, corner.split(",")[:2])) for corner in text.split()]
    return [(corner[0], corner[1]) for corner in corners]
