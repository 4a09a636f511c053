"""Files: the only room that reads or writes them.

Registers come in as raw text (`read_register`), other inputs as checked tables (`read_table`),
postcodes from a directory (`packaged_postcodes`, `read_postcodes`), observed trips as raw text
(`csv_text`). Tables pass between stages as Parquet (`save`, `load`). Whatever is written is
written aside and moved into place.
"""

from __future__ import annotations

from colocate.io.folder import DAY_S, MANIFEST, staged_folder
from colocate.io.postcodes import packaged_postcodes, read_postcodes
from colocate.io.registers import read_register
from colocate.io.source import carried, csv_text
from colocate.io.stored import (
    Tables,
    declared_crs,
    load,
    load_parts,
    read_frame,
    read_table,
    row_count,
    save,
)
from colocate.io.writing import (
    sha256,
    write_bytes,
    write_csv,
    write_text,
)

__all__ = [
    "DAY_S",
    "MANIFEST",
    "Tables",
    "carried",
    "csv_text",
    "declared_crs",
    "load",
    "load_parts",
    "packaged_postcodes",
    "read_frame",
    "read_postcodes",
    "read_register",
    "read_table",
    "row_count",
    "save",
    "sha256",
    "staged_folder",
    "write_bytes",
    "write_csv",
    "write_text",
]
