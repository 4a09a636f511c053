"""What the columns of both shortlists mean: headings for people, types and units for machines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from colocate.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from colocate.study import Study
    from colocate.tables.schema import Disclosure, Kind, Table


@dataclass(frozen=True)
class Field:
    """One column of a published file."""

    name: str
    title: str
    """Heading for people."""
    meaning: str
    kind: Kind = "str"
    unit: str = ""
    disclosure: Disclosure = "public"
    width: int = 14
    """Of the spreadsheet's column, in characters."""
    detail: bool = False
    """For machines or a second look: the spreadsheet folds the column away."""


def names(fields: Iterable[Field], /) -> tuple[str, ...]:
    """Return the fields' names in order."""
    return tuple(field.name for field in fields)


def dictionary(fields: Iterable[Field], /, *, file: str) -> pd.DataFrame:
    """Return a data dictionary: one row a field."""
    return pd.DataFrame(
        [
            {
                "file": file,
                "column": field.name,
                "heading": field.title,
                "type": field.kind,
                "unit": field.unit,
                "meaning": field.meaning,
                "disclosure": field.disclosure,
            }
            for field in fields
        ]
    )


def of_table(table: Table, /) -> tuple[Field, ...]:
    """Return the fields of a file that holds a table as it is."""
    return tuple(
        Field(c.name, c.name, c.meaning, c.kind, c.unit, c.disclosure) for c in table.columns
    )


def noticed(frame: pd.DataFrame, study: Study, /) -> pd.DataFrame:
    """Return a table with the study's notice in a last column, `NOTICE`."""
    return frame.assign(**{NOTICE.name: study.study.notice})


def internal(study: Study, /) -> tuple[Field, ...]:
    """Return the fields of the internal shortlist; the last ones follow the study's criteria."""
    criteria = study.choice.criteria
    return (
        *INTERNAL,
        *(
            Field(f"raw_{c.id}", f"Measured: {c.label}", f"{c.meaning}.", "float", c.unit,
                  "restricted", detail=True)
            for c in criteria
        ),
        *(
            Field(f"value_{c.id}", f"Value: {c.label}", f"{c.meaning} On the study's scale, 0 "
                  f"worst ({c.worst.value:g}) to 1 best ({c.best.value:g} {c.unit}).",
                  "float", disclosure="restricted", detail=True)
            for c in criteria
        ),
        *(
            Field(f"contribution_{c.id}", f"Points: {c.label}", "Share of the score: weight × "
                  "value × 100.", "float", "points", "restricted", detail=True)
            for c in criteria
        ),
    )  # fmt: skip


def _of(source: str, title: str, *, name: str = "", width: int = 14, detail: bool = False) -> Field:
    """A field that repeats a table's column, TABLE.COLUMN."""
    table, _, column = source.partition(".")
    given = TABLES[table][column]
    return Field(name or column, title, given.meaning, given.kind, given.unit, given.disclosure,
                 width, detail)  # fmt: skip


_PROPERTY = (
    ("town", "Town", 18), ("uprn", "UPRN", 15), ("tenure", "Tenure", 11),
    ("lease_end", "Lease end", 12), ("break_date", "Lease break", 12),
    ("gia_m2", "Internal area", 12), ("site_area_m2", "Plot area", 12),
    ("spare_m2", "Spare area", 12), ("parking_spaces", "Parking", 10), ("epc", "EPC", 7),
    ("condition", "Condition", 11), ("listed", "Listed", 9), ("flood_zone", "Flood zone", 9),
    ("annual_running_cost_gbp", "Running cost", 13), ("confidence", "Confidence", 12),
)  # fmt: skip

HOST_COLUMNS = tuple(column for column, _, _ in _PROPERTY)

_NOTICE = (
    Field("notice", "Notice", "What the file is, and is not.", width=30, detail=True),
    Field("licence_notice", "Licence", "Licence and attribution to pass on with the data.",
          width=30, detail=True),
    Field("format", "Format", "Name and version of this column layout.", width=24, detail=True),
)  # fmt: skip

NOTICE = _NOTICE[0]
"""Last column of every CSV file that has no notice of its own."""

