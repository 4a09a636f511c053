"""The roads that an analyst drives on: a study's, a folder's or an extract's, read once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from colocate.errors import InputError, SchemaError
from colocate.pipeline.locate import OpenStudy, open_study
from colocate.pipeline.stages import input_files, inputs
from colocate.travel import stages
from colocate.travel.network.extracts import ENDINGS
from colocate.travel.ready_roads import ready_roads
from colocate.travel.roads import Roads
from colocate.travel.speeds import by_vehicle

if TYPE_CHECKING:
    import pandas as pd

    from colocate.pipeline.locate import Location
    from colocate.study import Study, Travel

Drive = Literal["response", "access"]
Where = "Location | OpenStudy | None"
DIRECTIONS = {"response": "from_site", "access": "to_site"}
"""Who drives, and the word for it in study files: a crew to people, or people to a desk."""
KEPT = 2
"""Networks that are kept for the next question; the embedded one takes about 1 GB."""


class Ground(NamedTuple):
    """Roads at free flow, ready for many travel times, and the settings they are driven by."""

    roads: Roads
    travel: Travel

    def driven(self, drive: Drive, /) -> pd.DataFrame:
        """Return table `edge_speeds` as the vehicle of a drive has it.

        Args:
            drive: who drives.

        Raises:
            SchemaError: there is no such drive.
        """
        direction = DIRECTIONS.get(drive)
        if direction is None:
            raise SchemaError(f"drive={drive!r}; expected {' or '.join(DIRECTIONS)}.")
        return next(
            driven
            for directions, driven in by_vehicle(self.roads.edge_speeds, settings=self.travel)
            if direction in directions
        )


_read: dict[object, Ground] = {}


def ground(roads: Location | OpenStudy | None, /, *, study: Location | OpenStudy | None) -> Ground:
    """Read roads and give them the speeds of a study; what was read last is kept.

    Args:
        roads: a folder of packed roads or an OSM extract; or a study, for its roads and speeds:
            opened, its file or folder, or the name of an embedded one. None is the first embedded.
        study: whose speeds to drive at, where `roads` is no study; the first embedded by default.

    Raises:
        InputError: there is no such file, folder or study.
        NetworkError: there is no drivable road.
    """
    if _is_roads(roads):
        path, settings = Path(roads), open_study(study).settings  # type: ignore[arg-type]
    else:
        if study is not None:
            raise SchemaError(
                f"roads={roads!r} is a study and brings speeds of its own; leave out study, or "
                "name a folder of roads or an extract."
            )
        opened = open_study(roads)
        settings, path = opened.settings, inputs(opened.settings, opened.file.parent)["roads"]
        list(input_files(settings, opened.file.parent, names=["roads"]))  # says if it is missing
    key = path.resolve(), _stamp(path), settings.travel.model_dump_json()
    if key not in _read:
        while len(_read) >= KEPT:
            del _read[next(iter(_read))]
        _read[key] = _made(path, settings)
    return _read[key]


def _made(path: Path, settings: Study) -> Ground:
    tables: dict[str, pd.DataFrame] = {}
    for stage in (stages.network, stages.speeds, stages.order):
        tables |= stage.run(tables, study=settings, inputs={"roads": path})
    ready = ready_roads(*(tables[name] for name in stages.order.makes))
    names = ("road_nodes", "road_edges", "turns", "edge_speeds")
    roads = Roads(*(tables[name] for name in names))._replace(ready=ready)
    return Ground(roads, settings.travel)


def _is_roads(roads: Location | OpenStudy | None) -> bool:
    if roads is None or isinstance(roads, OpenStudy):
        return False
    path = Path(roads)
    if path.name.lower().endswith((*ENDINGS, ".osc")):
        if not path.is_file():
            raise InputError(f"{path}: no such file; expected an OSM extract.")
        return True
    return (path / "road_edges.parquet").is_file()


def _stamp(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Tell whether a file, or any in a folder, is still what it was."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return tuple((f.name, f.stat().st_size, f.stat().st_mtime_ns) for f in files)
