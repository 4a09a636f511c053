"""What the page shows without scripts: the ranked rows and a still map, as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from colocate.publish import settlement, words
from colocate.publish.report import payload, polyline
from colocate.tables import parts

if TYPE_CHECKING:
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

PIN = 24
LABEL_HEIGHT = 16
LETTER_WIDTH = 7.5


def rows(tables: Tables, /, *, study: Study) -> list[dict[str, Any]]:
    """Return one row an option for the ranked table, by rank; what has none comes last.

    `index` is the option's place by option_id, which is how the page's script knows it.
    """
    options = payload.ordered_options(tables).merge(
        tables["money"][["option_id", "net_saving_gbp", "basis"]], on="option_id", validate="1:1"
    )
    bars = _bars(tables["contributions"], study)
    gates = _gates(tables["gates"], study)
    sure = tables["stability"].set_index("option_id")["word"]
    decided = tables["option_decisions"].query("status != 'none'").set_index("option_id")["status"]
    guessed = tables["contributions"]["basis"] == "assumed"
    assumed = tables["contributions"][guessed].groupby("option_id")["weight"].sum()
    kind = dict(zip(options["option_id"], payload.kinds(tables, options), strict=True))
    listed = []
    for option in options.sort_values(["rank", "option_id"]).itertuples():
        strip, story = gates.get(option.option_id, ("", "In place today"))
        saving = words.known(option.net_saving_gbp)
        listed.append(
            {
                "index": option.Index,
                "rank": f"{option.rank:.0f}" if words.known(option.rank) else "–",
                "tier": tier(option.rank),
                "title": option.title,
                "kind": kind[option.option_id],
                "distance": words.metres(option.straight_m),
                "score": f"{option.score:.1f}",
                "bar": bars[option.option_id],
                "status": option.status,
                "status_words": words.STATUSES[option.status],
                "sure": sure.get(option.option_id, ""),
                "sure_words": words.STABILITY.get(sure.get(option.option_id, ""), ""),
                "stands": words.STANDING.get(decided.get(option.option_id, ""), ""),
                "strip": strip,
                "gates": story,
                "group": words.RANK_GROUPS.get(option.rank_group, "")
                if words.known(option.rank)
                else "",
                "known": words.percent(option.completeness),
                "assumed": words.percent(assumed.get(option.option_id, 0.0)),
                "saving": words.pounds(option.net_saving_gbp) if saving else "not known",
                "basis": option.basis if saving else "",
                "areas": ", ".join(parts(option.police_areas)),
            }
        )
    return listed


def best_set(tables: Tables) -> dict[str, Any] | None:
    """The best set of options together, as rows of facts and options; None where none was found."""
    best = tables["portfolios"].query("purpose == 'best' and n_options > 0")
    if best.empty:
        return None
    found = best.iloc[0]
    members = tables["portfolio_options"].query("portfolio_id == @found.portfolio_id")
    titles = tables["options"].set_index("option_id")["title"]
    ranks = tables["scores"].set_index("option_id")["rank"]
    money = tables["money"].set_index("option_id")
    guessed = (money["basis"].reindex(members["option_id"]) == "assumed").any()
    site = tables["located_sites"].set_index("site_id")["name"]

    def said(value: float, *, assumed: bool) -> str:
        if not words.known(value):
            return "not known"
        return f"{words.pounds(value)}{' (assumed)' if assumed else ''}"

    return {
        "facts": [
            ("Saved a year", said(found.net_saving_gbp, assumed=guessed)),
            ("Net present value", said(found.npv_gbp, assumed=guessed)),
            ("People who lose fire cover", f"{found.people_losing_cover:,.0f}"),
            ("People who lose desk access", f"{found.people_losing_access:,.0f}"),
        ],
        "targets": settlement.toward_targets(tables, found.portfolio_id),
        "bodies": settlement.by_body(tables, found.portfolio_id),
        "rents": settlement.rents(tables, found.portfolio_id, kind="portfolio"),
        "options": [
            {
                "rank": f"{ranks[row.option_id]:.0f}",
                "title": titles[row.option_id],
                "released": "; ".join(site[each] for each in parts(row.releases)) or "none",
                "saving": said(
                    money["net_saving_gbp"][row.option_id],
                    assumed=money["basis"][row.option_id] == "assumed",
                ),
            }
            for row in sorted(members.itertuples(), key=lambda row: ranks[row.option_id])
        ],
    }


def site_rows(tables: Tables) -> list[dict[str, Any]]:
    """Return one row a site by name, whether an option involves it or not.

    `index` is the site's place by site_id, which is how the page's script knows it.
    """
    sites = payload.ordered_sites(tables).sort_values(["name", "site_id"])
    return [
        {
            "index": site.Index,
            "name": site.name,
            "service": site.service if site.service in {"fire", "police"} else "other",
            "place": " · ".join(
                text
                for text in (site.body, site.town, _district(site.postcode))
                if words.known(text) and text
            ),
            "status": site.status,
            "part": "takes part" if site.takes_part else "takes no part",
            "reason": site.part_reason if words.known(site.part_reason) else "",
            "confidence": site.confidence,
            "source": site.source,
        }
        for site in sites.itertuples()
    ]


def _district(postcode: object) -> str:
    """The first half of a postcode: EX2 of EX2 7HQ."""
    return str(postcode).partition(" ")[0] if words.known(postcode) else ""


def tier(rank: float) -> int:
    """Colour class of a rank: 1 for the first ten, 2 to fifty, 3 beyond, 0 without a rank."""
    if not words.known(rank):
        return 0
    return 1 if rank <= 10 else 2 if rank <= 50 else 3


def _bars(contributions: pd.DataFrame, study: Study) -> dict[str, str]:
    """Draw each option's score: a stretch a criterion, what is missing hatched at the end."""
    place = {criterion.id: c for c, criterion in enumerate(study.choice.criteria)}
    ordered = contributions.assign(c=contributions["criterion"].map(place)).sort_values("c")
    ordered["end"] = ordered.groupby("option_id")["contribution"].cumsum()
    drawn = ordered[ordered["contribution"] > 0]
    stretches: dict[str, list[str]] = {option: [] for option in ordered["option_id"].unique()}
    for row in drawn.itertuples():
        stretches[row.option_id].append(
            f'<rect class="c{row.c}" x="{row.end - row.contribution:.2f}" '
            f'width="{row.contribution:.2f}" height="10"/>'
        )
    missing = ordered["weight"].where(ordered["value"].isna(), 0).groupby(ordered["option_id"])
    for option, share in missing.sum().items():
        if share > 0.0005:
            stretches[str(option)].append(
                f'<rect class="missing" x="{100 - share * 100:.2f}" width="{share * 100:.2f}" '
                'height="10"/>'
            )
    head = '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
    return {option: f"{head}{''.join(s)}</svg>" for option, s in stretches.items()}


