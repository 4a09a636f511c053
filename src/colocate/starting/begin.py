"""A study of one fire and rescue area from a pack of raw files: cut, written, ready to check."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from colocate import bng, io
from colocate.errors import InputError
from colocate.starting import areas, decided, labels, sites
from colocate.starting.bodies import bodies, fire_body, governance, law, police_body
from colocate.starting.demand import NUMBERS, demand
from colocate.starting.outlines import outlines
from colocate.starting.own_register import with_own
from colocate.starting.pack import SURVEY, Pack, extract_for, recognise
from colocate.starting.partner_sites import partner_sites
from colocate.starting.reach import reach, within
from colocate.starting.reading import raw_numbers, raw_text
from colocate.starting.writing import write_csv, write_parquet
from colocate.tables import TABLES
from colocate.travel.network.osm import read_osm
from colocate.travel.network.packing import pack as packed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from colocate.progress import Progress

ROYAL_MAIL = "Contains Royal Mail data © Royal Mail copyright and database right 2025"
"""For the packaged postcode directory."""
SHARED_M = 250
"""A fire station no farther from police premises that are called shared is whom they share with."""
STEPS = 5


@dataclass(frozen=True)
class Begun:
    """The chosen area, and who is in it."""

    area: str
    shape: shapely.Geometry
    near: shapely.Geometry
    """The area and its buffer."""
    fire: gpd.GeoDataFrame
    """Fire areas within reach."""
    police: gpd.GeoDataFrame
    """Police force areas within reach."""
    forces: tuple[str, ...]
    """Police force areas that overlap the area."""

    @property
    def neighbours(self) -> list[str]:
        """Fire areas within reach, but the area itself."""
        return sorted(set(self.fire["fra"]) - {self.area})


def begin(
    folder: Path, /, *, pack: Path, area: str, slug: str, day: dt.date, progress: Progress
) -> list[str]:
    """Write a study of a fire area into a folder.

    Args:
        folder: an empty folder.
        pack: folder of the raw files.
        area: name of the fire and rescue area, as the pack's outlines have it.
        slug: id of the study.
        day: the study's day.
        progress: told of each step.

    Returns:
        What was found and what was not, a line each.

    Raises:
        InputError: the pack is not whole, or there is no such area.
    """
    progress.stage("raw files", number=1, of=STEPS)
    raw = recognise(pack)
    begun = _begun(raw, area)
    progress.stage("outlines and demand", number=2, of=STEPS)
    write_parquet(boundaries := _boundaries(raw, begun), folder / "boundaries.parquet")
    write_csv(points := _demand(raw, begun), folder / "demand.csv")
    progress.stage("registers and names", number=3, of=STEPS)
    registers, written, own = _registers(raw, begun, folder=folder, boundaries=boundaries)
    progress.stage("roads", number=4, of=STEPS)
    extract = extract_for(raw, begun.shape)
    roads = _roads(extract, begun, folder=folder)
    progress.stage("bodies, rules and settings", number=5, of=STEPS)
    who = bodies(
        fire_areas=[begun.area, *begun.neighbours],
        police_areas=sorted(begun.police["pfa"]),
        partners=registers[1]["body_id"] if len(registers) > 1 else (),
    )
    write_csv(who, folder / "bodies.csv")
    write_csv(governance(), folder / "governance.csv")
    write_csv(law(who), folder / "law.csv")
    text = _study(begun, slug=slug, day=day, raw=raw, inputs=written)
    io.write_text(text, folder / "study.toml")
    return [*_told(begun, registers, points=points), *own, roads, *_left(raw)]


def _begun(raw: Pack, wanted: str) -> Begun:
    fire = areas.polygons(io.read_features(raw.files["fire_areas"]))
    name = areas.chosen(fire["fra"], wanted, where=raw.files["fire_areas"].name)
    shape = fire.loc[fire["fra"] == name].union_all()
    near = reach(shape)
    police = areas.polygons(io.read_features(raw.files["police_areas"]))
    forces = areas.overlapping(police, shape, name="pfa")
    if not forces:
        raise InputError(
            f"{raw.files['police_areas']}: no police force area overlaps {name}; add its outline."
        )
    return Begun(
        name,
        shape,
        near,
        fire[fire.intersects(near)],
        police[police.intersects(near)],
        tuple(forces),
    )


def _boundaries(raw: Pack, begun: Begun) -> gpd.GeoDataFrame:
    coarse = raw.get("countries")
    beyond = gpd.GeoDataFrame({"name": []}, geometry=[], crs=bng.BNG)
    if coarse:
        read = areas.polygons(io.read_features(coarse))
        read = read.rename(columns={"country20_name": "name"})
        beyond = read[~read["name"].isin(areas.overlapping(read, begun.shape, name="name"))]
    return areas.boundaries(
        fire=begun.fire,
        police=begun.police,
        lsoas=areas.polygons(io.read_features(raw.files["lsoas"])),
        near=begun.near,
        land=areas.land(
            begun.fire,
            name="Land of these fire areas",
            beyond=beyond,
            window=shapely.box(*begun.near.bounds),
        ),
    )


def _demand(raw: Pack, begun: Begun) -> pd.DataFrame:
    lsoas = areas.polygons(io.read_features(raw.files["lsoas"]))
    return demand(
        **{name: raw_numbers(raw.files[name], columns=NUMBERS[name]) for name in NUMBERS},
        lsoas=lsoas,
        near=begun.near,
        fire_area=begun.area,
    )


def _registers(
    raw: Pack, begun: Begun, *, folder: Path, boundaries: gpd.GeoDataFrame
) -> tuple[list[pd.DataFrame], dict[str, str], list[str]]:
    """Write the registers, and what lies around their sites; name what was written of that.

    The third is what was made of the service's own register, if the pack holds one.
    """
    settled = labels.settlements(raw_text(raw.files["settlements"]))
    register, told = _register(raw, begun, settled=settled)
    write_csv(register, folder / "sites.csv")
    write_csv(labels.places(settled, near=begun.near), folder / "places.csv")
    write_csv(
        labels.objects(extract_for(raw, begun.shape), near=begun.near), folder / "objects.csv"
    )
    written = {"places": "places.csv", "objects": "objects.csv"}
    registers = [register]
    if mapped := raw.get("partners"):
        partners = partner_sites(
            raw_text(mapped),
            places=settled,
            boundaries=boundaries,
            study_area=begun.shape,
            mapped_in=_year(mapped) or "(undated)",
            as_of=f"{year}-01-01" if (year := _year(mapped)) else None,
        )
        write_csv(partners, folder / "partner_sites.csv")
        registers.append(partners)
    if drawn := raw.get("outlines"):
        shapes = outlines(bng.frame_to_bng(io.read_features(drawn)), register)
        write_parquet(shapes, folder / "site_buildings.parquet")
        written["site_buildings"] = "site_buildings.parquet"
    if directory := raw.get("postcodes"):
        write_csv(_postcodes(directory, begun), folder / "postcodes.csv")
        written["postcodes"] = "postcodes.csv"
    return registers, written, told


def _year(path: Path) -> str | None:
    """Return the year that the name of a file gives, if it gives one."""
    found = re.search(r"20\d\d", path.stem)
    return found[0] if found else None


def _postcodes(path: Path, begun: Begun) -> pd.DataFrame:
    rows = raw_text(path)
    east, north = (pd.to_numeric(rows[name]) for name in ("oseast1m", "osnrth1m"))
    return rows[within(begun.near, east=east, north=north)]


def _register(raw: Pack, begun: Begun, *, settled: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return the register: the area's own premises, neighbours' stations, police within reach."""
    stations = raw_text(raw.files["stations"])
    pairs = _same(stations["frs"], begun.fire["fra"])
    named = {service: fire_body(area) for service, area in pairs}
    mine = stations["frs"].map(areas.key) == areas.key(begun.area)
    if not mine.any():
        raise InputError(
            f"{raw.files['stations']}: no fire station of {begun.area}; there are those of "
            f"{', '.join(sorted(set(stations['frs'])))}."
        )
    rough = sites.rough(stations)
    parts = [
        sites.fire_stations(
            stations[these], bodies=named, rough=rough, near=near, over_border=near is not None
        )
        for these, near in (
            (mine, None),  # all of them: a wrong point is put right where sites are located
            (~mine & stations["frs"].isin(list(named)), begun.near),
        )
    ]
    own = with_own(
        parts[0],
        files=[raw.folder / name for name in raw.unused],
        body=fire_body(begun.area),
        bodies=bodies(fire_areas=begun.fire["fra"], police_areas=(), partners=()),
    )
    fire = pd.concat([own.stations, own.others, parts[1]], ignore_index=True)
    rows = pd.concat([fire, _police(raw, begun, fire=fire)], ignore_index=True)
    rows = rows.assign(**{name: rows[name].fillna("") for name in ("address", "notes")})
    rows = rows.assign(
        town=sites.towns(rows, settled),
        disclosure="public",
        custody_evidence=sites.custody(rows.assign(as_of=rows["as_of"].fillna("no date"))),
    )
    rows = rows.reindex(columns=TABLES["sites"].names)
    return rows.sort_values("site_id", ignore_index=True), own.said


