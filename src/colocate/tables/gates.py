"""Tables of gates and governance: what may block an option, who decides, what was decided."""

from __future__ import annotations

from colocate.tables.governance import ACTIONS, CERTAINTY, PHASES, TOPICS
from colocate.tables.places import CONDITIONS
from colocate.tables.schema import Column, table

GATES = table(
    "gates", ("option_id", "gate"), "What may block an option. unknown never averages out: it says "
    "what to find out. None for what is in place today.",
    Column("option_id", "str", "Option."),
    Column("gate", "str", "Gate."),
    Column("outcome", "str", "Result.", allowed=("pass", "fail", "unknown")),
    Column("mandatory", "bool", "Must be passed before an option is recommended."),
    Column("reason", "str", "Why.", disclosure="commercial"),
    Column("evidence", "str", "What it rests on, as table:key, e.g. register:F033, cover:OPTION, "
           "body:BODY, evidence:SUBJECT/GATE/DATE, site_decisions:SITE/WHAT/DATE, or rule:GATE "
           "where it follows from what the option is.", unit="list", null=True,
           disclosure="commercial"),
    Column("question", "str", "What would have to be found out.", null=True),
    Column("asked_of", "str", "What an answer is still open about, as site:ID, body:ID or "
           "option:ID; none unless unknown.", unit="list", null=True),
    by_column=True,
)

SPACE = table(
    "space", ("option_id",), "What the movers of each option need beside what its host has, as "
    "ranges. Only a recorded spare area is known to be free; without one the whole building is the "
    "most there may be.",
    Column("option_id", "str", "Option."),
    Column("need_low_m2", "float", "Least that is needed.", null=True, at_least=0,
           disclosure="commercial"),
    Column("need_high_m2", "float", "Most that is needed.", null=True, at_least=0,
           disclosure="commercial"),
    Column("need_basis", "str", "What the need rests on: the weakest of the movers' areas.",
           null=True, allowed=("recorded", "computed", "assumed")),
    Column("room_low_m2", "float", "Least room at the host.", null=True, at_least=0,
           disclosure="commercial"),
    Column("room_high_m2", "float", "Most room at the host.", null=True, at_least=0,
           disclosure="commercial"),
    Column("room_basis", "str", "recorded, where the spare area is; else what the area of the "
           "whole host rests on.", null=True, allowed=("recorded", "computed", "assumed")),
    Column("share_low", "float", "Least share of the need that there is room for.", at_least=0,
           at_most=1),
    Column("share_high", "float", "Largest share of the need that there may be room for.",
           at_least=0, at_most=1),
    Column("fit", "str", "fits or too_small whatever lies within the ranges; else open.",
           allowed=("fits", "too_small", "open")),
    Column("told", "str", "Both and what follows, in words; empty where neither is known.",
           null=True, disclosure="commercial"),
)

EVIDENCE = table(
    "evidence", ("option_id", "site_id", "body_id", "gate", "date"), "What people found out about "
    "gates: always wins over what colocate can tell. Each row is about an option, or about a site "
    "or body and then about every option in which the gate asks of it.",
    Column("option_id", "str", "Option, or empty.", null=True),
    Column("site_id", "str", "Site, or empty.", null=True),
    Column("body_id", "str", "Body, or empty.", null=True),
    Column("gate", "str", "Gate of the study."),
    Column("outcome", "str", "What was found.", allowed=("pass", "fail", "unknown")),
    Column("reason", "str", "Why."),
    Column("author", "str", "Who says so: a role, not a person."),
    Column("date", "date", "When; the latest row counts."),
)

SITE_DECISIONS = table(
    "site_decisions", ("site_id", "what", "date"), "What was decided or announced about a site, "
    "whoever proposed it: told of every option that would change the site. What was decided about "
    "an option stands in decisions.",
    Column("site_id", "str", "Site: an id of table sites."),
    Column("what", "str", "kept, rebuilt, refurbished, shared, sold: done or decided; "
           "announced: planned, and the outcome not known; dropped: a plan that was given up; "
           "refused: a plan that was turned down. What the plan was stands in note.",
           allowed=("kept", "rebuilt", "refurbished", "shared", "sold", "announced", "dropped",
                    "refused")),
    Column("date", "date", "When, as exactly as known; of several rows the latest counts."),
    Column("decided_by", "str", "Body that decided: an id of table bodies."),
    Column("source", "str", "Where it was published, with its day."),
    Column("certainty", "str", "evidenced, or unknown: then never stated as fact.",
           allowed=("evidenced", "unknown")),
    Column("note", "str", "What was decided, in words."),
    Column("disclosure", "str", "Disclosure class of the whole row, and so of every option that it "
           "is told of.", allowed=("public", "commercial", "restricted")),
)

