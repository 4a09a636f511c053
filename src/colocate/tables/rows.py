"""What a row of each table is to a type checker: a class a table, an attribute a column.

Written from the declared tables by `python docs/house/rows.py`; a test compares. Not to be edited.

No row is ever made of these classes. `colocate.tables.each` says of a frame's rows that they have
the columns of a table, so that mypy refuses a misspelt one. Where nothing is known, a nullable
str, date, int or float is NaN and a nullable bool `pandas.NA`: a nullable str must be asked whether
it is one (`isinstance(row.tenure, str)`) before it is used as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import shapely
    from pandas.api.typing import NAType


class Site:
    """A row of table `sites`."""

    site_id: str
    name: str
    service: str
    body_id: str
    roles: str
    status: str
    status_note: str | float
    desk: str | float
    desk_evidence: str | float
    custody_evidence: str | float
    crewing: str | float
    availability: float
    over_border: bool
    share_status: str | float
    share_with: str | float
    address: str | float
    town: str | float
    postcode: str | float
    postcode_basis: str | float
    postcode_given: str | float
    grid_reference: str | float
    easting: float
    northing: float
    coordinate_source: str | float
    coordinate_error_m: float
    declared_area: str | float
    uprn: str | float
    tenure: str | float
    lease_end: str | float
    break_date: str | float
    gia_m2: float
    site_area_m2: float
    spare_m2: float
    parking_spaces: float
    epc: str | float
    condition: str | float
    listed: str | float
    flood_zone: str | float
    annual_running_cost_gbp: float
    staff_fte: float
    confidence: str
    source: str
    as_of: str | float
    notes: str | float
    disclosure: str


class LocatedSite:
    """A row of table `located_sites`."""

    site_id: str
    name: str
    service: str
    body_id: str
    roles: str
    status: str
    status_note: str | float
    desk: str | float
    desk_evidence: str | float
    custody_evidence: str | float
    crewing: str | float
    availability: float
    over_border: bool
    share_status: str | float
    share_with: str | float
    address: str | float
    town: str | float
    postcode: str | float
    postcode_basis: str | float
    postcode_given: str | float
    grid_reference: str | float
    easting: float
    northing: float
    coordinate_source: str | float
    coordinate_error_m: float
    declared_area: str | float
    uprn: str | float
    tenure: str | float
    lease_end: str | float
    break_date: str | float
    gia_m2: float
    site_area_m2: float
    spare_m2: float
    parking_spaces: float
    epc: str | float
    condition: str | float
    listed: str | float
    flood_zone: str | float
    annual_running_cost_gbp: float
    staff_fte: float
    confidence: str
    source: str
    as_of: str | float
    notes: str | float
    disclosure: str
    geocode_method: str
    precision_m: float
    postcode_check: str
    postcode_distance_m: float
    object_check: str
    object_distance_m: float
    fire_area: str | float
    police_area: str | float
    in_area: bool
    geometry: shapely.Geometry


class Body:
    """A row of table `bodies`."""

    body_id: str
    name: str
    short_name: str
    kind: str
    service: str | float
    area: str | float
    alliance: str | float
    valid_from: str | float
    valid_to: str | float
    successors: str | float
    succession_certainty: str | float
    succession_source: str | float
    source: str


class Governance:
    """A row of table `governance`."""

    rule_id: str
    rule_set: str
    condition: str
    body_id: str
    office: str | float
    phase: str
    topic: str
    step: int
    action: str
    task: str
    legal_form: str | float
    citation: str
    certainty: str
    days_earliest: int
    days_usual: int
    days_source: str
    valid_from: str | float
    valid_to: str | float


class DemandPoint:
    """A row of table `demand_points`."""

    demand_id: str
    name: str
    fire_area: str
    police_area: str
    in_area: bool
    people: float
    disabled_people: float
    people_65_plus: float
    imd_decile: float
    rural: bool
    fires_per_year: float
    area_km2: float
    geometry: shapely.Geometry


class Boundary:
    """A row of table `boundaries`."""

    kind: str
    name: str
    geometry: shapely.Geometry


class Place:
    """A row of table `places`."""

    place_id: str
    name: str
    kind: str
    geometry: shapely.Geometry


class Object:
    """A row of table `objects`."""

    object_id: str
    kind: str
    name: str | float
    geometry: shapely.Geometry


class BusStop:
    """A row of table `bus_stops`."""

    stop_id: str
    name: str | float
    geometry: shapely.Geometry


class CrewHour:
    """A row of table `crew_hours`."""

    of: str
    hour: int
    availability: float
    source: str


class Gazetteer:
    """A row of table `gazetteer`."""

    postcode: str
    easting: float
    northing: float
    authority: str | float
    terminated: bool | NAType


class SiteBuilding:
    """A row of table `site_buildings`."""

    building_id: str
    storeys: float
    geometry: shapely.Geometry


class SiteArea:
    """A row of table `site_areas`."""

    site_id: str
    building_ids: str | float
    buildings: int
    footprint_m2: float
    match: str
    match_distance_m: float
    match_confidence: str
    match_note: str | float
    claimed_with: str | float
    area_low_m2: float
    area_central_m2: float
    area_high_m2: float
    area_basis: str
    area_rests_on: str


class Issue:
    """A row of table `issues`."""

    stage: str
    table: str
    key: str
    rule: str
    severity: str
    message: str


class Override:
    """A row of table `overrides`."""

    site_id: str
    easting: float
    northing: float
    who: str
    when: str
    why: str


class GeocodeCandidate:
    """A row of table `geocode_candidates`."""

    site_id: str
    candidate: int
    source: str
    given: str
    easting: float
    northing: float
    precision_m: float
    fault: str | float
    used: bool
    distance_m: float
    why: str


class Unit:
    """A row of table `units`."""

    unit_id: str
    demand_id: str | float
    weight: float
    other_buildings: float
    geometry: shapely.Geometry


class DemandUnit:
    """A row of table `demand_units`."""

    demand_id: str
    area_id: str
    in_area: bool
    people: float
    disabled_people: float
    people_65_plus: float
    imd_decile: float
    rural: bool
    fires_per_year: float
    area_km2: float
    other_buildings: float
    shared_by: str
    geometry: shapely.Geometry


class UnitSnap:
    """A row of table `unit_snaps`."""

    demand_id: str
    edge_id: int
    offset_m: float


class TodaySiteToUnit:
    """A row of table `today_site_to_unit`."""

    site_id: str
    demand_id: str
    travel_time_s: float


class TodayUnitToSite:
    """A row of table `today_unit_to_site`."""

    site_id: str
    demand_id: str
    travel_time_s: float


class SiteToUnit:
    """A row of table `site_to_unit`."""

    site_id: str
    demand_id: str
    travel_time_s: float


class UnitToSite:
    """A row of table `unit_to_site`."""

    site_id: str
    demand_id: str
    travel_time_s: float


class ChangedUnit:
    """A row of table `changed_units`."""

    option_id: str
    side: str
    demand_id: str
    before_s: float
    after_s: float
    chance_before: float
    chance_after: float
    people: float


class Incident:
    """A row of table `incidents`."""

    incident_id: str
    kind: str
    per_year: float
    geometry: shapely.Geometry


class IncidentPoint:
    """A row of table `incident_points`."""

    kind: str
    point_id: str
    weight: float
    own_point: bool
    basis: str
    rests_on: str
    edge_id: float
    geometry: shapely.Geometry


class SiteToIncident:
    """A row of table `site_to_incident`."""

    site_id: str
    demand_id: str
    travel_time_s: float


class ResponseByMix:
    """A row of table `response_by_mix`."""

    mix: str
    name: str
    case: str
    measure: str
    value: float
    not_reached: float
    basis: str
    rests_on: str
    published: float
    period: str | float
    owner: str | float
    noise_share: float
    published_source: str | float
    ratio: float
    within_noise: bool | NAType


class CoverByPoint:
    """A row of table `cover_by_points`."""

    points: str
    side: str
    standard: str
    limit_s: float
    n_points: int
    people: float
    people_best: float
    people_share: float
    mean_s: float
    people_more: float


class InputReadiness:
    """A row of table `input_readiness`."""

    measure: str
    about: str
    known: float
    total: float
    share: float
    least: float
    ground: str | float
    state: str
    message: str


class Readiness:
    """A row of table `readiness`."""

    measure: str
    about: str
    known: float
    total: float
    share: float
    least: float
    ground: str | float
    state: str
    message: str


class RoadNode:
    """A row of table `road_nodes`."""

    node_id: int
    easting: float
    northing: float
    control: str | float


class RoadEdge:
    """A row of table `road_edges`."""

    edge_id: int
    from_node: int
    to_node: int
    forward: bool
    backward: bool
    length_m: float
    highway: str
    service: str | float
    name: str | float
    ref: str | float
    maxspeed: str | float
    junction: str | float
    access: str | float
    dual: bool
    maxspeed_backward: str | float
    closed_to: str | float
    ends_only_for: str | float
    size_limits: str | float
    geometry: shapely.Geometry


class Turn:
    """A row of table `turns`."""

    via_node: int
    from_edge: int
    from_forward: bool
    via_edges: str | float
    to_edge: int
    to_forward: bool
    restriction: str


class NetworkReport:
    """A row of table `network_report`."""

    rule: str
    value: str
    severity: str
    count: int
    length_km: float
    message: str


class EdgeSpeed:
    """A row of table `edge_speeds`."""

    edge_id: int
    built_up: bool
    class_group: str
    limit_kph: float
    speed_kph: float
    speed_source: str
    forward_s: float
    backward_s: float
    limit_backward_kph: float
    speed_backward_kph: float
    closed_to: str | float
    ends_only_for: str | float


class TodaySnap:
    """A row of table `today_snaps`."""

    kind: str
    point_id: str
    edge_id: int
    offset_m: float
    snap_distance_m: float
    quality: str


class TodaySiteToDemand:
    """A row of table `today_site_to_demand`."""

    site_id: str
    demand_id: str
    site_kind: str
    travel_time_s: float
    distance_m: float


class TodayDemandToSite:
    """A row of table `today_demand_to_site`."""

    site_id: str
    demand_id: str
    site_kind: str
    travel_time_s: float
    distance_m: float


class TodaySiteToSite:
    """A row of table `today_site_to_site`."""

    from_site_id: str
    to_site_id: str
    from_site_kind: str
    to_site_kind: str
    travel_time_s: float
    distance_m: float


class Snap:
    """A row of table `snaps`."""

    kind: str
    point_id: str
    edge_id: int
    offset_m: float
    snap_distance_m: float
    quality: str


class SiteToDemand:
    """A row of table `site_to_demand`."""

    site_id: str
    demand_id: str
    site_kind: str
    travel_time_s: float
    distance_m: float


class DemandToSite:
    """A row of table `demand_to_site`."""

    site_id: str
    demand_id: str
    site_kind: str
    travel_time_s: float
    distance_m: float


class SiteToSite:
    """A row of table `site_to_site`."""

    from_site_id: str
    to_site_id: str
    from_site_kind: str
    to_site_kind: str
    travel_time_s: float
    distance_m: float


class WalkToSite:
    """A row of table `walk_to_site`."""

    site_id: str
    demand_id: str
    site_kind: str
    travel_time_s: float
    distance_m: float


class SiteBusStop:
    """A row of table `site_bus_stops`."""

    site_id: str
    n_stops: int


class Catchment:
    """A row of table `catchments`."""

    site_id: str
    direction: str
    limit_s: float
    people: float
    method: str
    geometry: shapely.Geometry


class ServingSite:
    """A row of table `serving_sites`."""

    site_id: str
    service: str
    direction: str
    over_border: bool
    drive_limit_s: float


class Coverage:
    """A row of table `coverage`."""

    service: str
    direction: str
    limit_s: float
    people: float
    share_of_people: float
    n_sites: int
    n_over_border: int
    geometry: shapely.Geometry


class Allocation:
    """A row of table `allocation`."""

    service: str
    direction: str
    demand_id: str
    site_id: str | float
    travel_time_s: float
    second_site_id: str | float
    second_travel_time_s: float


class Overlap:
    """A row of table `overlap`."""

    service: str
    direction: str
    demand_id: str
    limit_s: float
    n_sites: int


class RoadOrder:
    """A row of table `road_order`."""

    graph_node: int
    rank: int


class RoadStretche:
    """A row of table `road_stretches`."""

    stretch: int
    tail: int
    head: int
    forward_to: int
    backward_to: int
    forward_ms: int
    backward_ms: int
    length_dm: int
    edge: int
    forward_slot: int
    backward_slot: int


class RoadLink:
    """A row of table `road_links`."""

    low: int
    high: int


class RoadExtent:
    """A row of table `road_extent`."""

    box: int
    west: float
    south: float
    east: float
    north: float


class NearEdge:
    """A row of table `near_edge`."""

    subject: str
    key: str
    answers: str
    distance_m: float
    edge: str


class Participation:
    """A row of table `participation`."""

    site_id: str
    takes_part: bool
    hosts_only: bool
    covers: bool
    reason: str


class Pair:
    """A row of table `pairs`."""

    pair_id: str
    first_site_id: str
    other_site_id: str
    first_to_other_s: float
    other_to_first_s: float
    hosts_only: bool
    travel_time_s: float
    distance_m: float
    straight_m: float
    tier: str
    function: str | float
    existing_share: str | float
    share_reason: str | float


class Cluster:
    """A row of table `clusters`."""

    cluster_id: str
    name: str
    n_sites: int
    diameter_m: float
    diameter_s: float
    services: str
    medoid_site_id: str
    site_ids: str
    region: str | float
    geometry: shapely.Geometry


class Option:
    """A row of table `options`."""

    option_id: str
    kind: str
    title: str
    what_happens: str
    pair_id: str | float
    group_id: str | float
    cluster_id: str | float
    site_ids: str
    host_site_id: str | float
    mover_site_ids: str | float
    released_site_ids: str | float
    tier: str
    function: str | float
    travel_time_s: float
    distance_m: float
    straight_m: float
    fire_area: str | float
    police_areas: str
    existing_share: str | float
    share_reason: str | float
    weak_site_ids: str | float
    weak_reason: str | float
    reason: str


class AreaOfSearch:
    """A row of table `areas_of_search`."""

    option_id: str
    sought_for: str
    limit_s: float
    n_candidates: int
    n_passing: int
    best_easting: float
    best_northing: float
    people_lost_best: float
    people_lost_most: float
    geometry: shapely.Geometry


class NewSite:
    """A row of table `new_sites`."""

    option_id: str
    site_id: str
    easting: float
    northing: float
    geometry: shapely.Geometry


class CoverBaseline:
    """A row of table `cover_baseline`."""

    measure: str
    value: float
    unit: str
    meaning: str


class ResponsePart:
    """A row of table `response_parts`."""

    layer: str
    case: str
    handling_s: float
    turnout_s: float
    drive_s: float
    response_s: float
    within_share: float
    nobody_share: float
    reached: float
    total: float


class Cover:
    """A row of table `cover`."""

    option_id: str
    fire_changes: bool
    known: bool
    change: str | float
    people_before: float
    people_after: float
    people_gained: float
    people_lost: float
    fires_before: float
    fires_after: float
    mean_response_before_s: float
    mean_response_after_s: float
    people_before_best: float
    people_after_best: float
    people_gained_best: float
    people_lost_best: float
    fires_before_best: float
    fires_after_best: float
    mean_response_before_best_s: float
    mean_response_after_best_s: float
    people_before_worst: float
    people_after_worst: float
    people_gained_worst: float
    people_lost_worst: float
    fires_before_worst: float
    fires_after_worst: float
    mean_response_before_worst_s: float
    mean_response_after_worst_s: float


class Access:
    """A row of table `access`."""

    option_id: str
    desk_changes: bool
    known: bool
    change: str | float
    people_before: float
    people_after: float
    people_gained: float
    people_lost: float
    people_lost_evidenced: float
    people_lost_outside: float
    people_slower_outside: float
    mean_access_before_s: float
    mean_access_after_s: float
    basis: str


class UnnamedEffect:
    """A row of table `unnamed_effects`."""

    option_id: str
    side: str
    measure: str
    label: str
    unit: str
    before: float
    after: float
    gained: float
    lost: float
    change: str | float
    basis: str
    note: str | float


class Effect:
    """A row of table `effects`."""

    option_id: str
    side: str
    measure: str
    label: str
    unit: str
    before: float
    after: float
    gained: float
    lost: float
    change: str | float
    basis: str
    note: str | float


class Change:
    """A row of table `changes`."""

    option_id: str
    side: str
    demand_id: str
    before_s: float
    after_s: float
    chance_before: float
    chance_after: float
    people: float
    people_gained: float
    people_lost: float
    worst: float


class Equality:
    """A row of table `equality`."""

    option_id: str
    side: str
    group: str
    people: float
    gained: float
    lost: float
    slower: float
    quicker: float
    loss_rate: float
    area_loss_rate: float
    finding: str
    suppressed: bool
    slower_most_s: float
    quicker_most_s: float
    risk: bool | NAType
    benefit: bool | NAType


class Cost:
    """A row of table `costs`."""

    option_id: str
    item: str
    body_id: str
    first_year: int
    last_year: int
    amount_gbp: float
    price_year: float
    source: str


class Partner:
    """A row of table `partners`."""

    body_id: str
    funding_gbp: float
    funding_low_gbp: float
    funding_high_gbp: float
    size: float
    size_low: float
    size_high: float
    headcount: float
    demand: float
    votes: float
    precept_share: float
    source: str


class Benchmark:
    """A row of table `benchmarks`."""

    role: str
    gbp_per_m2: float
    price_year: float
    source: str


class Deflator:
    """A row of table `deflators`."""

    year: int
    low: float
    central: float
    high: float
    basis: str
    source: str


class RunningCost:
    """A row of table `running_costs`."""

    site_id: str
    role: str
    running_cost_low_gbp: float
    running_cost_gbp: float
    running_cost_high_gbp: float
    basis: str
    rests_on: str | float
    price_year: int
    gbp_per_m2: float
    benchmark_gbp_per_m2: float
    benchmark_source: str | float


class Money:
    """A row of table `money`."""

    option_id: str
    gross_saving_gbp: float
    host_increase_gbp: float
    net_saving_gbp: float
    net_saving_low_gbp: float
    net_saving_high_gbp: float
    capital_gbp: float
    receipt_gbp: float
    npv_gbp: float
    npv_low_gbp: float
    npv_central_gbp: float
    npv_high_gbp: float
    works_at_most_low_gbp: float
    works_at_most_central_gbp: float
    works_at_most_high_gbp: float
    value_for_money: str
    price_year: int
    payback_years: float
    basis: str
    review: str | float
    note: str


class MoneyRange:
    """A row of table `money_ranges`."""

    option_id: str
    figure: str
    unit: str
    low: float
    central: float
    high: float
    basis: str
    rests_on: str


class CashFlow:
    """A row of table `cash_flows`."""

    option_id: str
    body_id: str
    year: int
    item: str
    amount_gbp: float
    present_gbp: float
    basis: str


class MoneyByBody:
    """A row of table `money_by_body`."""

    option_id: str
    body_id: str
    capital_gbp: float
    receipt_gbp: float
    net_saving_gbp: float
    net_saving_low_gbp: float
    net_saving_high_gbp: float
    npv_gbp: float
    basis: str


class SwitchingValue:
    """A row of table `switching_values`."""

    option_id: str
    item: str
    present_gbp: float
    factor: float
    meaning: str


class Apportionment:
    """A row of table `apportionment`."""

    option_id: str
    key: str
    body_id: str
    share: float
    cost_gbp: float
    benefit_gbp: float
    net_gbp: float
    note: str | float


class Principle:
    """A row of table `principles`."""

    option_id: str
    key: str
    principle: str
    outcome: str
    reason: str


class ClearingRent:
    """A row of table `clearing_rents`."""

    kind: str
    subject_id: str
    payer_id: str
    payee_id: str
    least_gbp: float
    rent_gbp: float
    most_gbp: float
    payer_works_share: float
    holds_share: float
    basis: str
    none_reason: str | float


class ClearingByBody:
    """A row of table `clearing_by_body`."""

    kind: str
    subject_id: str
    body_id: str
    before_gbp: float
    supplied_gbp: float
    after_gbp: float
    works_gbp: float
    works_share: float
    npv_before_gbp: float
    npv_after_gbp: float


class ClearingPrinciple:
    """A row of table `clearing_principles`."""

    kind: str
    subject_id: str
    principle: str
    outcome: str
    reason: str


class TargetShare:
    """A row of table `target_shares`."""

    portfolio_id: str
    target_id: str
    body_id: str
    target_gbp: float
    first_year: int
    last_year: int
    gain_gbp: float
    gain_low_gbp: float
    gain_high_gbp: float
    share: float
    gain_after_rent_gbp: float
    share_after_rent: float
    words: str


class ApportionmentRange:
    """A row of table `apportionment_ranges`."""

    kind: str
    subject_id: str
    key: str
    body_id: str
    share_low: float
    share: float
    share_high: float
    cost_low_gbp: float
    cost_gbp: float
    cost_high_gbp: float
    benefit_low_gbp: float
    benefit_gbp: float
    benefit_high_gbp: float
    net_low_gbp: float
    net_gbp: float
    net_high_gbp: float
    lacks: str | float
    note: str | float


class PrincipleRange:
    """A row of table `principle_ranges`."""

    kind: str
    subject_id: str
    key: str
    principle: str
    outcome: str
    depends_on: str | float
    low: float
    turns_at: float
    high: float
    reason: str


class SharingConstraint:
    """A row of table `sharing_constraints`."""

    kind: str
    subject_id: str
    key: str
    constraint: str
    body_id: str
    change: float
    share: float
    share_after: float
    net_change_low_gbp: float
    net_change_gbp: float
    net_change_high_gbp: float
    others_change_gbp: float
    rests_on: str
    lacks: str | float


class Space:
    """A row of table `space`."""

    option_id: str
    need_low_m2: float
    need_high_m2: float
    need_basis: str | float
    room_low_m2: float
    room_high_m2: float
    room_basis: str | float
    share_low: float
    share_high: float
    fit: str
    told: str | float


class Evidence:
    """A row of table `evidence`."""

    option_id: str | float
    site_id: str | float
    body_id: str | float
    gate: str
    outcome: str
    reason: str
    author: str
    date: str


class SiteDecision:
    """A row of table `site_decisions`."""

    site_id: str
    what: str
    date: str
    decided_by: str
    source: str
    certainty: str
    note: str
    disclosure: str


class Gate:
    """A row of table `gates`."""

    option_id: str
    gate: str
    outcome: str
    mandatory: bool
    reason: str
    evidence: str | float
    question: str | float
    asked_of: str | float


class Approval:
    """A row of table `approvals`."""

    option_id: str
    step: int
    body_id: str
    body: str
    office: str | float
    phase: str
    topic: str
    action: str
    task: str
    legal_form: str | float
    citation: str
    certainty: str
    days_earliest: int
    days_usual: int
    days_source: str
    rule_id: str


class Route:
    """A row of table `routes`."""

    option_id: str
    outside_alliance: str | float
    cross_force: bool
    consultation: str | float
    consulted: str | float
    first_body: str
    n_steps: int
    n_unknown: int
    legal_forms: str | float


class Decision:
    """A row of table `decisions`."""

    decision_id: str
    option_id: str
    status: str
    date: str
    decided_by: str
    superseded_by: str | float
    reversible: bool
    release: str
    note: str | float


class OptionDecision:
    """A row of table `option_decisions`."""

    option_id: str
    decision_id: str | float
    status: str
    date: str | float
    decided_by: str | float
    reversible: bool | NAType
    release: str


class Vehicle:
    """A row of table `vehicles`."""

    vehicle_id: str
    name: str
    serves: str
    continuum_step: int
    legal_form: str
    approved_by: str
    must_hold: str | float
    must_not_hold: str | float
    who_employs: str
    who_owns: str
    statutory_responsibility: str
    changes: str
    citation: str
    certainty: str
    valid_from: str | float
    valid_to: str | float
    dates_note: str | float


class Delivery:
    """A row of table `delivery`."""

    option_id: str
    vehicle_id: str
    possible: str
    reason: str


class Question:
    """A row of table `questions`."""

    question_id: str
    gate: str | float
    criterion: str | float
    about: str
    about_name: str
    question: str
    whom: str
    whom_kind: str
    mandatory: bool
    n_options: int
    n_settled: int
    moved_mean: float
    moved_max: int
    settled_mean: float
    settled_max: int
    option_ids: str
    rank: float


class Law:
    """A row of table `law`."""

    change_id: str
    what: str
    valid_from: str | float
    valid_to: str | float
    bodies: str | float
    means: str
    citation: str
    certainty: str


class Timeline:
    """A row of table `timeline`."""

    option_id: str
    step: int
    topic: str
    phase: str
    start_earliest: str
    end_earliest: str | float
    start_usual: str
    end_usual: str | float
    back_earliest: str | float
    back_usual: str | float
    critical: bool
    rests_on: str


class Succession:
    """A row of table `successions`."""

    body_id: str
    about: str
    until: str
    ends: str
    successors: str
    certainty: str
    clause: str
    source: str


class Function:
    """A row of table `functions`."""

    function: str
    occupies_space: bool
    body_id: str
    in_scope: bool | NAType
    budget_gbp: float
    staff_fte: float
    area_m2: float
    benchmark_gbp: float
    price_year: float
    source: str | float


class FunctionTotal:
    """A row of table `function_totals`."""

    body_ids: str
    figure: str
    amount: float
    year: int
    source: str
    note: str | float


class FunctionFigure:
    """A row of table `function_figures`."""

    function: str
    body_id: str
    way: str
    in_place: bool
    saving_low_gbp: float
    saving_central_gbp: float
    saving_high_gbp: float
    change_low_gbp: float
    change_central_gbp: float
    change_high_gbp: float
    price_year: float
    option_ids: str | float
    basis: str
    source: str


class FunctionBaseline:
    """A row of table `function_baseline`."""

    function: str
    body_id: str
    occupies_space: bool | NAType
    in_scope: bool | NAType
    gbp_per_fte: float
    over_benchmark: float
    state: str
    note: str


class FunctionOption:
    """A row of table `function_options`."""

    function: str
    body_id: str
    way: str
    name: str
    continuum_step: int
    standing: str
    saving_low_gbp: float
    saving_central_gbp: float
    saving_high_gbp: float
    change_low_gbp: float
    change_central_gbp: float
    change_high_gbp: float
    basis: str
    rests_on: str
    missing: str | float
    space: str
    area_m2: float
    site_ids: str | float
    option_ids: str | float
    approved_by: str | float
    legal_form: str
    responsibility: str
    certainty: str
    note: str | float


class FunctionPlan:
    """A row of table `function_plans`."""

    scenario_id: str
    function: str
    body_id: str
    way: str
    changes: bool
    saving_low_gbp: float
    saving_central_gbp: float
    saving_high_gbp: float
    change_low_gbp: float
    change_central_gbp: float
    change_high_gbp: float
    basis: str
    rests_on: str
    missing: str | float
    option_ids: str | float
    approved_by: str | float


class FunctionGain:
    """A row of table `function_gains`."""

    scenario_id: str
    body_ids: str
    functions: int
    known: int
    saving_low_gbp: float
    saving_central_gbp: float
    saving_high_gbp: float
    change_low_gbp: float
    change_central_gbp: float
    change_high_gbp: float
    basis: str
    rests_on: str
    missing: str | float
    words: str


class Measure:
    """A row of table `measures`."""

    option_id: str
    criterion: str
    list: str
    unit: str
    low: float
    central: float
    high: float
    basis: str
    rests_on: str | float


class Contribution:
    """A row of table `contributions`."""

    option_id: str
    criterion: str
    raw: float
    value_low: float
    value: float
    value_high: float
    weight: float
    contribution: float
    basis: str


class Score:
    """A row of table `scores`."""

    option_id: str
    status: str
    list: str
    score_low: float
    score: float
    score_high: float
    completeness: float
    rank_group: int
    rank_low: float
    rank: float
    rank_high: float
    rank_shared: bool
    town: str | float
    place: float
    decided_from_next: bool | NAType
    failed_gates: str | float
    unknown_gates: str | float


class RankingBasi:
    """A row of table `ranking_basis`."""

    list: str
    rank_group: int
    criterion: str
    n_options: int
    weight: float
    varies: bool
    n_values: int
    assumed_share: float
    spread_share: float
    spread_assumed: float
    drive_rho: float
    n_decided: float
    n_separated: int
    n_different: float


class DrawnMeasure:
    """A row of table `drawn_measures`."""

    draw: int
    option_id: str
    criterion: str
    raw: float


class Robustness:
    """A row of table `robustness`."""

    option_id: str
    varied: str
    n_draws: int
    rank_low: float
    rank_median: float
    rank_high: float
    share_first: float
    share_top: float
    share_top_error: float


class Stability:
    """A row of table `stability`."""

    option_id: str
    word: str
    reason: str
    dominated_by: str | float
    n_dominating: int


class BreakEven:
    """A row of table `break_even`."""

    option_id: str
    criterion: str
    weight: float
    break_even: float
    change: str


class Portfolio:
    """A row of table `portfolios`."""

    portfolio_id: str
    purpose: str
    status: str
    objective: str
    objective_value: float
    bound: float
    gap: float
    n_options: int
    net_saving_gbp: float
    net_saving_low_gbp: float
    net_saving_high_gbp: float
    npv_gbp: float
    npv_low_gbp: float
    npv_central_gbp: float
    npv_high_gbp: float
    capital_gbp: float
    people_losing_cover: float
    people_losing_access: float
    note: str


class PortfolioOption:
    """A row of table `portfolio_options`."""

    portfolio_id: str
    option_id: str
    marginal_value: float
    releases: str | float


class PortfolioChange:
    """A row of table `portfolio_changes`."""

    option_id: str
    side: str
    demand_id: str
    before_s: float
    after_s: float
    chance_before: float
    chance_after: float
    people: float
    people_gained: float
    people_lost: float
    worst: float


class PortfolioEquality:
    """A row of table `portfolio_equality`."""

    option_id: str
    side: str
    group: str
    people: float
    gained: float
    lost: float
    slower: float
    quicker: float
    loss_rate: float
    area_loss_rate: float
    finding: str
    suppressed: bool
    slower_most_s: float
    quicker_most_s: float
    risk: bool | NAType
    benefit: bool | NAType


class Siting:
    """A row of table `siting`."""

    model: str
    p: int
    status: str
    objective: float
    unit: str
    gap: float
    people_covered_share: float
    mean_time_s: float
    site_ids: str | float
    today_share: float
    note: str | float


class PointsAtStake:
    """A row of table `points_at_stake`."""

    side: str
    demand_id: str
    people: float
    n_sites: int
    kind: int


class Stake:
    """A row of table `stakes`."""

    side: str
    option_id: str
    kind: int
    n_gone: int
    arrives: bool


class UnknownStake:
    """A row of table `unknown_stakes`."""

    side: str
    option_id: str


class ProgrammeGroup:
    """A row of table `programme_groups`."""

    group_id: str
    name: str
    frequency: str | float
    attendance: str | float
    role: str | float
    reports_to: str | float
    comes_before: str | float
    place_basis: str
    as_at: str
    source: str


class Recommendation:
    """A row of table `recommendations`."""

    recommendation_id: str
    part: int
    asks: str
    answer: str
    command: str | float
    note: str
    source: str


class Checklist:
    """A row of table `checklists`."""

    recommendation_id: str
    part: int
    item: int
    what: str
    owner: str
    done: str | float
    evidence: str | float
    source: str


class BenefitsHandedIn:
    """A row of table `benefits_handed_in`."""

    option_id: str
    measure: str
    body_id: str
    title: str
    label: str
    unit: str
    before: float
    promised_low: float
    promised: float
    promised_high: float
    price_year: float
    basis: str
    measured_by: str
    months_after: float
    how: str
    actual: float
    measured_on: str | float
    evidence: str | float


class Benefit:
    """A row of table `benefits`."""

    option_id: str
    measure: str
    body_id: str
    title: str
    label: str
    unit: str
    before: float
    promised_low: float
    promised: float
    promised_high: float
    price_year: float
    basis: str
    measured_by: str
    months_after: float
    how: str
    actual: float
    measured_on: str | float
    evidence: str | float
    difference: float
    outcome: str


class DriveReference:
    """A row of table `drive_references`."""

    reference_set: str
    reference_id: str
    from_name: str | float
    from_site_id: str | float
    from_easting: float
    from_northing: float
    from_lat: float
    from_lon: float
    to_name: str | float
    to_site_id: str | float
    to_easting: float
    to_northing: float
    to_lat: float
    to_lon: float
    minutes: float
    both_ways: bool | NAType
    vehicle: str
    constant_s: float
    rounding: float
    spread_share: float
    owner: str
    period: str
    source: str
    basis: str


class PublishedPart:
    """A row of table `published_parts`."""

    part_id: str
    owner: str
    part: str
    mix: str
    seconds: float
    rounding: float
    spread_share: float
    period: str
    source: str
    basis: str


class ObservedChange:
    """A row of table `observed_changes`."""

    change_id: str
    what: str
    owner: str
    scenario_before: str
    scenario_after: str
    measure: str
    before: float
    after: float
    rounding: float
    spread_share: float
    period: str
    source: str
    basis: str


class Drawing:
    """A row of table `drawings`."""

    number: int
    layer: str
    key: str
    limit_s: float
    people: float
    rank: float
    shape: str


class LocalGround:
    """A row of table `local_grounds`."""

    west: float
    south: float
    east: float
    north: float
    land: str
    roads: str


class LocalMap:
    """A row of table `local_maps`."""

    option_id: str
    svg: str
