"""Open data, brought to this computer: what there is, what it would be, and bringing it.

`data/open_data.csv` lists the sources with licence and address. A file is brought whole and as its
publisher promises, or not at all; what nobody publishes a hash of is held to the hash it first
came with. `fetched.json` beside the files says where each is from.
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from colocate import bng, io
from colocate.errors import FetchError, InputError, OutputError, some
from colocate.io.download import MEGABYTE, download, read_record
from colocate.io.features import DRIVERS, read_features
from colocate.io.unpacking import unpack
from colocate.io.web import Web
from colocate.progress import SILENT, Progress
from colocate.tables import each

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

RECORD = "fetched.json"
PAGE_OF_FEATURES = 2000
"""Features asked for at once; ArcGIS services give at most their own limit, often the same."""


class Source(NamedTuple):
    """A row of `data/open_data.csv`."""

    source: str
    what: str
    publisher: str
    kind: str
    url: str
    page: str
    file: str
    unpack: str
    megabytes: str
    hash: str
    licence: str
    attribution: str
    used_for: str
    verified: str
    verified_how: str


@dataclass(frozen=True)
class Plan:
    """One thing to bring."""

    name: str
    source: Source
    url: str
    file: str
    size: int | None = None
    """Bytes, as the server says today; None where it does not."""
    known_hash: str | None = None
    asked: bool = True
    """Whether the server was reached; otherwise the list's own figures stand."""

    def told(self) -> dict[str, object]:
        """Return it as a row for people."""
        listed = float(self.source.megabytes) if self.source.megabytes else None
        size = listed if self.size is None else round(self.size / MEGABYTE, 1)
        said = "server, today" if self.size is not None else "list" if listed else "unknown"
        return {
            "name": self.name, "file": self.file, "megabytes": size, "size_from": said,
            "hash": self.known_hash or self.source.hash, "licence": self.source.licence,
            "attribution": self.source.attribution, "url": self.url,
            "reached": "yes" if self.asked else "no answer: this computer may be offline",
        }  # fmt: skip


def sources(file: Path | None = None, /) -> pd.DataFrame:
    """Return the list of sources.

    Args:
        file: a CSV of the same columns, to be read instead of colocate's own.

    Raises:
        InputError: the file is missing or lacks a column.
    """
    listed = file or io.carried("open_data.csv")
    if listed is None:
        raise InputError("open_data.csv is missing; install colocate again.")
    rows = io.csv_text(listed).fillna("")
    if missing := [name for name in Source._fields if name not in rows]:
        raise InputError(f"{listed}: no column named {some(missing)}.")
    return rows[list(Source._fields)]


def plan(names: Iterable[str], /, *, listed: pd.DataFrame, web: Web, dry: bool) -> list[Plan]:
    """Find out what each name stands for, asking its server as little as needed.

    Args:
        names: of sources, `osm:NAME`, `roads:PLACE` or `roads:FILE`.
        listed: the list of sources.
        web: who asks.
        dry: whether a server that is out of reach is no fault.

    Raises:
        InputError: there is no source of that name.
        FetchError: a server is out of reach, and it is no dry run.
    """
    known = {row.source: row for row in each(Source, listed)}
    plans = []
    for name in names:
        head, _, part = name.partition(":")
        if head not in known or (known[head].kind in {"geofabrik", "overpass"}) != bool(part):
            near = difflib.get_close_matches(head, known, n=1)
            hint = f" Did you mean {near[0]}?" if near and near[0] != head else ""
            raise InputError(
                f"no source called {name!r}; there are {', '.join(known)}, the first two with "
                f"what of it: osm:devon, roads:Exeter.{hint}"
            )
        source = Source(*known[head])
        first = Plan(name, source, source.url, source.file or _file_name(name, source))
        try:
            plans.append(_PLANNED[source.kind](first, part, web=web))
        except FetchError:
            if not dry:
                raise
            plans.append(replace(first, asked=False))
    return plans


def told(plans: Iterable[Plan], /) -> pd.DataFrame:
    """Return plans as a table for people.

    Args:
        plans: what `plan` returned.
    """
    return pd.DataFrame([one.told() for one in plans])


