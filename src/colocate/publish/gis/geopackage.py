"""The GeoPackage: every layer of a run, styled for QGIS, readable in any GIS.

pyogrio writes it here rather than in `io`, because what makes it a GeoPackage for people (styles,
metadata, layers joined from several tables) is presentation, not storage.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from colocate.publish.facts import words
from colocate.tables import parts
from colocate.tables.schema import CRS

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from colocate.publish.lists.agents import Pack
    from colocate.study import Study

Tables = Mapping[str, pd.DataFrame]

POINTS = frozenset({"new_sites", "options", "sites"})
"""Layers of points."""

NAVY = "20,38,61"
_QGIS = "3.28"
_STATUS_COLOURS = {
    "recommended": "23,105,58",
    "investigate": "199,154,46",
    "blocked": "156,28,44",
    "existing": "43,90,140",
}


def write(tables: Tables, path: Path, /, *, study: Study, told: str) -> None:
    """Write a run as a GeoPackage in EPSG:27700; the same bytes for the same arguments.

    Layers: `options` (points: the host, the new site, or the middle of the sites), `moves`
    (lines from each mover to where it would go), `sites`, `clusters`, `catchments`, `coverage`
    (catchments of a service together), `areas_of_search` (for new sites), `new_sites` (the best
    point of each), `boundaries`, and the table `layer_styles`, which QGIS reads by itself. Notice
    and attribution stand in the file's metadata and with each layer. Shapes are as computed, not
    generalised. Not for agents: sites are named.

    Args:
        tables: a run's tables by name.
        path: file to write; one that is there already is replaced.
        study: the study of that run.
        told: disclosure class of the run.
    """
    options = _options(tables)
    layers = {
        "areas_of_search": tables["areas_of_search"].sort_values("option_id"),
        "boundaries": tables["boundaries"].sort_values(["kind", "name"]),
        "catchments": tables["catchments"].sort_values(["site_id", "direction", "limit_s"]),
        "clusters": tables["clusters"].sort_values("cluster_id"),
        "coverage": tables["coverage"].sort_values(["service", "direction", "limit_s"]),
        "moves": _moves(options, tables["located_sites"]),
        "new_sites": tables["new_sites"].sort_values("option_id"),
        "options": options,
        "sites": tables["located_sites"].sort_values("site_id"),
    }  # fmt: skip
    notice = f"{words.internal(told)} {study.study.notice} Disclosure: {told}.".strip()
    _write(layers, path, study=study, notice=notice)


def write_agents(pack: Pack, path: Path, /, *, study: Study, told: str) -> None:
    """Write what agents may see as a GeoPackage of its own.

    Layers `areas_of_search` and `sites` (released ones), styled for QGIS; the same bytes for the
    same arguments. `told` is the disclosure class of what it holds.
    """
    layers = {"areas_of_search": pack.areas, "sites": pack.sites}
    notice = f"{study.study.notice} Disclosure: {told}."
    styles = {"sites": _single(_marker("star", NAVY))}
    _write(layers, path, study=study, notice=notice, styles=styles)


def _write(
    layers: Mapping[str, gpd.GeoDataFrame],
    path: Path,
    *,
    study: Study,
    notice: str,
    styles: Mapping[str, str] | None = None,
) -> None:
    """Write the layers; `styles` replaces the usual style of some of them."""
    path.unlink(missing_ok=True)
    about = f"{notice} {words.licence(study)}"
    with _dated(f"{study.study.as_of.isoformat()}T00:00:00.000Z"):
        for name, frame in layers.items():
            pyogrio.write_dataframe(
                frame.reset_index(drop=True),
                path,
                layer=name,
                driver="GPKG",
                dataset_metadata={"TITLE": study.study.title, "NOTICE": about},
                layer_metadata={"DESCRIPTION": about},
                promote_to_multi=name not in POINTS,
            )
        pyogrio.write_dataframe(
            _styles(study.study.as_of, layers=layers, qml=_usual() | dict(styles or {})),
            path,
            layer="layer_styles",
            driver="GPKG",
            layer_options={"FID": "id"},
        )


@contextmanager
def _dated(moment: str) -> Iterator[None]:
    """Let GDAL stamp the file with the study's date in place of the clock."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _options(tables: Tables) -> gpd.GeoDataFrame:
    """Options with scores and money, each a point where its host stands, by rank."""
    points = tables["located_sites"].set_index("site_id").geometry
    new = tables["new_sites"].set_index("option_id").geometry
    frame = tables["options"].merge(tables["scores"], on="option_id", validate="1:1")
    frame = frame.merge(
        tables["money"].rename(columns={"basis": "money_basis", "note": "money_note"}),
        on="option_id", validate="1:1",
    )  # fmt: skip
    stands = [
        new[option]
        if option in new.index
        else shapely.MultiPoint(points.loc[parts(host) or parts(sites)].to_list()).centroid
        for option, host, sites in zip(
            frame["option_id"], frame["host_site_id"], frame["site_ids"], strict=True
        )
    ]
    located = gpd.GeoDataFrame(frame, geometry=stands, crs=CRS)
    return located.sort_values(["rank", "option_id"])