def _same(services: pd.Series, names: pd.Series) -> list[tuple[str, str]]:
    """Pair the spelling of one list with that of another."""
    by_key = {areas.key(name): name for name in names}
    return [(each, by_key[areas.key(each)]) for each in set(services) if areas.key(each) in by_key]


def _police(raw: Pack, begun: Begun, *, fire: pd.DataFrame) -> pd.DataFrame:
    """Return police premises within reach; what is called shared names its fire station."""
    rows = raw_text(raw.files["police"])
    at = sites.points(rows)
    near = within(begun.near, east=at["easting"], north=at["northing"])
    forces = {force: police_body(area) for force, area in _same(rows["force"], begun.police["pfa"])}
    rows = rows[near & rows["force"].isin(list(forces))].reset_index(drop=True)
    found = sites.police_sites(
        rows,
        body_id=rows["force"].map(forces),
        roles=decided.meaning("type", rows["type"], otherwise="other"),
        status=decided.status(rows["status"]),
        point=decided.point(rows["coord_source"]),
        confidence=decided.meaning("confidence", rows["confidence"], otherwise="low"),
    )
    share = decided.share(rows)
    return found.assign(
        share_status=share,
        share_with=sites.beside(found, fire, within_m=SHARED_M).where(share.notna(), None),
    )


