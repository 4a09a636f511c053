"""How `colocate inspect` is told: what each file is, its columns, and its block."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from colocate.cli.answer import Answer, as_json, records
from colocate.cli.bars import say
from colocate.errors import InputError
from colocate.study.reading import DATABASE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from colocate.places.proposal import Proposal


def answer(
    files: Sequence[str],
    /,
    *,
    kind: str | None,
    sheet: str | None,
    layer: str | None,
    into: Path | None,
) -> Answer:
    """Look at files; with `into`, add what is proposed to a study file.

    What a file is goes to stderr, its block to stdout, so that it may be appended to a file.

    Args:
        files: names of files, or addresses of databases.
        kind: what they are, where that is known.
        sheet: of workbooks, where it is known.
        layer: of vector files or databases, where it is known.
        into: a study file, or its folder.

    Raises:
        InputError: a file cannot be read, or is to be added and is no input that is known.
    """
    from colocate.pipeline import inspecting

    study = into / "study.toml" if into is not None and into.is_dir() else into
    blocks, found = [], []
    for name in files:
        path: Path | str = name if DATABASE.match(name) else Path(name)
        seen = inspecting.inspected(path, kind=kind, sheet=sheet, layer=layer, study=study)
        found.append(seen)
        say(*inspecting.told(seen))
        if seen.kind == "unknown":
            if study is not None:
                raise InputError(f"{name}: no input that colocate knows. Say which with --as.")
            continue
        text = inspecting.block(seen, place=_place(path, study))
        blocks.append(text)
        if study is not None:
            inspecting.into(study, text, kind=seen.kind)
            say(f"added to {study}: choose among what its lines propose, then `colocate check`")
    return Answer(
        text=lambda: "\n".join([*(_table(seen) for seen in found), *blocks]),
        json=lambda: as_json([_record(seen) for seen in found]),
    )


def _place(path: Path | str, study: Path | None) -> str:
    """Return a file as a study names it: from the study's folder where it lies below it."""
    if isinstance(path, str):
        return path
    base = (study.parent if study else path.parent).resolve()
    whole = path.resolve()
    if whole.is_relative_to(base):
        return whole.relative_to(base).as_posix()
    return whole.as_posix()


def _table(seen: Proposal) -> str:
    """Return the columns of a file as comments, so that the whole answer is TOML."""
    from colocate.pipeline.inspecting import columns

    told = columns(seen)
    lines = [f"# {seen.path}: {seen.kind}, {len(seen.raw)} rows, {len(told)} columns"]
    lines += [
        f"#   {row['column']}: {row['type']}, {row['filled']} filled, {row['distinct']} distinct; "
        f"{row['commonest']}" + (f" -> {row['taken_for']}" if row["taken_for"] else "")
        for row in told.to_dict("records")
    ]
    return "\n".join(line.replace("\r", " ") for line in lines) + "\n"


def _record(seen: Proposal) -> dict[str, object]:
    from colocate.pipeline.inspecting import columns

    return {
        "file": str(seen.path),
        "kind": seen.kind,
        "found": seen.found,
        "columns": records(columns(seen)),
        "source": seen.source.model_dump(mode="json", exclude_defaults=True),
        "why": dict(seen.why),
        "words": {
            column: {word: {"taken_for": value, "count": n} for word, (value, n) in said.items()}
            for column, said in seen.words.items()
        },
        "not_placed": seen.unplaced,
    }
