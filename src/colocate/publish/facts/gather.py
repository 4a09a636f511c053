"""Build the facts of a run from its tables, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd
import shapely

from colocate import bng
from colocate.errors import CrsError
from colocate.money.prices import two_figures
from colocate.publish.facts import amounts, decided, paths, records, settlement, words
from colocate.publish.facts.disclosure import Fact, filled, of_options, of_run, of_site_rows
from colocate.publish.facts.path_records import Law, Succession
from colocate.publish.facts.records import Facts, Option, Question
from colocate.publish.facts.site_records import Site, SiteArea
from colocate.scoring.summary import worth
from colocate.tables import TABLES, each, empty, parts
from colocate.tables import rows as rows_of

if TYPE_CHECKING:
    from colocate.study import Study

Tables = Mapping[str, pd.DataFrame]
F = TypeVar("F", bound=Fact)
Made = dict[str, "pd.Series | list[Any]"]

UNDECIDED = records.Decision(
    status="none", date=None, decided_by=None, reversible=None, release="internal", body=None,
    body_short=None, status_words=words.DECISIONS["none"],
)  # fmt: skip
"""What stands in the register for an option that it does not name."""


def gather(tables: Tables, study: Study, /, *, only: Collection[str] | None = None) -> Facts:
    """Return what may be told of a run's options and sites.

    Args:
        tables: the run's tables by name; one that is not there counts as empty.
        study: the study of that run.
        only: options to tell of, by option_id; all when None.

    Returns:
        The facts with every field: `cut` them for an audience.
    """
    options = _table(tables, "options").sort_values("option_id", ignore_index=True)
    if only is not None:
        options = options[options["option_id"].isin(only)]
    sites = {site.site_id: site for site in _sites(tables)}
    asked = _questions(_table(tables, "questions").sort_values(["rank", "question_id"]))
    found: dict[str, Mapping[str, list[Any]]] = {
        name: _by_option(kind, tables, study=study, only=only)
        for name, kind in {**Option.ONE, **Option.MANY}.items()
        if "option_id" in TABLES[kind.TABLE].names
    }
    found["questions"] = _waiting(asked)
    found["clearing"] = _clearing(tables)
    found["successions"] = _outlived(tables)
    classes = of_options(tables)
    towns, public = _Towns(tables, study), decided.in_public(tables)
    told = []
    for row in rows(options):
        key = row["option_id"]
        mine = {name: each.get(key, []) for name, each in found.items()}
        told.append(
            _option(row, mine, sites=sites, towns=towns, public=public, disclosure=classes[key])
        )
    law = tuple(_records(Law, _table(tables, "law")))
    ranked = int(_table(tables, "scores")["rank"].notna().sum())
    targets = settlement.toward_targets(tables) if "target_shares" in tables else ()
    return Facts(tuple(told), sites, tuple(asked), ranked, tuple(targets), of_run(tables), law)


def _option(
    row: Mapping[str, Any],
    found: Mapping[str, list[Any]],
    *,
    sites: Mapping[str, Site],
    public: frozenset[str],
    **made: Any,  # noqa: ANN401 - values of fields
) -> Option:
    """Put one option together from its rows."""
    own, hosts, movers, freed = (
        tuple(sites[site] for site in parts(row[name]))
        for name in ("site_ids", "host_site_id", "mover_site_ids", "released_site_ids")
    )
    one: dict[str, Any] = {name: next(iter(found.get(name, ())), None) for name in Option.ONE}
    many: dict[str, Any] = {name: tuple(found.get(name, ())) for name in Option.MANY}
    already, in_public = decided.told(many["gates"], public=public)
    return Option(
        **{name: row[name] for name in Option.COLUMNS if name in row},
        **one | {"host": next(iter(hosts), None), "decision": one["decision"] or UNDECIDED},
        **many | {"sites": own, "freed": freed},
        kind_words=words.kind(
            row["kind"], movers=[s.service for s in movers], hosts=[s.service for s in hosts]
        ),
        disclosure=made["disclosure"],
        as_of=amounts.span(site.as_of for site in own),
        town=stated_town(own),
        near=stated_town(own) or made["towns"].nearest(own),
        mover_names=words.names(movers),
        released_names=words.names(freed),
        gates_counted=words.gates_counted(many["gates"]),
        gates_in_short=words.gates_in_short(many["gates"]),
        already_decided=already,
        decided=in_public,
        approval_path="; ".join(paths.path(many["approvals"])) or None,
    )


def rows(frame: pd.DataFrame, /) -> Iterator[dict[str, Any]]:
    """Yield a table's rows as dictionaries, unknown as None.

    Args:
        frame: any table.
    """
    columns = {str(name): _plain(frame[name]) for name in frame.columns}
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def _plain(column: pd.Series) -> list[Any]:
    # Arrow gives up texts one by one unless asked for all at once.
    values: list[Any] = (column.to_numpy("object") if column.dtype == "str" else column).tolist()
    missing = np.flatnonzero(column.isna().to_numpy())
    for row in missing.tolist():
        values[row] = None
    return values


def _table(tables: Tables, name: str) -> pd.DataFrame:
    return tables[name] if name in tables else empty(TABLES[name])


def _records(kind: type[F], frame: pd.DataFrame) -> list[F]:
    return filled(kind, {name: _plain(frame[name]) for name in kind.COLUMNS}, n=len(frame))


def _by_option(
    kind: type[F], tables: Tables, *, study: Study, only: Collection[str] | None
) -> dict[str, list[F]]:
    """Return the records of a table by option_id, in its order."""
    frame = _table(tables, kind.TABLE)
    frame = frame.assign(**MADE[kind.TABLE](frame, tables, study) if kind.TABLE in MADE else {})
    if only is not None:
        frame = frame[frame["option_id"].isin(only)]
    found: dict[str, list[F]] = {}
    for option, record in zip(_plain(frame["option_id"]), _records(kind, frame), strict=True):
        found.setdefault(option, []).append(record)
    return found


def _sites(tables: Tables) -> list[Site]:
    sites = tables["located_sites"].assign(disclosure=of_site_rows(tables))
    sites = sites.sort_values("site_id", ignore_index=True)
    part = {row["site_id"]: row for row in rows(_table(tables, "participation"))}
    found = [part.get(site, {}) for site in sites["site_id"]]
    made = {
        "body": _named(sites["body_id"], tables),
        "takes_part": [row.get("takes_part", False) for row in found],
        "part_reason": [row.get("reason") for row in found],
        "stated_postcode": sites["postcode"].where(sites["postcode_basis"] == "stated"),
        "district": [code and code[:-3].strip() for code in _plain(sites["postcode"])],
        "grid_reference": [_square(point) for point in sites["geometry"]],
    }
    located = pd.DataFrame(sites).assign(**made)
    areas = _areas(tables)
    rows_ = ({name: row[name] for name in Site.COLUMNS} for row in rows(located))
    return [Site(**row, area=areas.get(row["site_id"])) for row in rows_]


def _areas(tables: Tables) -> dict[str, SiteArea]:
    """Return what the map tells of the sites' buildings, by site_id."""
    areas = _table(tables, "site_areas")
    outline = outlines(areas, _table(tables, "site_buildings"))
    told = areas["area_basis"].isin(["computed", "assumed"])
    made = areas.assign(
        footprint_m2=areas["footprint_m2"].map(two_figures),
        mapped_low_m2=areas["area_low_m2"].where(told).map(two_figures),
        mapped_high_m2=areas["area_high_m2"].where(told).map(two_figures),
        mapped_basis=areas["area_basis"].where(told),
        words=[words.on_the_map(row) for row in each(rows_of.SiteArea, areas)],
        outline=[outline[site] for site in areas["site_id"]],
    )
    return dict(zip(areas["site_id"], _records(SiteArea, made), strict=True))


