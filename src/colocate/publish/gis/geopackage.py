"""The GeoPackage: every layer of a run, styled for QGIS, readable in any GIS.

pyogrio writes it here rather than in `io`, because what makes it a GeoPackage for people (styles,
metadata, layers joined from several tables) is presentation, not storage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from colocate.publish.facts import words
from colocate.publish.lists.fields import typed
from colocate.tables import parts
from colocate.tables.schema import CRS

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from colocate.publish.lists.fields import Field
    from colocate.publish.lists.packs import Pack
    from colocate.study import Study

Tables = Mapping[str, pd.DataFrame]

UNGUARDED = {"OGR_SQLITE_SYNCHRONOUS": "OFF", "OGR_SQLITE_JOURNAL": "OFF"}
"""A file that is left half written is thrown away: SQLite need not be able to mend it."""

GROUND = ("boundaries", "catchments", "coverage")
"""Layers that come first: the largest, each a table as it is, which no weight or name changes."""

POINTS = frozenset({"new_sites", "options", "sites"})
"""Layers of points."""


def write(
    tables: Tables,
    path: Path,
    /,
    *,
    study: Study,
    told: str,
    ground: Callable[[Callable[[], None]], None] = lambda make: make(),
) -> None:
    """Write a run as a GeoPackage in EPSG:27700; the same bytes for the same arguments.

    Layers: `options` (points: the host, the new site, or the middle of the sites), `moves`
    (lines from each mover to where it would go), `sites`, `clusters`, `catchments`, `coverage`
    (catchments of a service together), `areas_of_search` (for new sites), `new_sites` (the best
    point of each), `boundaries`, and the table `layer_styles`, which QGIS reads by itself. Notice
    and attribution stand in the file's metadata and with each layer. Shapes are as computed, not
    generalised. Not for agents or market.

    Args:
        tables: a run's tables by name.
        path: file to write; one that is there already is replaced.
        study: the study of that run.
        told: disclosure class of the run.
        ground: fills the file with what its argument would write there: the layers of `GROUND`.
    """
    options = _options(tables)
    layers = {
        "areas_of_search": tables["areas_of_search"].sort_values("option_id"),
        "clusters": tables["clusters"].sort_values("cluster_id"),
        "moves": _moves(options, tables["located_sites"]),
        "new_sites": tables["new_sites"].sort_values("option_id"),
        "options": options,
        "sites": tables["located_sites"].sort_values("site_id"),
    }  # fmt: skip
    notice = f"{words.internal(told)} {study.study.notice} Disclosure: {told}.".strip()
    with _replaced(path, study=study):
        ground(lambda: _layers(_ground(tables), path, study=study, notice=notice))
        _layers(layers, path, study=study, notice=notice)
        _styled({name: name for name in (*GROUND, *layers)}, path, study=study)


def _ground(tables: Tables) -> dict[str, pd.DataFrame]:
    return {
        "boundaries": tables["boundaries"].sort_values(["kind", "name"]),
        "catchments": tables["catchments"].sort_values(["site_id", "direction", "limit_s"]),
        "coverage": tables["coverage"].sort_values(["service", "direction", "limit_s"]),
    }


def write_pack(
    pack: Pack, path: Path, /, *, fields: Iterable[Field], study: Study, told: str
) -> None:
    """Write a pack as a GeoPackage of its own; the same bytes for the same arguments.

    Layers `areas_of_search` and `sites`, styled for QGIS, and the table `shortlist`, which has no
    geometry.

    Args:
        pack: what the pack tells.
        path: file to write; one that is there already is replaced.
        fields: what the list's columns mean.
        study: the study of the run, marked for that pack.
        told: disclosure class of what it holds.
    """
    rows = typed(pack.rows, fields)
    layers = {"areas_of_search": pack.areas, "shortlist": rows, "sites": pack.sites}
    notice = f"{study.study.notice} Disclosure: {told}."
    styles = {"areas_of_search": "areas_of_search", "sites": "released_sites"}
    with _replaced(path, study=study):
        _layers(layers, path, study=study, notice=notice)
        _styled(styles, path, study=study)


def _layers(layers: Mapping[str, pd.DataFrame], path: Path, *, study: Study, notice: str) -> None:
    """Add layers to those that are there."""
    about = f"{notice} {words.licence(study)}"
    for name, frame in layers.items():
        pyogrio.write_dataframe(
            frame.reset_index(drop=True),
            path,
            layer=name,
            driver="GPKG",
            dataset_metadata={"TITLE": study.study.title, "NOTICE": about},
            layer_metadata={"DESCRIPTION": about},
            promote_to_multi=isinstance(frame, gpd.GeoDataFrame) and name not in POINTS,
        )


def _styled(styles: Mapping[str, str], path: Path, *, study: Study) -> None:
    """Add the style of each layer, by its name."""
    pyogrio.write_dataframe(
        _styles(study.study.as_of, styles),
        path,
        layer="layer_styles",
        driver="GPKG",
        layer_options={"FID": "id"},
    )


@contextmanager
def _replaced(path: Path, *, study: Study) -> Iterator[None]:
    """Let GDAL write a file anew under other options: the study's date for the clock, and so."""
    path.unlink(missing_ok=True)
    moment = f"{study.study.as_of.isoformat()}T00:00:00.000Z"
    options = {"OGR_CURRENT_DATE": moment, **UNGUARDED}
    before = {name: pyogrio.get_gdal_config_option(name) for name in options}
    pyogrio.set_gdal_config_options(options)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _options(tables: Tables) -> gpd.GeoDataFrame:
    """Options with scores and money, each a point where its host stands, by rank."""
    points = _by_id(tables["located_sites"], "site_id")
    new = _by_id(tables["new_sites"], "option_id")
    frame = tables["options"].merge(tables["scores"], on="option_id", validate="1:1")
    frame = frame.merge(
        tables["money"].rename(columns={"basis": "money_basis", "note": "money_note"}),
        on="option_id", validate="1:1",
    )  # fmt: skip
    stands = [
        new[option]
        if option in new
        else shapely.MultiPoint([points[site] for site in parts(host) or parts(sites)]).centroid
        for option, host, sites in zip(
            frame["option_id"], frame["host_site_id"], frame["site_ids"], strict=True
        )
    ]
    located = gpd.GeoDataFrame(frame, geometry=stands, crs=CRS)
    return located.sort_values(["place", "option_id"])


