"""What to ask first of a pair or a site: is it shared already, and is it there at all?

Two services within a few steps of each other, at one address, or side by side by the register's
own words, may well share one building today; a saving from moving in would then be none. A site
that is only an unnamed point of a map may be something else, or gone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from colocate.tables import parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from colocate import study
    from colocate.tables.rows import LocatedSite

TOGETHER = re.compile(
    r"\badjacent\b|\bnext door\b|\bco-?located\b|\bjoint\b"
    r"|\b(shared?|same|one) (site|building|plot|premises)\b",
    re.IGNORECASE,
)
"""What a register says of services that stand or work together."""
UNNAMED = re.compile(r"\bunnamed\b", re.IGNORECASE)


def recorded_share(a: LocatedSite, b: LocatedSite, /, *, neighbours: bool) -> str | None:
    """Say whether the register records two sites as shared: existing, possible or not.

    They are when the `share_with` of one names the other, or the other's body and they are
    neighbours.

    Args:
        a: a row of table `located_sites`.
        b: another.
        neighbours: whether the two are near enough for a body's name to mean this site.
    """
    stated = [
        one.share_status
        for one, partner in ((a, b), (b, a))
        if partner.site_id in parts(one.share_with)
        or (neighbours and partner.body_id in parts(one.share_with))
    ]
    return min((status for status in stated if isinstance(status, str)), default=None)


def shared_already(
    a: LocatedSite, b: LocatedSite, /, *, straight_m: float, settings: study.Options
) -> list[str]:
    """Say why two sites of different services may be sharing one building today.

    Args:
        a: one site.
        b: the other.
        straight_m: straight distance between them.
        settings: section `options` of the study: `shared_within_m`, included; neighbours are
            within the smallest straight tier.

    Returns:
        Reasons without a full stop, none where nothing hints at it.
    """
    neighbours = straight_m <= min(settings.straight_tiers_m)
    said = []
    if recorded_share(a, b, neighbours=neighbours) is not None:
        said.append("the register records a share between them")
    if straight_m <= settings.shared_within_m.value:
        near = settings.shared_within_m.value
        said.append(f"they stand {straight_m:,.0f} m apart, and within {near:g} m two points are "
                    "one place as far as a register tells")  # fmt: skip
    if isinstance(a.uprn, str) and a.uprn == b.uprn:
        said.append(f"both have the property number {a.uprn}")
    stated = a.postcode_basis == b.postcode_basis == "stated"
    if stated and isinstance(a.postcode, str) and a.postcode == b.postcode:
        said.append(f"the register gives both the postcode {a.postcode}")
    said += _named(a, b, neighbours=neighbours)
    said += _named(b, a, neighbours=neighbours)
    return said


def _named(one: LocatedSite, partner: LocatedSite, *, neighbours: bool) -> Iterator[str]:
    """Yield what the name, address and notes of one site say of the other."""
    station = f"{partner.service} station".casefold()
    for text in (one.name, one.address):
        plain = text.casefold() if isinstance(text, str) else ""
        if f"at {partner.name.casefold()}" in plain or (neighbours and station in plain):
            yield f"the register calls {one.site_id} “{text}”"
            break
    notes = one.notes.split(";") if isinstance(one.notes, str) else []
    for clause in map(str.strip, notes):
        of_it = partner.name.casefold() in clause.casefold()
        beside = neighbours and partner.service in clause.casefold()
        if TOGETHER.search(clause) and (of_it or beside):
            yield f"the register says of {one.site_id} “{clause}”"


def weak_evidence(site: LocatedSite, /) -> str | None:
    """Say why it is open whether a site is there, and what it is; None where it is not.

    It is where its source gives it no name, or the register itself is of low confidence. Sites
    recorded as unverified take no part at all.

    Args:
        site: a row of table `located_sites`.
    """
    said = []
    texts = (site.name, site.notes)
    if any(isinstance(text, str) and UNNAMED.search(text) for text in texts):
        said.append("has no name in its source")
    if site.confidence == "low":
        said.append("is of low confidence in the register")
    return f"{site.name} {' and '.join(said)}" if said else None