def outlines(areas: pd.DataFrame, buildings: pd.DataFrame) -> dict[str, Any]:
    """Return the outline of each site's own buildings by site_id, None where it has none.

    Args:
        areas: table `site_areas`.
        buildings: table `site_buildings`.
    """
    shapes = dict(zip(buildings["building_id"], buildings["geometry"], strict=True))
    return {
        site: shapely.union_all([shapes[one] for one in parts(ids)]) or None
        for site, ids in zip(areas["site_id"], areas["building_ids"], strict=True)
    }


def _square(point: shapely.Point) -> str | None:
    try:
        return bng.grid_reference(point.x, point.y, digits=3)
    except CrsError:  # off the National Grid
        return None


def _named(ids: pd.Series, tables: Tables, *, by: str = "short_name") -> list[Any]:
    """Return names of bodies by their ids; an id that nobody named stays."""
    name = _names(tables, by=by)
    return [name.get(body, body) for body in _plain(ids)]


def _names(tables: Tables, *, by: str = "short_name") -> dict[str, str]:
    bodies = _table(tables, "bodies")
    return dict(zip(_plain(bodies["body_id"]), _plain(bodies[by]), strict=True))


def _questions(frame: pd.DataFrame) -> list[Question]:
    made = {
        "worth": [worth(row) for row in each(rows_of.Question, frame)],
        "asked": [words.listed([words.WHOM[k] for k in parts(w)]) for w in frame["whom_kind"]],
    }
    return _records(Question, frame.assign(**made))


