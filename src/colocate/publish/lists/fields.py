"""What the columns of both shortlists mean: headings for people, types and units for machines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.publish.facts import Option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from colocate.publish.facts.disclosure import Fact, Readable
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
    path: str = ""
    """Where its values stand in the facts of a row, from field to field; nothing: made with it."""


def names(fields: Iterable[Field], /) -> tuple[str, ...]:
    """Return the fields' names in order.

    Args:
        fields: of a file.
    """
    return tuple(field.name for field in fields)


def values(fields: Iterable[Field], row: Any, /) -> dict[str, Any]:  # noqa: ANN401 - a record
    """Return the values of a row of facts by field; what hangs on something unknown is unknown.

    Args:
        fields: of a file.
        row: the record in which the fields' paths begin.
    """
    return {field.name: _at(row, field.path) for field in fields if field.path}


def _at(record: Any, path: str) -> Any:  # noqa: ANN401
    for name in path.split("."):
        if record is None:
            return None
        record = getattr(record, name)
    return record


def readable(fields: Iterable[Field], by: Readable, /) -> tuple[Field, ...]:
    """Return the fields that an audience may read: by their class alone.

    Args:
        fields: of a file.
        by: what the audience may read.
    """
    return tuple(field for field in fields if by.admits(field))


def typed(frame: pd.DataFrame, fields: Iterable[Field], /) -> pd.DataFrame:
    """Return a list with a type for each column: numbers as floats, all else as text.

    Args:
        frame: the list.
        fields: what its columns mean.
    """
    numbers = {"int", "float"}
    return frame.astype({f.name: "float64" if f.kind in numbers else "str" for f in fields})


def dictionary(fields: Iterable[Field], /, *, file: str) -> pd.DataFrame:
    """Return a data dictionary: one row a field.

    Args:
        fields: of a file.
        file: the file's name.
    """
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
    """Return the fields of a file that holds a table as it is.

    Args:
        table: the table.
    """
    return tuple(
        Field(c.name, c.name, c.meaning, c.kind, c.unit, c.disclosure) for c in table.columns
    )


def noticed(frame: pd.DataFrame, study: Study, /) -> pd.DataFrame:
    """Return a table with the study's notice in a last column, `NOTICE`.

    Args:
        frame: any table.
        study: whose notice it is.
    """
    return frame.assign(**{NOTICE.name: study.study.notice})


def internal(study: Study, /) -> tuple[Field, ...]:
    """Return the fields of the internal shortlist; the last ones follow the study's criteria.

    Args:
        study: whose criteria have columns.
    """
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


def _of(
    path: str, title: str, *, name: str = "", width: int = 14, meaning: str = "",
    detail: bool = False,
) -> Field:  # fmt: skip
    """A field that tells a fact of an option; kind, unit and class are the fact's own."""
    *within, last = path.split(".")
    record: type[Fact] = Option
    for step in within:
        record = record.ONE[step]
    fact = record.COLUMNS[last]
    return Field(name or last, title, meaning or fact.meaning, fact.kind, fact.unit,
                 fact.disclosure, width, detail, path)  # fmt: skip


PROPERTY = (
    ("town", "Town", 18), ("uprn", "UPRN", 15), ("tenure", "Tenure", 11),
    ("lease_end", "Lease end", 12), ("break_date", "Lease break", 12),
    ("gia_m2", "Internal area", 12), ("site_area_m2", "Plot area", 12),
    ("spare_m2", "Spare area", 12), ("parking_spaces", "Parking", 10), ("epc", "EPC", 7),
    ("condition", "Condition", 11), ("listed", "Listed", 9), ("flood_zone", "Flood zone", 9),
    ("annual_running_cost_gbp", "Running cost", 13), ("confidence", "Confidence", 12),
)  # fmt: skip

MAPPED = (
    ("footprint_m2", "Ground on the map"), ("match_confidence", "Outline is its own"),
    ("mapped_low_m2", "Area by the map from"), ("mapped_high_m2", "Area by the map to"),
    ("mapped_basis", "Area by the map rests on"),
)  # fmt: skip

HOST_COLUMNS = tuple(column for column, _, _ in PROPERTY)

NOTICES = tuple(Field(*words, width=30, detail=True) for words in (
    ("notice", "Notice", "What the file is, and is not."),
    ("licence_notice", "Licence", "Licence and attribution to pass on with the data."),
    ("format", "Format", "Name and version of this column layout."),
))  # fmt: skip

NOTICE = NOTICES[0]
"""Last column of every CSV file that has no notice of its own."""

PRICE_YEAR = Field("price_year", "Prices of", "Year whose prices the run's pounds are in; a target "
                   "stands as it was set.", "int")  # fmt: skip
"""Of the files that hold pounds and no year of their own."""

INTERNAL_FORMAT = "colocate-shortlist/8"
"""Raised when a column of `INTERNAL` is added, moved or changes its meaning."""

