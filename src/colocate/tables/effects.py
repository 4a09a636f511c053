"""Tables of effects: what each option would do to cover, access and people."""

from __future__ import annotations

from colocate.tables.schema import Column, people, table

SIDES = ("fire", "police")
FIRE_CASES = ("best", "expected", "worst")
CHANGE_TOLD = ("none", "too_small", "told")
PEOPLE_GROUPS = (
    *(f"imd_decile_{decile}" for decile in range(1, 11)), "aged_65_plus", "disabled", "rural",
    "urban",
)


def _change(what: str) -> Column:
    return Column("change", "str", "none: nothing that serves moves, so exactly as today; "
                  f"too_small: something does, but {what} changes by no more than the study's "
                  "tolerance, which the method cannot tell; told: by more; empty where unknown.",
                  null=True, allowed=CHANGE_TOLD)  # fmt: skip


AREAS_OF_SEARCH = table(
    "areas_of_search", ("option_id",), "Where a new site could stand: road from which each mover "
    "meets its service's standard as the study's gates ask, near to every site of the option.",
    Column("option_id", "str", "Option."),
    Column("sought_for", "str", "all: the new site would stand for all sites of the option. "
           "movers: for those that move, should their host, which stays, have no room.",
           allowed=("all", "movers")),
    Column("limit_s", "float", "Largest drive time to or from any of today's sites.", at_least=0),
    Column("n_candidates", "int", "Points along the roads of the study area within that limit.",
           at_least=1),
    Column("n_passing", "int", "Of these, points at which the standards hold.", at_least=1),
    Column("best_easting", "float", "Passing point with the least loss, then the least drive from "
           "or to the farthest member."),
    Column("best_northing", "float", "The same."),
    people("people_lost_best", "People who lose a standard with the site there."),
    people("people_lost_most", "The same at the worst of the passing points."),
    Column("geometry", "geometry", "Grid cells that hold a passing point, EPSG:27700."),
)

NEW_SITES = table(
    "new_sites", ("option_id",), "Where a new shared site is taken to stand when an option is "
    "evaluated: the best point of its area of search, and a site of its own in every table of "
    "travel times.",
    Column("option_id", "str", "Option of kind both_to_new."),
    Column("site_id", "str", "Id of the new site, option_id with NEW- before it."),
    Column("easting", "float", "Best point."),
    Column("northing", "float", "The same."),
    Column("geometry", "geometry", "Point, EPSG:27700."),
)

COVER_BASELINE = table(
    "cover_baseline", ("measure",), "Fire cover today, by response standard and part of the "
    "response: expected over crews that may be out; _best: every crew there; _worst: out more "
    "often, and turning out at the ceiling.",
    Column("measure", "str", "What is measured."),
    Column("value", "float", "Value.", null=True),
    Column("unit", "str", "Unit."),
    Column("meaning", "str", "How it was computed."),
)

RESPONSE_PARTS = table(
    "response_parts", ("layer", "case"), "Mean response of the first appliance and its parts, by "
    "what weighs the demand points and by case; the parts add up.",
    Column("layer", "str", "What weighs: people, fires, or another layer of demand."),
    Column("case", "str", "best: every crew there, mean turnout; expected: any crew may be out; "
           "worst: out more often, turnout at the ceiling.", allowed=FIRE_CASES),
    Column("handling_s", "float", "Call handling.", null=True, at_least=0),
    Column("turnout_s", "float", "Mean turnout of the crew that comes first.", null=True,
           at_least=0),
    Column("drive_s", "float", "Mean drive of that crew.", null=True, at_least=0),
    Column("response_s", "float", "Mean response: the sum.", null=True, at_least=0),
    Column("within_share", "float", "Of the whole layer, expected within the first standard.",
           unit="share", null=True, at_least=0, at_most=1),
    Column("nobody_share", "float", "Of what some crew has a way to, the share of the time at "
           "which none of them is there: counted at the longest turnout and drive.", unit="share",
           null=True, at_least=0, at_most=1),
    Column("reached", "float", "What some crew has a way to: the means are over it.", at_least=0),
    Column("total", "float", "The whole layer.", at_least=0),
)


