"""How the report and the shortlists name things and write figures for people."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from colocate.tables import parts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from colocate.study import Study

KINDS: Mapping[str, str] = {
    "into_fire": "Police into fire",
    "into_other": "Fire into police",
    "both_to_new": "All to a new site",
    "touchdown": "Touchdown desk",
    "hq": "Headquarters",
    "depot": "Depot",
    "training": "Training",
}
STATUSES: Mapping[str, str] = {
    "recommended": "Recommended",
    "investigate": "Investigate",
    "blocked": "Blocked",
    "existing": "Existing share",
}
RANK_GROUPS: Mapping[int, str] = {1: "moves a fire crew: the authority alone decides"}
"""What holds an option back although no gate fails (DSFRA/16/5, 5.18)."""

MONEY_BASES: Mapping[str, str] = {
    "recorded": "recorded figures",
    "assumed": "assumed figures",
    "unknown": "a figure is missing, so the net saving is not known",
}
STABILITY: Mapping[str, str] = {
    "robust": "Robust",
    "contested": "Contested",
    "fragile": "Fragile",
}
STANDING: Mapping[str, str] = {
    "none": "Nobody has decided anything",
    "proposed": "Proposed",
    "deferred": "Deferred",
    "approved": "Approved",
    "declined": "Declined",
    "withdrawn": "Withdrawn",
}
"""Where an option stands by the decision register."""

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
"""Written out here: strftime would follow the locale."""

ODBL = (
    "This database is made available under the Open Database Licence (ODbL) 1.0, "
    "https://opendatacommons.org/licenses/odbl/1-0/."
)


def kind(option: Mapping[str, Any], services: Mapping[str, str], /) -> str:
    """What kind an option is; a move into a building is named by the services it is between.

    Args:
        option: a row of table `options`.
        services: each site's service, by site_id.
    """
    moving = sorted({services[site] for site in parts(option["mover_site_ids"])})
    hosts = [services[site] for site in parts(option["host_site_id"])]
    if not option["kind"].startswith("into_") or not moving or not hosts:
        return KINDS[option["kind"]]
    return f"{listed(moving).capitalize()} into {listed(hosts)}"


def listed(names: Sequence[str], /) -> str:
    """Names in a sentence: fire, police and ambulance."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def known(value: object, /) -> bool:
    """Whether a cell of a table holds a value."""
    return value is not None and value == value  # noqa: PLR0124 - NaN is not itself


def weighting(study: Study, /) -> str:
    """What to call the study's own weights: agreed if each has a source, else starting."""
    agreed = all(criterion.weight.basis == "recorded" for criterion in study.choice.criteria)
    return "agreed" if agreed else "starting"


def internal(disclosure: str, /) -> str:
    """What a file says that holds more than is public; nothing for a public one."""
    if disclosure == "public":
        return ""
    return f"INTERNAL: holds {disclosure} columns; agents get the folder agents instead."


def licence(study: Study, /) -> str:
    """The licence of what is handed on, if the study's sources ask for one, and who to name."""
    lines = study.study.attribution
    odbl = [ODBL] if any("ODbL" in line for line in lines) else []
    return " ".join([*odbl, "; ".join(lines)])


def notice_and_licence(study: Study, /) -> str:
    """What to pass on with the data; once, where the attribution is the notice."""
    return " ".join(dict.fromkeys([study.study.notice, licence(study)]))


def day(date: dt.date, /) -> str:
    """A date: 1 November 2026."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def month(date: str, /) -> str:
    """The month of an ISO date: 2018-02-01 is February 2018."""
    return f"{MONTHS[int(date[5:7]) - 1]} {date[:4]}"


def span(dates: Iterable[object], /, *, digits: int = 10) -> str | None:
    """First and last of some ISO dates as an interval, 2018-02-01/2021-08-01; none is known: None.

    `digits` cuts the dates: 4 leaves the year.
    """
    found = sorted({str(date)[:digits] for date in dates if known(date)})
    return "/".join(dict.fromkeys([found[0], found[-1]])) if found else None


def pounds(value: float, /) -> str:
    """Whole pounds: £12,000; -£500 with a true minus."""
    return f"{'−' if value < 0 else ''}£{abs(value):,.0f}"


def metres(value: float, /) -> str:
    """A distance: 640 m, 2.3 km."""
    return f"{round(value, -1):,.0f} m" if value < 950 else f"{value / 1000:.1f} km"


def duration(value: float, /) -> str:
    """Seconds as minutes and seconds: 611 is 10 min 11 s."""
    seconds = round(value)
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min {seconds % 60:02} s"


def percent(share: float, /) -> str:
    """A share as a whole percentage."""
    return f"{math.floor(share * 100 + 0.5)}%"  # half up, as JavaScript rounds


def quantity(value: float, unit: str, /) -> str:
    """A figure of the study with its unit, without needless decimals."""
    if unit == "s":
        return duration(value)
    if unit in {"share", "%"}:
        return percent(value if unit == "share" else value / 100)
    number = f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 100 else f"{value:,.1f}"
    return f"{number} {unit}".strip()
