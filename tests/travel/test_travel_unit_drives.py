"""Which pairs of what serves and units are kept."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from colocate.tables.demand import SITE_TO_UNIT
from colocate.tables.options import OPTIONS
from colocate.tables.schema import conform
from colocate.travel import unit_drives
from colocate.travel.kernel.sweeps import NEVER
from colocate.travel.unit_drives import SOONEST, Serving, _kept, serving


def options(*rows):
    return conform(OPTIONS, (
        {"option_id": key, "kind": "into_fire", "title": key, "what_happens": "moves",
         "site_ids": f"{movers};X", "host_site_id": host, "mover_site_ids": movers, "tier": "1 km",
         "straight_m": 1, "police_areas": "", "reason": ""}
        for key, movers, host in rows
    ))  # fmt: skip


NOWHERE = pd.DataFrame({"option_id": ["O3"], "site_id": ["NEW-O3"]})


def test_hosts_count_only_where_something_that_serves_would_move_there():
    listed = options(("O1", "F1", "H1"), ("O2", "P1", "H2"), ("O3", "F2;P1", None))
    found = serving(listed, pd.Series(["F1", "F2"]), new_sites=NOWHERE, limit_s=600)
    assert found == Serving(
        frozenset({"F1", "F2"}), frozenset({"H1", "NEW-O3"}), 600, frozenset({"NEW-O3"})
    )


def kept(times, *, hosts=0, limit_s=0.0):
    """Pairs kept of one unit, by time; the last sites are hosts and do not serve."""
    ids = pd.Index([f"S{n:02}" for n in range(len(times))])
    today = frozenset(ids[: len(ids) - hosts])
    ms = np.array([[NEVER if s is None else s * 1000] for s in times], "int32")
    given = Serving(today, frozenset(ids) - today, limit_s)
    ready = SimpleNamespace(site_id=ids.to_numpy(), limit_s=3600)
    return (_kept(ms, given, sites=ready, point=np.array([7])).ms / 1000).tolist()


def test_the_soonest_sites_are_kept_whatever_they_take():
    assert kept(range(1000, 1000 + SOONEST + 3)) == list(range(1000, 1000 + SOONEST))


def test_every_site_within_the_longest_limit_is_kept_that_limit_included():
    assert len(kept(range(SOONEST + 3), limit_s=SOONEST + 1)) == SOONEST + 2


def test_a_host_is_kept_where_it_could_come_before_a_site_that_is_kept():
    serving_ = list(range(100, 100 + SOONEST))
    assert kept([*serving_, 99 + SOONEST, 100 + SOONEST], hosts=2) == [*serving_, 99 + SOONEST]


def test_with_few_sites_all_within_the_cutoff_are_kept():
    assert kept([10, 3600, 3601, None]) == [10, 3600]


@pytest.mark.parametrize("serve", [SOONEST - 1, SOONEST, SOONEST + 5])
@pytest.mark.parametrize("seed", range(5))
def test_a_new_site_is_kept_where_it_would_be_had_all_been_looked_at_together(serve, seed):
    ms = np.random.default_rng(seed).integers(0, 40, (serve + 4, 60), "int32") * 10_000
    ms[ms > 300_000] = NEVER
    ids = pd.Index([f"S{n:02}" for n in range(len(ms))])
    today, new = frozenset(ids[:serve]), frozenset(ids[serve:])
    given, point = Serving(today, new, 100.0, new), np.arange(60)

    def pairs(which, least=None):
        ready = SimpleNamespace(site_id=ids[which].to_numpy(), limit_s=3600)
        return _kept(ms[which], given, sites=ready, point=point, least=least)

    known = pairs(slice(serve))
    later = pairs(slice(serve, None), unit_drives._least(known, given, count=60))
    both = (np.concatenate(each) for each in zip(known, later, strict=True))
    found = pairs(slice(None))
    assert {*zip(*(each.tolist() for each in both), strict=True)} == {
        *zip(*(each.tolist() for each in found), strict=True)
    }
    assert len(found.site) == len(known.site) + len(later.site)


def test_an_area_without_units_keeps_the_drives_of_its_demand_point():
    od = pd.DataFrame({
        "site_id": ["F1", "F1", "F2"], "demand_id": ["A", "B", "A"], "travel_time_s": [1.0, 2, 3],
        "distance_m": 0.0, "site_kind": "site",
    })  # fmt: skip
    way = unit_drives._Way(Serving(frozenset({"F1"}), frozenset(), 600), pd.Index(["A", "B"]), None)
    found = unit_drives._of_areas(od, way, whole=np.array([True, False]))
    assert unit_drives._table(SITE_TO_UNIT, [found], way=way).to_dict("list") == {
        "site_id": ["F1"],
        "demand_id": ["A"],
        "travel_time_s": [1.0],
    }
