"""Measure the embedded study against an earlier commit, in one run: what people wait for.

`python benchmarks/study.py` exports the earlier commit beside the checkout, runs both with the same
interpreter in turn, and prints wall and processor time, peak memory and their ratios against what
is aimed at: from an empty work folder, after one weight, with nothing changed, after one site's
change, with partners' sites everywhere, without compiled kernels, and the first run after
installing, when kernels are yet to be compiled. `--runs 1` is for a try; figures for a page want
an idle machine.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import statistics
import subprocess
import sys
import tarfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
SINCE = "3c092c7"
STUDY = "devon-somerset"
WATCHED_S = 0.2
"""Memory is looked at this often."""


@dataclass(frozen=True)
class Took:
    """What one run took; memory is that of all its processes together."""

    wall_s: float
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True)
class Side:
    """One of the two that are compared."""

    name: str
    source: Path
    room: Path

    @property
    def study(self) -> Path:
        return self.room / "study"


@dataclass(frozen=True)
class Trial:
    """Something that people wait for."""

    name: str
    aim: str
    most: float
    """What may at most be taken: a ratio to the earlier commit's, or seconds for `seconds`."""
    of: str = ""
    """Trial of the earlier commit that it is held against; its own where empty."""
    seconds: bool = False
    before: Callable[[Side], None] = lambda _: None
    arguments: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()

    @property
    def held_against_itself(self) -> bool:
        """Whether the earlier commit has to do the same."""
        return not (self.of or self.seconds)


def main() -> None:
    """Measure all trials on both sides, and print them."""
    asked = _arguments()
    sides = [_earlier(asked), Side("now", ROOT, asked.work / "now")]
    for side in sides:  # of another commit, perhaps
        shutil.rmtree(side.room / "kept", ignore_errors=True)
    print(f"{'':<34}{'earlier, s':>12}{'now, s':>10}{'ratio':>8}{'aim':>22}{'peak, MB':>18}")
    held: dict[str, dict[str, Took]] = {}
    for trial in TRIALS:
        if asked.only and trial.name not in asked.only:
            continue
        able = [side for side in sides if side.name == "now" or trial.held_against_itself]
        runs: dict[str, list[Took]] = {side.name: [] for side in able}
        for turn in range(asked.runs + 1):  # by turns, so that both meet the same machine
            for side in able:
                fresh(side)
                trial.before(side)
                runs[side.name].append(run(side, trial, watched=turn == asked.runs))
        held[trial.name] = {name: _summary(took) for name, took in runs.items()}
        print(_line(trial, held), flush=True)


def _line(trial: Trial, held: dict[str, dict[str, Took]]) -> str:
    now = held[trial.name]["now"]
    was = held.get(trial.of or trial.name, {}).get("earlier")
    if was is None:
        met = trial.seconds and now.wall_s <= trial.most
        return (
            f"{trial.name:<34}{'':>12}{now.wall_s:>10.1f}{'':>8}"
            f"{trial.aim + (' ✓' if met else ' ✗' if trial.seconds else ''):>22}"
            f"{f'{now.peak_mb:,.0f}':>18}   CPU {now.cpu_s:.1f} s"
        )
    ratio = now.wall_s / was.wall_s
    return (
        f"{trial.name:<34}{was.wall_s:>12.1f}{now.wall_s:>10.1f}{ratio:>8.2f}"
        f"{trial.aim + (' ✓' if ratio <= trial.most else ' ✗'):>22}"
        f"{f'{was.peak_mb:,.0f} → {now.peak_mb:,.0f}':>18}"
        f"   CPU {was.cpu_s:.1f} → {now.cpu_s:.1f} s"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--runs",
        type=int,
        default=5,
        help="timed runs of each trial, of which the median counts; one more tells memory",
    )
    parser.add_argument("--since", default=SINCE, help="commit to hold the checkout against")
    parser.add_argument("--only", nargs="*", choices=[each.name for each in TRIALS])
    parser.add_argument("--work", type=Path, default=ROOT / "out" / "bench-study")
    return parser.parse_args()


def _earlier(asked: argparse.Namespace) -> Side:
    """Export the earlier commit."""
    side = Side("earlier", asked.work / asked.since, asked.work / "earlier")
    if not side.source.exists():
        packed = subprocess.run(
            [shutil.which("git") or "git", "-C", str(ROOT), "archive", asked.since],
            check=True,
            capture_output=True,
        ).stdout
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(side.source, filter="data")
    return side


def fresh(side: Side) -> None:
    """Put the study as it is shipped beside its stored stages."""
    shutil.rmtree(side.study, ignore_errors=True)
    shutil.copytree(side.source / "data" / STUDY, side.study)


def emptied(side: Side) -> None:
    """Leave neither outputs nor stored stages."""
    for name in ("out", "work"):
        shutil.rmtree(side.room / name, ignore_errors=True)


def _installed(side: Side) -> None:
    """Leave nothing compiled either: neither kernels nor Python's own."""
    emptied(side)
    for cache in sorted(side.source.joinpath("src").rglob("__pycache__")):
        shutil.rmtree(cache)
    shutil.rmtree(side.room / "compiled", ignore_errors=True)


