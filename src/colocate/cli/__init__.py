"""The command line: words in, exit code out. Progress on stderr, data on stdout.

Only the standard library and typer are imported before a verb runs; a verb imports what it needs
when it needs it, so that `--help` answers at once.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from colocate.circles import SELDOM
from colocate.cli import verbs, verbs_functions, verbs_sources, verbs_sweep, verbs_validate
from colocate.cli.grammar import app

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "main", "verbs", "verbs_functions", "verbs_sources", "verbs_sweep", "verbs_validate",
]  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 2 usage, 10 up a fault of ours.

    Args:
        argv: the words after `colocate`; those of the process when None.
    """
    if argv is None:  # the process is for this alone
        gc.set_threshold(*SELDOM)
    try:
        app(args=None if argv is None else list(argv), prog_name="colocate")
    except SystemExit as stop:  # as typer ends, for help and wrong usage too
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    finally:
        if argv is None:  # the process ends: it need not look for circles in all it holds
            gc.freeze()
    return 0
