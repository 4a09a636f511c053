"""A service's own register, where a pack holds one: what it adds to the listed stations.

No name of a file says whose it is: a register is taken for the service's own where it gives the
postcodes of half of the stations listed for it. What it tells of a listed station fills what the
list leaves empty; its other premises are added, unverified where it does not say that they are in
use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate import io
from colocate.errors import ColocateError
from colocate.places.estate import registers_to_sites
from colocate.places.proposal import Proposal, propose
from colocate.study import Register

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

OWN_SHARE = 0.5
"""Of the postcodes of a service's listed stations, so many stand in its own register."""
SUFFIXES = (".csv", ".tsv", ".xlsx", ".xls", ".ods")
FILLED = (
    "uprn", "tenure", "lease_end", "break_date", "gia_m2", "site_area_m2", "spare_m2",
    "parking_spaces", "epc", "condition", "listed", "flood_zone", "annual_running_cost_gbp",
    "staff_fte", "crewing", "availability",
)  # fmt: skip
"""What a register may know of a station that a list does not."""


class Own(NamedTuple):
    """The listed stations with what the register adds, its other premises, and what was made."""

    stations: pd.DataFrame
    others: pd.DataFrame
    said: list[str]


def with_own(
    stations: pd.DataFrame, /, *, files: Sequence[Path], body: str, bodies: pd.DataFrame
) -> Own:
    """Find the service's own register among files, and join it to its listed stations.

    Args:
        stations: rows of a register: the stations listed for the service.
        files: of any kind; what is no register is passed over.
        body: body_id of the service.
        bodies: table `bodies`, for who may own a site.
    """
    listed = stations["postcode"].map(_key)
    for path in files:
        proposed = _register(path, body=body)
        if proposed is None or "postcode" not in proposed.source.columns:
            continue
        cells = proposed.raw[next(iter(proposed.source.columns["postcode"]))]
        held = set(cells.dropna().map(_key))
        if listed.isin(held).sum() >= OWN_SHARE * len(listed):
            return _joined(stations, _read(proposed, body=body, bodies=bodies), path=path)
    return Own(stations, stations.iloc[:0], [])


def _key(postcode: str) -> str:
    return "".join(str(postcode).split()).upper()


def _register(path: Path, *, body: str) -> Proposal | None:
    """Propose how a file would be taken in as a register; None if it cannot be one."""
    if path.suffix.lower() not in SUFFIXES:
        return None
    try:
        return propose(path, kind="register", bodies={body: body})
    except ColocateError:
        return None


def _read(proposed: Proposal, *, body: str, bodies: pd.DataFrame) -> pd.DataFrame:
    """Read a register as proposed; where a person would have to choose, it stays cautious."""
    settings = proposed.source.model_dump()
    settings["defaults"] |= {"body_id": body, "service": "fire", "disclosure": "public"}
    register = Register.model_validate(settings)
    raw = io.read_register(proposed.path, register)  # type: ignore[arg-type]
    return registers_to_sites([(register, raw)], bodies).sites


def _joined(stations: pd.DataFrame, own: pd.DataFrame, *, path: Path) -> Own:
    """Fill the listed stations by postcode, where that means one row on each side."""
    fire = own["roles"].str.split(";").str[0] == "station"
    keys, theirs = stations["postcode"].map(_key), own["postcode"].fillna("").map(_key)
    once = theirs.where(fire & ~theirs.where(fire).duplicated(keep=False))
    by_key = own.assign(key=once).dropna(subset="key").set_index("key")
    matched = keys.isin(by_key.index) & ~keys.duplicated(keep=False)
    filled = stations.copy()
    for column in FILLED:
        known = keys.where(matched).map(by_key[column])
        filled[column] = stations[column].fillna(known) if column in stations else known
    filled["notes"] = filled["notes"].where(
        ~matched, filled["notes"] + f"; premises as in {path.name}"
    )
    others = own[~once.isin(set(keys[matched]))]
    said = (
        f"{path.name}: taken for the service's own register; it adds to {int(matched.sum())} of "
        f"{len(stations)} listed stations and brings {len(others)} other premises"
    )
    return Own(filled, others, [said])
