"""Tables of what is drawn: maps made once of what no weight changes."""

from __future__ import annotations

from colocate.tables.schema import Column, table

DRAWINGS = table(
    "drawings", ("number",),
    "What the report's map draws, generalised for the eye: a shape a row, as encoded text.",
    Column("number", "int", "Order in which it is drawn, from 1.", at_least=1),
    Column("layer", "str", "What it belongs to: catchment, land, motorway, place and so on."),
    Column("key", "str", "Site, option, road number or place name; empty where the layer is one "
           "shape.", disclosure="restricted"),
    Column("limit_s", "float", "Limit of a catchment.", null=True),
    Column("people", "float", "People within a catchment.", unit="people", null=True),
    Column("rank", "float", "Of a label: 1 is shown first.", null=True),
    Column("shape", "str", "Encoded polyline: all rings of an area, all lines of a class, the one "
           "point of a label.", disclosure="restricted"),
)

LOCAL_MAPS = table(
    "local_maps", ("option_id",),
    "The map of each option on its open page: an SVG element without script.",
    Column("option_id", "str", "Option."),
    Column("svg", "str", "The element.", disclosure="restricted"),
)

LOCAL_GROUNDS = table(
    "local_grounds", ("west", "south", "east", "north"),
    "What lies under the map of an option, by the ground that it shows: land and main roads.",
    *(Column(edge, "float", f"The {edge} edge of the map.", unit="m")
      for edge in ("west", "south", "east", "north")),
    Column("land", "str", "SVG element.", disclosure="restricted"),
    Column("roads", "str", "SVG elements, a kind of road each.", disclosure="restricted"),
)

TABLES = (DRAWINGS, LOCAL_GROUNDS, LOCAL_MAPS)
