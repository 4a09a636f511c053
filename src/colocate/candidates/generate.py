"""Which sites could share: participation, pairs, clusters, and the options that follow.

Every cross-service pair within the study's tiers is enumerated; clusters are a first look and the
regions of the map, and decide nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from colocate.candidates import campus
from colocate.candidates.build_options import proposals
from colocate.candidates.clusters import find_clusters
from colocate.candidates.groups import groups
from colocate.candidates.hosts import find_hosts
from colocate.candidates.nearness import spans, two_way, without
from colocate.candidates.pairs import find_pairs
from colocate.candidates.participation import left_out, participation
from colocate.spread import ALONE
from colocate.tables import issue_rows
from colocate.tables.roles import has_role

if TYPE_CHECKING:
    from collections.abc import Collection

    import geopandas as gpd

    from colocate import study
    from colocate.spread import Spread


class Generated(NamedTuple):
    """Tables made here."""

    participation: pd.DataFrame
    pairs: pd.DataFrame
    clusters: gpd.GeoDataFrame
    options: pd.DataFrame
    issues: pd.DataFrame


def generate(
    located_sites: gpd.GeoDataFrame,
    site_to_site: pd.DataFrame,
    *,
    settings: study.Options,
    fire_body: str,
    reaching: Collection[str] = (),
    spread: Spread = ALONE,
) -> Generated:
    """Enumerate who could share with whom, and as what.

    Args:
        located_sites: table `located_sites`.
        site_to_site: table `site_to_site`; both directions are used, the larger one decides.
        settings: section `options` of the study.
        fire_body: the fire authority the study is about.
        reaching: sites with a road route to people, though to no other site perhaps: such a
            station covers, and takes no part.
        spread: as `find_clusters` takes it.

    Returns:
        Tables `participation`, `pairs`, `clusters`, `options` and `issues`. Each located site
        takes part or is in `issues`: as excluded, or as a note where it counts for cover only.
    """
    sites = located_sites.sort_values("site_id", ignore_index=True)
    drives = two_way(site_to_site)
    near = spans(sites, drives, settings=settings)
    on_road = {*drives["site_a"].unique(), *drives["site_b"].unique()}
    who = participation(
        sites, near, on_road=on_road, reaching=set(reaching), settings=settings, fire_body=fire_body
    )  # fmt: skip
    hosts = find_hosts(sites, near, participation=who, settings=settings)
    who = hosts.participation
    taking_part = sites[who["takes_part"]].reset_index(drop=True)
    both = sites[who["takes_part"] & ~who["hosts_only"]].reset_index(drop=True)
    paired, apart = find_pairs(taking_part, drives, hosts=hosts, settings=settings)
    lead = campus.leads(both)
    pairs, twins = campus.without_twins(paired, lead)
    limit_s = settings.cluster_limit_min.value * 60
    clusters = find_clusters(both, drives, limit_s=limit_s, spread=spread)
    fire = both["service"] == "fire"
    tenant = ~fire & (both["share_status"].fillna("") == "existing")
    leading = both["site_id"].isin(lead)
    limit_s = settings.group_limit_min.value * 60
    found, cut = groups(
        both.assign(fire=fire, crewed=fire & has_role(both, "station"))[~tenant & leading],
        without(drives[drives["travel_time_s"] <= limit_s], hosts.barred),
        limit_s=limit_s,
        largest=settings.largest_group,
    )
    options = proposals(pairs, found, sites=taking_part, drives=drives, clusters=clusters,
                        settings=settings)  # fmt: skip
    issues = [left_out(who), hosts.issues, apart, twins, _cut_groups(cut, settings.largest_group)]
    return Generated(who, pairs, clusters, options, pd.concat(issues, ignore_index=True))


def _cut_groups(cut: list[tuple[str, ...]], largest: int) -> pd.DataFrame:
    advice = f"the {largest} closest together make the group; options.largest_group sets how many"
    return issue_rows(
        ("candidates.generate", "options", "+".join(clique), "group_cut", "note",
         f"{len(clique)} sites are all within the group limit: {advice}.")
        for clique in cut
    )  # fmt: skip