def _moves(options: gpd.GeoDataFrame, sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One line a mover, from its site to where it would go; none where the two are one place."""
    points = sites.set_index("site_id").geometry
    rows = [
        (option.option_id, option.kind, option.status, option.rank, mover,
         shapely.LineString([points[mover], option.geometry]))
        for option in options.itertuples()
        for mover in parts(option.mover_site_ids)
        if not points[mover].equals(option.geometry)
    ]  # fmt: skip
    names = ["option_id", "kind", "status", "rank", "from_site_id", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=names), geometry="geometry", crs=CRS)


def _usual() -> dict[str, str]:
    """The style of each layer of a run, as QML."""
    services = [
        ("fire", "Fire", _marker("circle", "191,74,12")),
        ("police", "Police", _marker("square", "18,89,159")),
        ("", "Other", _marker("triangle", "91,102,114")),
    ]
    statuses = [
        (status, label, _marker("diamond", _STATUS_COLOURS[status]))
        for status, label in words.STATUSES.items()
    ]
    areas = [
        ("fire_area", "Fire area", _fill("138,90,68")),
        ("police_area", "Police area", _fill("107,124,147", dashed=True)),
        ("", "Other", _fill("138,165,182")),
    ]
    services_together = [
        ("fire", "Fire", _fill("191,74,12", inside="191,74,12,25")),
        ("police", "Police", _fill("18,89,159", inside="18,89,159,25")),
        ("", "Other", _fill("91,102,114", inside="91,102,114,25")),
    ]
    return {
        "areas_of_search": _single(_fill("23,105,58", inside="23,105,58,60")),
        "boundaries": _categories("kind", areas),
        "catchments": _single(_fill("74,42,140", inside="91,58,168,25")),
        "clusters": _single(_fill("29,111,100", inside="47,158,143,30", dashed=True)),
        "coverage": _categories("service", services_together),
        "moves": _single(_line("53,23,111")),
        "new_sites": _single(_marker("diamond", "53,23,111")),
        "options": _categories("status", statuses),
        "sites": _categories("service", services),
    }


def _styles(as_of: dt.date, *, layers: Collection[str], qml: Mapping[str, str]) -> pd.DataFrame:
    """The table in which QGIS keeps the style of each layer."""
    return pd.DataFrame(
        [
            {
                "f_table_catalog": "",
                "f_table_schema": "",
                "f_table_name": layer,
                "f_geometry_column": "geom",
                "styleName": f"colocate {layer}",
                "styleQML": qml[layer],
                "styleSLD": "",
                "useAsDefault": True,
                "description": "",
                "owner": "colocate",
                "ui": "",
                "update_time": pd.Timestamp(as_of, tz="UTC"),  # QGIS asks for the latest style
            }
            for layer in sorted(layers)
        ]
    )


def _symbol(kind: str, layer: str, *, settings: Mapping[str, str]) -> str:
    """A symbol of one layer as QML; `{name}` is left for its number."""
    options = "".join(
        f'<Option type="QString" name="{name}" value="{value}"/>'
        for name, value in settings.items()
    )
    return (
        f'<symbol type="{kind}" name="{{name}}" alpha="1" clip_to_extent="1">'
        f'<layer class="{layer}" enabled="1" locked="0" pass="0">'
        f'<Option type="Map">{options}</Option></layer></symbol>'
    )


def _marker(shape: str, colour: str) -> str:
    settings = {"name": shape, "color": f"{colour},255", "size": "2.8", "size_unit": "MM",
                "outline_color": "255,255,255,255", "outline_width": "0.3"}  # fmt: skip
    return _symbol("marker", "SimpleMarker", settings=settings)


def _line(colour: str) -> str:
    settings = {"line_color": f"{colour},255", "line_width": "0.5", "line_width_unit": "MM"}
    return _symbol("line", "SimpleLine", settings=settings)


def _fill(colour: str, *, inside: str = "", dashed: bool = False) -> str:
    settings = {"style": "solid" if inside else "no", "color": inside or "0,0,0,0",
                "outline_color": f"{colour},255", "outline_style": "dash" if dashed else "solid",
                "outline_width": "0.4", "outline_width_unit": "MM"}  # fmt: skip
    return _symbol("fill", "SimpleFill", settings=settings)


def _single(symbol: str) -> str:
    return _qml(f'<renderer-v2 type="singleSymbol">{_symbols([symbol])}</renderer-v2>')


def _categories(column: str, entries: Sequence[tuple[str, str, str]]) -> str:
    """Symbols by the values of a column: (value, label, symbol); an empty value is any other."""
    categories = "".join(
        f'<category value="{value}" symbol="{place}" label={quoteattr(label)} render="true"/>'
        for place, (value, label, _) in enumerate(entries)
    )
    symbols = _symbols([symbol for *_, symbol in entries])
    return _qml(
        f'<renderer-v2 type="categorizedSymbol" attr="{column}">'
        f"<categories>{categories}</categories>{symbols}</renderer-v2>"
    )


def _symbols(symbols: Sequence[str]) -> str:
    listed = (symbol.replace("{name}", str(place)) for place, symbol in enumerate(symbols))
    return f"<symbols>{''.join(listed)}</symbols>"


def _qml(renderer: str) -> str:
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        f'<qgis version="{_QGIS}" styleCategories="Symbology">{renderer}</qgis>'
    )
