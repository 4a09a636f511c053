"""Disclosure classes: what each field is, who may be told what, and the class of a whole run.

A field of a fact is `public`, `commercial` or `restricted`. `cut` leaves an audience the options it
may be told of and the fields it may be told: reading any other raises `WithheldError`, so a
forgotten name cannot leak.

What is worked out is never above what it was worked out from: a register of public facts makes
public scores, whatever class a score may have elsewhere.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from itertools import repeat
from operator import attrgetter
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    NamedTuple,
    Protocol,
    TypeVar,
    cast,
    dataclass_transform,
)

import numpy as np
import pandas as pd

from colocate.tables import TABLES, parts
from colocate.tables.schema import Column, Disclosure, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

CLASSES: tuple[Disclosure, ...] = ("public", "commercial", "restricted")
"""Disclosure classes, rising."""

OPTION_TABLES = (
    "options", "scores", "contributions", "money", "money_by_body", "gates", "approvals", "cover",
    "access", "effects",
)  # fmt: skip
"""Tables about options that make an option's class."""

SUPPLIED = (
    "evidence", "site_decisions", "costs", "partners", "functions", "function_figures",
    "benchmarks",
)  # fmt: skip
"""Tables that people fill beside the registers."""

Tables = Mapping[str, pd.DataFrame]
F = TypeVar("F", bound="Fact")


MONEY = "GBP"
"""How the unit of an amount of money begins."""


class Classed(Protocol):
    """A column of a table or of a list."""

    @property
    def disclosure(self) -> Disclosure:
        """Its class."""

    @property
    def unit(self) -> str:
        """Unit of its values."""


class Readable(NamedTuple):
    """What an audience may read of records and lists."""

    ceiling: Disclosure
    """Highest class of a field."""
    costs: bool = False
    """Whether amounts of money are readable whatever their class."""
    without: frozenset[str] = frozenset()
    """Tables of which nothing is."""

    def admits(self, column: Classed, /) -> bool:
        """Return whether a column may be read: by its class, or as money where the study says.

        Args:
            column: of a table or a list.
        """
        within = CLASSES.index(column.disclosure) <= CLASSES.index(self.ceiling)
        return within or (self.costs and column.unit.startswith(MONEY))


class WithheldError(AttributeError):
    """A field was read that its audience may not be told: a bug in whatever read it."""


class Fact:
    """A record of facts; each of its fields bears a disclosure class."""

    __slots__ = ()
    TABLE: ClassVar[str]
    """Table whose rows it tells."""
    COLUMNS: ClassVar[Mapping[str, Column]]
    """Its fields with a value of their own: kind, meaning, unit and class."""
    ONE: ClassVar[Mapping[str, type[Fact]]]
    """Its fields that hold another record, or None."""
    MANY: ClassVar[Mapping[str, type[Fact]]]
    """Its fields that hold a tuple of other records."""

    if not TYPE_CHECKING:  # else any name would pass for a field

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401
            """Say that a field was cut away."""
            raise WithheldError(f"{type(self).__name__}.{name} is not for this audience")


def made(
    meaning: str, /, *, kind: Kind = "str", disclosure: Disclosure = "public", unit: str = ""
) -> Any:  # noqa: ANN401 - as dataclasses.field
    """Declare a field that no table has.

    Args:
        meaning: what it says.
        kind: type of its value.
        disclosure: its class.
        unit: unit of its value.
    """
    return field(metadata={"column": Column("", kind, meaning, unit, "", disclosure, null=True)})


def one(kind: type[Fact], /) -> Any:  # noqa: ANN401
    """Declare a field that holds another record, whose fields bear their own classes.

    Args:
        kind: of the other record.
    """
    return field(metadata={"one": kind})


def many(kind: type[Fact], /) -> Any:  # noqa: ANN401
    """Declare a field that holds a tuple of other records.

    Args:
        kind: of the other records.
    """
    return field(metadata={"many": kind})


@dataclass_transform(frozen_default=True, field_specifiers=(made, one, many))
def fact(table: Table, /) -> Callable[[type[F]], type[F]]:
    """Declare a record; a field that is not `made`, `one` or `many` repeats the table's column.

    Args:
        table: whose columns the fields repeat.
    """

    def declare(kind: type[F]) -> type[F]:
        record = dataclass(frozen=True, slots=True)(kind)
        given = {f.name: f.metadata for f in fields(record)}  # type: ignore[arg-type]
        record.TABLE = table.name
        record.ONE = {name: about["one"] for name, about in given.items() if "one" in about}
        record.MANY = {name: about["many"] for name, about in given.items() if "many" in about}
        record.COLUMNS = {
            name: about.get("column") or table[name]
            for name, about in given.items()
            if name not in record.ONE and name not in record.MANY
        }
        return record

    return declare