def _waiting(asked: list[Question]) -> dict[str, list[Question]]:
    """Return the questions that each option waits for, in the order to ask them."""
    found: dict[str, list[Question]] = {}
    for question in asked:
        for option in parts(question.option_ids):
            found.setdefault(option, []).append(question)
    return found


def _clearing(tables: Tables) -> dict[str, list[records.Clearing]]:
    """Return what would clear between the bodies of each option that has such a rent."""
    rents = _table(tables, "clearing_rents")
    of_options = rents[rents["kind"] == "option"]
    return {
        option: [records.Clearing(text) for text in texts]
        for option, texts in settlement.by_subject(of_options, tables).items()
    }


def _outlived(tables: Tables) -> dict[str, list[Succession]]:
    """Return what outlives a body of each option: what it would sign, and leases of its sites."""
    told = _table(tables, "successions")
    made = told.assign(body=_named(told["body_id"], tables, by="name"))
    path = _table(tables, "approvals")[["option_id", "body_id"]].drop_duplicates()
    of_bodies = path.merge(made[made["about"] == "agreement"], on="body_id")
    own = _table(tables, "options").assign(about=lambda rows: rows["site_ids"].str.split(";"))
    held = own[["option_id", "about"]].explode("about")
    of_sites = held.assign(about="lease/" + held["about"]).merge(made, on="about")
    both = pd.concat([of_bodies, of_sites]).sort_values(["body_id", "about"])
    found: dict[str, list[Succession]] = {}
    for option, record in zip(both["option_id"], _records(Succession, both), strict=True):
        found.setdefault(str(option), []).append(record)
    return found


def _scores(frame: pd.DataFrame, _tables: Tables, _study: Study) -> Made:
    held = frame["rank_group"].map(words.RANK_GROUPS).where(frame["rank"].notna())
    shared = zip(frame["rank"], frame["rank_shared"], strict=True)
    block = list(zip(frame["list"], frame["rank_group"], strict=True))
    length = Counter(each for each, rank in zip(block, frame["rank"].notna(), strict=True) if rank)
    return {
        "status_words": frame["status"].map(words.STATUSES),
        "group_words": held.fillna(""),
        "rank_words": [amounts.rank(place, shared=also) for place, also in shared],
        "of_list": [
            f"{length[name, group]:,} {words.LISTS[name]} {words.GROUPS[group]}"
            for name, group in block
        ],
    }


def _told(frame: pd.DataFrame, _tables: Tables, _study: Study) -> Made:
    return {"untold": frame["change"].map({"too_small": words.UNTOLD})}


def _gates(frame: pd.DataFrame, _tables: Tables, study: Study) -> Made:
    return {
        "label": frame["gate"].map({rule.id: rule.label for rule in study.gates}),
        "word": frame["outcome"].map(words.OUTCOMES),
    }


