"""Hold a study's times against times known from elsewhere, and say how far they agree.

Nothing is fitted and nothing is judged passed: what differs is told, the worst first.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from colocate import io
from colocate.errors import InputError
from colocate.impact.published import Computed, figures_held
from colocate.pipeline.locate import Location, OpenStudy, locate
from colocate.pipeline.wanted import stored
from colocate.places.stages import read_drives
from colocate.progress import SILENT, Progress
from colocate.publish import validation
from colocate.publish.lists.csvtext import csv_bytes
from colocate.study import NO_CHANGE, Source
from colocate.tables import TABLES, check, empty
from colocate.travel.agreement import Around, Held, held, misses
from colocate.travel.ready_roads import ready_roads
from colocate.travel.roads import ROAD_TABLES, Roads
from colocate.travel.stages import order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from colocate.pipeline.locate import Place

SHOWN = ["reference_set", "by", "group", "n", "r", "ratio_median", "ratio_p10", "ratio_p90",
         "within_share", "speed_factor"]  # fmt: skip
"""Columns of the agreement that a terminal shows."""
COVERED = ("cover_baseline", "response_by_mix")
"""Tables that published parts and changes are held against."""
FIRST_MISSES = 5
"""Misses that are told in lines; the files have all."""


REFERENCES = ("drive_references", "published_parts", "observed_changes")
"""Tables of references."""


class Validation(NamedTuple):
    """What came of it."""

    agreement: pd.DataFrame
    """Table `agreement`."""
    drives: pd.DataFrame
    """Table `drives_held`, the farthest off first."""
    figures: pd.DataFrame
    """Table `figures_held`."""
    page: Path
    """The page, with pictures; its tables lie beside it as CSV."""
    said: tuple[str, ...]


# long: what is held against what, one after the other
def validate(
    path: Location | OpenStudy | None = None,
    /,
    *,
    drives: Path | None = None,
    out: Path | None = None,
    work: Path | None = None,
    scenario: str = NO_CHANGE,
    progress: Progress = SILENT,
) -> Validation:
    """Hold drives, parts of the response and changes against the references of a study.

    Args:
        path: what `open` takes, or what it returned.
        drives: a file with the columns of table `drive_references`, beside those of the study.
        out: folder for the page and the tables; `validation-<study>` when None.
        work: folder of stored stages, as `run` takes it.
        scenario: one of the study's scenarios to compute under.
        progress: told of stages and drives.

    Raises:
        InputError: the study names no references, or a file cannot be read.
        SchemaError: a table of references is not what it should be.
    """
    place = locate(path, work=work, scenario=scenario)
    own = _own(place, drives)
    named = place.study.inputs
    cover = named.published_parts is not None or named.observed_changes is not None
    covered = COVERED if cover else ()
    wanted = (*REFERENCES, *ROAD_TABLES, *order.makes, *Around._fields, *covered)
    tables = stored(place, wanted, progress=progress)
    known = pd.concat([tables["drive_references"], own], ignore_index=True)
    compared = held(
        check(TABLES["drive_references"], known),
        roads=Roads(
            **{name: tables[name] for name in ROAD_TABLES},
            ready=ready_roads(*(tables[name] for name in order.makes)),
        ),
        settings=place.study.travel,
        around=Around(**{name: tables[name] for name in Around._fields}),
        progress=progress,
    )
    figures = figures_held(
        tables["published_parts"],
        tables["observed_changes"],
        computed=Computed(
            baselines=_baselines(place, tables, progress=progress) if cover else {},
            by_mix=tables["response_by_mix"] if cover else empty(TABLES["response_by_mix"]),
            scenario=place.scenario,
            owner=place.study.study.fire_body,
        ),
    )
    folder = out or Path(f"validation-{place.study.study.id}")
    off = misses(compared.drives)
    rest = compared.drives.drop(off.index)
    listed = pd.concat([off, rest], ignore_index=True)
    written = _written(compared._replace(drives=listed), figures, place=place, folder=folder)
    return Validation(compared.agreement, listed, figures, written, tuple(_said(compared, figures)))


def _own(place: Place, drives: Path | None) -> pd.DataFrame:
    """Read drives that were given beside those of the study, before anything takes time."""
    named = place.study.inputs
    if drives is not None:
        return read_drives([(Source(file=drives.name), drives)], place.study.vocabulary)
    if not (named.drive_references or named.published_parts or named.observed_changes):
        raise InputError(
            f"{place.file}: no references: name some under inputs.drive_references, "
            "inputs.published_parts or inputs.observed_changes, or give --drives FILE. "
            "`colocate schema drive_references` describes such a file."
        )
    return empty(TABLES["drive_references"])


def _baselines(
    place: Place, tables: Mapping[str, pd.DataFrame], /, *, progress: Progress
) -> dict[str, pd.DataFrame]:
    """Compute cover today under every scenario that a change is held against."""
    changes = tables["observed_changes"]
    found = {place.scenario: tables["cover_baseline"]}
    for scenario in sorted({*changes["scenario_before"], *changes["scenario_after"]} - {*found}):
        other = locate(place.file, work=place.work, scenario=scenario)
        found[scenario] = stored(other, ("cover_baseline",), progress=progress)["cover_baseline"]
    return found


def _written(compared: Held, figures: pd.DataFrame, *, place: Place, folder: Path) -> Path:
    """Write the page, the picture and the tables; return the page."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in (
        ("agreement", compared.agreement), ("drives", compared.drives), ("figures", figures)
    ):  # fmt: skip
        io.write_bytes(csv_bytes(_plain(table)), folder / f"{name}.csv")
    io.write_text(validation.picture(compared.drives), folder / "agreement.svg")
    page = folder / "validation.html"
    io.write_text(
        validation.page(compared.agreement, compared.drives, figures=figures, study=place.study),
        page,
    )
    return page


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """A table to four digits, with nothing where nothing is known."""
    rounded = table.round(4)
    return rounded.astype("object").where(rounded.notna(), None)


