"""Who must agree to an option, in which order: derived from dated rules, never from code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from colocate.errors import OptionError, some
from colocate.governance.conditions import conditions, day_of
from colocate.governance.order import assert_in_order
from colocate.tables import each, parts
from colocate.tables.dates import in_force
from colocate.tables.gates import APPROVALS
from colocate.tables.governance import ACTIONS, CERTAINTY, TOPICS
from colocate.tables.rows import Body, Governance, LocatedSite, Option
from colocate.tables.schema import conform

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    Step = dict[str, Any]

OWN_BODIES = {"owner_commissioner": "police_commissioner", "owner_force": "police_force",
              "owner_panel": "police_panel", "fire_authority": "fire_authority"}  # fmt: skip
"""What a rule calls the bodies of an option's own sites, and their kind in table `bodies`."""
OWNER, HOST, MOVER = "owner", "host", "mover"
"""What a rule calls whoever occupies: an option's sites of other services; the site that stays, or
the sites that would move to a new one (of a police site its commissioner); the sites that move."""
OCCUPIERS = (OWNER, HOST, MOVER)
OF_RULE = ("step", "phase", "topic", "action", "task", "citation", "days_earliest", "days_usual",
           "days_source", "rule_id")  # fmt: skip
"""What a step has as its rule has it."""
ONCE = ("approve", "agree")
"""Actions that a body takes once on a path, at the earliest step that asks for them."""


def approvals(
    options: pd.DataFrame,
    located_sites: pd.DataFrame,
    *,
    cover: pd.DataFrame,
    access: pd.DataFrame,
    bodies: pd.DataFrame,
    governance: pd.DataFrame,
    rule_set: str,
    as_of: dt.date,
) -> pd.DataFrame:
    """Derive the approval path of every option.

    A rule applies when it belongs to the rule set, is valid on the day (both ends included) and
    its condition holds for the option. A body approves once and agrees once, at the earliest step
    that asks for it, and stands once at each step for each topic, with the strongest action and the
    longest days; citations are joined. A body that cannot be found is `unknown`, never left out; so
    is the occupier of a site that the register itself is not sure of.

    Args:
        options: table `options`.
        located_sites: table `located_sites`.
        cover: table `cover`, for whether fire cover changes.
        access: table `access`, for whether a desk moves.
        bodies: table `bodies`.
        governance: table `governance`.
        rule_set: which reading of the law and the agreements.
        as_of: the study's day; a historic rule set counts as on its own day instead.

    Returns:
        Table `approvals`, sorted by option_id, step and topic; steps run from 1 without gaps.

    Raises:
        OptionError: a body is not in `bodies`, a path is without the occupier (or its
            commissioner) of a site that would move, or breaks a law of `order`.
    """
    day = day_of(rule_set, as_of)
    rules = in_force(governance[governance["rule_set"] == rule_set], day)
    in_order = list(each(Governance, rules.sort_values(["step", "rule_id"])))
    listed = {body.body_id: body for body in each(Body, bodies)}
    valid = {body.body_id: body for body in each(Body, in_force(bodies, day))}
    _check_bodies(rules, located_sites, listed=listed)
    sites = {site.site_id: site for site in each(LocatedSite, located_sites)}
    holding = conditions(options, located_sites, cover=cover, access=access, bodies=bodies)
    rows = []
    known: dict[object, list[Step]] = {}  # many options ask the same bodies for the same
    for option in each(Option, options.sort_values("option_id")):
        held, own = holding[option.option_id], Sites.of(option, sites)
        alike = (frozenset(held), own.occupied())
        if alike not in known:
            applying = [rule for rule in in_order if rule.condition in held]
            known[alike] = _path(applying, own, bodies=valid)
        rows += [{"option_id": option.option_id} | step for step in known[alike]]
    frame = conform(APPROVALS, rows)
    assert_in_order(frame, options, holding=holding, bodies=listed)
    _check_movers(frame, options, sites=sites, bodies=listed)
    return frame


class Sites(NamedTuple):
    """The sites of an option: all, the one that stays, those that would move."""

    members: list[LocatedSite]
    host: list[LocatedSite]
    movers: list[LocatedSite]

    @classmethod
    def of(cls, option: Option, sites: Mapping[str, LocatedSite], /) -> Sites:
        """Look up an option's sites.

        Args:
            option: a row of table `options`.
            sites: rows of table `located_sites` by site_id.
        """
        movers = [sites[site] for site in parts(option.mover_site_ids)]
        host = [sites[option.host_site_id]] if isinstance(option.host_site_id, str) else movers
        return cls([sites[site] for site in parts(option.site_ids)], host, movers)

    def occupied(self) -> tuple[tuple[tuple[str, str, str], ...], ...]:
        """Return all of the sites that a path rests on: who occupies them, and how surely."""
        return tuple(
            tuple((site.body_id, site.service, site.confidence) for site in of) for of in self
        )


def _path(rules: list[Governance], own: Sites, *, bodies: Mapping[str, Body]) -> list[Step]:
    """Resolve the bodies of the rules that apply, and merge what one body does as one."""
    path: list[Step] = []
    guessed = {site.body_id for site in own.members if site.confidence == "low"}
    for rule in rules:
        resolved = list(_resolve(rule.body_id, own, bodies=bodies))
        doubted = {body_id for body_id, _ in resolved if body_id not in bodies}
        doubted |= guessed if rule.body_id in OCCUPIERS else set()
        for body_id, body in resolved:
            row = {name: getattr(rule, name) for name in OF_RULE} | {
                "body_id": body_id,
                "body": body,
                "office": rule.office if isinstance(rule.office, str) else None,
                "legal_form": rule.legal_form if isinstance(rule.legal_form, str) else None,
                "certainty": "unknown" if body_id in doubted else rule.certainty,
            }
            same = [known for known in path if _one(known, row)]
            if same:
                _merge(same[0], row)
            else:
                path.append(row)
    order = {step: i for i, step in enumerate(sorted({row["step"] for row in path}), start=1)}
    path.sort(key=lambda row: (row["step"], TOPICS.index(row["topic"])))
    return [row | {"step": order[row["step"]]} for row in path]


