"""Which options a scenario has on the table: by kind, in an alliance alone, without a body."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.errors import StudyError, some
from colocate.tables import each, issue_rows, parts
from colocate.tables.rows import Option

if TYPE_CHECKING:
    import pandas as pd

    from colocate import study


class Offered(NamedTuple):
    """Tables made here."""

    options: pd.DataFrame
    issues: pd.DataFrame


def offered(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    /,
    *,
    bodies: pd.DataFrame,
    offer: study.Offer,
) -> Offered:
    """Keep the options that are on the table; name every other one in `issues`, with the reason.

    What is shared today stays: no scenario undoes it by leaving it off the table.

    Args:
        options: table `options`.
        located_sites: table `located_sites`.
        bodies: table `bodies`, for who is a member of an alliance.
        offer: kinds on the table, whether forces outside an alliance are, and who takes no part.

    Raises:
        StudyError: a body that takes no part is not in table `bodies`.
    """
    if unknown := sorted(set(offer.without) - set(bodies["body_id"])):
        raise StudyError(
            f"edits.offer.without: {some(unknown)} not in table bodies; expected ids of bodies. "
            "Correct the scenario."
        )
    member = bodies.set_index("body_id")["alliance"].notna()
    site = located_sites.set_index("site_id")
    outside = set(site.index[(site["service"] == "police") & ~site["body_id"].map(member)])
    absent = set(located_sites.loc[located_sites["body_id"].isin(offer.without), "site_id"])
    reasons = {}
    for option in each(Option, options[options["existing_share"] != "existing"]):
        if option.kind not in offer.kinds:
            reasons[option.option_id] = f"Options of kind {option.kind} are not on the table"
        elif offer.inside_alliance_only and outside.intersection(parts(option.site_ids)):
            reasons[option.option_id] = (
                "One of its police sites belongs to a force outside an alliance"
            )
        elif absent.intersection(parts(option.site_ids)):
            reasons[option.option_id] = "One of its sites belongs to a body that takes no part"
    kept = options[~options["option_id"].isin(reasons)].reset_index(drop=True)
    return Offered(
        kept,
        issue_rows(
            ("candidates.scenario_filter", "options", key, "not_on_the_table", "excluded",
             f"{reason} in this scenario.")
            for key, reason in sorted(reasons.items())
        ),
    )  # fmt: skip
