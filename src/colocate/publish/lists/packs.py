"""The two packs: the appointed agents' shortlist, and what a decision released to the market."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from colocate.publish.facts import (
    MARKET,
    Facts,
    Option,
    Site,
    admits,
    appointed,
    cut,
    paths,
    reach,
    words,
)
from colocate.publish.facts.amounts import known
from colocate.publish.lists import fields, pack_fields
from colocate.tables import parts
from colocate.tables.schema import CRS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from colocate.publish.facts import Audience
    from colocate.publish.lists.fields import Field
    from colocate.study import Study

Row = dict[str, Any]

OF_SURPLUS = (*(field.name for field in pack_fields.AGENTS if field.path.startswith("surplus.")),
              "area_basis", "earliest_release")  # fmt: skip
"""Told of the site that would come free."""

SOUGHT = tuple(field.name for field in pack_fields.AGENTS if field.name.startswith("sought_"))
"""Told of the room that what moves would need."""

WORST_FIRST = ("low", "medium", "high")
AREA_BASIS = "gross internal area, as registered"
HOLDING = ("lease", "licence", "transfer")
"""Words of a legal form that says how premises are held."""

POINT_M = 100
"""Points of sites are the middle of their square of this size."""


@dataclass(frozen=True)
class Kind:
    """One of the two packs."""

    name: str
    """Of its folder."""
    audience: Audience
    fields: tuple[Field, ...]
    """Columns of its list, before those that its audience may not read are left out."""
    mark: str
    """What every file of it says before the study's own notice."""
    version: int
    """Raised when a column is added, moved or changes its meaning."""

    @property
    def file(self) -> str:
        """Stem of its list's file names."""
        return f"shortlist-{self.name}"

    @property
    def columns(self) -> tuple[Field, ...]:
        """Columns of its list."""
        return fields.readable(self.fields, self.audience.readable)

    @property
    def layer(self) -> str:
        """Where its areas of search are drawn."""
        return f"{self.file}.gpkg, layer areas_of_search"


class Pack(NamedTuple):
    """What a pack tells."""

    rows: pd.DataFrame
    """The list, columns as in the pack's `columns`."""
    areas: gpd.GeoDataFrame
    """Areas of search of its options: option_ref, geometry."""
    sites: gpd.GeoDataFrame
    """Sites of its options: option_ref, site, part, geometry: the middle of the 100 m square that
    holds the site."""


class _Told(NamedTuple):
    """An option, and one of the sites that would come free by it, if any does."""

    option: Option
    surplus: Site | None
    alternatives: str | None
    """Ids of the list's other options that would free that site."""


def agents(study: Study, /) -> Kind:
    """Return the pack of a study's appointed agents.

    Args:
        study: the study of the run.
    """
    mark = "In confidence, for the agents whom the authorities appointed: not to be passed on."
    return Kind("agents", appointed(study), pack_fields.AGENTS, mark=mark, version=5)


def market(_study: Study, /) -> Kind:
    """Return the pack of what is released to the market, the same for every study.

    Args:
        _study: is not asked.
    """
    return Kind("market", MARKET, pack_fields.MARKET, mark="Released to the market by decision.",
                version=2)  # fmt: skip


def marked(study: Study, kind: Kind, /) -> Study:
    """Return a study whose notice says first for whom a pack is.

    Args:
        study: the study of the run.
        kind: of the pack.
    """
    head = study.study.model_copy(update={"notice": f"{kind.mark} {study.study.notice}"})
    return study.model_copy(update={"study": head})


def pack(facts: Facts, kind: Kind, /, *, study: Study) -> Pack:
    """Return what a pack tells: its options by name, best rank first where it may tell ranks.

    An option has a row for each site that would come free, or one row where none would.

    Args:
        facts: the run's options with all their fields; they are cut here.
        kind: which pack.
        study: the study of the run, marked for that pack.
    """
    listed = list(cut(facts, kind.audience).options)
    if "scores" not in kind.audience.without:
        listed.sort(key=lambda option: (option.score.place or np.inf, option.option_id))
    rows = [_row(told, kind=kind, study=study) for told in _told(listed)]
    frame = pd.DataFrame(rows, columns=list(fields.names(kind.columns))).astype("object")
    listed.sort(key=lambda option: option.option_id)
    return Pack(frame.where(frame.notna(), None), _areas(listed), _sites(listed))


