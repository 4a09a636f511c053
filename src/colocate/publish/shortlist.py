"""The ranked shortlist: everything for the authorities, and the cut that agents may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from colocate import bng
from colocate.publish import disclosure, words
from colocate.publish.csvtext import csv_bytes
from colocate.publish.words import known
from colocate.tables import parts
from colocate.tables.schema import CRS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from colocate.study import Study

Tables = Mapping[str, pd.DataFrame]

INTERNAL_FORMAT = "colocate-shortlist/2"
AGENTS_FORMAT = "colocate-shortlist-agents/2"
"""Raised when a column is added, moved or changes its meaning."""

HOST_COLUMNS = (
    "town", "uprn", "tenure", "lease_end", "break_date", "gia_m2", "site_area_m2", "spare_m2",
    "parking_spaces", "epc", "condition", "listed", "flood_zone", "annual_running_cost_gbp",
    "confidence",
)  # fmt: skip

INTERNAL_COLUMNS = (
    "rank", "rank_group", "option_id", "status", "score", "completeness", "title", "kind",
    "what_happens", "host_site_id", "host_site", "mover_site_ids", "moving_sites",
    "released_site_ids", "surplus_sites", "tier", "straight_m", "travel_time_s", "fire_area",
    "police_areas",
    "host_postcode", "host_grid_reference", *(f"host_{name}" for name in HOST_COLUMNS),
    "failed_gates", "unknown_gates", "people_losing_fire_cover", "people_gaining_fire_cover",
    "people_losing_desk_access", "people_gaining_desk_access", "net_saving_gbp", "saving_basis",
    "approvals", "existing_share", "reason", "data_gaps", "as_of", "disclosure", "notice",
    "licence_notice", "format",
)  # fmt: skip
"""After these come value_… and contribution_… for each criterion, in the study's order."""

AGENTS_COLUMNS = (
    "rank", "option_ref", "what_happens", "host_site", "surplus_sites", "area_of_search", "town",
    "postcode", "uprn", "tenure", "lease_end", "break_date", "gia_m2", "area_basis",
    "site_area_m2", "spare_m2", "parking_spaces", "epc", "condition", "listed", "flood_zone",
    "earliest_release", "approvals_outstanding", "contact", "confidence", "data_gaps", "as_of",
    "licence_notice", "format",
)  # fmt: skip

AGENTS_SOURCES: Mapping[str, tuple[str, ...]] = {
    "options": ("option_id", "kind", "site_ids", "police_areas"),
    "scores": ("option_id", "status", "rank"),
    "approvals": ("option_id", "step", "body", "action", "certainty"),
    "places": ("name", "kind", "geometry"),
    "boundaries": ("kind", "name", "geometry"),
    "located_sites": ("site_id", "service", "town", "confidence", "as_of", "disclosure",
                      "geometry"),
    "areas_of_search": ("option_id", "geometry"),
}  # fmt: skip
"""All the columns that the agents' cut reads. Nothing else of a run is looked at."""

WITHHELD = ("rank", "host_site", "surplus_sites", "postcode", "uprn", "tenure", "lease_end",
            "break_date", "epc", "condition", "listed", "flood_zone")  # fmt: skip
"""About named sites, and the rank: empty until a decision register releases the option."""

UNKNOWN = ("gia_m2", "area_basis", "site_area_m2", "spare_m2", "parking_spaces",
           "earliest_release")  # fmt: skip
"""Size and date sought: not part of any register yet."""

OUTSTANDING = ("approve", "agree")
"""Steps that stand between an option and the market. Whom to consult depends on whether a desk or
a crew moves, so it would tell; the rest is for the record."""

WORST_FIRST = ("low", "medium", "high")

SCREENING = (
    "Screening only: a shared site could be looked at here if the authorities agree; "
    "nothing is sought yet"
)
_STEP = ["body", "action"]
"""What makes two steps of a path one."""

AGENTS_SQUARE_M = 1000
"""Agents get whole squares of the National Grid: a finer outline would show which station moves."""
AGENTS_AREAS = "areas-of-search-agents.gpkg"
"""The file beside the agents' shortlist that holds their areas of search."""


