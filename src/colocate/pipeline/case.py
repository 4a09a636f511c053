"""Write the business case of an option or a function from the stored tables of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from colocate import io
from colocate.pipeline import manifest
from colocate.pipeline.runs import open_run, settings_of
from colocate.publish import explain
from colocate.publish.papers import documents
from colocate.publish.papers.page import page
from colocate.publish.papers.word import word
from colocate.publish.sheets.sheet import file_names

if TYPE_CHECKING:
    from colocate.publish.papers.content import Document

WRITERS = {"html": page, "docx": word}
"""What a document is written as, by the ending of its file."""


def case(folder: Path, subject: str, /, *, out: Path | None = None) -> list[Path]:
    """Write the parts of a business case, each as HTML and as DOCX, and return where.

    Each part is a file of its own, in a folder of its own, so that nobody mails the one with the
    other.

    Args:
        folder: the run's output folder.
        subject: an option of the run.
        out: folder to write into; if None, one named after the subject in the working folder.

    Raises:
        InputError: `folder` is not the output folder of a run.
        OptionError: no option of that name; the message names the nearest ones.
        OutputError: a file cannot be written.
    """
    tables, study = open_run(folder), settings_of(folder)
    explain.assert_option(subject, tables)
    run_id = str(manifest.read(folder)["run_id"])
    parts = documents.of_option(subject, tables, study=study, run_id=run_id)
    name = file_names([subject])[subject].removesuffix(".html")
    return _written(parts, out or Path(f"case-{name}"), name=name)


def _written(parts: dict[str, Document], out: Path, *, name: str) -> list[Path]:
    written = []
    for part, document in parts.items():
        for ending, write in WRITERS.items():
            path = out / part / f"{name}-{part}.{ending}"
            path.parent.mkdir(parents=True, exist_ok=True)
            io.write_bytes(write(document), path)
            written.append(path)
    return written