def _of_case(case: str) -> tuple[Column, ...]:
    """What an option does to cover in one case; the expected one has no suffix."""
    suffix = "" if case == "expected" else f"_{case}"
    null = bool(suffix)
    said = {"best": " with every crew there", "expected": "",
            "worst": " with crews out more often and turning out at the ceiling"}[case]
    return (
        people(f"people_before{suffix}", "People expected within the first response "
               f"standard{said}: by the chance of each that a crew comes within it.", null=null),
        people(f"people_after{suffix}", "The same afterwards.", null=True),
        people(f"people_gained{suffix}", "People newly expected within it, where chances rise.",
               null=True),
        people(f"people_lost{suffix}", "People no longer expected within it, where chances fall.",
               null=True),
        Column(f"fires_before{suffix}", "float", f"Fires a year expected within it{said}.",
               unit="fires/year", null=null, at_least=0),
        Column(f"fires_after{suffix}", "float", "The same afterwards.", unit="fires/year",
               null=True, at_least=0),
        Column(f"mean_response_before{suffix}_s", "float", "Mean expected response of the first "
               f"appliance{said}, weighted by fires, where one has a way within the cut-off.",
               null=True, at_least=0),
        Column(f"mean_response_after{suffix}_s", "float", "The same afterwards; unknown where "
               "points fall beyond the cut-off, for a mean without them would look better.",
               null=True, at_least=0),
    )  # fmt: skip


COVER = table(
    "cover", ("option_id",), "Fire cover before and after each option: expected over crews that "
    "may be out, then in the best case and the worst. Percentages are of people.",
    Column("option_id", "str", "Option."),
    Column("fire_changes", "bool", "A crewed fire station moves or closes."),
    Column("known", "bool", "Effect could be computed (not so for a site still to be found)."),
    _change("nobody's response, nor chance of a standard,"),
    *_of_case("expected"),
    *_of_case("best"),
    *_of_case("worst"),
)

ACCESS = table(
    "access", ("option_id",), "Public access to a police desk before and after each option.",
    Column("option_id", "str", "Option."),
    Column("desk_changes", "bool", "A police desk or station open to the public moves."),
    Column("known", "bool", "Effect could be computed."),
    _change("nobody's drive"),
    people("people_before", "People within the access standard of a desk."),
    people("people_after", "The same afterwards.", null=True),
    people("people_gained", "People newly within it.", null=True),
    people("people_lost", "People no longer within it.", null=True),
    people("people_lost_evidenced", "The same where, besides the desk that moves, only desks "
           "evidenced as open count.", null=True),
    people("people_lost_outside", "People around the area, in no percentage, no longer within it.",
           null=True),
    people("people_slower_outside", "People around the area with a longer drive.", null=True),
    Column("mean_access_before_s", "float", "Mean drive to the nearest desk, weighted by people, "
           "where there is one within the cut-off.", null=True, at_least=0),
    Column("mean_access_after_s", "float", "The same afterwards; unknown where points fall beyond "
           "the cut-off.", null=True, at_least=0),
    Column("basis", "str", "recorded, or assumed where a moving desk is not evidenced but taken "
           "from the site's role.", allowed=("recorded", "assumed")),
)

EFFECTS = table(
    "effects", ("option_id", "side", "measure"), "Every measure before and after each option, for "
    "both services. Exactly the same where nothing that serves moves, and where the change is "
    "within the study's tolerance.",
    Column("option_id", "str", "Option."),
    Column("side", "str", "Whose effect; staff of any other service stand under police.",
           allowed=SIDES),
    Column("measure", "str", "Short name of the measure."),
    Column("label", "str", "Its name for people."),
    Column("unit", "str", "Unit of the figures."),
    Column("before", "float", "Today.", null=True),
    Column("after", "float", "Afterwards; empty where unknown.", null=True),
    Column("gained", "float", "What gains, where the measure counts people, fires or area.",
           null=True),
    Column("lost", "float", "What loses, likewise: never netted off.", null=True),
    _change("the figure"),
    Column("basis", "str", "computed, recorded, assumed or unknown.",
           allowed=("computed", "recorded", "assumed", "unknown")),
    Column("note", "str", "What to know when reading it.", null=True),
)

