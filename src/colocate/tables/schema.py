"""What a table is: columns with unit, meaning, source, disclosure class, and how it is checked."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from colocate.errors import CrsError, SchemaError, some

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

Row = TypeVar("Row")
Kind = Literal["str", "int", "float", "bool", "date", "geometry", "ints"]
Disclosure = Literal["public", "commercial", "restricted"]

DTYPES: Mapping[str, str] = {
    "str": "str",
    "int": "int64",
    "float": "float64",
    "bool": "bool",
    "date": "str",  # ISO 8601 text: registers hold dates far outside any timestamp's needs
    "ints": "object",
}
"""pandas dtype of each column kind; `geometry` is geopandas' own."""

CRS = "EPSG:27700"
UNITS: Mapping[str, str] = {
    "gbp": "GBP", "s": "s", "ms": "ms", "m": "m", "dm": "dm", "km": "km", "m2": "m2", "km2": "km2",
    "kph": "km/h", "easting": "m", "northing": "m",
}  # fmt: skip
"""What a column is in whose name ends so."""


@dataclass(frozen=True)
class Column:
    """One column. A nullable int or bool is held as float or pandas' `boolean`: NaN is unknown."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    """Not given: what the end of its name says (`UNITS`); of a geometry, metres."""
    source: str = ""
    disclosure: Disclosure = "public"
    null: bool = False
    allowed: tuple[str, ...] = ()
    """Permitted values; for a column whose `unit` is `list`, permitted parts between semicolons."""
    at_least: float | None = None
    at_most: float | None = None
    otherwise: str = ""
    """What to know and do about a value that is not permitted; told where one is found."""
    coded: bool = False
    """Whether text is held in memory as numbers of its words, in their order (pandas' category):
    of a table with millions of rows of few words. Files hold the words."""

    def __post_init__(self) -> None:
        """Read the unit off the name."""
        said = "m" if self.kind == "geometry" else UNITS.get(self.name.rpartition("_")[2], "")
        object.__setattr__(self, "unit", self.unit or said)

    @property
    def dtype(self) -> str:
        """The pandas dtype this column has in a checked table."""
        if self.null and self.kind == "int":
            return "float64"
        if self.null and self.kind == "bool":
            return "boolean"
        if self.coded:
            return "category"
        return DTYPES[self.kind]


@dataclass(frozen=True)
class Table:
    """A named table: key columns (unique together), columns in order, meaning."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    mapped: bool = False
    """Whether the work folder keeps it as it lies in memory, for any process to map: what is large,
    read by many stages, and no output."""
    by_column: bool = False
    """Whether stages may read some of its columns, and not run again when others change: what many
    stages read, and people add to often."""

    @property
    def file(self) -> str:
        """Name of the file that holds it in the work folder."""
        return f"{self.name}.{'arrow' if self.mapped else 'parquet'}"

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]

    @property
    def geometry(self) -> str | None:
        """Name of the geometry column, if the table has one."""
        return next((c.name for c in self.columns if c.kind == "geometry"), None)

    def __getitem__(self, name: str) -> Column:
        """Return the column called `name`."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")


def table(  # noqa: PLR0917 - what leads the columns
    name: str, key: tuple[str, ...], meaning: str, /, *columns: Column, **how: bool
) -> Table:
    """Declare a table.

    Args:
        name: its name.
        key: names of the columns that are unique together.
        meaning: what a row is.
        columns: its columns, in order.
        how: `mapped` and `by_column`, as `Table` has them.
    """
    return Table(name, meaning, key, columns, **how)


def withheld(
    name: str, meaning: str, /, *, unit: str = "", at_least: float | None = None
) -> Column:
    """Declare a figure that may be unknown, and that only the authorities see.

    Args:
        name: of the column.
        meaning: in words.
        unit: as that of a column.
        at_least: the least it may be.
    """
    return Column(name, "float", meaning, unit=unit, disclosure="restricted", null=True,
                  at_least=at_least)  # fmt: skip


def people(name: str, meaning: str, /, *, null: bool = False) -> Column:
    """Declare a number of people.

    Args:
        name: of the column.
        meaning: in words.
        null: whether it may be unknown.
    """
    return Column(name, "float", meaning, unit="people", null=null, at_least=0)


def empty(table: Table, /) -> pd.DataFrame:
    """Return the table with no rows and the right dtypes (lists of nothing would become floats).

    Args:
        table: the table.
    """
    return conform(table, [])


def conform(table: Table, rows: Iterable[Mapping[str, Any]], /) -> pd.DataFrame:
    """Build a frame from row mappings with the table's columns, order and dtypes.

    Missing columns become null. Raises SchemaError through `check` if they must not be.

    Args:
        table: the table.
        rows: values by column name.
    """
    listed = list(rows)
    return of_columns(table, {name: [row.get(name) for row in listed] for name in table.names})


def of_columns(table: Table, columns: Mapping[str, Any], /) -> pd.DataFrame:
    """Build a frame from whole columns, as `conform` does from rows.

    Args:
        table: the table.
        columns: values by column name, all of one length; those missing become null.
    """
    import geopandas as gpd  # not to be waited for where tables are only named
    import pandas as pd

    nothing = [None] * len(next(iter(columns.values())))
    frame = pd.DataFrame(
        {
            column.name: gpd.GeoSeries(columns.get(column.name, nothing), crs=CRS).array
            if column.kind == "geometry"
            else pd.Series(columns.get(column.name, nothing), dtype=column.dtype).array
            for column in table.columns
        }
    )
    return frame if table.geometry is None else gpd.GeoDataFrame(frame, geometry=table.geometry)


def each(kind: type[Row], frame: pd.DataFrame, /) -> Iterator[Row]:  # noqa: ARG001 - for mypy
    """Go through a frame's rows, named tuples, with types: mypy refuses a misspelt column.

    Args:
        kind: class of the table in `colocate.tables.rows`; one derived from it where the frame has
            further columns; any class of annotations for a frame that is no table.
        frame: the table, or a frame with at least the columns that are asked for.
    """
    columns = (frame[name] for name in frame.columns)
    # Arrow gives up texts one by one unless asked for all at once.
    values = (c.to_numpy("object") if c.dtype == "str" else c for c in columns)
    return map(_named(tuple(frame.columns))._make, zip(*values, strict=True))


@cache
def _named(columns: tuple[str, ...]) -> Any:  # noqa: ANN401 - a class of named tuples
    return namedtuple("Row", columns, rename=True)  # noqa: PYI024 - names are known here alone


def parts(value: object, /) -> list[str]:
    """Return the parts of one value of a column whose unit is `list`; none when it is null.

    Args:
        value: text with semicolons, or null.
    """
    return value.split(";") if isinstance(value, str) and value else []


def issue_rows(rows: Iterable[tuple[str, str, str, str, str, str]], /) -> pd.DataFrame:
    """Build an `issues` frame from (stage, table, key, rule, severity, message) tuples.

    Args:
        rows: one tuple an issue.
    """
    import pandas as pd

    names = ("stage", "table", "key", "rule", "severity", "message")
    return pd.DataFrame(list(rows), columns=list(names)).astype("str")


def check(table: Table, frame: pd.DataFrame, /) -> pd.DataFrame:
    """Return `frame` with exactly the table's columns in order, or say everything wrong with it.

    Args:
        table: the table.
        frame: may have more columns than the table.

    Raises:
        CrsError: a geometry column is not in EPSG:27700 (never reprojected in silence).
        SchemaError: columns missing, wrong types, nulls, values out of range, repeated keys.
    """
    names = frame.columns.tolist()
    if missing := [name for name in table.names if name not in names]:
        raise SchemaError(
            f"table {table.name}: no column named {some(missing)}; "
            f"expected {', '.join(table.names)}. Add the column or map it in the study file."
        )
    if table.geometry is not None:
        crs = getattr(frame, "crs", None)
        if crs is None or _epsg(crs.srs) != 27700:
            raise CrsError(
                f"table {table.name}: geometry is in {crs}, expected {CRS}; "
                "reproject it with colocate.bng before handing it over."
            )
    chosen = frame if names == table.names else frame[table.names]
    if _sound(table, chosen):
        return chosen
    import pandera.errors  # half a second, which only a table in doubt need take

    rows = chosen.reset_index(drop=True)
    try:
        _pandera(table).validate(rows, lazy=True)
    except pandera.errors.SchemaErrors as found:
        raise SchemaError(_story(table, rows, failures=found.failure_cases)) from None
    return chosen


@cache
def _epsg(definition: str) -> int | None:
    """EPSG code of a reference system; to find it takes PROJ some milliseconds."""
    from pyproj import CRS

    code: int | None = CRS(definition).to_epsg()
    return code


def _sound(table: Table, rows: pd.DataFrame) -> bool:
    """Whether a frame is beyond doubt what the table says; pandera judges all others."""
    for column in table.columns:
        values = rows[column.name]
        if column.kind not in {"geometry", "ints"} and str(values.dtype) != column.dtype:
            return False
        unknown = values.array.isna().any()  # of the array: geopandas looks at every shape
        if unknown and not column.null:
            return False
        if not (column.allowed or column.at_least is not None or column.at_most is not None):
            continue
        known = values.dropna() if unknown else values
        if column.allowed:
            said = set(known.unique())
            if column.unit == "list":
                said = {part for value in said for part in value.split(";")}
            if not said <= set(column.allowed):
                return False
        if column.at_least is not None and not bool((known.array >= column.at_least).all()):
            return False
        if column.at_most is not None and not bool((known.array <= column.at_most).all()):
            return False
    return _ascending(table, rows) or not rows.duplicated(list(table.key)).any()


def _ascending(table: Table, rows: pd.DataFrame) -> bool:
    """Whether each row's key is above the one before: most are, and it is quickly seen."""
    import numpy as np  # as above

    above, same = np.zeros(max(len(rows) - 1, 0), "bool"), np.ones(max(len(rows) - 1, 0), "bool")
    for name in table.key:
        values = rows[name].array
        if table[name].coded:
            if not values.categories.is_monotonic_increasing:
                return False
            values = values.codes
        after, before = values[1:], values[:-1]
        above |= same & np.asarray(after > before, "bool")
        same &= np.asarray(after == before, "bool")
    return bool(above.all())


