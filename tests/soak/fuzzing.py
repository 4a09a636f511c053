"""Run a spoiled study in this process and judge how it ended; hostile values to spoil it with."""

from __future__ import annotations

import contextlib
import io
import signal
import traceback
from typing import TYPE_CHECKING

from campaign import OWN_CODES, assert_whole

from colocate import cli

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RUN_S = 240
"""A run of the small studies that takes as long has lost its way."""

NUMBERS = (
    "-1", "0", "-0.0", "1", "1e-9", "0.5", "1000000000", "1e308", "nan", "inf", "-inf",
    "99999999999999999999", "0x10", "1_000", "1,5", "12.", "٣", "١٢٣",
)  # fmt: skip
TEXTS = (
    "", " ", "None", "NULL", "N/A", "nan", "true", "FALSE", "F1", "fire", "station", "fire;police",
    ";", ";;F1;", ",", "F1;F1", "=1+1", "@SUM(A1)", "+44", "-", "</script><b>", "{{ 7*7 }}", "%s",
    "../../etc/passwd", "a\tb", "a\nb", "a\r\nb", 'a"b', "'", "\\", "\x00", "\x07", "\u2028",
    "\ufeff", "\u202egnirts", "é", "e\u0301", "\U0001f692", "Ω" * 300, "x" * 140_000,
)  # fmt: skip
DATES = (
    "2026-02-30", "31/02/2026", "2026-13-01", "0001-01-01", "9999-12-31", "1677-01-01",
    "2026-01-01T00:00:00Z", "01/02/03", "2026", "tomorrow",
)  # fmt: skip


class Lost(BaseException):
    """The run took too long; no code of ours may catch it."""


@contextlib.contextmanager
def _no_longer_than(seconds: int) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise Lost(f"not done after {seconds} s")

    if not hasattr(signal, "SIGALRM"):
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def ends_well(study: Path, *, out: Path, work: Path, told: str) -> bool:
    """Run a study; say whether it was made. Anything but a run or an error of ours fails."""
    said = io.StringIO()
    try:
        with (
            _no_longer_than(RUN_S),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(said),
        ):
            code = cli.main(["run", str(study), "--out", str(out), "--work", str(work)])
    except BaseException:  # noqa: BLE001 - whatever escapes is the finding
        raise AssertionError(f"{told}\n{traceback.format_exc()}") from None
    assert code == 0 or code in OWN_CODES, f"{told}\nexit code {code}\n{said.getvalue()}"
    if code:
        assert not out.exists(), f"{told}\nexit code {code} and a folder"
        assert "Traceback" not in said.getvalue(), f"{told}\n{said.getvalue()}"
        last = said.getvalue().splitlines()
        assert any(line.startswith("colocate: ") for line in last), f"{told}\nno word of why"
    else:
        assert_whole(out)
    left = sorted(
        path.name for path in out.parent.iterdir() if path.name.startswith(f".{out.name}")
    )
    assert left == [], f"{told}\nleft beside the output folder: {left}"
    return code == 0