def _moves(options: gpd.GeoDataFrame, sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One line a mover, from its site to where it would go; none where the two are one place."""
    points = _by_id(sites, "site_id")
    rows = [
        (option.option_id, option.kind, option.status, option.rank, mover,
         shapely.LineString([points[mover], option.geometry]))
        for option in options.itertuples()
        for mover in parts(option.mover_site_ids)
        if not points[mover].equals(option.geometry)
    ]  # fmt: skip
    names = ["option_id", "kind", "status", "rank", "from_site_id", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=names), geometry="geometry", crs=CRS)


def _by_id(frame: gpd.GeoDataFrame, key: str) -> dict[str, shapely.Point]:
    return dict(zip(frame[key], frame.geometry, strict=True))


def _styles(as_of: dt.date, layers: Mapping[str, str]) -> pd.DataFrame:
    """The table in which QGIS keeps the style of each layer, by layer and name of its style."""
    return pd.DataFrame(
        [
            {
                "f_table_catalog": "",
                "f_table_schema": "",
                "f_table_name": layer,
                "f_geometry_column": "geom",
                "styleName": f"colocate {layer}",
                "styleQML": _style(style),
                "styleSLD": "",
                "useAsDefault": True,
                "description": "",
                "owner": "colocate",
                "ui": "",
                "update_time": pd.Timestamp(as_of, tz="UTC"),  # QGIS asks for the latest style
            }
            for layer, style in sorted(layers.items())
        ]
    )


@cache
def _style(name: str) -> str:
    """The QML of a layer; QGIS opens, changes and saves these files."""
    folder = resources.files("colocate.publish") / "assets" / "qgis"
    return (folder / f"{name}.qml").read_text(encoding="utf-8")
