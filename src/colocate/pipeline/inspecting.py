"""What `colocate inspect` tells of a file: what it is, what its columns hold, a block to paste.

The block is the proposal (`places.proposal`) as TOML for the study file; whatever a person must
choose says so in its line.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate import io
from colocate.errors import StudyError
from colocate.pipeline.locate import load_study
from colocate.places.proposal import Proposal, propose
from colocate.tables import TABLES
from colocate.tables.vocabulary import says_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_KEYS = ("sheet", "layer", "encoding", "delimiter")
_WORDS = 40
"""Words of one column that the block spells out: further ones are left to the vocabulary."""


def inspected(
    path: Path | str,
    /,
    *,
    kind: str | None = None,
    sheet: str | None = None,
    layer: str | None = None,
    study: Path | None = None,
) -> Proposal:
    """Look at a file, and propose how a study would take it in.

    Args:
        path: the file, or the address of a database.
        kind: what it is, where that is known.
        sheet: of a workbook, where it is known.
        layer: of a vector file or database, where it is known.
        study: a study file that it is for, whose bodies are proposed.

    Raises:
        InputError: the file or the study's bodies cannot be read.
        StudyError: the study file is wrong.
    """
    return propose(path, kind=kind, sheet=sheet, layer=layer, bodies=_bodies(study))


def _bodies(study: Path | None) -> dict[str, str]:
    """Return body_id by name, of a study."""
    if study is None:
        return {}
    given = load_study(study).inputs.bodies
    table = io.read_table(study.parent / given.file, TABLES["bodies"], source=given)
    return dict(zip(table["name"], table["body_id"], strict=True))


def columns(proposal: Proposal, /) -> pd.DataFrame:
    """Return one row a column of the file: what it holds, and what it would be taken for.

    Args:
        proposal: of the file.
    """
    matches = {name: match for match in proposal.matches for name in match.own}
    rows = []
    for name, cells in proposal.raw.items():
        filled = cells.dropna().str.strip()
        filled = filled[filled != ""]
        taken = [c for c, own in proposal.source.columns.items() if name in own]
        common = [f"{' '.join(str(w).split())[:30]} ({n})" for w, n in
                  filled.value_counts().head(3).items()]  # fmt: skip
        rows.append({
            "column": name,
            "filled": len(filled),
            "distinct": filled.nunique(),
            "unknown": int(filled.map(says_unknown).sum()) if len(filled) else 0,
            "type": _type(filled),
            "commonest": "; ".join(common),
            "taken_for": ", ".join(taken),
            "why": matches[name].why if name in matches and taken else "",
        })  # fmt: skip
    return pd.DataFrame(rows)


def _type(filled: pd.Series) -> str:
    """Say what a column's cells look like, most of them, and whether others do not."""
    if filled.empty:
        return "empty"
    kinds = filled.map(_kind_of).value_counts()
    return (
        str(kinds.index[0]) if len(kinds) == 1 else f"mostly {kinds.index[0]}, {len(kinds)} kinds"
    )


def _kind_of(cell: str) -> str:
    if re.fullmatch(r"[-+]?[\d,]+", cell):
        return "whole number"
    if re.fullmatch(r"[-+]?[\d,]*\.\d+|[-+]?\d(\.\d+)?[eE][-+]?\d+", cell):
        return "number"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}.*|\d{1,2}/\d{1,2}/\d{2,4}", cell):
        return "date"
    return "text"


def block(proposal: Proposal, /, *, place: str | None = None) -> str:
    """Return a proposal as TOML for the study file.

    Args:
        proposal: of the file.
        place: the file as the study names it; its own name where None.
    """
    source, why = proposal.source, proposal.why
    head = "inputs.registers" if proposal.kind == "register" else f"inputs.{proposal.kind}"
    lines = [f"[[{head}]]" if proposal.kind == "register" else f"[{head}]"]
    lines.append(f"file = {_toml(place or source.file)}")
    lines += [f"{key} = {_toml(value)}" for key in _KEYS if (value := getattr(source, key))]
    if source.header_row:
        rows = list(source.header_row)
        lines.append(f"header_row = {rows[0] if len(rows) == 1 else rows}")
    if source.crs != "EPSG:27700":
        lines.append(f"crs = {_toml(source.crs)}{_reason(why.get('crs'))}")
    reasons = dict(why) | {match.column: match.why for match in proposal.matches}
    for name, mapping in (("columns", source.columns), ("defaults", source.defaults),
                          ("units", source.units), ("without", source.without)):  # fmt: skip
        if mapping:
            lines += ["", f"[{head}.{name}]"]
            told = reasons if name == "columns" else dict(why)
            lines += [
                f"{_key(k)} = {_toml(v)}{_reason(told.get(k) or told.get(f'{name} {k}'))}"
                for k, v in mapping.items()
            ]
    lines += list(_of_words(proposal, head=head))
    return "\n".join(lines) + "\n"


