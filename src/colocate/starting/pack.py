"""A pack: a folder of raw files, each recognised by the columns it holds, never by its name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from colocate import io
from colocate.errors import ColocateError, InputError
from colocate.travel.network.extracts import ENDINGS as EXTRACTS
from colocate.travel.network.nodes import reaches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import shapely

VECTORS = (".geojson", ".gpkg")
IGNORED = (".md", ".txt", ".pdf", ".html", ".json", ".toml")
"""What people put beside data to say what they are."""


class Kind(NamedTuple):
    """One kind of raw file: what it is for, and the columns by which it is recognised."""

    what: str
    columns: frozenset[str]
    drawn: bool = False
    """Whether it holds outlines and not rows alone."""
    without: frozenset[str] = frozenset()
    """Columns that a file of this kind does not hold."""
    needed: bool = True
    gives: str | None = None
    """What the licence of such a file asks to be said."""


STATISTICS = "Contains National Statistics data © Crown copyright and database right 2025"
SURVEY = "Contains OS data © Crown copyright and database right 2025"
MAP = "© OpenStreetMap contributors, ODbL 1.0"


def _kind(
    what: str,
    columns: str,
    *,
    gives: str | None = None,
    needed: bool = True,
    without: frozenset[str] = frozenset(),
) -> Kind:
    drawn = what.startswith("outlines")
    return Kind(what, frozenset(columns.split()), drawn, without, needed, gives)


KINDS: Mapping[str, Kind] = {
    "fire_areas": _kind(
        "outlines of fire and rescue areas", "fra", without=frozenset({"utla"}), gives=SURVEY
    ),
    "police_areas": _kind(
        "outlines of police force areas", "pfa", without=frozenset({"utla"}), gives=SURVEY
    ),
    "lsoas": _kind("outlines of LSOAs of 2021", "lsoa21_code ltla24_name", gives=SURVEY),
    "countries": _kind("outlines of countries", "country20_name", needed=False, gives=SURVEY),
    "outlines": _kind(
        "outlines of buildings near sites", "footprint_m2 height_m", needed=False, gives=MAP
    ),
    "lsoa21": _kind(
        "LSOAs of 2021 with people",
        "lsoa21_code lsoa21_name fra24_name pfa24_name residents_2021 disabled_2021 imd25_decile "
        "ruc21_urban_rural pwc_easting pwc_northing",
        gives=STATISTICS,
    ),
    "lsoa11": _kind(
        "LSOAs of 2011 with people by age", "lsoa11_code lsoa11_name age_65_plus pop_mid2020",
        gives=STATISTICS,
    ),
    "lookup": _kind("LSOAs of 2011 and of 2021", "LSOA11CD LSOA21CD", gives=STATISTICS),
    "fires": _kind(
        "dwelling fires by MSOA", "msoa11nm fra24_name dwelling_fires_3yr_avg",
        gives="Contains Home Office data, Open Government Licence v3.0",
    ),
    "stations": _kind(
        "fire stations of the services",
        "frs name address postcode easting northing lat lon osm_lat osm_lon osm_dist_m",
        gives="Contains Home Office data, Open Government Licence v3.0",
    ),
    "police": _kind(
        "police premises",
        "site_id name force type status address postcode postcode_basis lat lon coord_source "
        "source confidence notes",
        gives=MAP,
    ),
    "settlements": _kind("place names", "cls name lat lon", gives=MAP),
    "partners": _kind(
        "premises of other public bodies", "kind name easting northing", needed=False, gives=MAP
    ),
    "postcodes": _kind(
        "a postcode directory", "pcds oseast1m osnrth1m", needed=False,
        gives="Contains Royal Mail data © Royal Mail copyright and database right 2025",
    ),
}  # fmt: skip
"""Kinds of raw files by the name this room has for them. The first that fits is meant."""


@dataclass(frozen=True)
class Pack:
    """The files of a folder, by what they are."""

    folder: Path
    files: Mapping[str, Path]
    extracts: tuple[Path, ...] = ()
    """OpenStreetMap extracts, the largest first."""
    unused: tuple[str, ...] = field(default=())
    """Files that are of no kind known here, within the folder."""

    def get(self, name: str, /) -> Path | None:
        """Return the file of a kind; None if the pack holds none.

        Args:
            name: one of `KINDS`.
        """
        return self.files.get(name)

    @property
    def attribution(self) -> tuple[str, ...]:
        """What the licences of its files ask to be said, each once."""
        given = (KINDS[name].gives for name in self.files)
        return tuple(dict.fromkeys([MAP, *(line for line in given if line)]))


def recognise(folder: Path, /) -> Pack:
    """Look through a folder, and its folders, for raw files.

    Args:
        folder: of the raw files.

    Raises:
        InputError: there is no such folder, a needed kind is missing, or two files are of a kind.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder. Give the folder of the raw files with --pack.")
    found: dict[str, list[Path]] = {}
    extracts, unused = [], []
    for path in _data_files(folder):
        if path.name.endswith(EXTRACTS):
            extracts.append(path)
        elif name := _kind_of(path):
            found.setdefault(name, []).append(path)
        else:
            unused.append(path.relative_to(folder).as_posix())
    _assert_one_each(folder, found, roads=bool(extracts))
    return Pack(
        folder,
        {name: found[name][0] for name in KINDS if name in found},
        tuple(sorted(extracts, key=lambda path: (-path.stat().st_size, path.name))),
        tuple(unused),
    )


def _data_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.suffix.lower() not in IGNORED:
            yield path


def _kind_of(path: Path) -> str | None:
    """Name the kind of a file by its columns; None if it is of none, or cannot be read as one."""
    try:
        columns = _columns(path)
    except ColocateError:
        return None
    return next(
        (
            name
            for name, kind in KINDS.items()
            if kind.drawn == (path.suffix.lower() in VECTORS)
            and kind.columns <= columns
            and not kind.without & columns
        ),
        None,
    )


def _columns(path: Path) -> set[str]:
    suffix = path.suffix.lower()
    if suffix in VECTORS:
        return set(io.attributes(path))
    return set(io.csv_header(path)) if suffix == ".csv" else set()


def _assert_one_each(folder: Path, found: Mapping[str, list[Path]], *, roads: bool) -> None:
    faults = [
        f"  no {kind.what}: a file with columns {', '.join(sorted(kind.columns))}"
        for name, kind in KINDS.items()
        if kind.needed and name not in found
    ]
    faults += [
        f"  two or more files of {KINDS[name].what}: "
        f"{', '.join(path.relative_to(folder).as_posix() for path in paths)}; keep one"
        for name, paths in found.items()
        if len(paths) > 1
    ]
    if not roads:
        faults.append(f"  no roads: an OpenStreetMap extract ({', '.join(EXTRACTS)})")
    if faults:
        raise InputError("\n".join([f"{folder}: not a whole pack of raw files:", *faults]))


def extract_for(pack: Pack, /, area: shapely.Geometry) -> Path:
    """Return the largest extract that holds anything of an area.

    Args:
        pack: the raw files.
        area: a fire area, EPSG:27700.

    Raises:
        InputError: none does.
    """
    if path := next((each for each in pack.extracts if reaches(each, area)), None):
        return path
    raise InputError(
        f"{pack.folder}: none of its {len(pack.extracts)} OpenStreetMap extracts reaches the area. "
        "Add one that covers it and 25 km around."
    )
