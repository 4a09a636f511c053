"""Files: the only room that reads or writes them.

Registers come in as raw text (`read_register`, `read_raw`), other inputs as checked tables
(`read_table`), both through one map of columns (`mapping`),
postcodes from a directory (`packaged_postcodes`, `read_postcodes`; `packaged_units`, `read_units`
for all of a rectangle), observed trips as raw text (`csv_text`). Tables pass between stages as
Parquet, the largest as files to be mapped (`save`, `load`, `mapped`). Whatever is written is
written aside and moved into place.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from colocate.io.folder import DAY_S, MANIFEST, staged_folder
from colocate.io.held import Tables
from colocate.io.shelf import Shelf
from colocate.io.source import carried, files_of
from colocate.io.writing import (
    hashes,
    sha256,
    write_bytes,
    write_csv,
    write_frame,
    write_staged,
    write_text,
)

if TYPE_CHECKING:
    from colocate.io.answers import Answers, answer_file, read_answers, write_answer
    from colocate.io.delimited import csv_header, csv_text
    from colocate.io.features import attributes, read_features
    from colocate.io.postcodes import (
        packaged_postcodes,
        packaged_units,
        read_postcodes,
        read_units,
    )
    from colocate.io.raw import read_raw, read_register
    from colocate.io.stored import (
        column_hashes,
        declared_crs,
        load,
        read_frame,
        read_table,
        row_count,
        save,
    )
    from colocate.io.uprns import read_uprns

_LATER = {
    "answers": ("Answers", "answer_file", "read_answers", "write_answer"),
    "delimited": ("csv_header", "csv_text"),
    "features": ("attributes", "read_features"),
    "postcodes": ("packaged_postcodes", "packaged_units", "read_postcodes", "read_units"),
    "raw": ("read_raw", "read_register"),
    "stored": (
        "column_hashes", "declared_crs", "load", "read_frame", "read_table", "row_count", "save",
    ),
    "uprns": ("read_uprns",),
}  # fmt: skip
"""What is loaded when first used, by module: they need pandas, which takes longer to load than a
run in which nothing has changed."""


def __getattr__(name: str) -> Any:  # noqa: ANN401 - functions and classes alike
    for module, names in _LATER.items():
        if name in names:
            found = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
