"""What the page shows without scripts: the ranked rows and a still map, as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from colocate.money.prices import Span, told
from colocate.publish import svg
from colocate.publish.facts import amounts, settlement, words, worth
from colocate.publish.report import polyline
from colocate.tables import parts
from colocate.tables.text import two_figures

if TYPE_CHECKING:
    from colocate.publish.facts import Facts, Option, Site
    from colocate.publish.facts.records import Membership
    from colocate.study import Study

Tables = Mapping[str, pd.DataFrame]

NUMBERED = 30
"""Options that get a number on the still map."""

TOLERANCE_M = 250
WIDTH = 1000
"""Width of the still map, in its own units; about a pixel each on a wide screen."""

MARGIN = 0.04
"""Beyond the study area on each side, as a share of its width."""

LAYERS = ("land", "study", "a_road", "motorway", "police_area_border", "fire_area_border")
"""From the ground up."""

FIRE_COVER = "People who lose fire cover"
BY_CAR = "People who lose desk access by car"
ON_FOOT = "People who lose desk access on foot, options added up"

BLOCKED = 3
"""Rank group of what fails a gate."""

UNRANKED = "Not ranked · In place today, or moves nobody"
PIN = 24
SHORT = 2
"""Letters that fit into a pin at full size."""

LABEL_HEIGHT = 16
LETTER_WIDTH = 7.5


def rows(facts: Facts, /, *, study: Study) -> list[dict[str, Any]]:
    """Return one row an option for the ranked table, by rank; what has none comes last.

    `index` is the option's place by option_id, which is how the page's script knows it.

    Args:
        facts: what may be told of the run's options.
        study: the study of the run.
    """
    criterion = {criterion.id: place for place, criterion in enumerate(study.choice.criteria)}
    gate = {gate.id: place for place, gate in enumerate(study.gates)}
    listed = [
        {
            "index": index,
            "rank": option.score.rank_words or "–",
            "range": _range(option),
            "tier": tier(option.score.rank, rank_group=option.score.rank_group),
            "block": block(option),
            "title": option.title,
            "kind": option.kind_words,
            "distance": amounts.metres(option.straight_m),
            "score": f"{option.score.score:.1f}",
            "bar": _bar(option, criterion),
            "status": option.score.status,
            "status_words": option.score.status_words,
            "sure": option.stability.word if option.stability else "",
            "sure_words": option.stability.word.capitalize() if option.stability else "",
            "decided": "" if option.decision.status == "none" else option.decision.status_words,
            "strip": svg.strip(
                ((gate[row.gate], row.outcome) for row in option.gates), places=len(gate)
            ),
            "gates": option.gates_counted,
            "group": option.score.group_words,
            "known": amounts.percent(option.score.completeness),
            "assumed": amounts.percent(
                sum(row.weight for row in option.contributions if row.basis == "assumed")
            ),
            "saving": amounts.pounds(option.money.net_saving_gbp),
            "basis": worth.saved_basis(option.money),
            "areas": ", ".join(parts(option.police_areas)),
        }
        for index, option in enumerate(facts.options)
    ]
    order = [(option.score.place or np.inf, option.option_id) for option in facts.options]
    return sorted(listed, key=lambda row: order[row["index"]])


def _range(option: Option) -> str:
    """The interval of a rank where it is more than the rank."""
    low, high = option.score.rank_low, option.score.rank_high
    return "" if low is None or high is None or low == high else f"({low:.0f} to {high:.0f})"


def block(option: Option, /) -> tuple[str, int] | None:
    """List and rank group in which an option is ranked; None without a rank.

    Args:
        option: a ranked option or one that is in place.
    """
    return None if option.score.rank is None else (option.score.list, option.score.rank_group)


def blocks(rows: list[dict[str, Any]], /) -> list[dict[str, Any]]:
    """Put rows under the headings of their list and rank group; what has no rank comes last.

    Args:
        rows: what `rows` returns.
    """
    found = []
    for key, held in groupby(rows, key=lambda row: row["block"]):
        name = "none" if key is None else f"{key[0]}/{key[1]}"
        title = UNRANKED if key is None else words.block(*key)
        found.append({"key": name, "title": title, "rows": list(held)})
    return found


def _bar(option: Option, place: Mapping[str, int]) -> str:
    points = ((place[row.criterion], row.contribution) for row in option.contributions)
    missing = sum(row.weight for row in option.contributions if row.basis == "missing")
    return svg.bar(points, missing=missing)


def best_set(facts: Facts, tables: Tables, /) -> dict[str, Any] | None:
    """The best set of options together, as rows of facts and options; None where none was found.

    Args:
        facts: what may be told of the run's options.
        tables: the run's tables by name.
    """
    best = tables["portfolios"].query("purpose == 'best' and n_options > 0")
    if best.empty:
        return None
    found = best.iloc[0]
    members = _members(facts, found["portfolio_id"])
    return {
        "facts": [
            *_money(found, members),
            (FIRE_COVER, f"{found['people_losing_cover']:,.0f}"),
            (BY_CAR, f"{found['people_losing_access']:,.0f}"),
            *_on_foot(option for option, _ in members),
        ],
        "objective": words.OBJECTIVES[found["objective"]],
        "targets": settlement.toward_targets(tables, found["portfolio_id"]),
        "bodies": settlement.by_body(tables, found["portfolio_id"], assumed=_guessed(members)),
        "rents": settlement.rents(tables, found["portfolio_id"], kind="portfolio"),
        "options": [
            {
                "rank": option.score.rank_words,
                "title": option.title,
                "decided": option.already_decided,
                "released": words.names(facts.sites[each] for each in parts(member.releases))
                or "none",
                "saving": _pounds(
                    option.money.net_saving_gbp, assumed=option.money.basis == "assumed"
                ),
            }
            for option, member in members
        ],
    }


def _on_foot(options: Iterable[Option]) -> Iterator[tuple[str, str]]:
    """Who loses a desk within a walk: walks are known option by option, not of a set."""
    lost = [
        row.lost
        for option in options
        for row in option.effects
        if row.measure == "people_within_walk"
    ]
    known = [people for people in lost if people is not None]
    if lost and len(known) == len(lost):
        yield ON_FOOT, f"about {two_figures(sum(known))}"


def _money(found: pd.Series, members: Sequence[tuple[Option, Membership]]) -> list[tuple[str, str]]:
    """What a set saves a year and is worth over the years, to two figures where it is assumed."""
    guessed = _guessed(members)
    saved, low, high, npv = (
        found[name] if amounts.known(found[name]) else None
        for name in ("net_saving_gbp", "net_saving_low_gbp", "net_saving_high_gbp", "npv_gbp")
    )
    if guessed and saved is not None and low is not None and high is not None:
        low, saved, high = told(Span(low, saved, high))
    mark = " (assumed)" if guessed and saved is not None else ""
    known = _worth(found, members) if npv is None else _pounds(npv, assumed=guessed)
    return [
        ("Saved a year", amounts.spread(saved, low=low, high=high) + mark),
        ("Net present value", known),
    ]


def _guessed(members: Sequence[tuple[Option, Membership]]) -> bool:
    return any(option.money.basis == "assumed" for option, _ in members)


def _worth(found: pd.Series, members: Sequence[tuple[Option, Membership]]) -> str:
    """What a set is worth over the years: the sum of its options' ranges, and how many lose."""
    ends = [found[f"npv_{end}_gbp"] for end in ("low", "central", "high")]
    if not all(map(amounts.known, ends)):
        return "not known"
    low, central, high = told(Span(*ends))
    short = sum((option.money.npv_central_gbp or 0) < 0 for option, _ in members)
    said = f"{amounts.spread(central, low=low, high=high)} (assumed)"
    return f"{said}: at the centre {short} of {len(members)} options would not pay for their works"