def _of_words(proposal: Proposal, *, head: str) -> Iterator[str]:
    """Yield the value maps: each word with its count, those not understood to be chosen."""
    table = proposal.table
    for column, said in proposal.source.words.items():
        yield from ("", f"[{head}.words.{column}]{_reason(proposal.why.get(column))}")
        yield from (f"{_toml(word)} = {_toml(value)}" for word, value in said.items())
    for column, words in proposal.words.items():
        if len(words) > _WORDS or column in proposal.source.words:
            continue
        told = {w: (v, n) for w, (v, n) in words.items() if v is None or v != w}
        if not told:
            continue
        codes = ", ".join(table[column].allowed) if table else ""
        yield from ("", f"[{head}.words.{column}] # one of {codes or 'true, false'}")
        for word, (value, count) in told.items():
            if value is None:
                yield f'# {_toml(word)} = "" # in {count}; choose: not understood'
            else:
                yield f"{_toml(word)} = {_toml(value)} # in {count}{'' if value else ', unknown'}"


def _reason(why: str | None) -> str:
    return f" # {' '.join(why.split())}" if why else ""


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _toml(name)


def _toml(value: object) -> str:
    """Write a text, or several, as TOML does."""
    if isinstance(value, tuple | list):
        return _toml(value[0]) if len(value) == 1 else f"[{', '.join(map(_toml, value))}]"
    text = json.dumps(str(value), ensure_ascii=False)
    return "".join(
        f"\\u{ord(c):04x}" if ord(c) == 0x7F or 0x80 <= ord(c) < 0xA0 else c for c in text
    )


def told(proposal: Proposal, /) -> Iterator[str]:
    """Yield what a file is and what could not be placed, in lines for a person.

    Args:
        proposal: of the file.
    """
    yield f"{proposal.path}: {proposal.kind}, {len(proposal.raw)} rows"
    yield from (f"  {line}" for line in proposal.found)
    if proposal.kind == "unknown":
        yield "  no input that colocate knows; say which with --as, or see `colocate schema`"
        return
    lost = {column: [w for w, (v, _) in words.items() if v is None]
            for column, words in proposal.words.items()}  # fmt: skip
    for column, words in lost.items():
        if words:
            yield f"  {column}: not understood: {', '.join(repr(w) for w in words[:8])}"
    if proposal.unplaced:
        yield f"  not placed: {', '.join(proposal.unplaced)}"
    table = proposal.table
    located = proposal.shape is not None
    given = {*proposal.source.columns, *proposal.source.defaults}
    needed = [c.name for c in table.columns if not c.null and c.kind != "geometry"] if table else []
    if absent := [name for name in needed if name not in given]:
        yield f"  needed and not found: {', '.join(absent)}; give them under `defaults`"
    if table and table.geometry and not located and not {"point", "easting"} & given:
        yield "  needed and not found: coordinates"


def into(study: Path, text: str, /, *, kind: str) -> None:
    """Add a block to a study file: a register beside those there, any other input in its place.

    Args:
        study: the study file.
        text: the block.
        kind: name of the input.

    Raises:
        StudyError: the file would not hold with it; it stays as it was.
    """
    before = study.read_text(encoding="utf-8-sig")
    after = _without_inline(before, "registers" if kind == "register" else kind, kind=kind)
    after = (
        f"{after.rstrip()}\n\n# Proposed by `colocate inspect`; choose among its proposals.\n{text}"
    )
    try:
        tomllib.loads(after)
    except tomllib.TOMLDecodeError as fault:
        raise StudyError(f"{study}: the block does not fit into it ({fault}). Paste it.") from None
    io.write_text(after, study)


def _without_inline(text: str, name: str, *, kind: str) -> str:
    """Take an input written in one line out; registers are written again as blocks at the end."""
    settings = tomllib.loads(text)["inputs"]
    found = re.search(rf"^{name} *= *", text, re.MULTILINE)
    if found is None:
        return text
    for end in (at.end() for at in re.finditer(r"\n|$", text[found.end() :])):
        line = text[found.start() : found.end() + end]
        try:
            tomllib.loads(line)
        except tomllib.TOMLDecodeError:
            continue
        kept = text[: found.start()] + text[found.end() + end :]
        if kind != "register":
            return kept
        return kept.rstrip() + "\n" + "".join(_as_block(each) for each in settings["registers"])
    return text


def _as_block(register: Mapping[str, Any]) -> str:
    plain = [f"{_key(k)} = {_value(v)}" for k, v in register.items()]
    return "\n".join(["", "[[inputs.registers]]", *plain, ""])


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return str(value) if isinstance(value, int) else _toml(value)
