"""Tiny OSM files: ways over nodes given in metres from a corner."""

from __future__ import annotations

import pyproj

X0, Y0 = 290_000, 92_000
NODES = {
    1: (0, 0), 2: (1000, 0), 3: (2000, 0), 4: (1000, 1000), 5: (1000, -1000), 6: (1500, 300),
}  # fmt: skip


def xml(ways, nodes=NODES, *, crs="EPSG:27700", at=(X0, Y0), marks=None, relations=()):
    """OSM XML of ways `(refs, tags)`, tagged nodes `{ref: tags}`, relations `(members, tags)`."""
    to_degrees = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    lines = ["<?xml version='1.0' encoding='UTF-8'?>", "<osm version='0.6'>"]
    for ref, (x, y) in nodes.items():
        lon, lat = to_degrees.transform(at[0] + x, at[1] + y)
        tagged = _tags((marks or {}).get(ref, {}))
        lines.append(
            f"<node id='{ref}' version='1' lat='{lat:.7f}' lon='{lon:.7f}'>{tagged}</node>"
        )
    for i, (refs, tags) in enumerate(ways):
        nds = "".join(f"<nd ref='{ref}'/>" for ref in refs)
        lines.append(f"<way id='{i + 1}' version='1'>{nds}{_tags(tags)}</way>")
    for i, (members, tags) in enumerate(relations):
        listed = "".join(
            f"<member type='{kind}' ref='{ref}' role='{role}'/>" for role, kind, ref in members
        )
        lines.append(f"<relation id='{i + 1}' version='1'>{listed}{_tags(tags)}</relation>")
    return "\n".join([*lines, "</osm>"])


def _tags(tags):
    return "".join(f"<tag k='{k}' v='{v}'/>" for k, v in tags.items())