def without_market(facts: Facts, /) -> str | None:
    """Return why there is no market pack; None: an option is released to the market.

    Args:
        facts: all of a run.
    """
    if any(admits(MARKET, option) for option in facts.options):
        return None
    asked = [o for o in facts.options if o.decision.release == "market"]
    why = "releases no option to the market (release = market, with date and body)"
    if asked:
        why = (f"would release {words.counted(len(asked))} to the market, but without date or "
               "body, decided against, or with a restricted site")  # fmt: skip
    return f"no market pack: the decision register {why}"


def _row(told: _Told, *, kind: Kind, study: Study) -> Row:
    """A row of an option: its own facts, and those of the site that would come free."""
    option, surplus = told.option, told.surplus
    made = _sought(option) | {
        "release": reach(option),
        "sites": words.names(option.sites),
        "town": (surplus.town if surplus else option.town) or option.near,
        "area_basis": AREA_BASIS if surplus and known(surplus.gia_m2) else None,
        "area_of_search": kind.layer if option.area_of_search else None,
        "earliest_release": _release(surplus, option) if surplus else None,
        "approvals_outstanding": _outstanding(option),
        "confidence": least(option.sites),
        "contact": study.study.contact or None,
        "licence_notice": words.notice_and_licence(study),
        "format": f"colocate-{kind.file}/{kind.version}",
    }
    row = dict.fromkeys(fields.names(kind.columns))
    row |= fields.values(kind.columns, told) | {n: v for n, v in made.items() if n in row}
    if known(row["postcode"]):
        row["postcode_district"] = None
    return row | {"data_gaps": _gaps(row, told)}


def _told(options: Iterable[Option]) -> list[_Told]:
    """Put each option beside each site that it would free, and beside who would free it too."""
    freed = [(option, site) for option in options for site in option.freed or (None,)]
    by_site: dict[str, list[str]] = {}
    for option, site in freed:
        if site is not None:
            by_site.setdefault(site.site_id, []).append(option.option_id)
    return [
        _Told(option, site, "; ".join(ref for ref in refs if ref != option.option_id) or None)
        for option, site in freed
        for refs in [by_site[site.site_id] if site is not None else []]
    ]


def _outstanding(option: Option) -> str | None:
    decision = option.decision
    done = decision.decided_by if decision.status == "approved" else None
    return paths.outstanding(option.approvals, decided_by=done)


def _release(site: Site, option: Option) -> str | None:
    decision = option.decision
    if decision.status != "approved" or decision.date is None:
        return None
    dates = (site.break_date, site.lease_end)
    return earliest_release(decision.date, tenure=site.tenure, dates=dates)


def earliest_release(
    approved: str, /, *, tenure: str | None, dates: Collection[str | None]
) -> str | None:
    """Return the first day on which a site could come free, as ISO 8601; None where unknown.

    A lower bound, by law and not by programme: once the option is approved, a freehold is free
    from the day of the decision; a lease or licence from its first break or end that is not
    before that day. Nothing is known of a PFI contract or of an undated lease.

    Args:
        approved: day of the approval.
        tenure: how the site is held.
        dates: its next break and its end.
    """
    if tenure == "freehold":
        return approved
    if tenure not in {"leasehold", "licence"}:
        return None
    return min((day for day in dates if day is not None and day >= approved), default=None)


def least(sites: Iterable[Site], /) -> str:
    """Return how sure the registers are of the least sure of some sites.

    Args:
        sites: one at least.
    """
    return min((site.confidence for site in sites), key=WORST_FIRST.index)


def _sought(option: Option) -> Row:
    """What room the option asks for: use, size, legal form, place; nothing where nothing moves."""
    moving = parts(option.mover_site_ids)
    movers = [site for site in option.sites if site.site_id in moving]
    if not movers:
        return {}
    forms = [form for step in option.approvals for form in (step.legal_form or "").split("; ")]
    low, high = needed(movers)
    basis = SIZE_BASIS if high is not None else None
    if high is None and option.space is not None and option.space.need_high_m2 is not None:
        low, high = option.space.need_low_m2, option.space.need_high_m2
        basis = f"{option.space.need_basis}: {MAPPED_BASIS}"
    return {
        "sought_use": words.listed(sorted({site.service for site in movers})).capitalize(),
        "sought_low_m2": low,
        "sought_high_m2": high,
        "sought_basis": basis,
        "sought_tenure": "; ".join(dict.fromkeys(f for f in forms if any(w in f for w in HOLDING)))
        or None,
        "sought_location": _where(option),
    }


