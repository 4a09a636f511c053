"""What the page shows without scripts: the ranked rows and a still map, as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely
from markupsafe import Markup, escape

from colocate.publish import payload, polyline, words
from colocate.study import Study
from colocate.tables import parts

Tables = Mapping[str, pd.DataFrame]

NUMBERED = 30
"""Options that get a number on the still map."""

TOLERANCE_M = 250
WIDTH = 1000
"""Width of the still map, in its own units; about a pixel each on a wide screen."""

PIN = 24
LABEL_HEIGHT = 16
LETTER_WIDTH = 7.5


def rows(tables: Tables, /, *, study: Study) -> list[dict[str, Any]]:
    """Return one row an option for the ranked table, by agreed rank; what has none comes last.

    `index` is the option's place by option_id, which is how the page's script knows it.
    """
    options = payload.ordered_options(tables).merge(
        tables["money"][["option_id", "net_saving_gbp", "basis"]], on="option_id", validate="1:1"
    )
    bars = _bars(tables["contributions"], study)
    gates = _gates(tables["gates"], study)
    listed = []
    for option in options.sort_values(["rank", "option_id"]).itertuples():
        strip, story = gates[option.option_id]
        saving = words.known(option.net_saving_gbp)
        listed.append(
            {
                "index": option.Index,
                "rank": f"{option.rank:.0f}" if words.known(option.rank) else "–",
                "tier": tier(option.rank),
                "title": option.title,
                "kind": words.KINDS[option.kind],
                "distance": words.metres(option.straight_m),
                "score": f"{option.score:.1f}",
                "bar": bars[option.option_id],
                "status": option.status,
                "status_words": words.STATUSES[option.status],
                "strip": strip,
                "gates": story,
                "known": words.percent(option.completeness),
                "saving": words.pounds(option.net_saving_gbp) if saving else "not known",
                "basis": option.basis if saving else "",
                "areas": ", ".join(parts(option.police_areas)),
            }
        )
    return listed


def tier(rank: float) -> int:
    """Colour class of a rank: 1 for the first ten, 2 to fifty, 3 beyond, 0 without a rank."""
    if not words.known(rank):
        return 0
    return 1 if rank <= 10 else 2 if rank <= 50 else 3


def _bars(contributions: pd.DataFrame, study: Study) -> dict[str, Markup]:
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
    return {option: Markup(f"{head}{''.join(s)}</svg>") for option, s in stretches.items()}


def _gates(gates: pd.DataFrame, study: Study) -> dict[str, tuple[Markup, str]]:
    """Draw each option's gates as a strip in the study's order, and say how many are open."""
    place = {gate.id: g for g, gate in enumerate(study.gates)}
    width = 100 / len(place)
    shapes = {
        "pass": '<rect class="g-pass" x="{x:.1f}" y="1" width="7" height="8"/>',
        "unknown": '<rect class="g-unknown" x="{x:.1f}" y="2" width="6" height="6"/>',
        "fail": '<path class="g-fail" d="m{x:.1f} 0 8 0-4 10z"/>',
    }
    found: dict[str, tuple[Markup, str]] = {}
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
        found[str(option)] = (Markup(f"{head}{strip}</svg>"), ", ".join(said))
    return found


def still_map(tables: Tables, /, *, study: Study, drawings: pd.DataFrame) -> Markup:
    """Draw the study area with its sites, main roads, towns and first options as one SVG."""
    (south, west), (north, east) = payload.home(tables, study)
    margin = 0.04 * (east - west)
    frame = (west - margin, south - margin, east + margin, north + margin)
    canvas = _Canvas(frame)
    layers = {name: part for name, part in drawings.groupby("layer")}
    pieces = [
        canvas.shapes(layers.get("land"), "s-land"),
        canvas.shapes(layers.get("study"), "s-study"),
        canvas.shapes(layers.get("a_road"), "s-a", closed=False),
        canvas.shapes(layers.get("motorway"), "s-m", closed=False),
        canvas.shapes(layers.get("police_area_border"), "s-police", closed=False),
        canvas.shapes(layers.get("fire_area_border"), "s-fire", closed=False),
        canvas.sites(tables["located_sites"]),
        *canvas.numbers(tables),
        *canvas.places(layers.get("place")),
    ]
    title = f"{study.study.title}: sites and the first {NUMBERED} options by agreed rank"
    return Markup(
        f'<svg viewBox="0 0 {WIDTH} {canvas.height}" role="img" '
        f'aria-label="{escape(title)}">{"".join(pieces)}</svg>'
    )


class _Canvas:
    """A still map in the making: its frame, and the boxes on it that are taken."""

    def __init__(self, frame: tuple[float, float, float, float]) -> None:
        self.west, south, east, self.north = frame
        self.box = shapely.box(*frame)
        self.unit_m = (east - self.west) / WIDTH
        self.height = round((self.north - south) / self.unit_m)
        self.taken: list[tuple[float, float, float, float]] = []

    def units(self, xy: Any) -> Any:
        """Metres to units of the drawing, y downwards."""
        steps = (np.asarray(xy) - (self.west, self.north)) / (self.unit_m, -self.unit_m)
        return np.rint(steps).astype(int)

    def shapes(self, layer: pd.DataFrame | None, style: str, *, closed: bool = True) -> str:
        """One path of everything in a layer."""
        if layer is None:
            return ""
        lines = [shapely.linestrings(line) for text in layer["shape"] for line in
                 polyline.decode(text, closed=closed)]  # fmt: skip
        simple = shapely.simplify(np.array(lines, dtype=object), TOLERANCE_M)
        near = simple[shapely.intersects(simple, self.box)]
        texts = [
            "M" + "L".join(f"{x} {y}" for x, y in self.units(shapely.get_coordinates(line)))
            for line in near
        ]
        return f'<path class="{style}" d="{"".join(texts)}"/>'

    def claim(self, x: float, y: float, size: tuple[float, float]) -> bool:
        """Take a box if it is free and on the map."""
        w, h = size[0] / 2, size[1] / 2
        free = w < x < WIDTH - w and h < y < self.height - h
        free = free and all(
            x + w <= left or x - w >= right or y + h <= top or y - h >= bottom
            for left, top, right, bottom in self.taken
        )
        if free:
            self.taken.append((x - w, y - h, x + w, y + h))
        return free

    def sites(self, sites: pd.DataFrame) -> str:
        """Open sites by the shape of their service."""
        own = sites[(sites["status"] == "open") & ~sites["over_border"]].sort_values("site_id")
        marks = []
        for (x, y), service in zip(
            self.units(shapely.get_coordinates(own.geometry.to_numpy())),
            own["service"],
            strict=True,
        ):
            if service == "fire":
                marks.append(f'<circle class="fire" cx="{x}" cy="{y}" r="4"/>')
            else:
                marks.append(f'<rect class="police" x="{x - 3.5}" y="{y - 3.5}" width="7" height="7"/>')
        return f'<g class="s-sites">{"".join(marks)}</g>'

    def numbers(self, tables: Tables) -> Iterable[str]:
        """The first options by rank, each where its host stands; one number a place."""
        options = payload.ordered_options(tables)
        first = options[options["rank"] <= NUMBERED].sort_values("rank")
        points = tables["located_sites"].set_index("site_id").geometry
        for option in first.itertuples():
            sites = parts(option.host_site_id) or parts(option.site_ids)
            xy = shapely.get_coordinates(points.loc[sites].to_numpy()).mean(axis=0)
            x, y = self.units(xy)
            if self.claim(x, y, (PIN, PIN)):
                yield (
                    f'<g class="s-pin s-tier-{tier(option.rank)}"><circle cx="{x}" cy="{y}" '
                    f'r="11"/><text x="{x}" y="{y + 4}">{option.rank:.0f}</text></g>'
                )

    def places(self, labels: pd.DataFrame | None) -> Iterable[str]:
        """Names of cities and towns where there is room."""
        if labels is None:
            return
        for label in labels[labels["rank"] <= 2].itertuples():
            x, y = self.units(polyline.decode(label.shape)[0][0])
            if self.claim(x, y + 13, (LETTER_WIDTH * len(label.key) + 4, LABEL_HEIGHT)):
                yield f'<text class="s-place" x="{x}" y="{y + 17}">{escape(label.key)}</text>'
