"""Draw sites at random with the outlines near them and those taken for their own, to be looked at.

    python docs/house/buildings.py OUT/devon-somerset sheet.html [--sites 20] [--seed 20160219]

Reads the tables of a run. Each tile is 120 m wide, north up: the site's point with a ring of the
error it is known to, outlines with their ground in m2, those taken for the site's own filled. What
twenty of them showed stands in docs/buildings.md.
"""

from __future__ import annotations

import argparse
import html
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from colocate import io
from colocate.tables import TABLES, parts

if TYPE_CHECKING:
    import geopandas as gpd
    import shapely

HALF_M, TILE_PX = 60.0, 300
K = TILE_PX / (2 * HALF_M)
TABLES_READ = ("located_sites", "site_areas", "site_buildings")


def main() -> None:
    """Draw the sites and name them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path, help="output folder of a run")
    parser.add_argument("sheet", type=Path, help="HTML file to write")
    parser.add_argument("--sites", type=int, default=20, help="how many")
    parser.add_argument("--seed", type=int, default=20160219, help="of the draw")
    given = parser.parse_args()
    located, areas, outlines = (
        io.load(TABLES[name], given.run / "tables" / f"{name}.parquet") for name in TABLES_READ
    )
    listed = located[~located["over_border"]].merge(areas, on="site_id").sort_values("site_id")
    chosen = np.random.default_rng(given.seed).choice(len(listed), given.sites, replace=False)
    rows = listed.iloc[sorted(chosen)]
    tiles = "".join(_tile(row, outlines) for _, row in rows.iterrows())
    io.write_text(f"<!doctype html><meta charset=utf-8>{tiles}\n", given.sheet)
    for _, row in rows.iterrows():
        print(row["site_id"], row["name"], row["match"], row["match_confidence"], sep=" | ")


def _tile(row: pd.Series, outlines: gpd.GeoDataFrame) -> str:
    here = row["geometry"]
    near = outlines[outlines.distance(here) <= HALF_M * 2**0.5]
    own = parts(row["building_ids"])
    shapes = "".join(
        _shape(outline, here, own=building in own)
        for building, outline in zip(near["building_id"], near.geometry, strict=True)
    )
    middle = TILE_PX / 2
    told = (
        f"{row['site_id']} {row['name'][:44]}",
        f"{row['match']}, {row['match_confidence']}; {row['roles']}, {row['status']}",
        "" if pd.isna(row["match_note"]) else row["match_note"][:60],
    )
    words = "".join(
        f'<text x="4" y="{TILE_PX + 12 + 13 * i}" font-size="11">{html.escape(line)}</text>'
        for i, line in enumerate(told)
    )
    return (
        f'<svg width="{TILE_PX}" height="{TILE_PX + 44}" font-family="sans-serif" '
        f'style="border:1px solid #999">{shapes}<circle cx="{middle}" cy="{middle}" r="3"/>'
        f'<circle cx="{middle}" cy="{middle}" r="{row["precision_m"] * K:.0f}" fill="none" '
        f'stroke="#06c" stroke-dasharray="3"/><rect y="{TILE_PX}" width="{TILE_PX}" height="44" '
        f'fill="#fff"/>{words}</svg>'
    )


def _shape(outline: shapely.Polygon, here: shapely.Point, *, own: bool) -> str:
    d = "".join(
        "M" + " ".join(f"{_x(x, here):.1f},{_y(y, here):.1f}" for x, y in ring.coords) + "Z"
        for ring in (outline.exterior, *outline.interiors)
    )
    fill = "#e69f00" if own else "#ddd"
    at = outline.representative_point()
    return (
        f'<path d="{d}" fill="{fill}" fill-rule="evenodd" stroke="#333"/>'
        f'<text x="{_x(at.x, here):.0f}" y="{_y(at.y, here):.0f}" font-size="9" '
        f'text-anchor="middle">{outline.area:.0f}</text>'
    )


def _x(east: float, here: shapely.Point) -> float:
    return (east - here.x + HALF_M) * K


def _y(north: float, here: shapely.Point) -> float:
    return (here.y - north + HALF_M) * K


if __name__ == "__main__":
    main()