def _members(facts: Facts, portfolio_id: str) -> list[tuple[Option, Membership]]:
    """Options of a set with what they bring to it, the first rank first."""
    return sorted(
        (
            (option, member)
            for option in facts.options
            for member in option.portfolios
            if member.portfolio_id == portfolio_id
        ),
        key=lambda each: each[0].score.place or np.inf,
    )


def _pounds(value: float | None, *, assumed: bool) -> str:
    return f"{amounts.pounds(value)}{' (assumed)' if assumed and value is not None else ''}"


def site_rows(facts: Facts, /) -> list[dict[str, Any]]:
    """Return one row a site by name, whether an option involves it or not.

    `index` is the site's place by site_id, which is how the page's script knows it.

    Args:
        facts: what may be told of the run's sites.
    """
    listed = sorted(enumerate(facts.sites.values()), key=lambda each: (each[1].name, each[0]))
    return [
        {
            "index": index,
            "name": site.name,
            "service": site.service if site.service in {"fire", "police"} else "other",
            "place": " · ".join(filter(None, (site.body, site.town, _district(site)))),
            "status": site.status,
            "part": "takes part" if site.takes_part else "takes no part",
            "reason": site.part_reason or "",
            "confidence": site.confidence,
            "source": site.source,
        }
        for index, site in listed
    ]


def _district(site: Site) -> str:
    """The first half of a postcode: EX2 of EX2 7HQ."""
    return (site.postcode or "").partition(" ")[0]


