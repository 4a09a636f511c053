"""Vector files: the one door through which GDAL reads, with the driver that the suffix names.

Left to itself GDAL asks each of its drivers what a file might be, whatever its name says, and some
of them follow what is written inside to other files or over the network: a virtual dataset, a
service description, a pipeline, a GeoJSON whose reference system is a link. Here each file is
handed to its driver by name. A GeoJSON's text is looked through first, and SQL in a GeoPackage's
views and triggers that could reach outside is refused by that driver itself.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyogrio
from pyogrio.errors import (
    CRSError,
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    GeometryError,
)

from colocate.errors import InputError, some
from colocate.io.kml import placemarks
from colocate.io.source import inspect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import geopandas as gpd

DRIVERS = {
    ".gpkg": "GPKG",
    ".geojson": "GeoJSON",
    ".shp": "ESRI Shapefile",
    ".kml": "KML",
}
"""Suffixes of vector files, and the driver that reads each; KML is read by `kml`, not by GDAL."""

WALL = {
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
}
"""Settings of GDAL while it reads: no file over the network, no other file and no extension
through SQL (https://gdal.org/en/stable/user/configoptions.html and the pages of the drivers)."""

_FAULTS = (CRSError, DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError)


def layers(path: Path, /) -> list[str]:
    """Return the names of a vector file's layers.

    Args:
        path: a file with a suffix of `DRIVERS`.

    Raises:
        InputError: the file is missing, empty, or not what its suffix says.
    """
    if inspect(path) == ".kml":
        return [path.stem]
    with _opened(path) as source:
        return [str(name) for name in pyogrio.list_layers(source)[:, 0]]


def attributes(path: Path, /) -> list[str]:
    """Return the names of the attributes of a vector file's first layer.

    Args:
        path: a `.gpkg` or `.geojson` file.

    Raises:
        InputError: the file is missing, empty, not what its suffix says, or cannot be read.
    """
    with _opened(path) as source:
        return [str(name) for name in pyogrio.read_info(source)["fields"]]


def read_features(
    path: Path, /, *, layer: str | None = None, fid_as_index: bool = False
) -> gpd.GeoDataFrame:
    """Read a layer of a vector file.

    Args:
        path: a file with a suffix of `DRIVERS`.
        layer: the layer's name; the first where None.
        fid_as_index: use the feature ids as the index.

    Returns:
        The features with their attributes, in the reference system the layer declares; a frame
        without geometry where the layer has none.

    Raises:
        InputError: the file is missing, empty, not what its suffix says, or cannot be read.
    """
    if inspect(path) == ".kml":
        return placemarks(path)
    with _opened(path) as source:
        return pyogrio.read_dataframe(source, layer=layer, fid_as_index=fid_as_index)


@contextmanager
def _opened(path: Path) -> Iterator[str]:
    """Give the name under which GDAL opens a file with its own driver; tell faults as ours."""
    driver = DRIVERS[inspect(path)]
    place = str(path.resolve())
    if driver == "GeoJSON":
        _assert_plain_json(path)
        place = f"GeoJSON:{place}"
    elif driver == "GPKG":  # a table may follow after a colon, so the place is quoted
        place = 'GPKG:"' + place.replace("\\", "\\\\").replace('"', '\\"') + '"'
    else:  # no driver of its own name; its first bytes, which `inspect` has seen, are no other's
        _assert_whole(path)
    before = {name: pyogrio.get_gdal_config_option(name) for name in WALL}
    pyogrio.set_gdal_config_options(WALL)
    try:
        yield place
    except _FAULTS as fault:
        raise InputError(
            f"{path}: not a readable {'GeoPackage' if driver == 'GPKG' else driver} ({fault})."
        ) from None
    finally:
        pyogrio.set_gdal_config_options(before)


def _assert_whole(path: Path) -> None:
    """Refuse a shapefile without the files that belong to it, or with a name GDAL would follow."""
    lacking = [s for s in (".shx", ".dbf") if not path.with_suffix(s).exists()
               and not path.with_suffix(s.upper()).exists()]  # fmt: skip
    if lacking:
        raise InputError(
            f"{path}: a shapefile is several files; {some(lacking)} of this one are not here. Put "
            "them beside it, or save it as a GeoPackage."
        )


def _assert_plain_json(path: Path) -> None:
    """Refuse a GeoJSON that is no JSON object, or that names its reference system by a link."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        document = json.loads(
            text,
            object_pairs_hook=_unlinked,
            parse_float=bool,  # numbers are not needed here, and a border holds millions
            parse_int=bool,
        )
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8. Export it again as GeoJSON.") from None
    except _LinkError:
        raise InputError(
            f"{path}: its reference system is a link to be fetched; nothing is fetched here. "
            "Export it again with the system named, or in WGS84."
        ) from None
    except (ValueError, RecursionError) as fault:
        raise InputError(f"{path}: not readable as JSON ({fault}). Export it again.") from None
    if not isinstance(document, dict):
        raise InputError(f"{path}: expected a JSON object, found something else. Export it again.")


class _LinkError(Exception):
    """A reference system by link was met."""


def _unlinked(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object; GDAL looks names up without regard to case, wherever the object stands."""
    kinds = [str(value).casefold() for name, value in pairs if name.casefold() == "type"]
    if {"link", "url"} & {*kinds} and any(name.casefold() == "properties" for name, _ in pairs):
        raise _LinkError
    return dict(pairs)