def _story(table: Table, frame: pd.DataFrame, *, failures: pd.DataFrame) -> str:
    """Tell every kind of failure once, with how many rows and the first three keys."""
    lines = [f"table {table.name}:"]
    if (twice := frame.duplicated(list(table.key), keep=False)).any():
        lines.append(f"  key {'/'.join(table.key)}: given twice: {_keys(table, frame[twice])}")
    mistyped = set(failures.loc[failures["check"].str.startswith("dtype"), "column"])
    failures = failures.sort_values(["column", "check"], kind="stable")
    for column, rule in failures[["column", "check"]].drop_duplicates().itertuples(index=False):
        group = failures[(failures["column"] == column) & (failures["check"] == rule)]
        value = group["failure_case"].iloc[0]
        if rule.startswith("dtype"):
            lines.append(f"  {column}: expected {table[column].dtype}, found {value}")
        elif column not in mistyped and rule != "multiple_fields_uniqueness":
            what = "empty" if rule == "not_nullable" else f"‘{value}’ is not {rule}"
            at = _keys(table, frame.loc[sorted(group["index"])])
            lines.append(f"  {column}: {what}, in rows {at}")
            if rule.startswith("one of") and table[column].otherwise:
                lines.append(f"    {table[column].otherwise}")
    return "\n".join(lines)


