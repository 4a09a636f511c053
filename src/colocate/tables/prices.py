"""Table of prices: what brings an amount of one year to the prices of another."""

from __future__ import annotations

from colocate.tables.schema import Column, table

PRICE_YEAR = Column("price_year", "int", "Year whose prices the amount is in; empty: that of the "
                    "study's day.", null=True, at_least=1900, at_most=2100)  # fmt: skip

DEFLATORS = table(
    "deflators", ("year",), "Prices of each calendar year, as an index: the GDP deflator at market "
    "prices where it is published, and a stated range beyond.",
    Column("year", "int", "Calendar year.", at_least=1900, at_most=2100),
    Column("low", "float", "Index if prices rise least.", at_least=0),
    Column("central", "float", "Index.", at_least=0),
    Column("high", "float", "Index if prices rise most.", at_least=0),
    Column("basis", "str", "recorded: as published, all three alike; or assumed.",
           allowed=("recorded", "assumed")),
    Column("source", "str", "Where the figure comes from, or on what it is assumed."),
)
