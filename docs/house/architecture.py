"""Write ARCHITECTURE.md from the code: the rooms, the flow, every stage with all that it reads.

    python docs/house/architecture.py [--check]

With --check nothing is written; exit code 1 if the page is not what the code says.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from colocate.pipeline.stages import STAGES
from colocate.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from colocate.stage import Stage

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "ARCHITECTURE.md"
GROUND = ("errors", "progress", "handed", "spread", "bng", "tables", "study", "stage", "io")
DOORS = ("starting", "publish", "pipeline", "library", "cli")

INTRODUCTION = """\
# Architecture

colocate turns registers, roads and people into ranked options, in stages. A *stage* is a function
in the *room* whose work it is; its signature names the tables and the settings it reads, its
decorator the tables it makes (`colocate.stage`). The runner (`colocate.pipeline.runner`) hands over
just those, checks what comes back against the declared tables (`colocate.tables`), and stores it
under a key of everything that went in, so that what has not changed is not made again. A stage that
works part by part names the tables that change with one site, and says what each part rests on;
made anew, it takes over the parts that rest on the same (`colocate.pipeline.parts`). Stages meet in
tables alone. Kernels know arrays, not tables; `io` is the only room that opens files; `publish`
tells what the tables hold and works nothing out; the command line and the library are doors to the
runner. Imports run one way, down the list of rooms; `lint-imports` holds them to it.

*This page is written from the code by `docs/house/architecture.py`; a test compares.*
"""

STAGES_HEAD = """\
In the order in which they run. *Settings* are dotted names of the study file, *inputs* names of its
section `inputs`. Of a table marked † a change redoes only the parts that rest on what changed.
"""


def main() -> int:
    """Write the page, or say whether it is as the code has it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    made = page()
    if parser.parse_args().check:
        same = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == made
        print("as the code has it" if same else f"{PAGE.name} is stale: run {Path(__file__).name}")
        return int(not same)
    PAGE.write_text(made, encoding="utf-8")
    return 0


def page() -> str:
    """Return the page."""
    rooms = list(dict.fromkeys(stage.room for stage in STAGES))
    parts = [
        INTRODUCTION,
        "## The flow\n",
        "Rooms in the order in which their stages first run; an arrow carries tables.\n",
        *_picture(rooms),
        "\n## The rooms\n",
        *_rooms(rooms),
        "\n## The stages\n",
        STAGES_HEAD,
        *_stages(),
    ]
    return "\n".join(parts) + "\n"


def _picture(rooms: list[str]) -> Iterator[str]:
    """Draw which room's tables which other room reads."""
    maker = {table: stage.room for stage in STAGES for table in stage.makes}
    carried: dict[tuple[str, str], set[str]] = {}
    for stage in STAGES:
        for table in stage.reads:
            if maker[table] != stage.room:
                carried.setdefault((maker[table], stage.room), set()).add(table)
    yield "```mermaid\nflowchart TD"
    for room in rooms:
        yield f"  {room}[{room}]"
    for (start, end), tables in sorted(
        carried.items(), key=lambda item: [rooms.index(room) for room in item[0]]
    ):
        told = ", ".join(sorted(tables)) if len(tables) <= 2 else f"{len(tables)} tables"
        yield f"  {start} -- {told} --> {end}"
    yield "  portfolio --> publish\n  scoring --> publish\n```"


def _rooms(rooms: list[str]) -> Iterator[str]:
    yield "| room | what it is for | modules |\n|---|---|---|"
    for room in (*GROUND, *rooms, *DOORS):
        folder = ROOT / "src" / "colocate" / room
        module = import_module(f"colocate.{room}")
        meaning = (module.__doc__ or "").splitlines()[0].rstrip(".")
        names = sorted(
            path.stem if path.is_file() else f"{path.name}/"
            for path in (folder.iterdir() if folder.is_dir() else ())
            if (path.suffix == ".py" or (path / "__init__.py").is_file()) and path.stem[0] != "_"
        )
        yield f"| `{room}` | {meaning} | {', '.join(names)} |"


def _stages() -> Iterator[str]:
    yield "| | stage | reads | settings and inputs | makes |\n|---|---|---|---|---|"
    for number, stage in enumerate(STAGES, start=1):
        settings = sorted({each.name for each in stage.settings.values()})
        files = sorted(each.name for each in stage.files.values())
        marked = {stage.files[name].name for name in stage.by_part if name in stage.files}
        given = [*settings, *(f"inputs.{n}{' †' if n in marked else ''}" for n in files)]
        yield (
            f"| {number} | `{stage.room}.{stage.name}`<br>{_meaning(stage)} "
            f"| {', '.join(_read(stage))} | {', '.join(given)} | {', '.join(stage.makes)} |"
        )
    yield f"\n{len(STAGES)} stages, {len(TABLES)} tables; `colocate schema TABLE` describes each."


def _read(stage: Stage) -> Iterator[str]:
    for table in stage.reads:
        columns = stage.columns.get(table)
        mark = " †" if table in stage.by_part else ""
        yield f"{table} ({len(columns)} columns){mark}" if columns else f"{table}{mark}"


def _meaning(stage: Stage) -> str:
    return (stage.function.__doc__ or "").splitlines()[0].rstrip(".")


if __name__ == "__main__":
    sys.exit(main())
