"""Every error a user can meet, each with an exit code of its own.

Anything else that escapes is a bug. A message says where, what was found, how many and the first
three keys, what was expected, and what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class ColocateError(Exception):
    """Base of all expected errors; `exit_code` is what the command line returns."""

    exit_code = 10


class StudyError(ColocateError):
    """The study file is missing, unreadable or holds a wrong or unknown setting."""

    exit_code = 11


class InputError(ColocateError):
    """An input file is missing, empty, not what its name says or not UTF-8."""

    exit_code = 12


class SchemaError(ColocateError):
    """A table lacks a column or holds values outside its schema."""

    exit_code = 13


class CrsError(ColocateError):
    """Coordinates are in another reference system than the one declared."""

    exit_code = 14


class GeocodeError(ColocateError):
    """A gazetteer is missing or unusable."""

    exit_code = 15


class NetworkError(ColocateError):
    """The road network cannot be built or routed on."""

    exit_code = 16


class OptionError(ColocateError):
    """An option, pair or group asked for does not exist or cannot be assessed."""

    exit_code = 17


class ScoringError(ColocateError):
    """Weights or value scales do not define a ranking."""

    exit_code = 18


class OutputError(ColocateError):
    """The output folder cannot be written, or a run asked for is not there."""

    exit_code = 19


class PublishError(ColocateError):
    """A run is finished and its folder written, but for outputs that could not be made."""

    exit_code = 20


class ReadinessError(ColocateError):
    """Too little of the inputs is understood for any result; `--anyway` overrides."""

    exit_code = 21


class FetchError(ColocateError):
    """Something could not be brought from the internet, or is not what was promised."""

    exit_code = 24


def some(keys: Iterable[object], /) -> str:
    """Name how many keys there are and the first three: `5 (A, B, C and 2 more)`.

    Args:
        keys: at least one.
    """
    listed = [str(key) for key in keys]
    shown = ", ".join(listed[:3])
    more = f" and {len(listed) - 3} more" if len(listed) > 3 else ""
    return f"{len(listed)} ({shown}{more})"
