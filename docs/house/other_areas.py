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

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "other-areas.md"
MARK = "<!-- what follows is written by docs/house/other_areas.py -->\n"
AREAS = {"cornwall": "Cornwall", "avon": "Avon", "dorset-wiltshire": "Dorset & Wiltshire"}
TIMES = "times.json"


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
    """Run the three commands of an area, and keep how long each took."""
    study, out = into / slug, into / "out" / slug
    kept = into / f"{slug}-{TIMES}"
    if kept.is_file():
        return
    into.mkdir(parents=True, exist_ok=True)
    commands = {
        "init": ["init", str(study), "--area", area, "--pack", str(pack), "--quiet"],
        "check": ["check", str(study)],
        "run": ["run", str(study), "--out", str(out), "--quiet"],
        "run --anyway": ["run", str(study), "--anyway", "--out", str(out), "--quiet"],
    }
    times = {name: _timed(words) for name, words in commands.items()}
    kept.write_text(json.dumps(times), encoding="utf-8")


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
        rows = _table(into, slug=slug, name="readiness")
        yield f"\n### {area}: readiness\n"
        yield "| state | what was found |\n|---|---|"
        lacking = rows[rows["state"] != "ready"].sort_values("state", kind="stable")
        yield from (f"| {row.state} | {row.message} |" for row in lacking.itertuples())
        yield f"| ready | {(rows['state'] == 'ready').sum()} further measures |"


def _times(into: Path) -> Iterator[str]:
    yield "## Times\n"
    yield "Seconds waited (seconds of processor), and the exit code where it is not 0.\n"
    all_times = {
        slug: json.loads((into / f"{slug}-{TIMES}").read_text(encoding="utf-8")) for slug in AREAS
    }
    names = list(next(iter(all_times.values())))
    yield f"| area | {' | '.join(f'`{name}`' for name in names)} |\n|---|{'---|' * len(names)}"
    for slug, times in all_times.items():
        cells = (
            f"{one['seconds']:.0f} ({one['processor']:.0f})"
            + (f", exit {one['code']}" if one["code"] else "")
            for one in times.values()
        )
        yield f"| {AREAS[slug]} | {' | '.join(cells)} |"


def _sizes(into: Path) -> Iterator[str]:
    yield "\n## Sizes\n"
    yield (
        "| area | study, MB | own stations | over the border | police premises | partners' sites | "
        "points of demand inside | road, km | options | report, MB |\n"
        "|---|---|---|---|---|---|---|---|---|---|"
    )
    for slug, area in AREAS.items():
        sites = _table(into, slug=slug, name="sites")
        fire, police = sites["service"] == "fire", sites["service"] == "police"
        size = sum(p.stat().st_size for p in (into / slug).rglob("*") if p.is_file())
        cells = [
            f"{size / 1e6:.1f}",
            (fire & ~sites["over_border"]).sum(),
            (fire & sites["over_border"]).sum(),
            police.sum(),
            (~fire & ~police).sum(),
            _table(into, slug=slug, name="demand_points")["in_area"].sum(),
            f"{_table(into, slug=slug, name='road_edges')['length_m'].sum() / 1000:,.0f}",
            len(_table(into, slug=slug, name="options")),
            f"{(into / 'out' / slug / 'report.html').stat().st_size / 1e6:.1f}",
        ]
        yield f"| {area} | {' | '.join(str(cell) for cell in cells)} |"


def _table(into: Path, *, slug: str, name: str) -> pd.DataFrame:
    return pd.read_parquet(into / "out" / slug / "tables" / f"{name}.parquet")


if __name__ == "__main__":
    main()
