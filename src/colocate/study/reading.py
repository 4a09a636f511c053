"""How an input file is read, and what its columns are called: the same keys for every input."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, model_validator

from colocate.study.figure import Settings

DATABASE = re.compile(r"^postgres(?:ql)?://", re.IGNORECASE)

Words = dict[str, str]


def _many(value: Any) -> Any:  # noqa: ANN401 - whatever the file holds
    return (value,) if isinstance(value, int | str) else value


class Source(Settings):
    """One input: where it is, how it is read, and what its columns and words mean.

    `columns` maps colocate's column names to the file's own; of several the filled cells are
    joined. `point` stands for easting and northing in one cell.
    """

    file: str
    """Relative to the study file; or `postgresql://user@host/database`, with the password in
    PGPASSWORD or written `${VARIABLE}`, never here."""
    layer: str | None = None
    """Layer of a vector file; table or view of a database, with its schema."""
    sheet: str | None = None
    header_row: Annotated[tuple[Annotated[int, Field(ge=1)], ...], BeforeValidator(_many)] = ()
    """Row of the sheet or text that holds the names; several are joined. Not given: the first."""
    encoding: str | None = None
    """Of text; not given: UTF-8, or UTF-16 where the file says so itself."""
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    """Between the cells of text; not given: a comma, or a tab in a .tsv."""
    only: dict[str, Annotated[tuple[str, ...], BeforeValidator(_many)]] = {}
    """Rows to keep: by the file's own column, the words one of which must stand there."""
    without: dict[str, Annotated[tuple[str, ...], BeforeValidator(_many)]] = {}
    """Rows to leave out, likewise; an empty text is an empty cell."""
    columns: dict[str, Annotated[tuple[str, ...], BeforeValidator(_many)]] = {}
    defaults: Words = {}
    """What an empty or absent cell is taken as. `{row}` is the row's number and `{Name}` what the
    file's column of that name holds."""
    words: dict[str, Words] = {}
    """What words of a column are taken for, by colocate's column; an empty text is unknown."""
    units: Words = {}
    """Units that columns are in where not colocate's own, by its column: ha, sq ft, £000."""
    crs: str = "EPSG:27700"
    """Reference system of `easting` and `northing`; a file of features states its own."""

    @model_validator(mode="after")
    def _no_secret(self) -> Source:
        if self.is_database and _holds_password(self.file):
            raise ValueError(
                "a password stands in `file`: take it out, and set PGPASSWORD in the environment "
                "or write ${VARIABLE} in its place"
            )
        return self

    @property
    def is_database(self) -> bool:
        """Whether the input is a table of a database."""
        return bool(DATABASE.match(self.file))

    @property
    def label(self) -> str:
        """What the input is called in messages: its file, with the sheet or layer."""
        part = self.sheet or self.layer
        file = self.file
        if self.is_database:  # where it is served is nobody else's business
            file = urlsplit(file).path.strip("/") or "database"
        return f"{file} [{part}]" if part else file


def _holds_password(address: str) -> bool:
    """Whether a password stands in an address of a database as it is."""
    user = address.partition("://")[2].rpartition("@")[0]
    plain = ":" in user and not re.fullmatch(r"[^:@/]*:\$\{\w+\}", user)
    return plain or bool(re.search(r"[?&](ssl)?password=", address, re.IGNORECASE))


def _named(value: Any) -> Any:  # noqa: ANN401 - whatever the file holds
    return {"file": value} if isinstance(value, str) else value


Mapped = Annotated[Source, BeforeValidator(_named, json_schema_input_type=str | Source)]
"""An input that is named by its file alone, or as a `Source`."""
