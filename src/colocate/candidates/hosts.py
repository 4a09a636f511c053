"""Sites that only host: partners' premises, and neighbours' stations on their side of the border.

Whoever stands on the other side of a fire border belongs with the service of that side: where a
station there is within a tier, it is the host, and no pair crosses the border. So nobody is sent
over an estuary or a toll bridge because a drive happens to be short.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from colocate.tables import each, issue_rows, parts
from colocate.tables.options import PARTICIPATION
from colocate.tables.roles import has_role
from colocate.tables.rows import LocatedSite
from colocate.tables.schema import conform

if TYPE_CHECKING:
    import geopandas as gpd

    from colocate import study

_NEIGHBOUR = (
    "a neighbouring fire service's station: counts for cover, and may host on its own side of the "
    "border; its crew stays"
)
_PARTNER = "a partner's site: may host, and never moves"


class Hosts(NamedTuple):
    """Who could go to a site that only hosts, and who is not to cross a border."""

    pairs: pd.DataFrame
    """`first_site_id` (the host) and `other_site_id`."""
    barred: pd.DataFrame
    """`first_site_id` (of the study's authority), `other_site_id` and `own_side`, its station."""
    participation: pd.DataFrame
    """Table `participation` with these hosts taking part."""
    issues: pd.DataFrame


class _Barred(NamedTuple):
    """A pair that would cross the border."""

    first_site_id: str
    other_site_id: str
    own_side: str


def find_hosts(
    sites: gpd.GeoDataFrame,
    spans: pd.DataFrame,
    /,
    *,
    participation: pd.DataFrame,
    settings: study.Options,
) -> Hosts:
    """Find which sites that take part in nothing else could take a mover in.

    Movers are sites that take part, are no fire sites and are free to move. A neighbour's station
    may take in those of its own fire area within a tier. Of partners' sites the nearest of each
    service is offered, within the study's drive and on one side of the border: to every mover, or
    to those without a good fire host, which is a fire station it could move into within the drive
    that the study calls good.

    Args:
        sites: table `located_sites`, sorted by site_id.
        spans: `nearness.spans`.
        participation: table `participation` without these hosts.
        settings: section `options` of the study.
    """
    who = participation.set_index("site_id")
    site = sites.set_index("site_id")
    fire, part = site["service"] == "fire", who["takes_part"]
    free = {s.site_id for s in each(LocatedSite, sites) if may_move(s, settings)}
    movers = site.index[part & ~fire].intersection(list(free))
    near = spans.rename(columns={"site_id": "other_site_id", "near_site_id": "first_site_id"})
    near = near[near["other_site_id"].isin(site.index[part & ~fire])].sort_values(
        ["other_site_id", "travel_time_s", "straight_m", "first_site_id"]
    )
    here, there = (near[end].map(site["fire_area"]) for end in ("other_site_id", "first_site_id"))
    same, known = here == there, here.notna() & there.notna()
    neighbours = near[same & near["first_site_id"].isin(who.index[who["covers"] & ~part])]
    own_side = neighbours.drop_duplicates("other_site_id").set_index("other_site_id")
    crossing = near[~same & known & near["first_site_id"].isin(site.index[part & fire])]
    barred = crossing[crossing["other_site_id"].isin(own_side.index)]
    barred = barred.assign(own_side=barred["other_site_id"].map(own_side["first_site_id"]))
    stations = near[near["first_site_id"].isin(site.index[part & fire & has_role(site, "station")])]
    reachable = pd.concat([stations.drop(barred.index, errors="ignore"), neighbours])
    partners = _partners(near[same], site, settled=_settled(reachable, settings), settings=settings)
    pairs = pd.concat([neighbours, partners])
    pairs = pairs[pairs["other_site_id"].isin(movers)]
    hosts = dict.fromkeys(neighbours["first_site_id"], _NEIGHBOUR)
    hosts |= dict.fromkeys(partners["first_site_id"], _PARTNER)
    hosts = {host: hosts[host] for host in pairs["first_site_id"]}
    barred = barred[[*_Barred._fields]].sort_values([*_Barred._fields], ignore_index=True)
    return Hosts(
        pairs[["first_site_id", "other_site_id"]].reset_index(drop=True),
        barred,
        _hosting(participation, hosts),
        _said(barred),
    )


def may_move(site: LocatedSite, settings: study.Options, /) -> bool:
    """Whether a site is free to move: its main role is no function, and nobody shares it yet.

    Args:
        site: a row of table `located_sites`.
        settings: section `options` of the study.
    """
    return parts(site.roles)[0] not in settings.functions and site.share_status != "existing"


def _settled(reachable: pd.DataFrame, settings: study.Options) -> set[str]:
    """Name the movers that ask for no partner: those with a good fire host, or all, or none."""
    hosts = settings.partner_hosts
    if hosts.offer == "all":
        return set()
    good = reachable["travel_time_s"] <= hosts.good_fire_host_min.value * 60
    return set(reachable.loc[good, "other_site_id"])


def _partners(
    near: pd.DataFrame, site: gpd.GeoDataFrame, *, settled: set[str], settings: study.Options
) -> pd.DataFrame:
    """Offer the nearest partner's site of each service within the drive."""
    hosts = settings.partner_hosts
    services = hosts.services if hosts.offer != "off" else ()
    usable = site.index[site["service"].isin(services) & (site["status"] == "open")]
    close = near[
        near["first_site_id"].isin(usable)
        & ~near["other_site_id"].isin(settled)
        & (near["travel_time_s"] <= hosts.within_min.value * 60)
    ]
    service = close["first_site_id"].map(site["service"])
    return close[~close.assign(service=service).duplicated(["other_site_id", "service"])]


def _hosting(participation: pd.DataFrame, hosts: dict[str, str]) -> pd.DataFrame:
    host = participation["site_id"].isin(list(hosts))
    told = participation.assign(
        takes_part=participation["takes_part"] | host,
        hosts_only=host,
        reason=participation["reason"].mask(host, participation["site_id"].map(hosts)),
    )
    return conform(PARTICIPATION, told.to_dict("records"))


def _said(barred: pd.DataFrame) -> pd.DataFrame:
    nearer = "near enough on its own side of the fire border"
    return issue_rows(
        ("candidates.generate", "pairs", f"{row.first_site_id}+{row.other_site_id}",
         "across_the_border", "note",
         f"{row.other_site_id} has {row.own_side} {nearer}: none with {row.first_site_id}.")
        for row in each(_Barred, barred)
    )  # fmt: skip