def _decisions(frame: pd.DataFrame, tables: Tables, _study: Study) -> Made:
    return {
        "body": _named(frame["decided_by"], tables, by="name"),
        "body_short": _named(frame["decided_by"], tables),
        "status_words": frame["status"].map(words.DECISIONS),
    }


def _routes(frame: pd.DataFrame, tables: Tables, _study: Study) -> Made:
    name = _names(tables)
    outside = [[name.get(body, body) for body in parts(ids)] for ids in frame["outside_alliance"]]
    return {"outside_names": ["; ".join(bodies) or None for bodies in outside]}


def _space(frame: pd.DataFrame, _tables: Tables, _study: Study) -> Made:
    """What no register tells, the map or a prior does to two figures."""
    return {
        f"{what}_{end}_m2": frame[f"{what}_{end}_m2"].where(
            frame[f"{what}_basis"] == "recorded", frame[f"{what}_{end}_m2"].map(two_figures)
        )
        for what in ("need", "room")
        for end in ("low", "high")
    }


def _of_bodies(frame: pd.DataFrame, tables: Tables, _study: Study) -> Made:
    return {
        "body": _named(frame["body_id"], tables, by="name"),
        "body_short": _named(frame["body_id"], tables),
    }


def _places(frame: pd.DataFrame, tables: Tables, _study: Study) -> Made:
    name = _table(tables, "demand_points").set_index("demand_id")["name"]
    return {"place": frame["demand_id"].map(name)}


def _vehicles(frame: pd.DataFrame, tables: Tables, _study: Study) -> Made:
    name = _table(tables, "vehicles").set_index("vehicle_id")["name"]
    return {"vehicle": frame["vehicle_id"].map(name)}


def _varied(frame: pd.DataFrame, _tables: Tables, _study: Study) -> Made:
    return {"varied_words": frame["varied"].map(words.VARIED)}


def _acting(frame: pd.DataFrame, tables: Tables, _study: Study) -> Made:
    short = _named(frame["body_id"], tables)
    both = zip(_plain(frame["body_id"]), _plain(frame["body"]), short, strict=True)
    return {"body_short": [body if name == key else name for key, body, name in both]}


MADE: Mapping[str, Callable[[pd.DataFrame, Tables, Study], Made]] = {
    "access": _told,
    "approvals": _acting,
    "changes": _places,
    "cover": _told,
    "delivery": _vehicles,
    "effects": _told,
    "gates": _gates,
    "money_by_body": _of_bodies,
    "option_decisions": _decisions,
    "robustness": _varied,
    "routes": _routes,
    "scores": _scores,
    "space": _space,
}
"""What makes the fields of a record that its table does not have."""


def stated_town(sites: Collection[Site], /) -> str | None:
    """Return the town that the register gives for some sites, fire sites first.

    Args:
        sites: in any order.
    """
    ordered = sorted(sites, key=lambda site: site.service != "fire")
    return next((site.town for site in ordered if site.town is not None), None)


class _Towns:
    """The towns of a study area, to name one for sites that bear none."""

    def __init__(self, tables: Tables, study: Study) -> None:
        self._tables, self._fire_area = tables, study.study.fire_area
        self._found: pd.DataFrame | None = None

    def nearest(self, sites: tuple[Site, ...]) -> str:
        """Town nearest to the middle of some sites."""
        if self._found is None:
            self._found = self._in_area()
        if self._found.empty:
            return "not known"
        middle = shapely.MultiPoint([site.geometry for site in sites]).centroid
        away = shapely.distance(self._found["geometry"].to_numpy(), middle)
        return str(self._found["name"].iloc[int(np.argmin(away))])

    def _in_area(self) -> pd.DataFrame:
        areas = _table(self._tables, "boundaries")
        own = areas[(areas["kind"] == "fire_area") & (areas["name"] == self._fire_area)]
        towns = _table(self._tables, "places")
        towns = towns[towns["kind"].isin(["city", "town"])].sort_values("name")
        inside = shapely.intersects(
            towns["geometry"].to_numpy(), shapely.union_all(own["geometry"].to_numpy())
        )
        return pd.DataFrame(towns[inside])
