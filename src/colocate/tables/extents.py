"""Tables of how far the roads reach: what an extract says it holds, and what lies near its edge."""

from __future__ import annotations

from colocate.tables.schema import Column, table

ROAD_EXTENT = table(
    "road_extent", ("box",), "Boxes that an OpenStreetMap extract says it holds: none, one or "
    "several. Packed roads have none.",
    Column("box", "int", "0, 1, 2, …, in the order of the file.", at_least=0),
    Column("west", "float", "Longitude.", unit="deg"),
    Column("south", "float", "Latitude.", unit="deg"),
    Column("east", "float", "Longitude.", unit="deg"),
    Column("north", "float", "Latitude.", unit="deg"),
)

NEAR_EDGE = table(
    "near_edge", ("subject", "key"), "What lies so near to the edge of the roads that what is "
    "beyond may bear on it: sites of the study's area, and its border.",
    Column("subject", "str", "A site, or the border of the area.", allowed=("site", "border")),
    Column("key", "str", "Site id, or name of the area."),
    Column("answers", "str", "What it touches, joined by ;: cover, catchments, access."),
    Column("distance_m", "float", "Straight to the edge, in whole kilometres.", at_least=0),
    Column("edge", "str", "How the edge was found: the box in the head of the extract, or where "
           "its roads end though the land goes on.", allowed=("header", "roads")),
)

TABLES = (ROAD_EXTENT, NEAR_EDGE)