def fetch(
    names: Iterable[str],
    /,
    *,
    into: Path,
    listed: pd.DataFrame | None = None,
    again: bool = False,
    web: Web | None = None,
    progress: Progress = SILENT,
) -> pd.DataFrame:
    """Bring sources into a folder; what is there already and unchanged is left as it is.

    Args:
        names: as `plan` takes them.
        into: the folder.
        listed: the list of sources; colocate's own when None.
        again: bring what is there once more, and take whatever hash it has now.
        web: who asks, and how long is waited.
        progress: told of the bytes.

    Returns:
        One row a name: name, file, unpacked, bytes, sha256, licence, attribution, state.

    Raises:
        FetchError: a server is out of reach, or what came is not what was promised.
        InputError: there is no source of that name.
        OutputError: a file is there that is not what was fetched, or it cannot be written.
    """
    web = web or Web()
    listed = sources() if listed is None else listed
    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise OutputError(f"{into}: cannot be made ({fault.strerror}).") from None
    record = read_record(into / RECORD)
    done = []
    for name in names:
        kept = {row["name"]: (file, row) for file, row in record.items()}.get(name)
        if kept and not again and (into / kept[0]).exists():
            _assert_unchanged(into / kept[0], kept[1])
            progress.line(f"{name}: there already, as fetched on {kept[1]['fetched']}")
            done.append({**kept[1], "file": kept[0], "state": "there already"})
            continue
        (planned,) = plan([name], listed=listed, web=web, dry=False)
        own = [path for path in (into / planned.file, into / name) if path.exists()]
        if own and not again:
            raise OutputError(
                f"{own[0]}: is there and was not fetched from {name}. Move it, or add --again to "
                "replace it."
            )
        record[planned.file] = _brought(planned, into, web=web, progress=progress)
        io.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", into / RECORD)
        done.append({**record[planned.file], "file": planned.file, "state": "fetched"})
    columns = ["name", "file", "unpacked", "bytes", "sha256", "licence", "attribution", "state"]
    return pd.DataFrame(done, columns=columns)


def _brought(planned: Plan, into: Path, /, *, web: Web, progress: Progress) -> dict[str, Any]:
    """Bring one thing, unpack it, and return what is to be remembered of it."""
    name, source, file = planned.name, planned.source, into / planned.file
    progress.line(f"{name}: from {planned.url or source.publisher}")
    _BROUGHT[source.kind](planned, file, web=web, progress=progress)
    try:
        members = unpack(file, into / name, wanted=source.unpack) if source.unpack else []
    except FetchError:
        file.unlink()
        raise
    return {
        "name": name, "url": planned.url, "fetched": dt.datetime.now(dt.UTC).date().isoformat(),
        "bytes": file.stat().st_size, "sha256": io.sha256(file), "licence": source.licence,
        "attribution": source.attribution,
        "unpacked": ";".join(f"{name}/{path.name}" for path in members[:3]),
    }  # fmt: skip


def _assert_unchanged(file: Path, record: Mapping[str, Any]) -> None:
    if io.sha256(file) != record["sha256"]:
        raise OutputError(
            f"{file}: was changed since it was fetched on {record['fetched']}. Move it, or add "
            "--again to replace it."
        )


def _file_name(name: str, source: Source) -> str:
    """Return a file's name for what is asked for."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower().removesuffix(".geojson")).strip("-")
    ending = {"geofabrik": ".osm.pbf", "overpass": ".osm", "arcgis": ".geojson", "os": ".zip"}
    return plain + ending.get(source.kind, "")


def _plan_file(first: Plan, _: str, /, *, web: Web) -> Plan:
    return replace(first, size=web.size(first.url))


def _plan_arcgis(first: Plan, _: str, /, *, web: Web) -> Plan:
    _features(web, first.url, returnCountOnly="true")
    return first


def _plan_os(first: Plan, _: str, /, *, web: Web) -> Plan:
    """Choose the one download that Ordnance Survey's list has for the product and format."""
    listed = web.json(first.url)
    try:
        (only,) = listed
        return replace(
            first, url=only["url"], size=int(only["size"]), known_hash=f"md5:{only['md5']}"
        )
    except (ValueError, KeyError, TypeError) as fault:
        raise FetchError(
            f"{first.url}: not the list of one download that was expected ({fault!r}). See "
            f"{first.source.page}."
        ) from None


