"""What is open about the gates of options, and how a question about it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from colocate.tables import each, parts
from colocate.tables.gates import WHOM
from colocate.tables.rows import Option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

ASKED_OF_THE_AUTHORITY = ("operational_staff", "fire_cover")
"""Gates only the fire authority can answer, whomever they ask about."""
OPEN_STATUSES = ("investigate", "recommended")
KINDS = {
    "fire_authority": "authority",
    "police_force": "force",
    "police_commissioner": "force",
    "council": "council",
}
"""Kind of body asked, by kind of body; any other is `other`."""


class Names(NamedTuple):
    """Names of what a question may be about, and of the bodies that would know."""

    about: Mapping[str, str]
    """By site:ID, body:ID and option:ID."""
    bodies: Mapping[str, list[str]]
    """Bodies of each of these."""
    short: Mapping[str, str]
    kinds: Mapping[str, str]


def open_gates(gates: pd.DataFrame, scores: pd.DataFrame, /) -> pd.DataFrame:
    """List every open answer for each option that waits for it.

    Options that a failed gate blocks ask nothing: no answer would lead to their recommendation.

    Args:
        gates: table `gates`.
        scores: table `scores`, for status and place.

    Returns:
        `option_id`, `gate`, `about` (site:ID, body:ID or option:ID), `question`, `mandatory`,
        `alone` (the gate waits for nothing else there), `last` (nothing mandatory waits for
        anything else there) and `place`.
    """
    standing = scores.loc[scores["status"].isin(OPEN_STATUSES), ["option_id", "place"]]
    asked = gates[gates["outcome"] == "unknown"].merge(standing, on="option_id")
    asked["about"] = asked["asked_of"].str.split(";")
    asked = asked.explode("about", ignore_index=True)
    asked["alone"] = asked.groupby(["option_id", "gate"])["about"].transform("size") == 1
    last = asked[asked["mandatory"]].groupby("option_id")["about"].transform("size") == 1
    asked["last"] = last.reindex(asked.index, fill_value=False)
    columns = ["option_id", "gate", "about", "question", "mandatory", "alone", "last", "place"]
    return asked[columns]


class Waiting:
    """A row of `open_gates`, with the measure it is about, if it is about one."""

    option_id: str
    gate: str | None
    criterion: str | None
    about: str
    question: str
    mandatory: bool
    alone: bool
    last: bool
    place: float


def told(asked: Sequence[Waiting], /, *, names: Names) -> dict[str, Any]:
    """Return a row of table `questions`, but for what its answer is worth and its rank.

    Args:
        asked: rows of one question, best place first.
        names: names of what it may be about.
    """
    first = asked[0]
    subject = first.about.partition(":")[2]
    gate, criterion = first.gate, first.criterion
    head = f"measure/{criterion}" if gate is None else gate
    bodies = names.bodies[first.about]
    if gate in ASKED_OF_THE_AUTHORITY:
        bodies = [b for b in bodies if names.kinds[b] == "fire_authority"] or bodies
    kinds = {KINDS.get(names.kinds[body], "other") for body in bodies}
    return {
        "question_id": f"{head}/{subject}",
        "gate": gate,
        "criterion": criterion,
        "about": subject,
        "about_name": names.about[first.about],
        "question": first.question,
        "whom": ", ".join(names.short[body] for body in bodies),
        "whom_kind": ";".join(sorted(kinds, key=WHOM.index)),
        "mandatory": bool(first.mandatory),
        "n_options": len(asked),
        "n_settled": sum(bool(one.last) for one in asked),
        "option_ids": ";".join(one.option_id for one in asked),
    }


def named(options: pd.DataFrame, located_sites: pd.DataFrame, *, bodies: pd.DataFrame) -> Names:
    """Gather what questions may be about.

    Args:
        options: table `options`.
        located_sites: table `located_sites`.
        bodies: table `bodies`.
    """
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
    return Names(about, knowing, by_id["short_name"].to_dict(), by_id["kind"].to_dict())