APPROVALS = table(
    "approvals", ("option_id", "step", "body_id", "topic"), "What each option asks for, in order: "
    "before the decision, the decision, after it. A body approves once and agrees once, at the "
    "earliest step that asks for it.",
    Column("option_id", "str", "Option."),
    Column("step", "int", "Order; steps of one number run side by side.", at_least=1),
    Column("body_id", "str", "Body."),
    Column("body", "str", "Its name."),
    Column("office", "str", "Who acts for it, where the law names an officer.", null=True),
    Column("phase", "str", "before, decision or after.", allowed=PHASES),
    Column("topic", "str", "What the step is about.", allowed=TOPICS),
    Column("action", "str", "What it does.", allowed=ACTIONS),
    Column("task", "str", "What is done, in words."),
    Column("legal_form", "str", "Legal form it leads to, if any.", null=True),
    Column("citation", "str", "Statute, agreement or minute."),
    Column("certainty", "str", "evidenced, unverified or unknown.", allowed=CERTAINTY),
    Column("days_earliest", "int", "Days it takes at least.", unit="days", at_least=0),
    Column("days_usual", "int", "Days it usually takes.", unit="days", at_least=0),
    Column("days_source", "str", "What the days rest on: a source, or assumed and on what."),
    Column("rule_id", "str", "Rules it comes from.", unit="list"),
)

ROUTES = table(
    "routes", ("option_id",), "The approval path of each option in one row.",
    Column("option_id", "str", "Option."),
    Column("outside_alliance", "str", "Bodies of its police sites that are in no alliance.",
           unit="list", null=True),
    Column("cross_force", "bool", "Its sites touch more than one force."),
    Column("consultation", "str", "What asks for consultation.", unit="list", null=True,
           allowed=("fire_cover", "desk_access", "staff")),
    Column("consulted", "str", "Bodies that the rules name for it: who consults or is consulted.",
           unit="list", null=True),
    Column("first_body", "str", "Bodies that decide first.", unit="list"),
    Column("n_steps", "int", "Steps.", at_least=1),
    Column("n_unknown", "int", "Rows of the path that are not evidenced.", at_least=0),
    Column("legal_forms", "str", "Legal forms the path leads to.", unit="list", null=True),
)

RELEASES = ("internal", "agents", "market")
"""Who may see an option: the authorities, the agents whom they appointed, the market; each also
those before it."""

DECISIONS = table(
    "decisions", ("decision_id",),
    "The decision register: what was decided, by whom, and who may see it.",
    Column("decision_id", "str", "Id of the decision."),
    Column("option_id", "str", "Option."),
    Column("status", "str", "What was decided.",
           allowed=("proposed", "deferred", "approved", "declined", "withdrawn")),
    Column("date", "date", "When."),
    Column("decided_by", "str", "Body that decided: an id of table bodies."),
    Column("superseded_by", "str", "decision_id that took its place.", null=True),
    Column("reversible", "bool", "Whether it could be undone."),
    Column("release", "str", "Who may see the option with its sites named.", allowed=RELEASES),
    Column("note", "str", "Minute or reference.", null=True),
)

OPTION_DECISIONS = table(
    "option_decisions", ("option_id",), "Where each option stands by the decision register.",
    Column("option_id", "str", "Option."),
    Column("decision_id", "str", "Decision in force, if any.", null=True),
    Column("status", "str", "none: nobody has decided anything.",
           allowed=("none", "proposed", "deferred", "approved", "declined", "withdrawn")),
    Column("date", "date", "When.", null=True),
    Column("decided_by", "str", "Body that decided.", null=True),
    Column("reversible", "bool", "Whether it could be undone.", null=True),
    Column("release", "str", "Who may see the option with its sites named; internal unless a "
           "decision in force says otherwise.", allowed=RELEASES),
)

