"""Options from pairs and groups: who would move where, in words and under a stable id."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd
import shapely

from colocate.candidates.doubts import shared_already, weak_evidence
from colocate.candidates.hosts import may_move
from colocate.candidates.nearness import tiers
from colocate.tables import each, parts
from colocate.tables.options import OPTIONS
from colocate.tables.roles import is_fire_station
from colocate.tables.rows import Cluster, LocatedSite, Pair
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from colocate import study
    from colocate.candidates.groups import Group

Row = dict[str, Any]
Sites = dict[str, LocatedSite]
"""Sites by id."""

FUNCTION_KINDS = {"headquarters": "hq", "workshop": "depot", "stores": "depot",
                  "training": "training"}  # fmt: skip
"""Kind of the option two sites of like function give; `depot` for any other function."""


def code(site_id: str, /) -> str:
    """Return a site id fit for file names and free of our own joiners: A/1 becomes A%2F1.

    Args:
        site_id: as in the register.
    """
    return quote(site_id, safe="")


def proposals(
    pairs: pd.DataFrame,
    groups: Sequence[Group],
    /,
    *,
    sites: pd.DataFrame,
    drives: pd.DataFrame,
    clusters: pd.DataFrame,
    settings: study.Options,
) -> pd.DataFrame:
    """Turn pairs and groups into options.

    - A pair or group gives one option for each member that could host all the others, and one for
      a new site that all of them move to. A site whose main role is a function of the study
      (headquarters, workshop, …) hosts but moves only to its like; a fire station moves only to a
      station or such a site, for an office has no room for appliances, and never to another fire
      site, which is the authority's own affair; a site already shared stays.
    - A site that only hosts gives one option: the other moves into it.
    - Two sites of like function give one option to share it, whichever of them stays.
    - A fire station gives one touchdown option, with the nearest site of another service; it is
      `existing` where the register lists the station as a touchdown point already.
    - An existing share gives itself and nothing else.

    Args:
        pairs: table `pairs`.
        groups: `groups.groups`.
        sites: participating sites, as in `located_sites`.
        drives: `nearness.two_way`.
        clusters: table `clusters`.
        settings: section `options` of the study.

    Returns:
        Table `options`, sorted by option_id.
    """
    by_id: Sites = {site.site_id: site for site in each(LocatedSite, sites)}
    rows = [
        option for pair in each(Pair, pairs) for option in _of_pair(pair, by_id, settings=settings)
    ]
    rows += _touchdowns(pairs, by_id, settings=settings)
    for source in _group_sources(groups, by_id, drives=drives, settings=settings):
        rows += _moves(source, by_id, settings=settings)
    cluster = {
        site: row.cluster_id for row in each(Cluster, clusters) for site in parts(row.site_ids)
    }
    for row in rows:
        named = (*parts(row["host_site_id"]), *parts(row["site_ids"]))
        row["cluster_id"] = next((cluster[site] for site in named if site in cluster), None)
        row.update(_weak(row, by_id))
    return conform(OPTIONS, sorted(rows, key=lambda row: row["option_id"]))


def _of_pair(pair: Pair, sites: Sites, *, settings: study.Options) -> Iterator[Row]:
    first, other = sites[pair.first_site_id], sites[pair.other_site_id]
    source = _source((first, other), pair_id=pair.pair_id, tier=pair.tier,
                     function=_known(pair.function), travel_time_s=pair.travel_time_s,
                     distance_m=pair.distance_m, straight_m=pair.straight_m,
                     existing=pair.existing_share == "existing", settings=settings)  # fmt: skip
    if source["existing_share"] == "existing":
        yield source | {
            "option_id": f"{code(other.site_id)}-into-{code(first.site_id)}",
            "kind": _kind(first, settings),
            "title": f"{other.name} is at {first.name} already",
            "what_happens": f"Nothing would change: {other.name} and {first.name} share one site "
            "today.",
            "host_site_id": first.site_id,
            "mover_site_ids": None,
            "released_site_ids": None,
            "reason": "The register records the two as an existing share.",
        }
    elif pair.hosts_only:
        why = f"{source['reason']} {_why_host(first, other, settings=settings)}"
        yield source | _into([other], first, settings=settings) | {"reason": why}
    elif other.share_status != "existing":
        if source["function"]:
            yield _function_option(source, fire=first, other=other)
        if pair.tier != "function":
            yield from _moves(source, sites, settings=settings)


def _kind(host: LocatedSite, settings: study.Options) -> str:
    """What a move into a site is called: by whose the site is."""
    if host.service == "fire":
        return "into_fire"
    partner = host.service in settings.partner_hosts.services
    return "into_partner" if partner else "into_other"


def _why_host(host: LocatedSite, mover: LocatedSite, *, settings: study.Options) -> str:
    """Say why a site that only hosts is offered."""
    if host.service == "fire":
        return (f"Both stand on one side of the fire border: {host.name} would host there, and its "
                "crew stays.")  # fmt: skip
    hosts = settings.partner_hosts
    which = f"the nearest {host.service} site within {hosts.within_min.value:g} min"
    if hosts.offer == "all":
        return f"It is {which} of {mover.name}."
    return (f"{mover.name} could go to no fire station within {hosts.good_fire_host_min.value:g} "
            f"min; this is {which}.")  # fmt: skip


def _group_sources(
    groups: Sequence[Group], sites: Sites, *, drives: pd.DataFrame, settings: study.Options
) -> Iterator[Row]:
    farthest = drives.set_index(["site_a", "site_b"])[["travel_time_s", "distance_m"]]
    for group in groups:
        members = [sites[site] for site in group]
        straight = _diameter(members)
        slowest, longest = farthest.loc[[(a, b) for a in group for b in group if a < b]].max()
        span = pd.DataFrame({"straight_m": [straight], "travel_time_s": [slowest]})
        yield _source(members, group_id="+".join(map(code, group)), function=None,
                      tier=tiers(span, settings)[0], travel_time_s=float(slowest),
                      distance_m=float(longest), straight_m=straight,
                      settings=settings)  # fmt: skip


def _source(
    members: Sequence[LocatedSite], *, tier: str, function: str | None, travel_time_s: float,
    distance_m: float, straight_m: float, settings: study.Options, existing: bool = False,
    **ids: str,
) -> Row:  # fmt: skip
    """Build what all options of one pair or group have in common."""
    minutes = "no drive time" if pd.isna(travel_time_s) else f"{travel_time_s / 60:.1f} min by car"
    many = "every two of them at most " if len(members) > 2 else ""
    why = f"{many}{straight_m:,.0f} m apart in a straight line, {minutes}"
    why += f": inside the {tier} tier." if tier != "function" else "."
    if function:
        why += f" Both have the function {function}."
    doubts = _doubts(members, settings=settings)
    if doubts and not existing:
        why += f" They may be sharing already, to confirm: {'; '.join(doubts)}."
    return {
        **ids,
        "site_ids": ";".join(sorted(m.site_id for m in members)),
        "tier": tier,
        "function": function,
        "travel_time_s": travel_time_s,
        "distance_m": distance_m,
        "straight_m": straight_m,
        "fire_area": next(
            (m.fire_area for m in members if m.service == "fire"), members[0].fire_area
        ),
        "police_areas": ";".join(
            sorted({m.police_area for m in members if isinstance(m.police_area, str)})
        ),
        "existing_share": "existing" if existing else "possible" if doubts else None,
        "share_reason": "; ".join(doubts) or None,
        "reason": why[0].upper() + why[1:],
    }


def _doubts(members: Sequence[LocatedSite], *, settings: study.Options) -> list[str]:
    """Say why any two of different services, or one with somebody else, may share already."""
    said = [
        f"the register records {site.name} as possibly shared"
        for site in members
        if site.share_status == "possible"
    ]
    for a, b in combinations(sorted(members, key=lambda site: site.site_id), 2):
        if a.service != b.service:
            apart = float(a.geometry.distance(b.geometry))
            said += shared_already(a, b, straight_m=apart, settings=settings)
    return list(dict.fromkeys(said))


def _weak(row: Row, sites: Sites) -> Row:
    """Name the hosts and movers of which it is open whether they are there."""
    involved = sorted({*parts(row["host_site_id"]), *parts(row["mover_site_ids"])})
    weak = {site: said for site in involved if (said := weak_evidence(sites[site]))}
    return {
        "weak_site_ids": ";".join(weak) or None,
        "weak_reason": "; ".join(weak.values()) or None,
    }


def _moves(source: Row, sites: Sites, *, settings: study.Options) -> Iterator[Row]:
    """Yield the options in which members move to another member or to a new site."""
    members = [sites[site] for site in parts(source["site_ids"])]
    for host in members:
        movers = [m for m in members if m.site_id != host.site_id]
        if all(may_move(m, settings) and _may_enter(m, host, settings=settings) for m in movers):
            yield source | _into(movers, host, settings=settings)
    if all(may_move(m, settings) for m in members):
        yield source | _to_new(members)


def _may_enter(site: LocatedSite, host: LocatedSite, *, settings: study.Options) -> bool:
    if site.service == "fire" and host.service == "fire":
        return False
    fit = {"station", *settings.functions}.intersection(parts(host.roles))
    return bool(fit) or not is_fire_station(site)


def _into(movers: Sequence[LocatedSite], host: LocatedSite, *, settings: study.Options) -> Row:
    names = _and(m.name for m in movers)
    ids = [m.site_id for m in movers]
    return {
        "option_id": f"{'+'.join(map(code, ids))}-into-{code(host.site_id)}",
        "kind": _kind(host, settings),
        "title": f"{names} into {host.name}",
        "what_happens": f"{names} would move into {host.name}; {_left(movers)}.",
        "host_site_id": host.site_id,
        "mover_site_ids": ";".join(ids),
        "released_site_ids": ";".join(ids),
    }


def _to_new(members: Sequence[LocatedSite]) -> Row:
    names = _and(m.name for m in members)
    ids = [m.site_id for m in members]
    return {
        "option_id": f"{'+'.join(map(code, ids))}-new",
        "kind": "both_to_new",
        "title": f"{names} to a new shared site",
        "what_happens": f"{names} would move to a new site, still to be found; {_left(members)}.",
        "host_site_id": None,
        "mover_site_ids": ";".join(ids),
        "released_site_ids": ";".join(ids),
    }


def _function_option(source: Row, *, fire: LocatedSite, other: LocatedSite) -> Row:
    function = source["function"]
    kind = FUNCTION_KINDS.get(function, "depot")
    return source | {
        "option_id": f"{code(other.site_id)}-{kind}-{code(fire.site_id)}",
        "kind": kind,
        "title": f"One site for {function}: {other.name} and {fire.name}",
        "what_happens": f"{other.name} and {fire.name} would share one site for {function}; which "
        "of them would stay is open.",
        "host_site_id": None,
        "mover_site_ids": source["site_ids"],
        "released_site_ids": None,
    }


def _touchdowns(pairs: pd.DataFrame, sites: Sites, *, settings: study.Options) -> Iterator[Row]:
    """Yield one touchdown option for each fire station, with its nearest other-service site."""
    shared = pairs.loc[pairs["existing_share"] == "existing", "first_site_id"]
    stations = [site.site_id for site in sites.values() if is_fire_station(site)]
    free = [site.site_id for site in sites.values() if _known(site.share_status) != "existing"]
    nearest = pairs[
        (pairs["tier"] != "function")
        & ~pairs["hosts_only"]
        & pairs["first_site_id"].isin(stations)
        & ~pairs["first_site_id"].isin(shared)
        & pairs["other_site_id"].isin(free)
    ].sort_values(["travel_time_s", "straight_m", "other_site_id"])
    for pair in each(Pair, nearest.drop_duplicates("first_site_id")):
        fire, other = sites[pair.first_site_id], sites[pair.other_site_id]
        listed = "touchdown" in parts(fire.roles)
        source = _source((fire, other), pair_id=pair.pair_id, tier=pair.tier, function=None,
                         travel_time_s=pair.travel_time_s, distance_m=pair.distance_m,
                         straight_m=pair.straight_m, existing=listed,
                         settings=settings)  # fmt: skip
        today = "The register lists it as a touchdown point already: the baseline, not a saving."
        whose = "Police" if other.service == "police" else f"Staff of the {other.service} service"
        yield source | {
            "option_id": f"{code(other.site_id)}-touchdown-{code(fire.site_id)}",
            "kind": "touchdown",
            "title": f"Touchdown desk at {fire.name}",
            "what_happens": f"{whose} may use a desk at {fire.name}; the nearest {other.service} "
            f"site is {other.name}. No building would be left.",
            "host_site_id": fire.site_id,
            "mover_site_ids": None,
            "released_site_ids": None,
            "reason": today if listed else source["reason"],
        }


def _diameter(members: Sequence[LocatedSite]) -> float:
    points = [m.geometry for m in members]
    return float(shapely.distance([[p] for p in points], points).max())


def _left(movers: Sequence[LocatedSite]) -> str:
    if len(movers) == 1:
        return "its present building would then no longer be needed for it"
    return "their present buildings would then no longer be needed for them"


def _and(names: Iterator[str]) -> str:
    *rest, last = names
    return f"{', '.join(rest)} and {last}" if rest else last


def _known(value: str | float) -> str | None:
    return value if isinstance(value, str) else None
