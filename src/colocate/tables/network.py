"""Tables of the network made ready: split junctions, and the links that many drives follow."""

from __future__ import annotations

from colocate.tables.schema import Column, table

ROAD_ORDER = table(
    "road_order", ("graph_node",), "In which order the nodes of the network, its junctions split "
    "for turns, are contracted: what makes many travel times fast, and changes none. Depends on "
    "the roads, not on speeds.",
    Column("graph_node", "int", "Node of the graph with split junctions.", at_least=0),
    Column("rank", "int", "Its place in the order: 0, 1, 2, …", at_least=0),
)

ROAD_STRETCHES = table(
    "road_stretches", ("stretch",), "The network as it is driven, its junctions split for turns: "
    "road edges in their order, then the turns at split junctions. At no speed in particular.",
    Column("stretch", "int", "0, 1, 2, … : also the row number.", at_least=0),
    Column("tail", "int", "Node of the graph that the forward direction leaves.", at_least=0),
    Column("head", "int", "Node that the backward direction leaves.", at_least=0),
    Column("forward_to", "int", "Node that the forward direction arrives at.", at_least=0),
    Column("backward_to", "int", "Node that the backward direction arrives at.", at_least=0),
    Column("forward_ms", "int", "What a turn takes; 0 of a road, -1 where nobody may drive "
           "forwards.", at_least=-1),
    Column("backward_ms", "int", "The same backwards.", at_least=-1),
    Column("length_dm", "int", "Length; 0 of a turn.", at_least=0),
    Column("edge", "int", "Road edge; -1 of a turn.", at_least=-1),
    Column("forward_slot", "int", "Row of road_links that is climbed by driving forwards, or that "
           "with the number of links added that is come down; -1 for none.", at_least=-1),
    Column("backward_slot", "int", "The same backwards.", at_least=-1),
    mapped=True,
)

ROAD_LINKS = table(
    "road_links", ("low", "high"),
    "Links of the contracted network: which ranks are joined once all lower ones are gone.",
    Column("low", "int", "Rank of the lower end.", at_least=0),
    Column("high", "int", "Rank of the higher end.", at_least=0),
    mapped=True,
)

TABLES = (ROAD_ORDER, ROAD_STRETCHES, ROAD_LINKS)