INTERNAL = (
    _of("score.list", "List", width=13),
    _of("score.rank", "Rank", width=8),
    *(_of(f"score.{name}", title, width=9, detail=True)
      for name, title in (("rank_low", "Best rank"), ("rank_high", "Worst rank"),
                          ("place", "Place"), ("rank_group", "Rank group"))),
    _of("option_id", "Reference", width=22),
    _of("score.status", "Status", width=13),
    _of("score.score", "Score", width=9),
    *(_of(f"score.score_{end}", f"{word} score", width=9, detail=True)
      for end, word in (("low", "Least"), ("high", "Most"))),
    _of("score.completeness", "Known share", width=10),
    _of("stability.word", "How sure", name="robustness", width=11),
    _of("title", "Option", width=46),
    _of("kind", "Kind", width=17, detail=True),
    _of("what_happens", "What would happen", width=60, detail=True),
    _of("host_site_id", "Host id", width=10, detail=True),
    _of("host.name", "Host", name="host_site", meaning="Name of the site that stays.", width=30,
        detail=True),
    _of("mover_site_ids", "Mover ids", width=16, detail=True),
    _of("mover_names", "Moving sites", name="moving_sites", width=34, detail=True),
    _of("released_site_ids", "Surplus ids", width=16, detail=True),
    _of("released_names", "Surplus sites", name="surplus_sites", width=34, detail=True),
    _of("tier", "Tier", width=10),
    _of("straight_m", "Apart", width=10, detail=True),
    _of("travel_time_s", "Drive", width=10),
    _of("fire_area", "Fire area", width=18, detail=True),
    _of("police_areas", "Police areas", width=20),
    _of("host.stated_postcode", "Host postcode", name="host_postcode", width=12),
    _of("host.grid_reference", "Host grid reference", name="host_grid_reference", detail=True),
    *(_of(f"host.{column}", f"Host: {title.lower()}" if column not in {"uprn", "epc"}
          else f"Host: {title}", name=f"host_{column}", width=width)
      for column, title, width in PROPERTY),
    *(_of(f"host.area.{column}", title, name=f"host_{column}", width=12, detail=True)
      for column, title in MAPPED),
    *(_of(f"space.{column}", title, name=f"space_{column}", width=12, detail=True)
      for column, title in (("need_low_m2", "Needed from"), ("need_high_m2", "Needed to"),
                            ("room_high_m2", "Room at most"), ("fit", "Fit"))),
    _of("score.failed_gates", "Gates failed", width=20),
    _of("score.unknown_gates", "Gates open", width=30),
    _of("already_decided", "Already decided", width=48, detail=True),
    *(_of(f"{table}.{column}", f"People {word} {label}", name=f"people_{word}_{what}")
      for table, what, label in (("cover", "fire_cover", "fire cover"),
                                 ("access", "desk_access", "desk access"))
      for word, column in (("losing", "people_lost"), ("gaining", "people_gained"))),
    *(_of(f"cover.people_lost_{case}", f"People losing fire cover, {said}",
          name=f"people_losing_fire_cover_{case}", width=12, detail=True)
      for case, said in (("best", "every crew there"), ("worst", "at worst"))),
    _of("access.people_lost_outside", "And around the area", name="people_losing_desk_around"),
    *(_of(f"money.net_saving{end}_gbp", f"Saved a year{also}", width=12)
      for end, also in (("_low", ": least"), ("", ""), ("_high", ": most"))),
    *(_of(f"money.{figure}_{end}_gbp", title + also, width=14)
      for figure, title in (("npv", "Net present value"), ("works_at_most", "Works may cost"))
      for end, also in (("low", ": least"), ("central", ""), ("high", ": most"))),
    *(_of(f"money.{name}", title, width=12) for name, title in (
        ("value_for_money", "Value for money"), ("price_year", "Prices of"),
        ("payback_years", "Payback"))),
    _of("money.basis", "Money rests on", name="saving_basis", width=12),
    _of("approval_path", "Approval path", name="approvals", width=60, detail=True),
    _of("decision.status", "Decision", name="decision", width=11),
    _of("decision.release", "Release", width=10),
    _of("existing_share", "Shared today", width=12),
    _of("share_reason", "May be shared already", width=40, detail=True),
    _of("reason", "Why it is listed", width=48, detail=True),
    Field("data_gaps", "Data gaps", "Facts nobody supplied.", width=40, detail=True),
    _of("as_of", "Evidence as of", width=22, detail=True),
    _of("disclosure", "Disclosure", width=12, detail=True),
    *NOTICES,
)  # fmt: skip

_ENTRY = (
    Field("unit", "Unit", "Unit of its figures."),
    Field("meaning", "Meaning", "What it says."),
)
PACK_DICTIONARY = (
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
    *PACK_DICTIONARY[1:4:2],
    *_ENTRY,
    Field("source", "Source", "Where its values come from."),
    PACK_DICTIONARY[-2],
    Field("may_be_unknown", "May be unknown", "Whether it may be empty.", "bool"),
    Field("allowed", "Allowed", "Values it may have, if they are few."),
    Field("key", "Key", "Whether it is part of the table's key.", "bool"),
    NOTICE,
)
"""What `colocate.tables.dictionary` returns, with its notice."""
