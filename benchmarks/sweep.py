"""A hundred scenarios over the embedded study: what each costs, and the picture of what they move.

`python benchmarks/sweep.py` works them out and writes docs/sweep-hundred.svg; `--count 20` takes
the first twenty. A sweep that was broken off goes on where it was, so a count may be raised later.
`--alone` runs the last of them as a run of its own, from the same stored stages, to compare.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import re
import time
from pathlib import Path

from measure import ROOT, cpu_s, peak_mb

from colocate import pipeline
from colocate.pipeline import sweep
from colocate.publish.sweep import ranks_drawn

LIMITS = (8, 9, 10, 11, 12)
"""Minutes to a dwelling fire; 10 is today's."""
PRESETS = ("", "Cover first", "Savings first", "All equal")
"""Weights; the study's own where there is none."""
HOSTS = (1, 2, 3, 4, 5)
"""Partners that a host takes; 2 is today's."""
COLUMNS = ("response.standards.Dwelling fire.limit_min", "preset", "portfolio.host_takes")
STYLE = """<style>text{font:11px sans-serif}.mark{text-anchor:middle}.reach{stroke:#999}
.at{fill:#1f5fa8}.today{stroke:#c22;stroke-width:2}</style>"""


class Watch:
    """Says after each scenario what it took."""

    def __init__(self) -> None:
        self.since = time.perf_counter(), cpu_s()
        self.each: list[tuple[float, float]] = []

    def line(self, text: str, /) -> None:
        """Show it."""
        print(text, flush=True)

    def stage(self, label: str, /, *, number: int, of: int) -> None:
        """Show it."""
        print(f"[{number}/{of}] {label}", flush=True)

    def advance(self, done: int, total: int, /, *, what: str) -> None:
        """Note the time of a scenario."""
        if what == "scenarios":
            wall, cpu = (now - then for now, then in zip(
                (time.perf_counter(), cpu_s()), self.since, strict=True))  # fmt: skip
            self.since = time.perf_counter(), cpu_s()
            self.each.append((wall, cpu))
            print(f"{done} of {total}: {cpu:.1f} s of processor, {wall:.1f} s", flush=True)


def main() -> None:
    """Write the scenarios, work them out, and draw them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--work", type=Path, default=ROOT / "out" / ".work")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "hundred")
    parser.add_argument("--workers", type=int)
    parser.add_argument("--alone", action="store_true")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    scenarios = asked.out / "hundred.csv"
    rows = list(itertools.product(LIMITS, PRESETS, HOSTS))[: asked.count]
    with scenarios.open("w", newline="") as file:
        write = csv.writer(file)
        write.writerow(["scenario", "name", *COLUMNS])
        for number, (limit, preset, hosts) in enumerate(rows, start=1):
            told = f"{limit} min, {preset or 'own weights'}, a host takes {hosts}"
            write.writerow([f"s{number:03}", told, limit, preset, hosts])
    watch = Watch()
    done = sweep.sweep(
        scenarios, out=asked.out, work=asked.work, workers=asked.workers, progress=watch
    )
    cpu = sum(each for _, each in watch.each)
    print(f"{len(rows)} scenarios: {cpu / len(rows):.1f} s of processor each, {peak_mb():,.0f} MB")
    ranks = done.table[(done.table["measure"] == "rank") & (done.table["subject"] != "study")]
    _draw(ranks_drawn(ranks), ROOT / "docs" / "sweep-hundred.svg")
    if asked.alone:
        _alone(rows[-1], asked.work, out=asked.out)


def _draw(svg: str, path: Path) -> None:
    """Keep the picture as a file of its own: without its titles, which the page has."""
    plain = re.sub(r"<title>.*?</title>", "", svg)
    head, rest = plain.split(">", 1)
    name = "" if "xmlns=" in head else ' xmlns="http://www.w3.org/2000/svg"'
    path.write_text(f"{head}{name}>{STYLE}{rest}", encoding="utf-8")


def _alone(row: tuple[int, str, int], work: Path, *, out: Path) -> None:
    """Run a scenario as `colocate run --scenario` does, and say what it takes."""
    file = out / "alone" / "study.toml"
    study = pipeline.open_study(None).file.parent
    file.parent.mkdir(exist_ok=True)
    text = (study / "study.toml").read_text(encoding="utf-8")
    settings = ", ".join(f'"{name}" = {value}' for name, value in
                         ((COLUMNS[0], row[0]), (COLUMNS[2], row[2])))  # fmt: skip
    preset = f'preset = "{row[1]}", ' if row[1] else ""
    edits = f"edits = {{ {preset}settings = {{ {settings} }} }}"
    own = f'\n[[scenarios]]\nid = "own"\nname = "Own"\nmeaning = "One of the hundred."\n{edits}\n'
    file.write_text(text + own, encoding="utf-8")
    for other in study.iterdir():
        link = file.parent / other.name
        if not link.exists():
            link.symlink_to(other)
    wall, cpu = time.perf_counter(), cpu_s()
    pipeline.run(file, out=out / "own", work=work, scenario="own", processes=1)
    print(f"a run of its own: {cpu_s() - cpu:.1f} s of processor, "
          f"{time.perf_counter() - wall:.1f} s")  # fmt: skip


if __name__ == "__main__":
    main()
