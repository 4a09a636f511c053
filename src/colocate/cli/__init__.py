"""The command line: words in, exit code out. Progress on stderr, data on stdout.

Only the standard library is imported before a verb runs; a verb imports what it needs when it
needs it, so that `--help` answers at once.
"""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

from colocate.cli.grammar import parser

if TYPE_CHECKING:
    from collections.abc import Sequence

    from colocate.cli.grammar import Verb


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = parser().parse_args(argv)
    from colocate.errors import ColocateError

    said = io.StringIO()  # told at the end, so that a fault of stdout is taken for nothing else
    try:
        verb: Verb = arguments.verb
        with redirect_stdout(said):
            code = verb(arguments)
    except ColocateError as fault:
        if arguments.json:
            kind, message = type(fault).__name__, str(fault)
            told = json.dumps({"error": kind, "exit_code": fault.exit_code, "message": message})
            said = io.StringIO(f"{told}\n")
        print(f"colocate: {fault}", file=sys.stderr)
        code = fault.exit_code
    except KeyboardInterrupt:
        print(
            "colocate: interrupted; finished stages are kept, run again to go on", file=sys.stderr
        )
        return 130
    return _tell(said.getvalue()) or code


def _tell(text: str) -> int:
    """Write to stdout; return the exit code of a fault of it, 0 without one."""
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