UNNAMED_EFFECTS = table(
    "unnamed_effects", EFFECTS.key,
    "The same as `effects`, but that a label which tells of one site ends in its id, and that none "
    "tells of its staff.",
    *EFFECTS.columns,
)

CHANGES = table(
    "changes", ("option_id", "side", "demand_id"), "Demand points with people whose time to the "
    "first appliance or to a police desk, or chance of the standard, an option would change by "
    "more than the study's tolerance: means of these people alone; all others have no row.",
    Column("option_id", "str", "Option."),
    Column("side", "str", "fire: first response; police: drive to a desk.", allowed=SIDES),
    Column("demand_id", "str", "Demand point."),
    Column("before_s", "float", "Time today, of a response the expected one; empty beyond the "
           "cut-off.", null=True, at_least=0),
    Column("after_s", "float", "Time afterwards; empty beyond the cut-off.", null=True, at_least=0),
    Column("chance_before", "float", "Chance today that a crew comes within the standard; of a "
           "desk the share of them within the limit.", at_least=0, at_most=1),
    Column("chance_after", "float", "The same afterwards.", at_least=0, at_most=1),
    people("people", "Residents whose time or chance changes."),
    people("people_gained", "Of these, newly expected within the standard."),
    people("people_lost", "Of these, no longer expected within it."),
    Column("worst", "float", "1 for the point that loses most time among those of the option and "
           "side, then 2, … 5; empty for others.", null=True, at_least=1, at_most=5),
)

EQUALITY = table(
    "equality", ("option_id", "side", "group"), "Who gains and who loses by each option, group by "
    "group, against the area's average: an input to an equality analysis, not the analysis.",
    Column("option_id", "str", "Option, or `portfolio` for the chosen set together."),
    Column("side", "str", "fire: cover; police: desk access.", allowed=SIDES),
    Column("group", "str", "Group of people.", allowed=PEOPLE_GROUPS),
    people("people", "People of the group in the area."),
    people("gained", "Of these, newly within the standard; empty where suppressed.", null=True),
    people("lost", "No longer within it; empty where suppressed.", null=True),
    people("slower", "Whose time gets longer; empty where suppressed.", null=True),
    people("quicker", "Whose time gets shorter; empty where suppressed.", null=True),
    Column("loss_rate", "float", "Lost per person of the group.", null=True, at_least=0),
    Column("area_loss_rate", "float", "Lost per person of the whole area.", null=True, at_least=0),
    Column("finding", "str", "In words, against the area's average.", allowed=(
        "no change", "as the average", "loses more than average", "gains more than average",
        "slowed more than average", "quickened more than average", "too few to say",
        "unknown")),
    Column("suppressed", "bool", "A count below the study's smallest was left out."),
    Column("slower_most_s", "float", "Most time that a place with people of the group would lose; "
           "empty beyond the cut-off, or where suppressed.", null=True, at_least=0),
    Column("quicker_most_s", "float", "Most time that one would gain, likewise.", null=True,
           at_least=0),
    Column("risk", "bool", "Somebody of the group would lose the standard, or at least the time "
           "that the study takes for material; empty where suppressed or unknown.", null=True),
    Column("benefit", "bool", "Somebody would gain as much.", null=True),
)

TABLES = (AREAS_OF_SEARCH,
    NEW_SITES, COVER_BASELINE, RESPONSE_PARTS, COVER, ACCESS, UNNAMED_EFFECTS, EFFECTS, CHANGES,
    EQUALITY,
)