def filled(kind: type[F], values: Mapping[str, Iterable[Any]], /, *, n: int) -> list[F]:
    """Return records whose fields all have values of their own, field by field.

    What a frozen record does to fill itself takes five times as long.

    Args:
        kind: of the records.
        values: of each field, in the order of the records.
        n: how many records.
    """
    made = list(map(object.__new__, repeat(kind, n)))
    for name in kind.COLUMNS:
        deque(map(getattr(kind, name).__set__, made, values[name]), maxlen=0)
    return made


def frame(kind: type[Fact], rows: Iterable[Fact], /, *, columns: Iterable[str]) -> pd.DataFrame:
    """Return fields of some records as a table with the types of their columns.

    Args:
        kind: of the records.
        rows: the records.
        columns: the fields to return.
    """
    listed = list(rows)
    return pd.DataFrame(
        {
            name: pd.Series(list(map(attrgetter(name), listed)), dtype=kind.COLUMNS[name].dtype)
            for name in columns
        }
    )


def held(record: F, readable: Readable, /) -> F:
    """Return a record with its readable fields, and so on within it; itself where all are.

    Args:
        record: the record.
        readable: what is kept.
    """
    if _whole(cast("Hashable", type(record)), readable):
        return record
    left = object.__new__(type(record))
    kept = {}
    if record.TABLE not in readable.without:
        kept = {
            name: getattr(record, name)
            for name in _admitted(cast("Hashable", type(record)), readable)
        }
    for name in record.ONE:
        other = getattr(record, name)
        kept[name] = None if other is None else held(other, readable)
    for name, kind in record.MANY.items():
        others = getattr(record, name)
        whole = _whole(cast("Hashable", kind), readable)
        kept[name] = others if whole else tuple(held(other, readable) for other in others)
    for name, value in kept.items():
        object.__setattr__(left, name, value)
    return left


@cache
def _whole(kind: Any, readable: Readable) -> bool:  # noqa: ANN401 - a record's class
    """Whether all fields of a record may be read, and of those within it."""
    within = (*kind.ONE.values(), *kind.MANY.values())
    return (
        kind.TABLE not in readable.without
        and len(_admitted(kind, readable)) == len(kind.COLUMNS)
        and all(_whole(each, readable) for each in within)
    )


@cache
def _admitted(kind: Any, readable: Readable) -> tuple[str, ...]:  # noqa: ANN401 - a record's class
    """Fields with a value of their own that may be read."""
    return tuple(name for name, column in kind.COLUMNS.items() if readable.admits(column))


def of_run(tables: Tables, /) -> Disclosure:
    """Return the highest class of what people put into a run: its sites and what was supplied.

    Args:
        tables: the run's tables by name.
    """
    given = [0]
    for name in ("located_sites", *SUPPLIED):
        given += _levels(tables, name).tolist()
    manual = CLASSES.index("commercial") if len(tables.get("evidence", ())) else 0
    return CLASSES[max(*given, manual)]


def of_site_rows(tables: Tables, /) -> pd.Series:
    """Return the class of each row of `located_sites`, by that table's index.

    It is at least the class of what was decided about the site: the gates tell that in words.

    Args:
        tables: the run's tables by name.
    """
    sites = tables["located_sites"]
    level = sites["disclosure"].map(CLASSES.index)
    if "site_decisions" in tables:
        of_site = tables["site_decisions"]["site_id"]
        decided = _levels(tables, "site_decisions").groupby(of_site).max()
        level = level.combine(sites["site_id"].map(decided).fillna(0), max)
    return level.astype("int64").map(CLASSES.__getitem__).astype("str")


def of_options(tables: Tables, /) -> pd.Series:
    """Return each option's class by option_id: the highest of its sites and its own rows.

    Args:
        tables: the run's tables by name.
    """
    located = tables["located_sites"].assign(disclosure=of_site_rows(tables))
    sites = _levels({"located_sites": located}, "located_sites").set_axis(located["site_id"])
    options = tables["options"].set_index("option_id")["site_ids"]
    level = pd.Series(
        [max((sites[site] for site in parts(ids)), default=0) for ids in options],
        index=options.index, dtype="int64",
    )  # fmt: skip
    for name in OPTION_TABLES:
        if name in tables:
            own = _levels(tables, name).groupby(tables[name]["option_id"].to_numpy()).max()
            level = level.combine(own.reindex(level.index, fill_value=0), max)
    highest = CLASSES.index(of_run(tables))
    return level.clip(upper=highest).map(CLASSES.__getitem__).astype("str")


def _levels(tables: Tables, name: str) -> pd.Series:
    """Return the place in CLASSES of each row of a table, by the columns it fills."""
    if name not in tables:
        return pd.Series(dtype="int64")
    rows = tables[name]
    level = np.zeros(len(rows), dtype="int64")
    if "disclosure" in rows:
        level = rows["disclosure"].map(CLASSES.index).to_numpy("int64")
    for column in TABLES[name].columns:
        if column.disclosure != "public" and column.name in rows:
            filled = rows[column.name].notna().to_numpy() * CLASSES.index(column.disclosure)
            level = np.maximum(level, filled)
    return pd.Series(level, index=rows.index)