def _gates(gates: pd.DataFrame, study: Study) -> dict[str, tuple[str, str]]:
    """Draw each option's gates as a strip in the study's order, and say how many are open."""
    place = {gate.id: g for g, gate in enumerate(study.gates)}
    width = 100 / len(place)
    shapes = {
        "pass": '<rect class="g-pass" x="{x:.1f}" y="1" width="7" height="8"/>',
        "unknown": '<rect class="g-unknown" x="{x:.1f}" y="2" width="6" height="6"/>',
        "fail": '<path class="g-fail" d="m{x:.1f} 0 8 0-4 10z"/>',
    }
    found: dict[str, tuple[str, str]] = {}
    ordered = gates.assign(g=gates["gate"].map(place)).sort_values(["option_id", "g"])
    for option, group in ordered.groupby("option_id", sort=False):
        strip = "".join(
            shapes[outcome].format(x=g * width)
            for g, outcome in zip(group["g"], group["outcome"], strict=True)
        )
        counts = group["outcome"].value_counts()
        said = [
            f"{counts[outcome]} {text}"
            for outcome, text in (("fail", "fail"), ("unknown", "open"), ("pass", "pass"))
            if outcome in counts
        ]
        head = '<svg class="strip-gates" viewBox="0 0 100 10" aria-hidden="true">'
        found[str(option)] = (f"{head}{strip}</svg>", ", ".join(said))
    return found


