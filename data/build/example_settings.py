"""Settings of the invented study: those of the Devon & Somerset study, with the changes below.

Every figure that a hand-checked answer of the example rests on is set here, whatever the other
study has, so that the answers stand when that study changes.
"""

from __future__ import annotations

import re
from pathlib import Path

from files import BuildError

HEAD = """\
# The invented example. No real site, body or figure. Every number is a figure: `source` says where
# it was read, `assumed` says on what it rests. Whatever an answer in docs/example.md rests on is
# round, so that it can be worked out by hand; the rest is as in the other embedded study, from
# which data/build/example.py makes this file. `colocate schema study` tells what each setting is.
# Change a copy of this folder, then `colocate run FOLDER`.
"""
INVENTED = "invented, round for working by hand"

CHOICES = Path(__file__).with_name("example_choices.toml")
"""What the example has of its own at the end of its study file: ways of running functions, and
scenarios."""


def _figure(value: float, ground: str = INVENTED) -> str:
    return f'{{ value = {value:g}, assumed = "{ground}" }}'


def _ranged(value: float, *, low: float, high: float, prices: int = 2026) -> str:
    """A figure of money in prices of a year; those of the study's year stay as they are."""
    return (
        f"{{ value = {value:g}, low = {low:g}, high = {high:g}, price_year = {prices}, "
        f'width = "{INVENTED}", assumed = "{INVENTED}" }}'
    )


def _spread(value: float, *, low: float, high: float) -> str:
    return (
        f'{{ value = {value:g}, low = {low:g}, high = {high:g}, width = "{INVENTED}", '
        f'assumed = "{INVENTED}" }}'
    )


