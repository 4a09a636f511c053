"""Begin, check and run studies of other areas from a pack of raw files; write what came of it.

    python docs/house/other_areas.py --pack ../shared/data --into FOLDER [--area SLUG]

The page is `docs/other-areas.md`, below its line of commands. Each command is timed as a user would
wait for it, and its processor time stands beside it, which says more on a busy machine. An area
that was run already is told as it is, with the times that were kept. With `--area` only that one is
run, and the page is left alone.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from colocate.pipeline.audit import audit

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "other-areas.md"
MARK = "<!-- what follows is written by docs/house/other_areas.py -->\n"
AREAS = {"cornwall": "Cornwall", "avon": "Avon", "dorset-wiltshire": "Dorset & Wiltshire"}
TIMES = "times.json"
NAMES = ("init", "check", "run", "run --anyway")
"""The commands, by what the page calls them."""


def main() -> None:
    """Run what is not there yet and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pack", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--area", choices=AREAS)
    given = parser.parse_args()
    for slug in [given.area] if given.area else AREAS:
        _commands(given.into, slug=slug, area=AREAS[slug], pack=given.pack)
    if given.area:
        return
    head = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    lines = "\n".join(_page(given.into))
    PAGE.write_text(f"{head}{MARK}\n{lines}\n", encoding="utf-8")


def _commands(into: Path, *, slug: str, area: str, pack: Path) -> None:
    """Run what was not run yet of an area's commands, and keep how long each took."""
    study, out = into / slug, into / "out" / slug
    into.mkdir(parents=True, exist_ok=True)
    words = dict(
        zip(
            NAMES,
            (
                ["init", str(study), "--area", area, "--pack", str(pack), "--quiet"],
                ["check", str(study)],
                ["run", str(study), "--out", str(out), "--quiet"],
                ["run", str(study), "--anyway", "--out", str(out), "--quiet"],
            ),
            strict=True,
        )
    )
    times = _kept(into, slug=slug)
    for name in NAMES:
        if name not in times:
            times[name] = _timed(words[name])
            (into / f"{slug}-{TIMES}").write_text(json.dumps(times), encoding="utf-8")


def _kept(into: Path, *, slug: str) -> dict[str, dict[str, float]]:
    kept = into / f"{slug}-{TIMES}"
    return json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}


def _timed(words: list[str]) -> dict[str, float]:
    """Run a command: seconds waited, seconds of processor, exit code."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    clock = time.perf_counter()
    command = [sys.executable, "-m", "colocate.cli", *words]
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, cwd=ROOT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "seconds": time.perf_counter() - clock,
        "processor": busy,
        "code": done.returncode,
    }


def _page(into: Path) -> Iterator[str]:
    yield from _times(into)
    yield from _sizes(into)
    for slug, area in AREAS.items():
        found = audit(into / slug, anyway=True).findings
        yield f"\n## {area}: what check finds\n"
        yield "| | what | of | message |\n|---|---|---|---|"
        ready = found["severity"] == "ready"
        for row in found[~ready].itertuples():
            yield f"| {row.severity} | {row.kind} | {row.count} | {_cell(row.message)} |"
        yield f"| ready | readiness | {ready.sum()} | further measures |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _times(into: Path) -> Iterator[str]:
    yield "## Times\n"
    yield "Seconds waited on a busy machine (seconds of processor); exit codes other than 0.\n"
    all_times = {slug: _kept(into, slug=slug) for slug in AREAS}
    yield f"| area | {' | '.join(f'`{name}`' for name in NAMES)} |\n|---|{'---|' * len(NAMES)}"
    for slug, times in all_times.items():
        cells = [_told(times.get(name)) for name in NAMES]
        yield f"| {AREAS[slug]} | {' | '.join(cells)} |"


def _told(one: dict[str, float] | None) -> str:
    if one is None:
        return "not run"
    code = f", exit {one['code']:.0f}" if one["code"] else ""
    return f"{one['seconds']:.0f} ({one['processor']:.0f}){code}"


def _sizes(into: Path) -> Iterator[str]:
    yield "\n## Sizes\n"
    yield (
        "| area | study, MB | own fire premises | stations over the border | police premises | "
        "partners' sites | points of demand, inside | road, km | options | report, MB |\n"
        "|---|---|---|---|---|---|---|---|---|---|"
    )
    for slug, area in AREAS.items():
        study, out = into / slug, into / "out" / slug
        sites, demand = pd.read_csv(study / "sites.csv"), pd.read_csv(study / "demand.csv")
        fire = sites["service"] == "fire"
        edges = pd.read_parquet(study / "roads" / "road_edges.parquet", columns=["length_dm"])
        size = sum(p.stat().st_size for p in study.rglob("*") if p.is_file())
        cells = [
            f"{size / 1e6:.1f}",
            (fire & ~sites["over_border"]).sum(),
            (fire & sites["over_border"]).sum(),
            (sites["service"] == "police").sum(),
            len(pd.read_csv(study / "partner_sites.csv")),
            f"{len(demand):,}, {demand['in_area'].sum():,}",
            f"{edges['length_dm'].sum() / 10_000:,.0f}",
            *_of_run(out),
        ]
        yield f"| {area} | {' | '.join(str(cell) for cell in cells)} |"


def _of_run(out: Path) -> tuple[str, str]:
    """Count the options of a run and weigh its report; it may not have been made."""
    if not (out / "report.html").is_file():
        return "not run", "not run"
    options = pd.read_parquet(out / "tables" / "options.parquet")
    return str(len(options)), f"{(out / 'report.html').stat().st_size / 1e6:.1f}"


if __name__ == "__main__":
    main()