def _one(known: Step, row: Step) -> bool:
    """Are two acts of one body one act?"""
    if known["body_id"] != row["body_id"]:
        return False
    if known["step"] == row["step"] and known["topic"] == row["topic"]:
        return True
    return bool(known["action"] == row["action"] and row["action"] in ONCE)


def _merge(known: Step, row: Step) -> None:
    """Add an act to another of the same body; a weaker act beside it casts no doubt on it."""
    if known["action"] == row["action"]:
        known["certainty"] = max(known["certainty"], row["certainty"], key=CERTAINTY.index)
    first, _ = sorted([known, row], key=lambda step: ACTIONS.index(step["action"]))
    for name in ("action", "certainty", "task"):
        known[name] = first[name]
    for name in ("days_earliest", "days_usual"):
        known[name] = max(known[name], row[name])
    known["rule_id"] += f";{row['rule_id']}"
    for name in ("legal_form", "citation", "days_source"):
        said = known[name] or ""
        if row[name] and row[name] not in said:
            known[name] = f"{said}; {row[name]}" if said else row[name]


def _resolve(named: str, own: Sites, *, bodies: Mapping[str, Body]) -> Iterator[tuple[str, str]]:
    """Yield id and name of the bodies a rule means: a body, or those of the option's own sites."""
    if named in OWN_BODIES:
        service = "fire" if named == "fire_authority" else "police"
        occupiers = {site.body_id for site in own.members if site.service == service}
        yield from _answering(named, occupiers, bodies=bodies)
    elif named in OCCUPIERS:
        others = [site for site in own.members if site.service not in {"fire", "police"}]
        sites = {OWNER: others, HOST: own.host, MOVER: own.movers}[named]
        police = {site.body_id for site in sites if site.service == "police"}
        if named == HOST:  # a force holds no land of its own
            yield from _answering("owner_commissioner", police, bodies=bodies)
        for body_id in sorted(
            {site.body_id for site in sites} - (police if named == HOST else set())
        ):
            yield body_id, _name(body_id, bodies)
    else:
        yield named, _name(named, bodies)


def _name(body_id: str, bodies: Mapping[str, Body]) -> str:
    return bodies[body_id].name if body_id in bodies else f"{body_id} (not in being on this day)"


def _answering(
    named: str, occupiers: AbstractSet[str], *, bodies: Mapping[str, Body]
) -> Iterator[tuple[str, str]]:
    """Yield the bodies of a kind that answer for the areas of some occupiers."""
    wanted = OWN_BODIES[named]
    for occupier_id in sorted(occupiers):
        occupier = bodies.get(occupier_id)
        found = [
            body
            for body in bodies.values()
            if body.kind == wanted
            and occupier is not None
            and (body.body_id == occupier_id or _same_area(body, occupier))
        ]
        if occupier is None or (not found and occupier.kind.startswith("police")):
            yield (
                f"{named}:{occupier_id}",
                f"{wanted.replace('_', ' ')} for {occupier_id} (unknown)",
            )
        for body in sorted(found, key=lambda body: body.body_id):
            yield body.body_id, body.name


def _same_area(body: Body, occupier: Body) -> bool:
    return bool(
        pd.notna(body.area) and body.area == occupier.area and body.service == occupier.service
    )


def _check_bodies(
    rules: pd.DataFrame, located_sites: pd.DataFrame, *, listed: Mapping[str, Body]
) -> None:
    for where, named in (
        ("governance", set(rules["body_id"]) - {*OWN_BODIES, *OCCUPIERS}),
        ("located_sites", set(located_sites["body_id"])),
    ):
        if missing := sorted(named - set(listed)):
            raise OptionError(
                f"table {where}: body_id {some(missing)} not in table bodies; expected every body "
                "there, with its kind, area and source. Add it to the bodies file."
            )


def _check_movers(
    paths: pd.DataFrame,
    options: pd.DataFrame,
    *,
    sites: Mapping[str, LocatedSite],
    bodies: Mapping[str, Body],
) -> None:
    """Nobody's site moves without its occupier, or the body that holds the occupier's estate."""
    # An estate's holder nobody knows stands in the path as `word:occupier`.
    named: dict[str, set[str]] = {}
    for option_id, body_id in zip(
        *(paths[key].to_numpy("object") for key in ("option_id", "body_id")), strict=True
    ):
        named.setdefault(option_id, set()).add(body_id.rpartition(":")[2])
    may_speak = {
        occupier.body_id: {occupier.body_id}
        | {body.body_id for body in bodies.values() if _same_area(body, occupier)}
        for occupier in bodies.values()
    }
    unasked = []
    for option in each(Option, options.sort_values("option_id")):
        for site in parts(option.mover_site_ids):
            occupier_id = sites[site].body_id
            if may_speak[occupier_id].isdisjoint(named[option.option_id]):
                unasked.append(f"{option.option_id} ({occupier_id})")
    if unasked:
        raise OptionError(
            f"approval path without the occupier of a site that would move: {some(unasked)}; "
            "expected that body or its commissioner. Add a rule for it to the governance file, "
            "e.g. with condition `other_site` and body_id `owner`."
        )