def internal(tables: Tables, /, *, study: Study) -> pd.DataFrame:
    """Return every option with its figures, by rank; options without a rank come last."""
    sites = tables["located_sites"].set_index("site_id", drop=False)
    names = sites["name"]
    frame = tables["options"].merge(tables["scores"], on="option_id", validate="1:1")
    frame = frame.sort_values(["rank", "option_id"], ignore_index=True)
    host = sites.reindex(frame["host_site_id"].astype("object"))
    money = tables["money"].set_index("option_id").loc[frame["option_id"]]
    dates = sites["as_of"]
    stated = host["postcode"].where(host["postcode_basis"] == "stated")
    columns = {
        "host_site": host["name"],
        "moving_sites": _named(frame["mover_site_ids"], names),
        "surplus_sites": _named(frame["released_site_ids"], names),
        "host_postcode": stated,
        "host_grid_reference": [
            bng.grid_reference(p.x, p.y, digits=3) if p is not None else None for p in host.geometry
        ],
        **{f"host_{name}": host[name] for name in HOST_COLUMNS},
        **_people(tables, frame["option_id"]),
        "net_saving_gbp": money["net_saving_gbp"],
        "saving_basis": money["basis"],
        "approvals": _approvals(tables["approvals"], frame["option_id"]),
        "as_of": [words.span(dates[parts(ids)]) for ids in frame["site_ids"]],
        "disclosure": disclosure.of_options(tables).loc[frame["option_id"]],
        "notice": f"{words.internal(disclosure.of_run(tables))} {study.study.notice}".strip(),
        "licence_notice": words.licence(study),
        "format": INTERNAL_FORMAT,
    }
    for name, values in columns.items():
        frame[name] = values if isinstance(values, str) else list(values)
    frame["data_gaps"] = _gaps(frame, [*(f"host_{n}" for n in HOST_COLUMNS), "host_postcode",
                                       "net_saving_gbp"])  # fmt: skip
    return frame[list(INTERNAL_COLUMNS)].join(
        _by_criterion(tables["contributions"], frame["option_id"], study=study)
    )


def agents(tables: Tables, /, *, study: Study) -> pd.DataFrame:
    """Return what commercial agents may see: where a shared site could be, and who must approve.

    No option is released yet (there is no decision register), so no site is named, nothing is
    ranked and nothing is told that is true of one building only. An option that moves one service
    into the other's building asks nothing of the market and would name the building given up: it
    is left out. What remains is a new shared site in or near a town: one row a town, in the order
    of their names and numbered anew, so that no reference leads back to a site.
    """
    seen = _seen(tables)
    outlined = set(agents_areas(tables, study=study)["option_ref"])
    head = study.study
    empty = f"withheld until released: {', '.join(WITHHELD)}; not known: {', '.join(UNKNOWN)}"
    rows = [
        dict.fromkeys(AGENTS_COLUMNS)
        | {
            "option_ref": reference,
            "what_happens": SCREENING,
            "area_of_search": f"in or near {town} ({', '.join(_police_areas(group))})"
            + (f"; {AGENTS_AREAS}, layer areas_of_search" if reference in outlined else ""),
            "town": town,
            "approvals_outstanding": _outstanding(seen["approvals"], group["option_id"]),
            "contact": head.contact or None,
            "confidence": min(group["confidence"], key=WORST_FIRST.index),
            "data_gaps": empty if head.contact else f"{empty}, contact",
            "as_of": words.span(group["dates"].explode(), digits=4),
            "licence_notice": f"{head.notice} {words.licence(study)}",
            "format": AGENTS_FORMAT,
        }
        for place, (town, group) in enumerate(_considered(seen, study).groupby("town"), start=1)
        for reference in [_reference(study, place)]
    ]
    return pd.DataFrame(rows, columns=list(AGENTS_COLUMNS))


def agents_areas(tables: Tables, /, *, study: Study) -> gpd.GeoDataFrame:
    """Return the areas of search behind the rows of `agents`, by option_ref.

    All options of a town make one area, in whole kilometre squares of the National Grid that any
    of their areas touches, so that it cannot be told which of the town's sites would move.
    """
    seen = _seen(tables)
    town = _considered(seen, study).set_index("option_id")["town"]
    areas = seen["areas_of_search"]
    areas = areas[areas["option_id"].isin(town.index)]
    squares = areas.assign(town=areas["option_id"].map(town)).groupby("town")["geometry"]
    drawn = {name: _squares(shapes.to_numpy()) for name, shapes in squares}
    rows = [
        {"option_ref": _reference(study, place), "town": name, "geometry": drawn[name]}
        for place, name in enumerate(sorted(town.unique()), start=1)
        if name in drawn
    ]
    columns = ["option_ref", "town", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=CRS)


def _squares(areas: NDArray[np.object_]) -> shapely.Geometry:
    """Grid squares that hold some of the areas' ground."""
    side = AGENTS_SQUARE_M
    low = np.floor(shapely.total_bounds(areas)[:2] / side)
    high = np.ceil(shapely.total_bounds(areas)[2:] / side)
    corner = np.stack(np.meshgrid(*map(np.arange, low, high)), axis=-1).reshape(-1, 2) * side
    squares = shapely.box(*corner.T, *(corner + side).T)
    area, square = shapely.STRtree(squares).query(areas, predicate="intersects")
    shared = shapely.relate_pattern(areas[area], squares[square], "T********")  # ground, not edges
    return shapely.coverage_union_all(squares[np.unique(square[shared])])


