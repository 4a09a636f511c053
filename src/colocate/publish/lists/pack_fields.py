"""Columns of the two packs to hand on: the appointed agents' shortlist, and the market's list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.publish.facts.records import Money, Option, Score
from colocate.publish.facts.site_records import Site, SiteArea
from colocate.publish.lists.fields import MAPPED, NOTICES, PROPERTY, Field

if TYPE_CHECKING:
    from colocate.publish.facts.disclosure import Fact

_SURPLUS = "Of the surplus site."


def _surplus(
    column: str, title: str, *, width: int = 12, of: type[Fact] = Site, path: str = "surplus"
) -> Field:
    """A field that tells a fact of a site that would come free."""
    given = of.COLUMNS[column]
    return Field(column, title, f"{given.meaning} {_SURPLUS}", given.kind, given.unit,
                 given.disclosure, width, path=f"{path}.{column}")  # fmt: skip


_OF_SURPLUS = {column: _surplus(column, title, width=width) for column, title, width in PROPERTY}

_PLACE = (
    Field("list", "List", Score.COLUMNS["list"].meaning, width=13, path="option.score.list"),
    *(Field(column, title, Score.COLUMNS[column].meaning, "int", width=9,
            path=f"option.score.{column}")
      for column, title in (("rank", "Rank"), ("rank_low", "Best rank"),
                            ("rank_high", "Worst rank"))),
)  # fmt: skip
"""Where an option stands among the others: for the appointed agents, never for the market."""

RELEASE = Field("release", "For whom", "agents: in confidence, for the appointed agents alone; "
                "market: released to anybody by the decision named.", width=11)  # fmt: skip

_OPTION = (
    Field("option_ref", "Reference", "The option's id: what to quote.", width=22,
          path="option.option_id"),
    Field("what_happens", "What would happen", "What would happen.", width=46,
          path="option.what_happens"),
    Field("sites", "Sites", "All sites it is about.", width=40),
    Field("host_site", "Host", "Site that would stay and take the others in.", width=30,
          path="option.host.name"),
    Field("host_postcode", "Host postcode", "Only as a published list states it.", width=12,
          path="option.host.stated_postcode"),
    Field("surplus_sites", "Surplus site", "Site that would come free: one row each.", width=30,
          path="surplus.name"),
    Field("town", "Town", "Town of the surplus site, or of the option's sites.", width=18),
    Field("postcode", "Postcode", f"{_SURPLUS} Only as a published list states it.", width=12,
          path="surplus.stated_postcode"),
    Field("postcode_district", "Postal district", f"{_SURPLUS} District of its point, where the "
          "postcode itself is not stated.", width=10, path="surplus.district"),
    *(_OF_SURPLUS[column] for column in ("uprn", "tenure", "lease_end", "break_date", "gia_m2")),
    *(_surplus(column, title, of=SiteArea, path="surplus.area") for column, title in MAPPED),
    Field("area_basis", "Area basis", "How the internal area was measured.", width=20),
    *(_OF_SURPLUS[column] for column in ("site_area_m2", "spare_m2", "parking_spaces", "epc",
                                         "condition", "listed", "flood_zone")),
    _OF_SURPLUS["annual_running_cost_gbp"],
    *(Field(column, title, Money.COLUMNS[column].meaning, "float", Money.COLUMNS[column].unit,
            Money.COLUMNS[column].disclosure, 14, path=f"option.money.{column}")
      for column, title in (("net_saving_gbp", "Saved a year"), ("capital_gbp", "Works"),
                            ("receipt_gbp", "Receipts"))),
    Field("sought_use", "Sought for", "Whose use room is sought for.", width=26),
    Field("sought_low_m2", "Sought from", "Least internal area that what moves would need.",
          "float", "m2", "commercial", 12),
    Field("sought_high_m2", "Sought to", "Most internal area that it would need.", "float", "m2",
          "commercial", 12),
    Field("sought_basis", "Size rests on", "What these two areas rest on.", width=30),
    Field("sought_tenure", "Sought tenure", "Legal forms of holding that the approvals lead to.",
          width=20),
    Field("sought_location", "Sought where", "Where that room is sought.", width=34),
    Field("area_of_search", "Area of search", "Where a new site could stand, for all or, should "
          "the host have no room, for those that move: the layer of the GeoPackage that outlines "
          "it, by option_ref.", width=34),
    Field("earliest_release", "Earliest release", "No earlier than this by tenure: the day of the "
          "approval, for a lease its first break or end from then on.", "date", "", "commercial",
          14),
    Field("approvals_outstanding", "Approvals outstanding", "Who must still approve or agree, in "
          "order.", width=50),
    Field("decision", "Decision", "Where it stands by the decision register.", width=14,
          path="option.decision.status_words"),
    Field("decision_date", "Decided on", "Day of that decision.", "date", width=12,
          path="option.decision.date"),
    Field("decided_by", "Decided by", "Body that took it.", width=24,
          path="option.decision.body"),
    Field("contact", "Contact", "Mailbox of the study; never a person.", width=26),
    Field("confidence", "Confidence", "How sure the registers are: the least sure of the option's "
          "sites.", width=12),
)  # fmt: skip

_DOUBTS = (
    Field("alternatives", "Alternatives", "Other options here for the same surplus site: one of "
          "them at most can be done.", width=30, path="alternatives"),
    *(Field(name, title, Option.COLUMNS[name].meaning, path=f"option.{name}", width=40,
            disclosure=Option.COLUMNS[name].disclosure)
      for name, title in (("share_reason", "May be shared"),
                          ("already_decided", "Already decided"))),
)  # fmt: skip
"""What to ask before working an option up: it may tell of other options and sites."""

_END = (
    Field("data_gaps", "Data gaps", "Every empty cell of the row, and why it is empty.", width=44),
    Field("as_of", "Evidence as of", "First and last date of the evidence on the option's sites, "
          "an ISO 8601 interval.", width=22, path="option.as_of"),
    *NOTICES[1:],
)  # fmt: skip

AGENTS = (*_PLACE, RELEASE, *_OPTION, *_DOUBTS, *_END)
"""Columns of the appointed agents' shortlist; `readable` leaves those that they may read."""

MARKET = (*_OPTION, *_END)
"""Columns of the market's list; `readable` leaves those that anybody may read."""
