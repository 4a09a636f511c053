"""Tables of a PostGIS database, read in one read-only transaction.

The password is taken from the environment alone: PGPASSWORD, PostgreSQL's own password file, or a
`${VARIABLE}` in the address. It is handed to the driver apart from the address, and no message,
record or output holds it.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import geopandas as gpd
import pandas as pd

from colocate.errors import InputError, some

if TYPE_CHECKING:
    from colocate.study import Source

_SHAPES = ("geometry", "geography", "raster")
"""Types of PostGIS; the first of the first two is read as shapes."""

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_SECONDS = 30
"""How long a connection may take to come about, in seconds; a statement twenty times as long."""


class _Address(NamedTuple):
    url: str
    password: str | None


def read_database(source: Source, /) -> pd.DataFrame:
    """Read a table or view of a PostgreSQL database, its first geometry as shapes.

    Args:
        source: its address in `file`, its name (`schema.table`) in `layer`.

    Returns:
        Every column but geometries as the text PostgreSQL writes, rows in the order of their
        text, numbered from 1; a GeoDataFrame where the table has a geometry.

    Raises:
        InputError: the driver is not installed, a variable is not set, the database cannot be
            reached, or there is no such table.
    """
    try:
        import psycopg
        from psycopg import sql
    except ImportError:
        raise InputError(
            f"{source.label}: reading a database needs psycopg. Install `colocate[postgis]`."
        ) from None
    address = _address(source)
    try:
        with psycopg.connect(
            address.url, password=address.password, connect_timeout=_SECONDS,
            options=f"-c default_transaction_read_only=on -c statement_timeout={_SECONDS * 20}s",
        ) as connection:  # fmt: skip
            schema, table = _table(connection, source)
            columns = _columns(connection, schema=schema, table=table)
            shape = next((name for name, kind in columns if kind in _SHAPES[:2]), None)
            plain = [name for name, kind in columns if kind not in _SHAPES]
            asked = [sql.SQL("{}::text").format(sql.Identifier(name)) for name in plain]
            if shape:
                asked += [sql.SQL(part).format(sql.Identifier(shape)) for part in (
                    "ST_AsBinary(ST_Force2D({}::geometry))", "ST_SRID({}::geometry)")]  # fmt: skip
            query = sql.SQL("SELECT {} FROM {}").format(
                sql.SQL(", ").join(asked), sql.Identifier(schema, table)
            )
            rows = connection.execute(query).fetchall()
    except psycopg.Error as fault:
        told = str(fault).strip().split("\n")[0]
        raise InputError(
            f"{source.label}: cannot be read from the database ({_hushed(told, address)}). Check "
            "the address, PGPASSWORD, and that the user may read the table."
        ) from None
    return _framed(rows, plain, located=shape is not None, where=source.label)


def _address(source: Source) -> _Address:
    """Return the address without its password, and the password, from the environment."""
    parts = urlsplit(source.file)
    secret = unquote(_filled(source, parts.password, quoted=False)) if parts.password else None
    user = f"{parts.netloc.rpartition('@')[0].partition(':')[0]}@" if "@" in parts.netloc else ""
    host = parts.netloc.rpartition("@")[2]
    bare = urlunsplit(parts._replace(scheme="postgresql", netloc=f"{user}{host}"))
    return _Address(_filled(source, bare, quoted=True), secret)


def _filled(source: Source, text: str, *, quoted: bool) -> str:
    """Put what the environment holds in the place of `${VARIABLE}`."""

    def value(found: re.Match[str]) -> str:
        if (held := os.environ.get(found[1])) is None:
            raise InputError(
                f"{source.label}: the environment variable {found[1]} is not set; `file` of this "
                "input names it. Set it before the run."
            )
        return quote(held, safe="") if quoted else quote(held)

    return _VARIABLE.sub(value, text)


def _hushed(message: str, address: _Address) -> str:
    secrets = [address.password, os.environ.get("PGPASSWORD")]
    for secret in secrets:
        if secret:
            message = message.replace(secret, "…")
    return message


def _table(connection: Any, source: Source) -> tuple[str, str]:  # noqa: ANN401 - psycopg's own
    """Return schema and name of the table to read: the one asked for, or the only one."""
    found = connection.execute(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname NOT IN "
        "('pg_catalog', 'information_schema', 'topology', 'tiger') AND n.nspname NOT LIKE 'pg_t%' "
        "AND c.relname NOT IN ('spatial_ref_sys', 'geometry_columns', 'geography_columns', "
        "'raster_columns', 'raster_overviews') ORDER BY 1, 2"
    ).fetchall()
    names = [f"{schema}.{name}" for schema, name in found]
    wanted = source.layer if not source.layer or "." in source.layer else f"public.{source.layer}"
    if wanted is None and len(found) == 1:
        return str(found[0][0]), str(found[0][1])
    if wanted in names:
        schema, name = found[names.index(wanted)]
        return str(schema), str(name)
    asked = f"no table called {source.layer}" if wanted else "several tables and none chosen"
    raise InputError(
        f"{source.label}: {asked}; found {some(names) if names else 'none'}. Set `layer` of this "
        "input to schema.table."
    )


def _columns(connection: Any, *, schema: str, table: str) -> list[tuple[str, str]]:  # noqa: ANN401
    found = connection.execute(
        "SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid "
        "WHERE n.nspname = %s AND c.relname = %s AND a.attnum > 0 AND NOT a.attisdropped "
        "ORDER BY a.attnum",
        (schema, table),
    ).fetchall()
    return [(str(name), str(kind)) for name, kind in found]


def _framed(
    rows: list[tuple[Any, ...]], names: list[str], *, located: bool, where: str
) -> pd.DataFrame:
    """Return the rows in an order that rests on what they hold, not on where they lie."""
    ordered = sorted(rows, key=lambda row: [(cell is not None, str(cell)) for cell in row])
    index = pd.RangeIndex(1, len(ordered) + 1, name="row")
    frame = pd.DataFrame(
        {name: pd.Series([row[at] for row in ordered], index=index, dtype="object")
         for at, name in enumerate(names)}
    )  # fmt: skip
    if not located:
        return frame
    systems = sorted({row[-1] for row in ordered if row[-2] is not None})
    if len(systems) > 1:
        raise InputError(
            f"{where}: its shapes are in {some(f'EPSG:{each}' for each in systems)}; expected one "
            "reference system. Convert them in the database, or name a view that does."
        )
    crs = f"EPSG:{systems[0]}" if systems and systems[0] else None
    shapes = gpd.GeoSeries.from_wkb([row[-2] for row in ordered], index=index, crs=crs)
    return gpd.GeoDataFrame(frame, geometry=shapes)
