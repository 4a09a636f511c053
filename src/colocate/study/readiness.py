"""How much of the inputs must be understood before a study says anything."""

from __future__ import annotations

from colocate.study.figure import Figure, Settings, Share


class Readiness(Settings):
    """Least shares below which `check` and `run` stop, or for `tenure` and `points` only warn.

    Each counts the study's own sites; partners' sites and those over the border are neighbours.
    """

    status: Share = Figure(
        value=0.8, assumed="sites of unverified status take no part: a fifth of the estate at most"
    )
    role: Share = Figure(
        value=0.8, assumed="a site of unknown use meets no gate about its use: a fifth at most"
    )
    crewing: Share = Figure(
        value=0.75,
        assumed="stations without crewing answer as slowly as the slowest: above a quarter of them "
        "cover tells of the gap in the register and not of the service",
    )
    coordinates: Share = Figure(
        value=0.8, assumed="a site without a point is in no option: a fifth of the estate at most"
    )
    areas: Share = Figure(
        value=0.8, assumed="sites outside every area: register and boundaries are of other places"
    )
    demand: Share = Figure(
        value=0.9, assumed="people outside the area they are counted in, but for rough borders"
    )
    police: Share = Figure(
        value=0.8, assumed="people of a force without a site see no option: a fifth of them at most"
    )
    roads: Share = Figure(
        value=0.8, assumed="off the roads nobody is reached: a fifth at most, islands among them"
    )
    points: Share = Figure(
        value=0.5, assumed="a point by postcode is of a street: most sites should have their own"
    )
    tenure: Share = Figure(
        value=0.5, assumed="lease ends and breaks decide when a site can be left"
    )