def _reference(study: Study, place: int) -> str:
    return f"{study.study.id}-{study.study.as_of:%Y%m%d}-{place:03}"


def _seen(tables: Tables) -> dict[str, pd.DataFrame]:
    return {name: tables[name][list(columns)] for name, columns in AGENTS_SOURCES.items()}


def _considered(seen: Tables, study: Study) -> pd.DataFrame:
    """Ranked, unblocked options for a new site: the town of each, its sites' dates, confidence."""
    options = seen["options"].merge(seen["scores"], on="option_id", validate="1:1")
    sites = seen["located_sites"].set_index("site_id")
    sensitive = set(sites.index[sites["disclosure"] == "restricted"])
    tellable = [sensitive.isdisjoint(parts(ids)) for ids in options["site_ids"]]
    chosen = options[
        (options["kind"] == "both_to_new")
        & options["rank"].notna()
        & (options["status"] != "blocked")
        & np.array(tellable, dtype=bool)
    ].sort_values("option_id")
    areas = seen["boundaries"]
    own = areas[(areas["kind"] == "fire_area") & (areas["name"] == study.study.fire_area)]
    towns = seen["places"][seen["places"]["kind"].isin(["city", "town"])].sort_values("name")
    towns = towns[towns.geometry.intersects(shapely.union_all(own.geometry.to_numpy()))]
    members = [sites.loc[parts(ids)] for ids in chosen["site_ids"]]
    return chosen.assign(
        town=[_town(group, towns) for group in members],
        dates=[group["as_of"].tolist() for group in members],
        confidence=[min(group["confidence"], key=WORST_FIRST.index) for group in members],
    )


def _town(members: gpd.GeoDataFrame, towns: gpd.GeoDataFrame) -> str:
    """Town of the members: the register's own, fire sites first; else the nearest in the area."""
    stated = members.sort_values("service", key=lambda service: service != "fire", kind="stable")
    known_towns = stated["town"].dropna()
    if len(known_towns):
        return str(known_towns.iloc[0])
    if towns.empty:
        return "not known"
    middle = shapely.MultiPoint(members.geometry.to_list()).centroid
    return str(towns["name"].iloc[int(np.argmin(shapely.distance(towns.geometry, middle)))])


def _police_areas(options: pd.DataFrame) -> list[str]:
    return sorted({area for listed in options["police_areas"] for area in parts(listed)})


def _outstanding(approvals: pd.DataFrame, ids: pd.Series) -> str | None:
    """Who must approve or agree to any of a town's options, in order."""
    steps = approvals[approvals["option_id"].isin(ids) & approvals["action"].isin(OUTSTANDING)]
    return "; ".join(_said(steps.sort_values(["step", "body"]).drop_duplicates(_STEP))) or None


def _named(ids: pd.Series, names: pd.Series) -> list[str | None]:
    return ["; ".join(names[site] for site in parts(listed)) or None for listed in ids]


def _people(tables: Tables, ids: pd.Series) -> dict[str, pd.Series]:
    return {
        f"people_{word}_{what}": tables[table].set_index("option_id")[column].loc[ids]
        for table, what in (("cover", "fire_cover"), ("access", "desk_access"))
        for word, column in (("losing", "people_lost"), ("gaining", "people_gained"))
    }


def _approvals(approvals: pd.DataFrame, ids: pd.Series) -> list[str | None]:
    """Each option's path in words: who approves, agrees, is consulted or told, in order."""
    ordered = approvals.sort_values(["option_id", "step", "body"])
    ordered = ordered.drop_duplicates(["option_id", *_STEP])
    return list(_said(ordered).groupby(ordered["option_id"]).agg("; ".join).reindex(ids))


def _said(steps: pd.DataFrame) -> pd.Series:
    doubt = steps["certainty"].map({"evidenced": "", "unknown": ", not verified"})
    return steps["body"] + " (" + steps["action"] + doubt + ")"


def _gaps(frame: pd.DataFrame, columns: Iterable[str]) -> list[str | None]:
    checked = list(columns)
    return [
        ", ".join(name for name, value in zip(checked, row, strict=True) if not known(value))
        or None
        for row in frame[checked].itertuples(index=False)
    ]


def _by_criterion(contributions: pd.DataFrame, ids: pd.Series, *, study: Study) -> pd.DataFrame:
    wide = contributions.pivot_table(
        index="option_id", columns="criterion", values=["value", "contribution"], dropna=False
    )
    order = [(k, c.id) for k in ("value", "contribution") for c in study.choice.criteria]
    chosen = wide.reindex(columns=pd.MultiIndex.from_tuples(order)).loc[ids].reset_index(drop=True)
    chosen.columns = [f"{kind}_{criterion}" for kind, criterion in order]
    return chosen


__all__ = ["agents", "agents_areas", "csv_bytes", "internal"]
