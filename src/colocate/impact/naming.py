"""The names of sites in what is told of effects: apart, so that a new one measures nothing anew."""

from __future__ import annotations

import pandas as pd


def named(effects: pd.DataFrame, located_sites: pd.DataFrame, /) -> pd.DataFrame:
    """Put the names of sites where labels of measures end in their ids.

    Args:
        effects: table `unnamed_effects`.
        located_sites: table `located_sites`: its ids and names.

    Returns:
        Table `effects`.
    """
    called = {
        measure: (site_id, name)
        for site_id, name in zip(located_sites["site_id"], located_sites["name"], strict=True)
        for measure in (f"staff_travel_{site_id}_s", f"bus_stops_{site_id}")
    }
    labels = [
        label.removesuffix(called[measure][0]) + called[measure][1] if measure in called else label
        for measure, label in zip(effects["measure"], effects["label"], strict=True)
    ]
    return effects.assign(label=pd.Series(labels, index=effects.index, dtype="str"))