INTERNAL = (
    _of("scores.rank", "Rank", width=8),
    _of("scores.rank_group", "Rank group", width=9, detail=True),
    _of("options.option_id", "Reference", width=22),
    _of("scores.status", "Status", width=13),
    _of("scores.score", "Score", width=9),
    _of("scores.completeness", "Known share", width=10),
    _of("stability.word", "How sure", name="robustness", width=11),
    _of("options.title", "Option", width=46),
    _of("options.kind", "Kind", width=17, detail=True),
    _of("options.what_happens", "What would happen", width=60, detail=True),
    _of("options.host_site_id", "Host id", width=10, detail=True),
    Field("host_site", "Host", "Name of the site that stays.", width=30, detail=True),
    _of("options.mover_site_ids", "Mover ids", width=16, detail=True),
    Field("moving_sites", "Moving sites", "Names of the sites that move.", width=34,
          detail=True),
    _of("options.released_site_ids", "Surplus ids", width=16, detail=True),
    Field("surplus_sites", "Surplus sites", "Names of the sites no longer needed for their use.",
          width=34, detail=True),
    _of("options.tier", "Tier", width=10),
    _of("options.straight_m", "Apart", width=10, detail=True),
    _of("options.travel_time_s", "Drive", width=10),
    _of("options.fire_area", "Fire area", width=18, detail=True),
    _of("options.police_areas", "Police areas", width=20),
    Field("host_postcode", "Host postcode", "Postcode of the host as a published list states it; "
          "one inferred from coordinates is not given.", width=12),
    Field("host_grid_reference", "Host grid reference", "National Grid square of 100 m that holds "
          "the host: cut, never rounded.", width=14, detail=True),
    *(_of(f"located_sites.{column}", f"Host: {title.lower()}" if column not in {"uprn", "epc"}
          else f"Host: {title}", name=f"host_{column}", width=width)
      for column, title, width in _PROPERTY),
    _of("scores.failed_gates", "Gates failed", width=20),
    _of("scores.unknown_gates", "Gates open", width=30),
    *(Field(f"people_{word}_{what}", f"People {word} {label}",
            TABLES[table][column].meaning, "float", "people", width=14)
      for table, what, label in (("cover", "fire_cover", "fire cover"),
                                 ("access", "desk_access", "desk access"))
      for word, column in (("losing", "people_lost"), ("gaining", "people_gained"))),
    _of("money.net_saving_gbp", "Saved a year", width=12),
    _of("money.npv_gbp", "Net present value", width=14),
    _of("money.payback_years", "Payback", width=10),
    _of("money.basis", "Money rests on", name="saving_basis", width=12),
    Field("approvals", "Approval path", "Who approves, agrees, is consulted or told, in order.",
          width=60, detail=True),
    _of("option_decisions.status", "Decision", name="decision", width=11),
    _of("option_decisions.release", "Release", width=10),
    _of("options.existing_share", "Shared today", width=12),
    _of("options.reason", "Why it is listed", width=48, detail=True),
    Field("data_gaps", "Data gaps", "Facts of the host and money that nobody supplied.",
          width=40, detail=True),
    Field("as_of", "Evidence as of", "First and last date of the evidence on the option's sites, "
          "an ISO 8601 interval.", width=22, detail=True),
    Field("disclosure", "Disclosure", "Highest disclosure class of the row.", width=12,
          detail=True),
    *_NOTICE,
)  # fmt: skip

_ON_OFFER = "Of the surplus site; empty until its release."

AGENTS = (
    Field("rank", "Rank", "Place of a released option in the ranking; 1 is first.", "int",
          width=8),
    Field("option_ref", "Reference", "What to quote: the option's own id once it is released, "
          "else a running number of this edition.", width=28),
    Field("what_happens", "What would happen", "What would happen, and by which decision; before "
          "a release only that a shared site could be looked at.", width=36),
    Field("host_site", "Host", "Site that would stay and take the others in.", width=30),
    Field("surplus_sites", "Surplus site", "Site that would come free: one row each.", width=30),
    Field("area_of_search", "Area of search", "Where a new shared site could stand: the layer of "
          "the GeoPackage that outlines it, by option_ref.", width=34),
    Field("town", "Town", "Town of the surplus site, or in or near which a site could stand.",
          width=18),
    Field("postcode", "Postcode", f"{_ON_OFFER} Only as a published list states it.", width=12),
    Field("uprn", "UPRN", f"Unique property reference number. {_ON_OFFER}", width=15),
    *(Field(column, title, f"{TABLES['located_sites'][column].meaning} {_ON_OFFER}",
            TABLES["located_sites"][column].kind, TABLES["located_sites"][column].unit,
            "commercial", width)
      for column, title, width in _PROPERTY if column in {"tenure", "lease_end", "break_date",
                                                          "gia_m2"}),
    Field("area_basis", "Area basis", "How the internal area was measured.", width=20),
    *(Field(column, title, f"{TABLES['located_sites'][column].meaning} {_ON_OFFER}",
            TABLES["located_sites"][column].kind, TABLES["located_sites"][column].unit,
            TABLES["located_sites"][column].disclosure, width)
      for column, title, width in _PROPERTY if column in {"site_area_m2", "spare_m2",
          "parking_spaces", "epc", "condition", "listed", "flood_zone"}),
    Field("earliest_release", "Earliest release", "No earlier than this by tenure: the day of the "
          "approval, for a lease its first break or end from then on.", "date", width=14),
    Field("approvals_outstanding", "Approvals outstanding", "Who must still approve or agree, in "
          "order.", width=50),
    Field("contact", "Contact", "Mailbox of the study; never a person.", width=26),
    Field("confidence", "Confidence", "How sure the registers are: the least sure of the sites "
          "behind the row.", width=12),
    Field("data_gaps", "Data gaps", "Every empty cell of the row, and why it is empty.", width=44),
    Field("as_of", "Evidence as of", "First and last date of the evidence, an ISO 8601 interval; "
          "years only before a release.", width=22),
    *_NOTICE[1:],
)  # fmt: skip

_ENTRY = (
    Field("unit", "Unit", "Unit of its figures."),
    Field("meaning", "Meaning", "What it says."),
)
AGENTS_DICTIONARY = (
    Field("file", "File", "File that has the column."),
    Field("column", "Column", "Name of the column."),
    Field("heading", "Heading", "Its heading in the spreadsheet."),
    Field("type", "Type", "Type of its values."),
    *_ENTRY,
    Field("disclosure", "Disclosure", "Disclosure class of the column."),
    NOTICE,
)
"""What `dictionary` returns, with its notice."""

DICTIONARY = (
    Field("table", "Table", "Table that has the column."),
    *AGENTS_DICTIONARY[1:2],
    *AGENTS_DICTIONARY[3:4],
    *_ENTRY,
    Field("source", "Source", "Where its values come from."),
    AGENTS_DICTIONARY[-2],
    Field("may_be_unknown", "May be unknown", "Whether it may be empty.", "bool"),
    Field("allowed", "Allowed", "Values it may have, if they are few."),
    Field("key", "Key", "Whether it is part of the table's key.", "bool"),
    NOTICE,
)
"""What `colocate.tables.dictionary` returns, with its notice."""