MAPPED_BASIS = (
    "from the outlines on the map, or what the study assumes of such sites, and the "
    "share of it that the gate on space asks for; to be measured"
)
SIZE_BASIS = (
    "computed: from the largest area in use (registered internal area less spare area) of the "
    "sites that move to all their registered internal area; what could be shared is not worked out"
)


def needed(movers: Sequence[Site], /) -> tuple[float | None, float | None]:
    """Return the least and most internal area that some sites would need together, in m2.

    Low: the largest area in use (`gia_m2 - spare_m2`) among them, all else shared with it. High:
    the sum of `gia_m2`, nothing shared. Either is None where a figure of a site is not known.

    Args:
        movers: the sites.
    """
    areas = [site.gia_m2 for site in movers]
    if any(area is None for area in areas):
        return None, None
    used = [(site.gia_m2 or 0.0) - site.spare_m2 for site in movers if site.spare_m2 is not None]
    return (
        max(used) if len(used) == len(movers) else None,
        sum(area for area in areas if area is not None),
    )


def _where(option: Option) -> str:
    if option.host is not None:
        beside = (
            "; should it have no room, within the area of search" if option.area_of_search else ""
        )
        return f"at {option.host.name}{beside}"
    if option.kind == "both_to_new":
        return f"in or near {option.near}, one site for all"
    return f"at one of {words.listed([site.name for site in option.sites])}"


def _gaps(row: Row, told: _Told) -> str | None:
    """Name every empty cell, and why it is empty."""
    option, surplus = told.option, told.surplus
    missing = [name for name in row if name != "data_gaps" and not known(row[name])]
    undecided = {"decision_date", "decided_by"} if option.decision.status == "none" else set()
    if surplus is not None and option.decision.status != "approved":
        undecided.add("earliest_release")
    open_host = option.host is None and option.kind != "both_to_new"
    if open_host:
        undecided |= {"host_site", "host_postcode", "surplus_sites", *OF_SURPLUS}
    reasons = {"does not apply": _beside(row, told) - undecided,
               "not decided": undecided}  # fmt: skip
    reasons["not known"] = set(row).difference(*reasons.values())
    gaps = {why: [name for name in missing if name in which] for why, which in reasons.items()}
    return "; ".join(f"{why}: {', '.join(found)}" for why, found in gaps.items() if found) or None


def _beside(row: Row, told: _Told) -> set[str]:
    """Cells that mean nothing of this row."""
    option, surplus = told.option, told.surplus
    beside = {"host_site", "host_postcode"} if option.kind == "both_to_new" else {"area_of_search"}
    beside |= {"alternatives", "share_reason", "already_decided"}
    beside |= set() if surplus is not None else {"surplus_sites", *OF_SURPLUS}
    beside |= {"lease_end", "break_date"} if row["tenure"] == "freehold" else set()
    mapped = {"mapped_low_m2", "mapped_high_m2", "mapped_basis"}
    beside |= mapped if known(row["gia_m2"]) else set()
    beside |= {"postcode_district"} if known(row["postcode"]) else set()
    beside |= {"approvals_outstanding"} if option.approvals else set()
    beside |= {"list", "rank", "rank_low", "rank_high"} if row.get("rank", 1) is None else set()
    return beside | (set() if option.mover_site_ids else set(SOUGHT))


def _areas(options: list[Option]) -> gpd.GeoDataFrame:
    drawn = [
        {"option_ref": option.option_id, "geometry": option.area_of_search.geometry}
        for option in options
        if option.area_of_search is not None
    ]
    return _located(drawn, ["option_ref"])


def _sites(options: list[Option]) -> gpd.GeoDataFrame:
    drawn = [
        {"option_ref": option.option_id, "site": site.name, "part": _part(option, site.site_id),
         "geometry": _square_middle(site.geometry)}
        for option in options
        for site in option.sites
    ]  # fmt: skip
    return _located(drawn, ["option_ref", "site", "part"])


def _part(option: Option, site: str) -> str:
    if site == option.host_site_id:
        return "host"
    return "surplus" if site in parts(option.released_site_ids) else "involved"


def _square_middle(point: shapely.Point) -> shapely.Point:
    east, north = ((c // POINT_M + 0.5) * POINT_M for c in (point.x, point.y))
    return shapely.Point(east, north)


def _located(drawn: list[Row], columns: list[str]) -> gpd.GeoDataFrame:
    frame = pd.DataFrame(drawn, columns=[*columns, "geometry"])
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=CRS)
