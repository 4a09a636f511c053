"""Who must agree to an option, in which order: derived from dated rules, never from code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.errors import OptionError, some
from colocate.governance.conditions import conditions, day_of
from colocate.tables import each, parts
from colocate.tables.dates import in_force
from colocate.tables.gates import APPROVALS
from colocate.tables.rows import Body, Governance, LocatedSite, Option
from colocate.tables.schema import conform

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

OWN_BODIES = {"owner_commissioner": "police_commissioner", "owner_force": "police_force",
              "fire_authority": "fire_authority"}  # fmt: skip
"""What a rule calls the bodies of an option's own sites, and their kind in table `bodies`."""
OWNER = "owner"
"""What a rule calls the bodies of an option's sites of other services: each site's own."""
_STRENGTH = ["approve", "agree", "consult", "notify", "record"]


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
    its condition holds for the option. A body stands once for each action, at the earliest step
    that asks for it, and once at each step, with the stronger action; citations are joined. A body
    that cannot be found is `unknown`, never left out; so is the owner of a site that the register
    itself is not sure of.

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
        Table `approvals`, sorted by option_id and step; steps run from 1 without gaps.

    Raises:
        OptionError: a body is not in `bodies`, an option has no path or one without the occupier
            (or its commissioner) of a site that would move, or an option that changes fire cover
            does not begin with a fire authority.
    """
    day = day_of(rule_set, as_of)
    rules = in_force(governance[governance["rule_set"] == rule_set], day)
    in_order = list(each(Governance, rules.sort_values(["step", "rule_id"])))
    listed = {body.body_id: body for body in each(Body, bodies)}
    valid = {body.body_id: body for body in each(Body, in_force(bodies, day))}
    _check_bodies(rules, located_sites, listed=listed)
    sites = {site.site_id: site for site in each(LocatedSite, located_sites)}
    moves_crew = set(cover.loc[cover["fire_changes"], "option_id"])
    holding = conditions(options, located_sites, cover=cover, access=access, bodies=bodies)
    rows = []
    for option in each(Option, options.sort_values("option_id")):
        members = [sites[site] for site in parts(option.site_ids)]
        applying = [rule for rule in in_order if rule.condition in holding[option.option_id]]
        path = _path(applying, members, bodies=valid)
        rows += [{"option_id": option.option_id} | step for step in path]
    frame = conform(APPROVALS, rows)
    _check_paths(frame, options, kinds=bodies.set_index("body_id")["kind"], crews=moves_crew)
    _check_movers(frame, options, sites=sites, bodies=listed)
    return frame


def _path(
    rules: list[Governance], members: list[LocatedSite], *, bodies: Mapping[str, Body]
) -> list[dict[str, Any]]:
    """Resolve the bodies of the rules that apply; merge by body and step, and body and action."""
    path: list[dict[str, Any]] = []
    guessed = {site.body_id for site in members if site.confidence == "low"}
    for rule in rules:
        resolved = list(_resolve(rule.body_id, members, bodies=bodies))
        doubted = {body_id for body_id, _ in resolved if body_id not in bodies}
        doubted |= guessed if rule.body_id == OWNER else set()
        for body_id, body in resolved:
            row = {
                "step": rule.step,
                "body_id": body_id,
                "body": body,
                "action": rule.action,
                "legal_form": rule.legal_form if pd.notna(rule.legal_form) else None,
                "citation": rule.citation,
                "certainty": "unknown" if body_id in doubted else rule.certainty,
                "rule_id": rule.rule_id,
            }
            same = [
                known
                for known in path
                if known["body_id"] == body_id
                and (known["step"] == rule.step or known["action"] == rule.action)
            ]
            if same:
                _merge(same[0], row)
            else:
                path.append(row)
    order = {step: i for i, step in enumerate(sorted({row["step"] for row in path}), start=1)}
    path.sort(key=lambda row: (row["step"], row["body_id"]))
    return [row | {"step": order[row["step"]]} for row in path]


def _merge(known: dict[str, Any], row: Mapping[str, Any]) -> None:
    known["action"] = min(known["action"], row["action"], key=_STRENGTH.index)
    known["certainty"] = max(known["certainty"], row["certainty"])  # unknown wins
    known["rule_id"] += f";{row['rule_id']}"
    for name in ("legal_form", "citation"):
        said = known[name] or ""
        if row[name] and row[name] not in said:
            known[name] = f"{said}; {row[name]}" if said else row[name]


def _resolve(
    named: str, members: list[LocatedSite], *, bodies: Mapping[str, Body]
) -> Iterator[tuple[str, str]]:
    """Yield id and name of the bodies a rule means: a body, or those of the option's own sites."""
    if named == OWNER:
        others = {site.body_id for site in members if site.service not in {"fire", "police"}}
        for owner_id in sorted(others):
            owner = bodies.get(owner_id)
            yield owner_id, owner.name if owner else f"{owner_id} (not in being on this day)"
        return
    if named not in OWN_BODIES:
        body = bodies.get(named)
        yield named, body.name if body else f"{named} (not in being on this day)"
        return
    wanted = OWN_BODIES[named]
    service = "fire" if wanted == "fire_authority" else "police"
    for occupier_id in sorted({s.body_id for s in members if s.service == service}):
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
        ("governance", set(rules["body_id"]) - {*OWN_BODIES, OWNER}),
        ("located_sites", set(located_sites["body_id"])),
    ):
        if missing := sorted(named - set(listed)):
            raise OptionError(
                f"table {where}: body_id {some(missing)} not in table bodies; expected every body "
                "there, with its kind, area and source. Add it to the bodies file."
            )


def _check_paths(
    paths: pd.DataFrame, options: pd.DataFrame, *, kinds: pd.Series, crews: set[str]
) -> None:
    if without := sorted(set(options["option_id"]) - set(paths["option_id"])):
        raise OptionError(
            f"no approval path for option {some(without)}; expected at least one body for each. "
            "Add a rule with condition `always` to the governance file."
        )
    first = paths[paths["step"] == 1]
    led = first.loc[first["body_id"].map(kinds) == "fire_authority", "option_id"]
    if wrong := sorted(crews - set(led)):
        raise OptionError(
            f"option {some(wrong)} changes fire cover but its approval path does not begin with "
            "the fire authority; correct the steps in the governance file."
        )


def _check_movers(
    paths: pd.DataFrame,
    options: pd.DataFrame,
    *,
    sites: Mapping[str, LocatedSite],
    bodies: Mapping[str, Body],
) -> None:
    """Nobody's site moves without its occupier, or the body that holds the occupier's estate."""
    asked = paths.groupby("option_id")["body_id"].agg(set)
    unasked = []
    for option in each(Option, options.sort_values("option_id")):
        for site in parts(option.mover_site_ids):
            occupier = bodies[sites[site].body_id]
            may_speak = {occupier.body_id} | {
                body.body_id for body in bodies.values() if _same_area(body, occupier)
            }
            # An estate's holder nobody knows stands in the path as `word:occupier`.
            named = {body.rpartition(":")[2] for body in asked[option.option_id]}
            if may_speak.isdisjoint(named):
                unasked.append(f"{option.option_id} ({occupier.body_id})")
    if unasked:
        raise OptionError(
            f"approval path without the occupier of a site that would move: {some(unasked)}; "
            "expected that body or its commissioner. Add a rule for it to the governance file, "
            "e.g. with condition `other_site` and body_id `owner`."
        )