def _roads(extract: Path, begun: Begun, *, folder: Path) -> str:
    network = read_osm(extract, area=begun.near)
    nodes, edges = packed(network.road_nodes, network.road_edges)
    write_parquet(nodes, folder / "roads" / "road_nodes.parquet")
    write_parquet(edges, folder / "roads" / "road_edges.parquet")
    if len(network.network_report):
        write_csv(network.network_report, folder / "roads" / "network_report.csv")
    if len(network.turns):
        write_parquet(network.turns, folder / "roads" / "turns.parquet")
    km = network.road_edges["length_m"].sum() / 1000
    return f"roads: {km:,.0f} km of {extract.name}"


def _study(begun: Begun, *, slug: str, day: dt.date, raw: Pack, inputs: Mapping[str, str]) -> str:
    template = files("colocate.starting").joinpath("study.toml").read_text(encoding="utf-8")
    registers = ["sites.csv", *(["partner_sites.csv"] if raw.get("partners") else [])]
    attribution = dict.fromkeys([*raw.attribution, SURVEY, ROYAL_MAIL])
    return Template(template).substitute(
        area=begun.area,
        id=_toml(slug),
        title=_toml(f"{begun.area}: shared estates"),
        day=day.isoformat(),
        area_text=_toml(begun.area),
        fire_body=_toml(fire_body(begun.area)),
        police_areas=_toml(list(begun.forces)),
        attribution=_toml(list(attribution)),
        registers="[" + ", ".join(f"{{ file = {_toml(name)} }}" for name in registers) + "]",
        inputs="".join(f"{name} = {_toml(file)}\n" for name, file in inputs.items()),
    )


def _toml(value: str | list[str]) -> str:
    """Write text, or a list of texts, as TOML does: its basic strings are JSON's."""
    return json.dumps(value, ensure_ascii=False)


def _told(begun: Begun, registers: list[pd.DataFrame], *, points: pd.DataFrame) -> list[str]:
    """Say what was found."""
    register, *partners = registers
    fire = (register["service"] == "fire") & (register["roles"].str.split(";").str[0] == "station")
    own = int((fire & ~register["over_border"]).sum())
    inside = points[points["in_area"]]
    people = f"{inside['people'].sum():,.0f} people at {len(inside):,} of {len(points):,} points"
    across = ", ".join(begun.neighbours) or "no other area"
    counted = register["body_id"].value_counts()
    return [
        f"{begun.area}: {people} of demand",
        f"fire stations: {own} own, {int(fire.sum()) - own} over the border in {across}",
        "crewing: not in these files; give it in sites.csv",
        *(
            f"police premises of {force}: {counted.get(police_body(force), 'none in these files')}"
            for force in begun.forces
        ),
        *(f"partners' sites: {len(each)}" for each in partners),
    ]


def _left(raw: Pack) -> list[str]:
    if not raw.unused:
        return []
    return [f"not used, of no kind known here: {', '.join(raw.unused)}"]