VEHICLES = table(
    "vehicles", ("vehicle_id",),
    "Ways of working together, from independent to merged, and what each changes.",
    Column("vehicle_id", "str", "Id."),
    Column("name", "str", "Name."),
    Column("serves", "str", "What it is a way of running: a building that is shared, a function of "
           "the back office, or both.", unit="list", allowed=("building", "function")),
    Column("continuum_step", "int", "Step of the continuum, 1 independent to 6 merger.", at_least=1,
           at_most=6),
    Column("legal_form", "str", "Legal form it takes."),
    Column("approved_by", "str", "Bodies that approve it, ids of table bodies or the words of "
           "table governance.", unit="list"),
    Column("must_hold", "str", "Conditions of table governance that must hold for an option.",
           unit="list", null=True, allowed=CONDITIONS),
    Column("must_not_hold", "str", "Conditions that must not.", unit="list", null=True,
           allowed=CONDITIONS),
    Column("who_employs", "str", "Who employs the staff."),
    Column("who_owns", "str", "Who owns the premises."),
    Column("statutory_responsibility", "str", "Where it stays."),
    Column("changes", "str", "What changes for an estate."),
    Column("citation", "str", "Statute, agreement or minute."),
    Column("certainty", "str", "evidenced or unknown.", allowed=("evidenced", "unknown")),
    Column("valid_from", "date", "First day.", null=True),
    Column("valid_to", "date", "Last day.", null=True),
    Column("dates_note", "str", "Why it is open on these days only.", null=True),
)

DELIVERY = table(
    "delivery", ("option_id", "vehicle_id"), "Which ways of working together each option could "
    "take, of those that are for a building; those for a function stand in function_options.",
    Column("option_id", "str", "Option."),
    Column("vehicle_id", "str", "Way of working together."),
    Column("possible", "str", "Whether it fits the option.", allowed=("yes", "no", "unknown")),
    Column("reason", "str", "Why."),
)

WHOM = ("authority", "force", "council", "other")
"""Kinds of bodies that are asked: fire authorities; police forces and commissioners; councils."""

QUESTIONS = table(
    "questions", ("question_id",), "What to find out, and what each answer is worth: over the "
    "answers it may have, each counted alike, how many ranks would move and how many options be "
    "settled.",
    Column("question_id", "str", "Gate and what it is asked of, e.g. space/F033; for a measure, "
           "measure/CRITERION/SUBJECT."),
    Column("gate", "str", "Gate it answers, with pass or fail.", null=True),
    Column("criterion", "str", "Criterion whose range it narrows to a figure; this or a gate.",
           null=True),
    Column("about", "str", "Site, body or option it is asked of."),
    Column("about_name", "str", "Its name."),
    Column("question", "str", "What to find out."),
    Column("whom", "str", "Who would know: body that owns or occupies."),
    Column("whom_kind", "str", "What kind of bodies these are.", unit="list", allowed=WHOM),
    Column("mandatory", "bool", "An option cannot be recommended without it."),
    Column("n_options", "int", "Options for which the answer is open.", at_least=1),
    Column("n_settled", "int", "Options for which it is the last mandatory answer open.",
           at_least=0),
    Column("moved_mean", "float", "Options that can be acted on, before or after, and would have "
           "another rank or rank group; mean over the answers: pass and fail, or five from end to "
           "end of the range.", at_least=0),
    Column("moved_max", "int", "The most that any answer would move.", at_least=0),
    Column("settled_mean", "float", "Options that would be recommended or blocked, or whose rank "
           "would be one instead of a range, mean over the answers.", at_least=0),
    Column("settled_max", "int", "The most that any answer would settle.", at_least=0),
    Column("option_ids", "str", "Options for which the answer is open, best rank first.",
           unit="list"),
    Column("rank", "float", "1 is what to ask first.", at_least=1),
)

TABLES = (
    SPACE, EVIDENCE, SITE_DECISIONS, GATES, APPROVALS, ROUTES, DECISIONS, OPTION_DECISIONS,
    VEHICLES, DELIVERY, QUESTIONS,
)