def _plan_geofabrik(first: Plan, part: str, /, *, web: Web) -> Plan:
    """Find an extract by its id or name in the index, and its MD5 beside it."""
    index = web.json(first.url)
    try:
        entries = [feature["properties"] for feature in index["features"]]
        urls = {
            called.casefold(): entry["urls"]["pbf"]
            for entry in entries
            for called in (entry["name"], entry["id"])
            if "pbf" in entry["urls"]
        }
    except (KeyError, TypeError) as fault:
        raise FetchError(f"{first.url}: not the index that was expected ({fault!r}).") from None
    url = urls.get(part.casefold())
    if url is None:
        near = difflib.get_close_matches(part.casefold(), urls, n=3, cutoff=0.5)
        hint = f"; near it: {', '.join(near)}" if near else ""
        raise InputError(f"no extract called {part!r} among {len(entries)} of Geofabrik{hint}.")
    said = web.text(f"{url}.md5").split()
    if not said or not re.fullmatch(r"[0-9a-f]{32}", said[0]):
        raise FetchError(f"{url}.md5: no MD5; expected 32 hexadecimal figures. Try later.")
    return replace(first, url=url, size=web.size(url), known_hash=f"md5:{said[0]}")


def _plan_overpass(first: Plan, part: str, /, *, web: Web) -> Plan:  # noqa: ARG001 - nothing to ask
    return replace(first, url="", file=_file_name(f"roads-{Path(part).name}", first.source))


_PLANNED: Mapping[str, Callable[..., Plan]] = {
    "file": _plan_file, "arcgis": _plan_arcgis, "os": _plan_os, "geofabrik": _plan_geofabrik,
    "overpass": _plan_overpass,
}  # fmt: skip


def _bring_file(planned: Plan, file: Path, /, *, web: Web, progress: Progress) -> None:
    download(planned.url, file, web=web, known_hash=planned.known_hash, progress=progress)


def _bring_features(planned: Plan, file: Path, /, *, web: Web, progress: Progress) -> None:
    """Bring a layer page by page, as GeoJSON in the National Grid; every feature must come."""
    asked = {"where": "1=1", "outFields": "*", "outSR": 27700}
    count = _features(web, planned.url, returnCountOnly="true")["count"]
    features: list[Any] = []
    while len(features) < count:
        found = _features(
            web, planned.url, **asked, resultOffset=len(features),
            resultRecordCount=PAGE_OF_FEATURES, f="geojson",
        )["features"]  # fmt: skip
        features += found
        if not found:
            raise FetchError(
                f"{planned.url}: {len(features)} of {count} features came. Nothing is kept; try "
                "later."
            )
        progress.advance(len(features), count, what=f"features of {planned.name}")
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    whole = {"type": "FeatureCollection", "crs": crs, "features": features}
    io.write_text(json.dumps(whole, ensure_ascii=False) + "\n", file)


def _features(web: Web, url: str, /, **asked: object) -> Any:  # noqa: ANN401 - JSON
    answer = web.json(url, query={"where": "1=1", "f": "json", **asked})
    wanted = "count" if "returnCountOnly" in asked else "features"
    if not isinstance(answer, dict) or wanted not in answer:
        said = answer.get("error", answer) if isinstance(answer, dict) else answer
        raise FetchError(f"{url}: no {wanted} in the answer: {str(said)[:200]}. It may have moved.")
    return answer


def _bring_roads(planned: Plan, file: Path, /, *, web: Web, progress: Progress) -> None:
    """Bring the roads of a polygon in a file, or of a place by its name."""
    from colocate.travel.network import overpass

    part = planned.name.partition(":")[2]
    if Path(part).suffix.lower() in DRIVERS:
        shapes = bng.frame_to_bng(read_features(Path(part)))
        area = overpass.lonlat(shapes.geometry.union_all())
    else:
        area = overpass.place(part, agent=web.agent)
    aside = file.with_name(f".{file.stem}.new.osm")
    try:
        overpass.save_roads(area, aside, agent=web.agent)
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    progress.line(f"{planned.name}: without turn restrictions, which Overpass does not give osmnx")


_BROUGHT: Mapping[str, Callable[..., None]] = {
    "file": _bring_file, "os": _bring_file, "geofabrik": _bring_file, "arcgis": _bring_features,
    "overpass": _bring_roads,
}  # fmt: skip