def _said(compared: Held, figures: pd.DataFrame) -> Iterator[str]:
    whole = compared.agreement[compared.agreement["by"] == "all"]
    for row in whole.to_dict("records"):
        yield _in_words(row)
    lost = compared.drives["why_not"].value_counts()
    for why, count in lost.items():
        yield f"{count} reference drives not compared: {why}"
    off = misses(compared.drives)
    for row in off.head(FIRST_MISSES).to_dict("records"):
        yield (
            f"off by more than it may be: {row['reference_set']} {row['reference_id']}: "
            f"{row['computed_s'] / 60:.1f} min computed, {row['reference_s'] / 60:.1f} known"
        )
    if len(off) > FIRST_MISSES:
        yield f"and {len(off) - FIRST_MISSES} more, in drives.csv"
    for row in figures[figures["computed"].notna()].to_dict("records"):
        unlike = "" if row["like"] else f" ({row['said']})"
        yield (
            f"{row['what']}, {row['period']}: {row['computed']:.3g} computed, "
            f"{row['reference']:.3g} known, may be off by {row['allowed']:.2g}{unlike}"
        )


def _in_words(row: Mapping[str, object]) -> str:
    r = f"r {row['r']:.3f}, " if pd.notna(row["r"]) else ""
    assumed = "; assumed, so shown and judged by nobody" if row["basis"] == "assumed" else ""
    drives = "drive" if row["n"] == 1 else "drives"
    return (
        f"{row['reference_set']}: {row['n']} {drives}, {r}median ratio {row['ratio_median']:.2f} "
        f"(tenths {row['ratio_p10']:.2f} and {row['ratio_p90']:.2f}), "
        f"{row['within_share']:.0%} within what they may be off by{assumed}"
    )
