"""What a site is used for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.tables import parts

if TYPE_CHECKING:
    import pandas as pd

    from colocate.tables.rows import LocatedSite


CAMPUS_M = 150.0
"""Sites of one body this close stand on one plot: a station's plot and the error of two points."""


def has_role(sites: pd.DataFrame, role: str, /) -> pd.Series:
    """Whether each site has a role, main or not (bool series on the index of `sites`).

    Args:
        sites: has the column `roles`.
        role: name of the role.
    """
    return (";" + sites["roles"] + ";").str.contains(f";{role};", regex=False)


def is_fire_station(site: LocatedSite, /) -> bool:
    """Whether a site is a fire station, which has appliances and a crew.

    Args:
        site: a row of table `located_sites`.
    """
    return site.service == "fire" and "station" in parts(site.roles)
