"""Drives of new sites alone, today's being known, are those that all together would have."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from colocate.travel.kernel.sweeps import NEVER
from colocate.travel.unit_drives import Serving, _kept, _least

TIMES = st.lists(st.one_of(st.none(), st.integers(0, 40)), min_size=1, max_size=30)


def kept(ms, serving, *, ids, least=None):
    sites = SimpleNamespace(site_id=ids.to_numpy(), limit_s=0.03)
    return _kept(ms, serving, sites=sites, point=np.array([0]), least=least)


@given(today=TIMES, new=TIMES, limit=st.integers(0, 40))
def test_the_drives_of_new_sites_rest_on_todays_alone(today, new, limit):
    now, later = ([f"{kind}{n:02}" for n in range(len(times))]
                  for kind, times in (("F", today), ("NEW-", new)))  # fmt: skip
    ms = np.array([[NEVER if each is None else each] for each in [*today, *new]], "int32")
    serving = Serving(frozenset(now), frozenset(later), limit / 1000, frozenset(later))
    whole = kept(ms, serving, ids=pd.Index([*now, *later]))
    known = kept(ms[: len(now)], serving, ids=pd.Index(now))
    least = _least(known, serving, count=1)
    added = kept(ms[len(now) :], serving, ids=pd.Index(later), least=least)
    both = sorted([*zip(known.site, known.ms), *zip(added.site, added.ms)])  # noqa: B905
    assert both == sorted(zip(whole.site, whole.ms, strict=True))
