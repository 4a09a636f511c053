"""Tables of readiness: what share of the inputs was understood, and whether it is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.errors import ReadinessError
from colocate.tables.schema import Column, table

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = (
    Column("measure", "str", "What is measured, as in section `readiness` of the study."),
    Column("about", "str", "Of which service, area or layer."),
    Column("known", "float", "How much of it is there or understood.", at_least=0),
    Column("total", "float", "Of how much: sites, stations, people or areas.", at_least=0),
    Column("share", "float", "Known of total; empty where there is nothing to know.", null=True,
           at_least=0, at_most=1),
    Column("least", "float", "Least share asked for; empty where any gap is told.", null=True,
           at_least=0, at_most=1),
    Column("ground", "str", "What the least share rests on.", null=True),
    Column("state", "str", "ready; warns: a gap, told on top; stops: nothing is said unless asked "
           "for all the same.", allowed=("ready", "warns", "stops")),
    Column("message", "str", "What was found, what follows from it, what to do."),
)  # fmt: skip

INPUT_READINESS = table(
    "input_readiness", ("measure", "about"),
    "What share of registers, people and areas was understood.",
    *_COLUMNS,
)
READINESS = table(
    "readiness", ("measure", "about"),
    "The same, and whether roads, sites and people meet: all that readiness rests on.",
    *_COLUMNS,
)

TABLES = (INPUT_READINESS, READINESS)


RANKED_ON = frozenset({"status", "role", "crewing", "coordinates"})
"""Measures of columns that every option's measures rest on."""

MOST = 0.5
"""A column known for less than this is empty for most, whatever least share a study asks for."""


def unfounded(readiness: pd.DataFrame, /) -> list[str]:
    """Name in a few words what no rank can rest on: what stops a study, or is empty for most.

    Args:
        readiness: table `readiness`.
    """
    bare = readiness["measure"].isin(RANKED_ON) & (readiness["share"].fillna(0) < MOST)
    return _named(readiness[bare | (readiness["state"] == "stops")])


def stopping(readiness: pd.DataFrame, /) -> list[str]:
    """Name in a few words each what stops a study: `crewing, fire 0%`.

    Args:
        readiness: table `readiness` or `input_readiness`.
    """
    return _named(readiness[readiness["state"] == "stops"])


def _named(rows: pd.DataFrame) -> list[str]:
    told = zip(rows["measure"], rows["about"], rows["share"].fillna(0), strict=True)
    return [f"{measure}, {about} {share:.0%}" for measure, about, share in told]


def assert_ready(readiness: pd.DataFrame, /, *, anyway: bool) -> None:
    """Refuse to go on where too little of the inputs is understood.

    Args:
        readiness: table `readiness` or `input_readiness`.
        anyway: whether to go on all the same.

    Raises:
        ReadinessError: a share is below the least one, and not `anyway`.
    """
    rows = readiness[readiness["state"] == "stops"]
    if len(rows) and not anyway:
        told = "".join(f"  {message}\n" for message in rows["message"])
        raise ReadinessError(
            f"too little of the inputs is understood to say anything:\n{told}"
            "Supply what is missing, or go on with --anyway: every output then says so. The least "
            "shares stand in section `readiness` of the study file."
        )
