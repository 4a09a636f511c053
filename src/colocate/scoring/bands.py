"""Which list an option is ranked in, and how near its sites are, in bands that matter to people.

    same plot       straight distance <= same_plot_m
    a walk          road distance     <= walk_min × walk_m_per_min
    a short drive   drive time        <= drive_min
    beyond          all else whose drive is known

The first that holds counts. Within a band a second more or less decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from colocate.study import Figure, Nearness
from colocate.tables.choice import BANDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

LIST_OF_KIND = {"hq": "headquarters", "depot": "depots", "training": "training"}
"""Options of all other kinds are ranked among the stations."""
OFFICES = Nearness(
    drive_min=Figure(value=15, assumed="one town or its edge: staff of an office can follow it")
)
NEARNESS = {"headquarters": OFFICES, "depots": OFFICES, "training": OFFICES}
"""Bands of lists that a study says nothing of; stations have those of `Nearness`."""


def list_of(options: pd.DataFrame, /) -> pd.Series:
    """Return the list each option is ranked in.

    Args:
        options: table `options`.
    """
    return options["kind"].map(LIST_OF_KIND).fillna("stations").astype("str")


def banded(options: pd.DataFrame, /, *, nearness: Mapping[str, Nearness]) -> pd.DataFrame:
    """Add the number of the band of nearness to options.

    Args:
        options: table `options`.
        nearness: `choice.nearness` of the study.

    Returns:
        The same with `band`, 0 (same plot) to 3 (beyond); null where the drive is not known and
        no nearer band holds.
    """
    limits = {**NEARNESS, **nearness}
    of = [limits.get(name, Nearness()) for name in list_of(options)]
    plot, walk, drive = (
        np.array(values, "float64")
        for values in (
            [each.same_plot_m.value for each in of],
            [each.walk_min.value * each.walk_m_per_min.value for each in of],
            [each.drive_min.value * 60 for each in of],
        )
    )
    time = options["travel_time_s"]
    held = [options["straight_m"] <= plot, options["distance_m"] <= walk, time <= drive]
    band = np.select([*held, time.notna()], range(len(BANDS)), np.nan)
    return options.assign(band=band.astype("float64"))