def still_map(tables: Tables, /, *, study: Study, drawings: pd.DataFrame) -> str:
    """Draw the study area with its sites, main roads, towns and first options as one SVG."""
    canvas = _Canvas(payload.home(tables, study))
    shape = drawings.drop_duplicates("layer").set_index("layer")["shape"]
    pieces = [
        *(
            canvas.path(shape[layer], style=f"s-{layer}", closed=layer in {"land", "study"})
            for layer in LAYERS
            if layer in shape.index
        ),
        canvas.sites(tables["located_sites"]),
        *canvas.numbers(tables),
        *canvas.places(drawings[(drawings["layer"] == "place") & (drawings["rank"] <= 2)]),
    ]
    ranking = f"by {words.weighting(study)} rank"
    title = f"{study.study.title}: sites and the first {NUMBERED} options {ranking}"
    return (
        f'<svg viewBox="0 0 {WIDTH} {canvas.height}" role="img" '
        f'aria-label="{escape(title)}">{"".join(pieces)}</svg>'
    )


class _Canvas:
    """A still map in the making: its frame, and the boxes on it that are taken."""

    def __init__(self, corners: list[list[float]]) -> None:
        (south, west), (north, east) = corners
        margin = MARGIN * (east - west)
        self.corner = np.array([west - margin, north + margin])
        self.unit_m = (east - west + 2 * margin) / WIDTH
        self.height = round((north - south + 2 * margin) / self.unit_m)
        self.box = shapely.box(west - margin, south - margin, east + margin, north + margin)
        self.taken: list[tuple[float, float, float, float]] = []

    def units(self, metres: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Eastings and northings as whole units of the drawing, y downwards."""
        scale = np.array([self.unit_m, -self.unit_m])
        steps: npt.NDArray[np.float64] = (np.asarray(metres) - self.corner) / scale
        return np.rint(steps).astype(np.int64)

    def path(self, shape: str, *, style: str, closed: bool) -> str:
        """Draw all lines of a layer as one path."""
        lines = [shapely.linestrings(xy) for xy in polyline.decode(shape, closed=closed)]
        simple = shapely.simplify(np.array(lines, dtype=object), TOLERANCE_M)
        near = simple[shapely.intersects(simple, self.box)]
        texts = (
            "M" + "L".join(f"{x} {y}" for x, y in self.units(shapely.get_coordinates(line)))
            for line in near
        )
        return f'<path class="{style}" d="{"".join(texts)}"/>'

    def claim(self, x: float, y: float, *, width: float, height: float) -> bool:
        """Take a box around a point if it is free and on the map."""
        w, h = width / 2, height / 2
        free = w < x < WIDTH - w and h < y < self.height - h
        free = free and all(
            x + w <= left or x - w >= right or y + h <= top or y - h >= bottom
            for left, top, right, bottom in self.taken
        )
        if free:
            self.taken.append((x - w, y - h, x + w, y + h))
        return free

    def sites(self, sites: pd.DataFrame) -> str:
        """Draw open sites in the shape of their service."""
        own = sites[(sites["status"] == "open") & ~sites["over_border"]].sort_values("site_id")
        points = self.units(shapely.get_coordinates(own.geometry.to_numpy()))
        marks = (
            f'<circle class="fire" cx="{x}" cy="{y}" r="4"/>'
            if service == "fire"
            else f'<rect class="police" x="{x - 3}" y="{y - 3}" width="7" height="7"/>'
            for (x, y), service in zip(points, own["service"], strict=True)
        )
        return f'<g class="s-sites">{"".join(marks)}</g>'

    def numbers(self, tables: Tables) -> Iterable[str]:
        """Draw the first options by rank where their host stands; one number a place."""
        options = payload.ordered_options(tables)
        points = tables["located_sites"].set_index("site_id").geometry
        for option in options[options["rank"] <= NUMBERED].sort_values("rank").itertuples():
            stands = parts(option.host_site_id) or parts(option.site_ids)
            x, y = self.units(shapely.get_coordinates(points[stands].to_numpy()).mean(axis=0))
            if self.claim(x, y, width=PIN, height=PIN):
                yield (
                    f'<g class="s-pin s-tier-{tier(option.rank)}"><circle cx="{x}" cy="{y}" '
                    f'r="11"/><text x="{x}" y="{y + 4}">{option.rank:.0f}</text></g>'
                )

    def places(self, labels: pd.DataFrame) -> Iterable[str]:
        """Write the names of cities and towns where there is room."""
        for label in labels.itertuples():
            x, y = self.units(polyline.decode(label.shape)[0][0])
            width = LETTER_WIDTH * len(label.key) + 4
            if self.claim(x, y + 13, width=width, height=LABEL_HEIGHT):
                yield f'<text class="s-place" x="{x}" y="{y + 17}">{escape(label.key)}</text>'