def tier(rank: float | None, /, *, rank_group: int) -> int:
    """Colour class of a badge: 1 for the first ten, 2 to fifty, 3 beyond, 0 without a rank.

    Whatever cannot be acted on is no first place: 4 if something holds it back, 5 if blocked.

    Args:
        rank: from 1; None for none.
        rank_group: 0 if it can be acted on.
    """
    if rank is None:
        return 0
    if rank_group:
        return 5 if rank_group == BLOCKED else 4
    return 1 if rank <= 10 else 2 if rank <= 50 else 3


def still_map(
    facts: Facts, /, *, study: Study, drawings: pd.DataFrame, corners: list[list[float]]
) -> str:
    """Draw the study area with its sites, main roads, towns and first options as one SVG.

    Args:
        facts: the run's options and sites.
        study: the study of the run.
        drawings: what the report draws.
        corners: south-west and north-east corner of the study area, as [northing, easting].
    """
    canvas = _Canvas(corners)
    shape = drawings.drop_duplicates("layer").set_index("layer")["shape"]
    pieces = [
        *(
            canvas.layer(shape[layer], style=f"s-{layer}", closed=layer in {"land", "study"})
            for layer in LAYERS
            if layer in shape.index
        ),
        canvas.sites(facts),
        *canvas.numbers(facts),
        *canvas.places(drawings[(drawings["layer"] == "place") & (drawings["rank"] <= 2)]),
    ]
    ranking = f"by {words.weighting(study)} rank"
    title = f"{study.study.title}: sites and the first {NUMBERED} options {ranking}"
    return canvas.whole(pieces, label=title)


class _Canvas(svg.Drawing):
    """A still map in the making."""

    def __init__(self, corners: list[list[float]]) -> None:
        (south, west), (north, east) = corners
        margin = MARGIN * (east - west)
        unit_m = (east - west + 2 * margin) / WIDTH
        bounds = (west - margin, south - margin, east + margin, north + margin)
        height = round((north - south + 2 * margin) / unit_m)
        super().__init__(bounds, unit_m=unit_m, width=WIDTH, height=height)

    def layer(self, shape: str, *, style: str, closed: bool) -> str:
        """Draw all lines of a layer as one path."""
        lines = [shapely.linestrings(xy) for xy in polyline.decode(shape, closed=closed)]
        simple = shapely.simplify(np.array(lines, dtype=object), TOLERANCE_M)
        return self.path(simple[shapely.intersects(simple, self.box)], style=style)

    def fits(self, x: float, y: float, *, width: float, height: float) -> bool:
        """Take a box around a point if it is free and on the map."""
        on_map = width / 2 < x < WIDTH - width / 2
        return on_map and self.claim(x, y, width=width, height=height)

    def sites(self, facts: Facts) -> str:
        """Draw open sites in the shape of their service; others' only where they take part."""
        marks = []
        for site in facts.sites.values():
            x, y = self.units((site.geometry.x, site.geometry.y))
            kind = site.service if site.service in {"fire", "police"} else "other"
            beside = site.over_border or kind == "other"
            if site.status == "open" and (site.takes_part or not beside):
                marks.append(svg.circle(kind, x, y, radius=4) if kind == "fire"
                             else svg.square(kind, x - 3, y - 3, side=7))  # fmt: skip
        return f'<g class="s-sites">{"".join(marks)}</g>'

    def numbers(self, facts: Facts) -> Iterator[str]:
        """Draw the first options by rank where their host stands; one number a place."""
        first = [o for o in facts.options if (o.score.place or np.inf) <= NUMBERED]
        for option in sorted(first, key=lambda each: each.score.place or 0):
            score = option.score
            colours = tier(score.rank, rank_group=score.rank_group)
            stands = (option.host,) if option.host else option.sites
            points = np.array([(site.geometry.x, site.geometry.y) for site in stands])
            x, y = self.units(points.mean(axis=0))
            if self.fits(x, y, width=PIN, height=PIN):
                length = ' class="long"' if len(score.rank_words) > SHORT else ""
                yield (
                    f'<g class="s-pin s-tier-{colours}"><circle cx="{x}" cy="{y}" '
                    f'r="11"/><text{length} x="{x}" y="{y + 4}">{score.rank_words}</text></g>'
                )

    def places(self, labels: pd.DataFrame) -> Iterator[str]:
        """Write the names of cities and towns where there is room."""
        for label in labels.itertuples():
            x, y = self.units(polyline.decode(label.shape)[0][0])
            width = LETTER_WIDTH * len(label.key) + 4
            if self.fits(x, y + 13, width=width, height=LABEL_HEIGHT):
                yield svg.text("s-place", x, y + 17, said=label.key)