CHANGES = {
    "rule_set": '"current"',
    "study.id": '"example"',
    "study.title": '"Anyshire: an invented example"',
    "study.notice": '"Invented example. No real site, body or figure."',
    "study.as_of": "2026-11-01",
    "study.seed": "1",
    "study.fire_area": '"Anyshire"',
    "study.fire_body": '"anyshire-fire"',
    "study.police_areas": '["Westmark", "Eastmark"]',
    "study.contact": '"estates@anyshire.example"',
    "study.attribution": '["Invented example. No real site, body or figure."]',
    "inputs.registers": '[{ file = "sites.csv", defaults = { over_border = "false", '
    'coordinate_source = "register", confidence = "high", as_of = "2026-04-01", '
    'disclosure = "public", source = "Invented example. No real site, body or figure." } }]',
    "inputs.objects": None,
    "inputs.site_buildings": '"site_buildings.geojson"',
    "inputs.roads": '"roads.osm"',
    "inputs.dates.roads": '"2018"',
    "inputs.dates.demand": '"2021-03"',
    "places.precision_m.postcode": _figure(150),
    "places.buildings.near_m": _figure(25),
    "places.buildings.beside_m": _figure(10),
    "places.buildings.joined_m": _figure(0.5),
    "places.buildings.joined_share": _figure(0.25),
    "places.buildings.house_m2": _figure(250),
    "places.buildings.internal_share": _ranged(0.9, low=0.8, high=1),
    "places.buildings.kinds.fire.station.footprint_m2": _ranged(400, low=90, high=2000),
    "places.buildings.kinds.fire.station.storeys": _ranged(1.25, low=1, high=2),
    "places.buildings.kinds.fire.station.area_m2": _ranged(300, low=100, high=1500),
    "places.buildings.kinds.police.station.footprint_m2": _ranged(400, low=90, high=4000),
    "places.buildings.kinds.police.station.storeys": _ranged(1.5, low=1, high=2),
    "places.buildings.kinds.police.station.area_m2": _ranged(500, low=100, high=5000),
    "travel.cutoff_min": _figure(60),
    "travel.catchment_limits_min": "[4, 8, 10]",
    "travel.catchment_directions": '{ fire = ["from_site"], police = ["to_site"], library = [] }',
    "travel.junction_delay_s": _figure(0, "left out, so that a drive is length over speed"),
    "travel.junction_delay_rural_s": _figure(0, "left out, so that a drive is length over speed"),
    "travel.turn_costs": "false",
    "travel.built_up_street_m_per_ha": _figure(5),
    **{
        f"travel.speeds_kph.{highway}.bends_deg_per_km": None
        for highway in ("trunk", "primary", "secondary", "tertiary", "unclassified")
    },
    "travel.maxspeed_factor": _figure(1, "so that a tagged limit is the speed driven"),
    "travel.speeds_kph.primary.rural": _figure(72, "20 metres a second"),
    "travel.speeds_kph.secondary.built_up": _figure(36, "10 metres a second"),
    "response.of": '"anyshire-fire"',
    "response.call_handling_s": _figure(60),
    "response.turnout_s.wholetime": _figure(90),
    "response.turnout_s.day_crewed": _figure(90),
    **{
        f"response.{section}.{crewing}": figure
        for crewing in ("on_call", "volunteer", "unknown")
        for section, figure in (
            ("turnout_s", _figure(300)),
            ("turnout_ceiling_s", _figure(360)),
            ("availability", _spread(0.9, low=0.8, high=0.9)),
        )
    },
    "response.availability.wholetime": _figure(1),
    "response.availability.day_crewed": _figure(1),
    "response.standards.Dwelling fire.limit_min": _figure(10),
    "response.standards.Dwelling fire.target_share": _figure(0.75),
    "response.standards.Road traffic collision.limit_min": _figure(15),
    "response.standards.Road traffic collision.target_share": _figure(0.75),
    "response.published": None,
    "access.limit_min": _figure(6),
    "options.straight_drive_min": _figure(4, "as the longest tier"),
    "options.drive_tier_min": _figure(4, "keeps the towns of the example apart"),
    "options.group_limit_min": _figure(3),
    "options.cluster_limit_min": _figure(4, "as the longest tier"),
    "options.partner_hosts.services": '["library"]',
    "options.partner_hosts.within_min": _figure(2),
    "options.partner_hosts.good_fire_host_min": _figure(2),
    "gates.space.need_share": _figure(0.75),
    "gates.parking.need_share": _figure(1),
    "gates.in_use.threshold": _figure(5),
    "gates.already_decided.threshold": _figure(5),
    "gates.tenure.threshold": _figure(5),
    "gates.operational_staff.citation": None,
    "gates.fire_cover.threshold": _figure(0, "nobody may lose cover"),
    "gates.police_access.threshold": _figure(2000),
    "choice.criteria.fire_cover.weight": _figure(30),
    "choice.criteria.fire_cover.worst": _figure(-10_000),
    "choice.criteria.fire_cover.best": _figure(10_000),
    "choice.criteria.fire_response.weight": _figure(10),
    "choice.criteria.fire_response.worst": _figure(50),
    "choice.criteria.fire_response.best": _figure(-50),
    "choice.criteria.police_access.weight": _figure(15),
    "choice.criteria.police_access.worst": _figure(-10_000),
    "choice.criteria.police_access.best": _figure(10_000),
    "choice.criteria.proximity.weight": _figure(20),
    "choice.criteria.proximity.worst": _figure(3),
    "choice.criteria.proximity.best": _figure(0),
    "choice.nearness.stations.same_plot_m": _figure(60),
    "choice.nearness.stations.walk_min": _figure(10),
    "choice.nearness.stations.walk_m_per_min": _figure(80),
    "choice.nearness.stations.drive_min": _figure(2),
    "choice.nearness.headquarters.drive_min": _figure(15),
    "choice.criteria.running_cost.weight": _figure(15),
    "choice.criteria.running_cost.worst": _figure(0),
    "choice.criteria.running_cost.best": _figure(50_000),
    "choice.criteria.running_cost.missing": _figure(12_000),
    "choice.criteria.lists.headquarters.worst": _figure(0),
    "choice.criteria.lists.headquarters.best": _figure(500_000),
    "choice.criteria.lists.depots.worst": _figure(0),
    "choice.criteria.lists.depots.best": _figure(100_000),
    "choice.criteria.lists.training.worst": _figure(0),
    "choice.criteria.lists.training.best": _figure(100_000),
    "choice.criteria.deliverability.weight": _figure(10),
    "choice.criteria.deliverability.worst": _figure(6),
    "choice.criteria.deliverability.best": _figure(1),
    "money.station_running_cost_gbp": _ranged(30_000, low=25_000, high=35_000),
    "money.station_net_saving_gbp": _ranged(12_000, low=0, high=30_000),
    "money.running_cost_gbp_per_m2": _ranged(108, low=60, high=140),
    "money.receipt_gbp_per_m2": _ranged(500, low=300, high=1_000, prices=2024),
    "money.years_to_sell": _spread(2, low=1, high=3),
    "money.works.refit_gbp": _ranged(200_000, low=100_000, high=300_000),
    "money.works.new_gbp": _ranged(1_000_000, low=500_000, high=1_500_000),
    "money.works.new_life_years": _spread(10, low=10, high=20),
    "money.review_saving_gbp": _figure(45_000),
    "money.review_payback_years": _figure(3),
    "money.appraisal_years": _figure(10),
    "money.optimism_bias_share": _figure(0.2),
    "money.unequal_share": _figure(0.1),
    "money.input_change_share": _figure(0.1),
    "money.shift_share": _figure(0.04),
    "money.hybrid.weights.funding": _figure(0.5),
    "money.hybrid.weights.demand": _figure(0.5),
    "money.hybrid.floor": _figure(0.1),
    "money.hybrid.cap": _figure(0.65),
    "money.constraints.precept_share": _figure(0.1),
    "money.constraints.kept_share": _figure(0.1),
    "money.constraints.demand_share": _figure(0.1),
    "robustness.top_k": "2",
    "portfolio.host_takes": _figure(2),
    "targets.fire-authority.gbp": _figure(1_000_000),
    "targets.fire-authority.years": _figure(4),
    "targets.fire-authority.bodies": '["anyshire-fire"]',
    "targets.alliance-forces.gbp": _figure(2_000_000),
    "targets.alliance-forces.years": _figure(5),
    "targets.alliance-forces.bodies": '["westmark-police", "eastmark-police"]',
    "siting.new_sites": "true",
    "functions.tender_spread": _figure(0.1),
    "functions.in_scope_share": None,
    "functions.ways": None,
    "scenarios.do-nothing": None,
    "scenarios.contract": None,
    "scenarios.collaborate": None,
    "scenarios.alliance": None,
    "scenarios.declined": None,
    "scenarios.partners-everywhere": None,
    "scenarios.no-partners": None,
    "scenarios.topsham-open": None,
    "scenarios.wells-2020": None,
    "scenarios.countess-wear-blocked": None,
}
"""Dotted name of a setting, entries of a list by their id or name, and its text in the example.

None leaves a setting or a whole section out.
"""

