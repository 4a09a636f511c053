"""What to find out, in order of how many options each answer would settle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from colocate.tables import each, parts
from colocate.tables.gates import QUESTIONS
from colocate.tables.rows import Option
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

ASKED_OF_THE_AUTHORITY = ("operational_staff", "fire_cover")
"""Gates only the fire authority can answer, whomever they ask about."""
OPEN_STATUSES = ("investigate", "recommended")


class _Names(NamedTuple):
    """Names of what a question may be about, and of the bodies that would know."""

    about: Mapping[str, str]
    """By site:ID, body:ID and option:ID."""
    bodies: Mapping[str, list[str]]
    """Bodies of each of these."""
    short: Mapping[str, str]
    kinds: Mapping[str, str]


def questions(
    gates: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    bodies: pd.DataFrame,
) -> pd.DataFrame:
    """List every open answer once for each site, body or option that a gate asks of.

    Options that a failed gate blocks ask nothing: no answer would lead to their recommendation.

    Args:
        gates: table `gates`.
        scores: table `scores`, for status and place.
        options: table `options`.
        located_sites: table `located_sites`.
        bodies: table `bodies`.

    Returns:
        Table `questions`, sorted by rank: mandatory ones first, then by the number of options an
        answer is open for, then by the number it would settle, then by question_id.
    """
    standing = scores.loc[scores["status"].isin(OPEN_STATUSES), ["option_id", "place"]]
    asked = gates[gates["outcome"] == "unknown"].merge(standing, on="option_id")
    asked["about"] = asked["asked_of"].str.split(";")
    asked = asked.explode("about", ignore_index=True)
    last = asked[asked["mandatory"]].groupby("option_id")["about"].transform("size") == 1
    asked["settles"] = last.reindex(asked.index, fill_value=False)
    asked = asked.sort_values(["place", "option_id"])
    names = _names(options, located_sites, bodies=bodies)
    rows = [
        _question(gate, about, asked=group, names=names)
        for (gate, about), group in asked.groupby(["gate", "about"])
    ]
    rows.sort(
        key=lambda row: (
            not row["mandatory"], -row["n_options"], -row["n_settled"], row["question_id"],
        )
    )  # fmt: skip
    return conform(QUESTIONS, (row | {"rank": i} for i, row in enumerate(rows, start=1)))


def _question(gate: str, about: str, *, asked: pd.DataFrame, names: _Names) -> dict[str, Any]:
    first = asked.iloc[0]
    subject = about.partition(":")[2]
    return {
        "question_id": f"{gate}/{subject}",
        "gate": gate,
        "about": subject,
        "about_name": names.about[about],
        "question": first["question"],
        "whom": _whom(gate, names.bodies[about], names=names),
        "mandatory": bool(first["mandatory"]),
        "n_options": len(asked),
        "n_settled": int(np.count_nonzero(asked["settles"])),
        "option_ids": ";".join(asked["option_id"]),
    }


def _whom(gate: str, bodies: list[str], *, names: _Names) -> str:
    if gate in ASKED_OF_THE_AUTHORITY:
        bodies = [b for b in bodies if names.kinds[b] == "fire_authority"] or bodies
    return ", ".join(names.short[body] for body in bodies)


def _names(options: pd.DataFrame, located_sites: pd.DataFrame, *, bodies: pd.DataFrame) -> _Names:
    body_of = dict(zip(located_sites["site_id"], located_sites["body_id"], strict=True))
    about = {
        f"{kind}:{key}": name
        for kind, frame, label in (
            ("site", located_sites, "name"), ("body", bodies, "short_name"),
            ("option", options, "title"),
        )
        for key, name in zip(frame[f"{kind}_id"], frame[label], strict=True)
    }  # fmt: skip
    knowing = {
        **{f"site:{site}": [body] for site, body in body_of.items()},
        **{f"body:{body}": [body] for body in bodies["body_id"]},
        **{
            f"option:{option.option_id}": sorted({body_of[s] for s in parts(option.site_ids)})
            for option in each(Option, options)
        },
    }
    by_id = bodies.set_index("body_id")
    return _Names(about, knowing, by_id["short_name"].to_dict(), by_id["kind"].to_dict())
