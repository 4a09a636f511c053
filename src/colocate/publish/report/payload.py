"""The data inside the report's page: linked tables by column, small enough to carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.publish.facts import Option, Site, amounts, frame, words
from colocate.publish.report import polyline
from colocate.publish.report.columns import by_column, per_option
from colocate.publish.report.decision import decision
from colocate.publish.report.routes import routes
from colocate.tables import each
from colocate.tables.choice import LISTS
from colocate.tables.rows import CoverBaseline, ResponseByMix

if TYPE_CHECKING:
    from colocate.publish.facts import Facts
    from colocate.study import Study

Tables = Mapping[str, pd.DataFrame]

SITE_COLUMNS = (
    "site_id", "name", "service", "roles", "status", "status_note", "desk", "desk_evidence",
    "custody_evidence", "staff_fte", "crewing", "over_border",
    "share_status", "share_with", "address", "town", "postcode", "postcode_basis", "tenure",
    "confidence", "source", "as_of", "notes", "precision_m", "police_area", "body",
    "takes_part", "part_reason",
)  # fmt: skip
OPTION_COLUMNS = (
    "option_id", "kind", "title", "what_happens", "site_ids", "host_site_id", "mover_site_ids",
    "released_site_ids", "tier", "travel_time_s", "straight_m", "police_areas", "existing_share",
    "reason", "cluster_id", "already_decided",
)  # fmt: skip
SCORE_COLUMNS = ("status", "list", "score", "completeness", "rank", "rank_low", "rank_high",
                 "rank_shared", "place", "town", "rank_group")  # fmt: skip
ONE_ROW_EACH: Mapping[str, tuple[str, ...]] = {
    "cover": ("fire_changes", "known", "untold"),
    "access": (),
    "money": (),
}
"""Columns sent, all where none are named."""
MANY_ROWS_EACH = {
    "gates": ("gate", "outcome", "mandatory", "reason", "evidence", "question"),
    "contributions": ("criterion", "raw", "value_low", "value", "value_high", "basis"),
}
WORDS: Mapping[str, Mapping[Any, str]] = {
    "kind_words": words.KINDS,
    "status_words": words.STATUSES,
    "held_words": words.RANK_GROUPS,
    "group_words": words.GROUPS,
    "group_titles": words.GROUP_TITLES,
    "list_words": words.LISTS,
    "money_bases": words.MONEY_BASES,
    "objective_words": words.OBJECTIVES,
    "robust_words": words.STABILITY,
    "decision_words": words.DECISIONS,
}
AREA_COLUMNS = ("sought_for", "limit_s", "people_lost_best", "people_lost_most")
Row = dict[str, Any]


DRAWN = ("layer", "key", "limit_s", "people", "shape", "rank")
"""Columns of table `drawings` that the page has; its rows keep their order."""


def payload(facts: Facts, tables: Tables, /, *, study: Study, drawings: pd.DataFrame) -> Row:
    """Gather everything the page's script needs; every value is plain JSON.

    Options are in the order of option_id, which is also how ties in rank are broken; rows of
    other tables name their option by its place in that order.

    Args:
        facts: what may be told of the run's options and sites.
        tables: the run's tables by name.
        study: the study of the run.
        drawings: what `layers.drawings` returns.
    """
    head = study.study
    linked = {
        "sites": _sites(facts),
        "options": _options(facts),
        "clusters": _clusters(tables["clusters"]),
        "areas_of_search": _areas_of_search(facts),
        "drawings": drawings[list(DRAWN)],
        **{name: per_option(facts, name, columns=of) for name, of in ONE_ROW_EACH.items()},
        **{name: per_option(facts, name, columns=of) for name, of in MANY_ROWS_EACH.items()},
        **decision(facts, tables),
    }
    return {
        "study": {
            "id": head.id,
            "title": head.title,
            "notice": head.notice,
            "licence": words.licence(study),
            "weighting": words.weighting(study),
            "fire_area": head.fire_area,
            "response_min": study.response.standards[0].limit_min.value,
            "access_min": study.access.limit_min.value,
        },
        "police_areas": list(head.police_areas),
        "criteria": criteria(study),
        "lists": list(LISTS),
        "presets": study.choice.presets,
        "gates_asked": [
            {"id": gate.id, "label": gate.label, "question": gate.question} for gate in study.gates
        ],
        **{name: dict(said) for name, said in WORDS.items()},
        "tiers": _tiers(facts),
        "home": home(tables, study),
        "area_names": _area_names(tables["boundaries"]),
        "baseline": _baseline(tables["cover_baseline"], tables["response_by_mix"]),
        **{name: by_column(table) for name, table in linked.items()},
        **routes(facts),
    }


def _options(facts: Facts) -> pd.DataFrame:
    """Options with their scores."""
    scores = per_option(facts, "score", columns=SCORE_COLUMNS).drop(columns="option")
    own = frame(Option, facts.options, columns=(*OPTION_COLUMNS, "disclosure", "kind_words"))
    first = own[[*OPTION_COLUMNS]].join(scores)
    return first.assign(disclosure=own["disclosure"], kind_said=own["kind_words"])


def _tiers(facts: Facts) -> list[str]:
    """Tiers of nearness, the nearest first."""
    ordered = sorted(facts.options, key=lambda option: option.straight_m)
    return list(dict.fromkeys(option.tier for option in ordered))


def criteria(study: Study) -> list[Row]:
    """The study's criteria with their weights and scales.

    Args:
        study: the study of the run.
    """
    chosen = study.choice.criteria
    total = sum(criterion.weight.value for criterion in chosen)
    return [
        {
            **criterion.model_dump(include={"id", "label", "meaning", "unit"}),
            "weight": criterion.weight.value,
            "share": criterion.weight.value / total,
            "worst": criterion.worst.value,
            "best": criterion.best.value,
        }
        for criterion in chosen
    ]


def home(tables: Tables, study: Study) -> list[list[float]]:
    """South-west and north-east corner of the study area, as [northing, easting].

    Args:
        tables: the run's tables by name.
        study: names its fire area.
    """
    areas = tables["boundaries"]
    own = areas[(areas["kind"] == "fire_area") & (areas["name"] == study.study.fire_area)]
    frame = own if len(own) else tables["located_sites"]
    west, south, east, north = (round(float(edge)) for edge in frame.total_bounds)
    return [[south, west], [north, east]]


def _sites(facts: Facts) -> pd.DataFrame:
    """Located sites, in the order of site_id."""
    sites = facts.sites.values()
    return frame(Site, sites, columns=SITE_COLUMNS).assign(
        easting_m=pd.Series([site.geometry.x for site in sites], dtype="float64").round(),
        northing_m=pd.Series([site.geometry.y for site in sites], dtype="float64").round(),
        grid_reference=[site.grid_reference for site in sites],
        floor_area=[words.floor_area(site) for site in sites],
    )


def _clusters(clusters: pd.DataFrame) -> pd.DataFrame:
    ordered = clusters.sort_values("cluster_id")
    rings, owner = polyline.rings(ordered.geometry.to_numpy())
    shapes = polyline.encode(rings, owner, count=len(ordered))
    told = ordered[["cluster_id", "name", "n_sites", "diameter_m", "diameter_s"]]
    return pd.DataFrame(told.round(0)).assign(shape=shapes)


def _areas_of_search(facts: Facts) -> pd.DataFrame:
    """Figures of each area; its outline is among the drawings."""
    found = [option.area_of_search for option in facts.options if option.area_of_search]
    size = pd.Series([area.geometry.area for area in found], dtype="float64") / 1e6
    figures = per_option(facts, "area_of_search", columns=AREA_COLUMNS)
    return figures.assign(area_km2=size.round(2))


def _area_names(boundaries: pd.DataFrame) -> list[Row]:
    areas = boundaries[boundaries["kind"] == "police_area"].sort_values("name")
    points = areas.geometry.representative_point()
    return [
        {"name": name, "at": [round(point.y), round(point.x)]}
        for name, point in zip(areas["name"], points, strict=True)
    ]


def _baseline(baseline: pd.DataFrame, response_by_mix: pd.DataFrame) -> list[Row]:
    """Shares covered today, and means that others were published beside, of the same incidents."""
    shares = [
        {
            "label": row.meaning.partition(". ")[0],
            "meaning": row.meaning,
            "value": _quantity(row.value, row.unit),
            "published": None,
            "published_source": None,
        }
        for row in each(CoverBaseline, baseline)
        if row.unit == "share"
    ]
    expected = response_by_mix[response_by_mix["case"] == "expected"]
    return shares + [
        {
            "label": f"{row.name}, {row.basis}: {_measure(row.measure)}",
            "meaning": row.rests_on,
            "value": _quantity(row.value, "s"),
            "published": _quantity(row.published, "s"),
            "published_source": f"{row.period}; {row.published_source}",
        }
        for row in each(ResponseByMix, expected)
        if amounts.known(row.published)
    ]


def _quantity(value: float, unit: str) -> str | None:
    return amounts.quantity(value, unit) if amounts.known(value) else None


def _measure(measure: str) -> str:
    return measure.removesuffix("_s").replace("_", " ")
