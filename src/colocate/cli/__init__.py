"""The command line: words in, exit code out. Progress on stderr, data on stdout.

Only the standard library is imported before a verb runs; a verb imports what it needs when it
needs it, so that `--help` answers at once.
"""

from __future__ import annotations

import io
import json
import os
import sys
from typing import TYPE_CHECKING

from colocate.cli.grammar import parser

if TYPE_CHECKING:
    from collections.abc import Sequence

    from colocate.cli.grammar import Verb


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # names and titles hold more than ASCII
        sys.stdout.reconfigure(encoding="utf-8")
    arguments = parser().parse_args(argv)
    from colocate.errors import ColocateError, OutputError

    try:
        verb: Verb = arguments.verb
        code = verb(arguments)
        sys.stdout.flush()
    except ColocateError as fault:
        if arguments.json:
            kind = type(fault).__name__
            print(json.dumps({"error": kind, "exit_code": fault.exit_code, "message": str(fault)}))
        print(f"colocate: {fault}", file=sys.stderr)
        return fault.exit_code
    except BrokenPipeError:  # `colocate show sites | head` is no fault
        _forget_stdout()
        return 0
    except OSError as fault:
        if fault.filename is not None:  # no file of ours is opened without an error of its own
            raise
        _forget_stdout()
        print(f"colocate: stdout cannot be written ({fault.strerror})", file=sys.stderr)
        return OutputError.exit_code
    except KeyboardInterrupt:
        print(
            "colocate: interrupted; finished stages are kept, run again to go on", file=sys.stderr
        )
        return 130
    return code


def _forget_stdout() -> None:
    """Send what stdout still holds nowhere, so that closing it at the end fails no more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
