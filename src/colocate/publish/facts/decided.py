"""What was decided about an option's sites before, and whether anybody may be told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.tables import each, parts
from colocate.tables.rows import SiteDecision

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from colocate.publish.facts.records import Gate


def in_public(tables: Mapping[str, pd.DataFrame], /) -> frozenset[str]:
    """Return the public decisions about public sites, as gates name them for evidence.

    Args:
        tables: the run's tables by name.
    """
    if "site_decisions" not in tables:
        return frozenset()
    rows, sites = tables["site_decisions"], tables["located_sites"]
    known = sites.loc[sites["disclosure"] == "public", "site_id"]
    rows = rows[(rows["disclosure"] == "public") & rows["site_id"].isin(known)]
    return frozenset(
        f"site_decisions:{row.site_id}/{row.what}/{row.date}" for row in each(SiteDecision, rows)
    )


def told(gates: Iterable[Gate], /, *, public: frozenset[str]) -> tuple[str | None, str | None]:
    """Return what was decided, and the same if all of it rests on public decisions; else None.

    Args:
        gates: of the option.
        public: what `in_public` returns.
    """
    for gate in gates:
        if gate.gate == "already_decided" and gate.evidence != "rule:already_decided":
            rests_on = parts(gate.evidence)
            open_ = bool(rests_on) and public.issuperset(rests_on)
            return gate.reason, gate.reason if open_ else None
    return None, None
