"""Mean response by kind of incident, and for mixes of kinds, beside published means of the same.

    mean of a mix = sum over its kinds of incidents a year that are reached x mean of the kind
                    / all of these

A published mean is held against the mix it is the mean of, and against nothing else: dwelling fires
lie nearer to stations than vehicles on trunk roads do. Call handling is the study's own figure for
every kind. Nothing is fitted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from colocate.impact.cover import response_parts
from colocate.tables.demand import RESPONSE_BY_MIX
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from colocate.impact.crews import Crews
    from colocate.study import Incidents
    from colocate.study.demand import Mix

    Row = dict[str, Any]

MEASURES = {
    "call_handling_s": "handling_s",
    "mean_turnout_s": "turnout_s",
    "mean_drive_s": "drive_s",
    "mean_response_s": "response_s",
}
"""Measures, and the part of table `response_parts` that each is."""
KINDS = {
    "dwelling": "Dwelling fires",
    "other_building": "Fires in other buildings",
    "road_vehicle": "Fires of road vehicles",
    "outdoor": "Outdoor primary fires",
}


def response_by_mix(
    incident_points: pd.DataFrame,
    fire: Crews,
    /,
    *,
    apart: Callable[[pd.DataFrame], Crews],
    settings: Incidents,
) -> pd.DataFrame:
    """Measure the mean response and its parts for each kind of incident and each mix of the study.

    Args:
        incident_points: table `incident_points`.
        fire: every crew that counts, against the units.
        apart: lays them out against points that no unit is, as of table `demand_points`.
        settings: section `incidents` of the study.

    Returns:
        Table `response_by_mix`: kinds, then mixes, in the order of the study; without rows if the
        study has no mix.
    """
    if incident_points.empty:
        return conform(RESPONSE_BY_MIX, [])
    parts = _parts(incident_points, fire, apart=apart)
    ground = incident_points.drop_duplicates("kind").set_index("kind")
    rows = [
        row
        for kind in (each for each in KINDS if each in ground.index)
        for row in _rows(kind, name=KINDS[kind], counts={kind: 1.0}, parts=parts,
                         basis=ground["basis"][kind], rests_on=ground["rests_on"][kind])
    ]  # fmt: skip
    for mix in settings.mixes:
        rows += _of_mix(mix, parts, ground=ground)
    return conform(RESPONSE_BY_MIX, _beside(rows, settings))


def _parts(
    incident_points: pd.DataFrame, fire: Crews, *, apart: Callable[[pd.DataFrame], Crews]
) -> dict[str, pd.DataFrame]:
    """Table `response_parts` of each kind, by case."""
    own = incident_points["own_point"]
    found = _weighed(incident_points[~own], fire)
    if own.any():
        ids = incident_points.loc[own, "point_id"].drop_duplicates()
        points = pd.DataFrame(
            {"demand_id": ids, "in_area": True, "people": 0.0, "fires_per_year": 0.0}
        )
        found |= _weighed(incident_points[own], apart(points))
    return found


def _weighed(points: pd.DataFrame, fire: Crews) -> dict[str, pd.DataFrame]:
    ids = pd.Index(fire.demand["demand_id"])
    layers = {}
    for kind, rows in points.groupby("kind"):
        weights = np.zeros(len(ids))
        weights[ids.get_indexer(rows["point_id"])] = rows["weight"].to_numpy()
        layers[str(kind)] = weights
    table = response_parts(fire, layers)
    return {str(kind): rows.set_index("case") for kind, rows in table.groupby("layer")}


def _of_mix(mix: Mix, parts: Mapping[str, pd.DataFrame], *, ground: pd.DataFrame) -> Iterator[Row]:
    counts = {kind: f.value for kind, f in mix.per_year.items() if f.value and kind in parts}
    assumed = mix.basis == "assumed" or (ground.loc[list(counts), "basis"] == "assumed").any()
    told = "; ".join(
        f"{KINDS[kind]}: {figure.value:g} a year, {figure.ground}"
        for kind, figure in mix.per_year.items()
    )
    basis = "assumed" if assumed else "recorded"
    yield from _rows(mix.id, name=mix.name, counts=counts, parts=parts, basis=basis, rests_on=told)


def _rows(
    mix: str, *, name: str, counts: Mapping[str, float], parts: Mapping[str, pd.DataFrame],
    basis: str, rests_on: str,
) -> Iterator[Row]:  # fmt: skip
    """Yield the parts of the response of one mix, case by case."""
    every = float(sum(counts.values()))
    for case in next(iter(parts.values())).index:
        kinds = {kind: parts[kind].loc[case] for kind in counts}
        weight = {
            kind: count * kinds[kind]["reached"] / kinds[kind]["total"]
            for kind, count in counts.items()
        }
        counted = sum(weight.values())
        for measure, part in MEASURES.items():
            total = sum(weight[kind] * kinds[kind][part] for kind in counts if weight[kind])
            yield {
                "mix": mix, "name": name, "case": case, "measure": measure,
                "value": total / counted if counted else None,
                "not_reached": min(max(1 - counted / every, 0.0), 1.0),
                "basis": basis, "rests_on": rests_on,
            }  # fmt: skip


def _beside(rows: list[Row], settings: Incidents) -> list[Row]:
    """Put each published mean beside what was computed for the same mix."""
    published = {(each.mix, each.measure): each for each in settings.published}
    for row in rows:
        mean = published.get((row["mix"], row["measure"]))
        if mean is None:
            continue
        ratio = row["value"] / mean.value.value if row["value"] is not None else None
        noise = mean.noise_share.value
        row |= {
            "published": mean.value.value,
            "period": mean.period,
            "owner": mean.value.of or settings.of,
            "noise_share": noise,
            "published_source": mean.value.ground,
            "ratio": ratio,
            "within_noise": None if ratio is None else abs(ratio - 1) <= noise,
        }
    return rows