ADDED = {
    "inputs": {
        name: f'"{name}.csv"'
        for name in (
            "evidence",
            "decisions",
            "bus_stops",
            "costs",
            "partners",
            "functions",
            "function_totals",
            "function_figures",
            "benchmarks",
            "benefits",
            "vehicles",
        )
    },
    "portfolio": {"capital_budget_gbp": _figure(250_000)},
}
"""Settings of a section that are added where the other study does without them."""


def settings(model: str) -> str:
    """Return the example's study file, made from another study's text line by line.

    There is no TOML writer in the standard library, and so each figure keeps its line.

    Raises:
        BuildError: a section that the changes name is not in that text.
    """
    out: list[str] = []
    left = dict(CHANGES)
    for head, lines in _sections(model):
        name = _name(head, lines)
        if head and any(name == gone or name.startswith(f"{gone}.") for gone in _gone(left)):
            continue
        out += [*_changed(name, lines, left=left), ""]
    if unused := sorted(name for name, text in left.items() if text is not None):
        raise BuildError(f"study.toml of the example: no section for {unused}.")
    return HEAD + "\n".join(out).rstrip("\n") + "\n\n" + CHOICES.read_text(encoding="utf-8")


def _gone(left: dict[str, str | None]) -> list[str]:
    return [name for name, text in left.items() if text is None]


def _sections(text: str) -> list[tuple[str, list[str]]]:
    """Split a study file into its head and the lines of each, comments left out."""
    sections: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines():
        if line.startswith("["):
            sections.append((line.strip("[]"), [line]))
        elif line and not line.startswith("#"):
            sections[-1][1].append(line)
    return sections


def _name(head: str, lines: list[str]) -> str:
    """Dotted name of a section; that of a list's entry ends with its id or name."""
    if lines and lines[0].startswith("[["):
        named = re.search(r'^(?:id|name) = "(.*)"$', "\n".join(lines), flags=re.MULTILINE)
        return f"{head}.{named[1]}" if named else head
    return head


def _changed(name: str, lines: list[str], *, left: dict[str, str | None]) -> list[str]:
    """Return the lines of one section as changed; what is used of `left` is taken out of it."""
    prefix = f"{name}." if name else ""
    out: list[str] = []
    replaced = False
    for line in lines:
        setting = re.match(r'("?[\w &.-]+"?) = ', line)
        if setting:
            dotted = prefix + setting[1]
            replaced = dotted in left
            if replaced and (text := left[dotted]) is not None:
                out.append(f"{setting[1]} = {text}")
                del left[dotted]
        if not replaced:
            out.append(line)
    given = {line.partition(" = ")[0] for line in out}
    out += [f"{k} = {text}" for k, text in ADDED.get(name, {}).items() if k not in given]
    return out