def _keys(table: Table, rows: pd.DataFrame) -> str:
    return some("/".join(map(str, key)) for key in rows[list(table.key)].itertuples(index=False))


@cache
def _pandera(table: Table) -> Any:  # noqa: ANN401 - pandera carries no types we follow
    import pandera.pandas as pa

    def checks(column: Column) -> list[Any]:
        found = []
        if column.allowed and column.unit == "list":
            allowed = set(column.allowed)
            found.append(
                pa.Check(
                    lambda s: s.dropna().map(lambda v: set(v.split(";")) <= allowed),
                    error=f"made of {', '.join(column.allowed)}",
                    ignore_na=True,
                )
            )
        elif column.allowed:
            found.append(
                pa.Check.isin(list(column.allowed), error=f"one of {', '.join(column.allowed)}")
            )
        if column.at_least is not None:
            found.append(pa.Check.ge(column.at_least, error=f"{column.at_least:g} or more"))
        if column.at_most is not None:
            found.append(pa.Check.le(column.at_most, error=f"{column.at_most:g} or less"))
        return found

    columns = {
        column.name: pa.Column(
            None if column.kind in {"geometry", "ints"} else column.dtype,
            checks(column),
            nullable=column.null,
        )
        for column in table.columns
    }
    return pa.DataFrameSchema(columns, unique=list(table.key), strict=True, coerce=False)
