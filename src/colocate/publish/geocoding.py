"""The review of where sites are: every point that something gives, and a page that shows them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from colocate.places.points import WORDS
from colocate.publish.page import asset, digest, template
from colocate.publish.svg import Drawing, circle, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from colocate.study import Study

WIDTH, HEIGHT = 1000, 640
CLOSE = 240
"""Width and height of the overview, and of the plan of one site, in units."""

LEAST_M = 400.0
"""A plan shows at least so much ground across."""

MOST_PLANS = 200
MARGIN = 1.25
SCALES_M = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)
SIMPLER_M = 100.0


def review(tables: Mapping[str, pd.DataFrame], /) -> pd.DataFrame:
    """Return every candidate with its site's name and doubts, the doubtful sites first.

    Args:
        tables: sites, geocode_candidates and issues.
    """
    sites, points, issues = (tables[n] for n in ("sites", "geocode_candidates", "issues"))
    about = issues[(issues["table"] == "sites") & (issues["stage"] == "geocode")]
    doubts = about[about["severity"] != "note"].groupby("key")["rule"].agg(";".join)
    messages = about.groupby("key")["message"].agg(" ".join)
    rows = sites[["site_id", "name", "service", "disclosure"]].merge(points, on="site_id",
                 how="left")  # fmt: skip
    rows["used"] = rows["used"].fillna(value=False).astype(bool)
    rows["doubts"] = rows["site_id"].map(doubts).astype("str").fillna("")
    rows["told"] = rows["site_id"].map(messages).astype("str").fillna("")
    rows["_sure"] = rows["doubts"] == ""
    rows = rows.sort_values(["_sure", "site_id", "candidate"], ignore_index=True)
    return rows.drop(columns="_sure")


def page(review: pd.DataFrame, tables: Mapping[str, pd.DataFrame], /, *, study: Study) -> str:
    """Return the page: an overview, a plan of every doubted site, and all candidates.

    Args:
        review: what `review` returned.
        tables: boundaries.
        study: the study.
    """
    doubted = review[review["doubts"] != ""]
    plans = [_plan(rows) for _, rows in doubted.groupby("site_id", sort=False)][:MOST_PLANS]
    style = re.sub(r"\s*\n\s*", "\n", asset("geocoding/geocoding.css")).strip()
    used = review[review["used"]]
    return template("geocoding/geocoding.html").render(
        study=study.study,
        overview=_overview(used, tables["boundaries"]),
        plans=plans,
        left_out=max(0, doubted["site_id"].nunique() - MOST_PLANS),
        rows=[_row(each) for each in review.to_dict("records")],
        located=len(used),
        sites=review["site_id"].nunique(),
        doubted=doubted["site_id"].nunique(),
        sources=[
            (WORDS[source], int(count)) for source, count in used["source"].value_counts().items()
        ],
        style=style,
        policy=f"default-src 'none'; style-src {digest(style)}; base-uri 'none'; "
        "form-action 'none'",
    )


def _row(row: Mapping[Any, Any]) -> dict[str, str]:
    """Return a candidate in words."""
    known = pd.notna(row["source"])
    return {
        "site_id": row["site_id"],
        "name": row["name"],
        "source": WORDS[row["source"]] if known else "nothing",
        "given": row["given"] if known else "",
        "point": f"{row['easting']:.0f}, {row['northing']:.0f}" if known
        and pd.notna(row["easting"]) and pd.notna(row["northing"]) else "",
        "distance": _metres(row["distance_m"]),
        "precision": _metres(row["precision_m"]),
        "why": row["why"] if known else "not located",
        "used": "used" if row["used"] else "",
    }  # fmt: skip


def _metres(value: float) -> str:
    if pd.isna(value):
        return ""
    return f"{value:,.0f} m" if value < 10_000 else f"{value / 1000:,.0f} km"


def _overview(used: pd.DataFrame, boundaries: gpd.GeoDataFrame) -> str:
    """Draw the areas and every site's point, the doubted ones filled otherwise."""
    points = shapely.points(used["easting"], used["northing"])
    drawing = _framed(points, width=WIDTH, height=HEIGHT, least_m=LEAST_M)
    pieces = []
    for kind in ("land", "police_area", "fire_area"):
        shapes = boundaries.loc[boundaries["kind"] == kind].geometry.to_numpy()
        near = shapely.intersection(shapely.simplify(shapes, SIMPLER_M), drawing.box)
        rings = [
            ring
            for part in shapely.get_parts(near)
            if part.geom_type == "Polygon"
            for ring in (part.exterior, *part.interiors)
        ]
        pieces.append(drawing.path(rings, style=kind))
    last = used.iloc[::-1]  # the doubted ones come first, and are drawn over the others
    units = drawing.units(last[["easting", "northing"]])
    for row, (x, y) in zip(last.to_dict("records"), units, strict=True):
        style = "doubt" if row["doubts"] else row["source"]
        pieces.append(circle(f"p {style}", x, y, radius=6 if row["doubts"] else 4))
    pieces += _scale(drawing)
    return drawing.whole(pieces, label=f"Map of the {len(used)} located sites")


def _plan(rows: pd.DataFrame) -> dict[str, Any]:
    """Draw one site's candidates around the point used, numbered as they are believed."""
    first = rows.iloc[0]
    there = rows[rows["easting"].notna() & rows["northing"].notna()]
    there = there[there["distance_m"].isna() | (there["distance_m"] < 1e6)]
    drawn = ""
    if len(there):
        points = shapely.points(there["easting"], there["northing"])
        drawing = _framed(points, width=CLOSE, height=CLOSE, least_m=LEAST_M)
        units = drawing.units(there[["easting", "northing"]])
        pieces = []
        for row, (x, y) in zip(there.to_dict("records"), units, strict=True):
            sure = row["precision_m"] / drawing.unit_m
            pieces.append(circle("sure", x, y, radius=min(sure, 2 * CLOSE)))
            pieces.append(circle("p used" if row["used"] else "p other", x, y, radius=5))
            pieces.append(text("no", x + 8, y - 6, said=f"{row['candidate']:.0f}"))
        drawn = drawing.whole([*pieces, *_scale(drawing)], label=f"Points of {first['name']}")
    return {
        "site_id": first["site_id"],
        "name": first["name"],
        "told": first["told"],
        "map": drawn,
        "rows": [_row(each) for each in rows.to_dict("records")],
    }


def _framed(points: Any, /, *, width: int, height: int, least_m: float) -> Drawing:  # noqa: ANN401
    """Frame points with a margin, in a drawing of some units."""
    if not len(points):
        points = shapely.points([[0, 0]])
    west, south, east, north = shapely.total_bounds(points)
    unit_m = MARGIN * max((east - west) / width, (north - south) / height, least_m / width)
    x, y = (west + east) / 2, (south + north) / 2
    half_w, half_h = width * unit_m / 2, height * unit_m / 2
    bounds = x - half_w, y - half_h, x + half_w, y + half_h
    return Drawing(bounds, unit_m=unit_m, width=width, height=height)


def _scale(drawing: Drawing) -> list[str]:
    """Draw a bar of a round length, a third of the width at most."""
    fitting = [m for m in SCALES_M if m <= drawing.width * drawing.unit_m / 3]
    metres = fitting[-1] if fitting else SCALES_M[0]
    wide, low = round(metres / drawing.unit_m), drawing.height - 12
    said = f"{metres:,} m" if metres < 1000 else f"{metres // 1000} km"
    bar = f'<path class="scale" d="M10 {low}h{wide}"/>'
    return [bar, text("no", 10, low - 6, said=said)]