def as_shipped(side: Side) -> None:
    """Put back what a run of the study as it is shipped leaves; made by one where there is none."""
    kept = side.room / "kept"
    if not kept.exists():
        emptied(side)
        run(side, TRIALS[0])
        for name in ("out", "work"):
            shutil.copytree(side.room / name, kept / name)
    emptied(side)
    for name in ("out", "work"):
        shutil.copytree(kept / name, side.room / name)


def weighted(side: Side) -> None:
    """Change the first weight."""
    as_shipped(side)
    _changed(side.study / "study.toml", r"^weight = \{ value = \d+", to="weight = { value = 31")


def _renamed(side: Side) -> None:
    """Call one station otherwise."""
    as_shipped(side)
    _changed(side.study / "sites.csv", r"^(F001,)([^,\n]*)", to=r"\1\2 II")


def _moved(side: Side) -> None:
    """Give one station the postcode of the next."""
    as_shipped(side)
    first, second = (
        re.search(rf"^{site},.*?\b([A-Z]{{2}}\d+ \d[A-Z]{{2}})", text, re.MULTILINE)[1]
        for text in [(side.study / "sites.csv").read_text(encoding="utf-8")]
        for site in ("F001", "F002")
    )
    _changed(side.study / "sites.csv", rf"(?m)^(F001,.*?){first}", to=rf"\g<1>{second}")


def _changed(file: Path, what: str, *, to: str) -> None:
    text, count = re.subn(what, to, file.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
    if not count:
        raise SystemExit(f"{file}: nothing like {what} to change")
    file.write_text(text, encoding="utf-8")


TRIALS = (
    Trial("from an empty work folder", "a fifth", 1 / 5, before=emptied),
    Trial("partners' sites everywhere", "a quarter of the first", 1 / 4, before=emptied,
          of="from an empty work folder", arguments=("--scenario", "partners-everywhere")),
    Trial("first run after installing", "two fifths", 2 / 5, before=_installed,
          of="from an empty work folder"),
    Trial("without compiled kernels", "two fifths", 2 / 5, before=emptied,
          of="from an empty work folder", environment=(("COLOCATE_COMPILED", "off"),)),
    Trial("after one weight", "a fifth", 1 / 5, before=weighted),
    Trial("nothing changed", "a third", 1 / 3, before=as_shipped),
    Trial("after one site's new name", "5 s", 5.0, seconds=True, before=_renamed),
    Trial("after one site's new place", "5 s", 5.0, seconds=True, before=_moved),
)  # fmt: skip


def run(side: Side, trial: Trial, *, watched: bool = False) -> Took:
    """Run the study once; watching memory takes time itself, so a run gives one or the other."""
    source = str(side.source / "src")
    environment = {
        **os.environ,
        "PYTHONPATH": source,
        "NUMBA_CACHE_DIR": str((side.room / "compiled").resolve()),
        **dict(trial.environment),
    }
    command = [
        sys.executable, "-m", "colocate.cli", "run", str(side.study), "--quiet",
        "--out", str(side.room / "out"), "--work", str(side.room / "work"), *trial.arguments,
    ]  # fmt: skip
    if hasattr(os, "sync"):  # what was copied just now is not written to the disk meanwhile
        os.sync()
    before, clock = os.times(), time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    peak = _Peak(process.pid) if watched else None
    _, told = process.communicate()
    wall, after = time.perf_counter() - clock, os.times()
    if process.returncode:
        raise SystemExit(f"{side.name}: {trial.name}: ended with {process.returncode}\n{told}")
    cpu = sum(getattr(after, n) - getattr(before, n) for n in ("children_user", "children_system"))
    return Took(wall, cpu, peak.stopped() if peak else 0.0)


class _Peak:
    """Watches what a process and all below it hold in memory; Linux only, 0 elsewhere."""

    def __init__(self, pid: int) -> None:
        self._most, self._over = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch, args=(pid,), daemon=True)
        self._thread.start()

    def _watch(self, pid: int) -> None:
        while not self._over.wait(WATCHED_S):
            self._most = max(self._most, sum(map(_held_mb, _family(pid))))

    def stopped(self) -> float:
        self._over.set()
        self._thread.join()
        return self._most


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))
    except OSError:  # it has ended
        return


def _held_mb(pid: int) -> float:
    """Memory of one process; what it shares with others is counted once."""
    for name, key in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        try:
            lines = Path(f"/proc/{pid}/{name}").read_text().splitlines()
        except OSError:
            continue
        found = [int(line.split()[1]) for line in lines if line.startswith(key)]
        if found:
            return found[0] * 1024 / 1e6
    return 0.0


def _summary(runs: list[Took]) -> Took:
    """Median times, and the memory of the last run, which alone was watched."""
    *timed, watched = runs
    wall, cpu = (statistics.median(getattr(each, n) for each in timed) for n in ("wall_s", "cpu_s"))
    return Took(wall, cpu, watched.peak_mb)


if __name__ == "__main__":
    main()
