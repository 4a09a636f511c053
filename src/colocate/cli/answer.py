"""What a verb answers, and how it is told: text or CSV, JSON, or a table on a terminal."""

from __future__ import annotations

import functools
import io
import json
import os
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from colocate.errors import ColocateError


STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What moves a terminal's cursor or turns its writing round; tab and line end do no harm."""


@dataclass(frozen=True)
class Answer:
    """One answer in its forms; only the one that is asked for is made."""

    text: Callable[[], str]
    json: Callable[[], str]
    table: Callable[[], pd.DataFrame] | None = None
    """What a terminal shows in place of the text."""
    wraps: bool = False
    """Whether the table's sentences are wrapped; otherwise what is too long is cut."""
    fault: ColocateError | None = None
    """What stops the study, told beside the answer; its exit code is the command's."""


def harmless(text: str, /) -> str:
    """Return text that can steer no terminal: registers and file names hold what people put there.

    Args:
        text: a message, in one line or several.
    """
    return STEERING.sub("\N{REPLACEMENT CHARACTER}", text)


def as_json(told: object, /) -> str:
    """Return a value as JSON for people and programs.

    Args:
        told: made of lists, dictionaries and plain values.
    """
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def records(frame: pd.DataFrame, /) -> list[dict[str, Any]]:
    """Return a table's rows as JSON has them.

    Args:
        frame: any table without a geometry.
    """
    told: list[dict[str, Any]] = json.loads(frame.to_json(orient="records"))
    return told


def of_table(frame: pd.DataFrame, /) -> Answer:
    """Answer with a table: CSV, records, or its rows on a terminal.

    Args:
        frame: any table; a geometry is written as WKT.
    """
    plain = frame.drop(columns="geometry", errors="ignore").round(6)  # no 0.30000000000000004
    if "geometry" in frame.columns:
        plain["geometry"] = frame["geometry"].to_wkt(rounding_precision=1)
    return Answer(
        text=lambda: str(plain.to_csv(index=False, lineterminator="\n")),
        json=lambda: f"{plain.to_json(orient='records', force_ascii=False, indent=1)}\n",
        table=lambda: plain,
    )


def form(answer: Answer, /, *, json_asked: bool) -> Callable[[], int]:
    """Make the form that is asked for; return what writes it, and returns an exit code.

    Args:
        answer: what a verb answers.
        json_asked: whether JSON was asked for.
    """
    if json_asked:
        return functools.partial(write, answer.json())
    if answer.table is not None and sys.stdout.isatty():
        from colocate.cli.terminal import show

        return functools.partial(show, answer.table(), wraps=answer.wraps)
    text = answer.text()
    return functools.partial(write, harmless(text) if sys.stdout.isatty() else text)


def write(text: str, /) -> int:
    """Write text to stdout; return the exit code of a fault of it, 0 without one.

    Args:
        text: as it is to stand there.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):  # names and titles hold more than ASCII
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:  # `colocate show sites | head` is no fault
        _forget_stdout()
    except OSError as fault:
        from colocate.errors import OutputError

        _forget_stdout()
        print(f"colocate: stdout cannot be written ({fault.strerror})", file=sys.stderr)
        return OutputError.exit_code
    return 0


def _forget_stdout() -> None:
    """Send what stdout still holds nowhere, so that closing it at the end fails no more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
