"""Write the business case of an option or a function from the stored tables of a run."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from colocate import io
from colocate.errors import OptionError
from colocate.pipeline import manifest
from colocate.pipeline.runs import open_run, settings_of
from colocate.publish.papers import documents
from colocate.publish.papers.page import page
from colocate.publish.papers.word import word
from colocate.publish.sheets.sheet import file_names
from colocate.tables.functions import FUNCTIONS_OF_FOCUS

if TYPE_CHECKING:
    from colocate.io import Tables
    from colocate.publish.papers.content import Document

WRITERS = {"html": page, "docx": word}
"""What a document is written as, by the ending of its file."""


def case(folder: Path, subject: str, /, *, out: Path | None = None) -> list[Path]:
    """Write the parts of a business case, each as HTML and as DOCX, and return where.

    Each part is a file of its own, in a folder of its own, so that nobody mails the one with the
    other.

    Args:
        folder: the run's output folder.
        subject: an option of the run, or an area of focus of the back office, in any case.
        out: folder to write into; if None, one named after the subject in the working folder.

    Raises:
        InputError: `folder` is not the output folder of a run.
        OptionError: no option or function of that name; the message names the nearest ones.
        OutputError: a file cannot be written.
    """
    tables, study = open_run(folder), settings_of(folder)
    run_id = str(manifest.read(folder)["run_id"])
    functions = {name.casefold(): name for name in FUNCTIONS_OF_FOCUS}
    if (function := functions.get(subject.casefold())) is not None:
        parts = documents.of_function(function, tables, study=study, run_id=run_id)
    else:
        _assert_known(subject, tables)
        parts = documents.of_option(subject, tables, study=study, run_id=run_id)
    name = file_names([function or subject])[function or subject].removesuffix(".html")
    return _written(parts, out or Path(f"case-{name}"), name=name)


def _assert_known(subject: str, tables: Tables) -> None:
    known = sorted({*tables["options"]["option_id"], *FUNCTIONS_OF_FOCUS})
    if subject not in set(tables["options"]["option_id"]):
        near = difflib.get_close_matches(subject, known, n=3) or known[:3]
        raise OptionError(
            f"no option or function {subject!r} in this run; expected an option_id or an area of "
            f"focus such as {', '.join(near)}. List them with `colocate show options` and "
            "`colocate functions`."
        )


def _written(parts: dict[str, Document], out: Path, *, name: str) -> list[Path]:
    written = []
    for part, document in parts.items():
        for ending, write in WRITERS.items():
            path = out / part / f"{name}-{part}.{ending}"
            path.parent.mkdir(parents=True, exist_ok=True)
            io.write_bytes(write(document), path)
            written.append(path)
    return written
