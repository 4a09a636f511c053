"""Every byte that a run wrote, as text, searched for what belongs to Devon & Somerset alone."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow.parquet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AND = r"(?:&|and|&amp;|\\u0026)"
FORBIDDEN = re.compile(
    "|".join(
        (
            r"DSFRA\b|\bdsfra\b|16/5\b|dsfire",  # the authority, its paper, its pages
            r"£7\.5 ?m\b|£12 ?m\b",  # its target, and its partners'
            r"Alliance Executive Board|alliance-board|swesf|South West Emergency Services Forum",
            # its own name
            rf"Devon {AND} Somerset (?:Fire {AND} Rescue Authority|shared estates|study)",
            r"\b10 min 25 s|\b6 min 37 s|\b0 min 56 s|availability of on-call crews in 2020/21",
            r"Demonstration on public data",
            r"Topsham open|Countess Wear closed|Wells police (?:base|at Glastonbury)",
        )
    )
)
"""Targets, published measures, citations, notices and scenarios; stations and the neighbour's name
may stay."""
STUDY = re.compile(rf"[Dd]evon-(?:and-)?[Ss]omerset(?!-fire)|Devon {AND} Somerset")
"""How the study and the area itself are written: nowhere where it is no neighbour."""


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield every file as text, with what lies within workbooks, databases and tables."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield from _within(path.relative_to(folder).as_posix(), path.read_bytes(), path=path)


def _within(name: str, data: bytes, *, path: Path | None = None) -> Iterator[tuple[str, str]]:
    yield name, data.decode("utf-8", errors="replace")
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from _within(f"{name}:{member}", archive.read(member))
    elif data.startswith(b"PAR1"):
        table = pyarrow.parquet.read_table(io.BytesIO(data))
        yield f"{name}:schema", str(table.schema.metadata)
        words = table.drop_columns([c for c in table.column_names if c == "geometry"])
        yield f"{name}:rows", words.to_pandas().to_csv(index=False)
    elif data.startswith(b"SQLite format 3") and path is not None:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            yield f"{name}:rows", "\n".join(database.iterdump())


def found(folder: Path, pattern: re.Pattern[str] = FORBIDDEN) -> list[str]:
    """List what is found of a pattern, with where and what stands around it."""
    return [
        f"{where}: …{text[max(0, hit.start() - 60) : hit.end() + 40]!r}"
        for where, text in texts(folder)
        for hit in pattern.finditer(text)
    ]


def frame(path: Path) -> pd.DataFrame:
    """Read a table of a run."""
    return pd.read_parquet(path)
