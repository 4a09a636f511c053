"""The back office of the invented town: Fleet, Stores and Legal of two bodies, round figures."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from colocate import study
from colocate.functions.stages import functions
from colocate.tables import TABLES, check
from colocate.tables.functions import FUNCTION_FIGURES, FUNCTION_TOTALS, FUNCTIONS
from colocate.tables.gates import VEHICLES
from colocate.tables.money import DEFLATORS
from colocate.tables.schema import conform
from options_town import bodies, option, options, site, sites

FIRE, EAST, WEST = "shirefire", "eastpolice", "westpolice"
ESTATE = sites(
    site("FH", 0, 0, "headquarters"), site("PH", 5000, 0, "headquarters"),
    site("FT", 0, 9000, "workshop;stores"), site("PT", 900, 9000, "workshop"),
    site("PW", 900, 9900, "workshop", body_id=WEST),
)  # fmt: skip
BETWEEN = options(
    option("PH-hq-FH", "hq", members="FH;PH"),
    option("PT-depot-FT", "depot", members="FT;PT", host="FT", movers="PT"),
    option("PW-depot-FT", "depot", members="FT;PW", host="FT", movers="PW"),
    option("PT-into-FT", "into_fire", members="FT;PT", host="FT", movers="PT"),
)


def share(value, low=None, high=None, **facts):
    """A figure, with its range if it has one."""
    width = {} if low is None else {"low": low, "high": high, "width": "invented"}
    return study.Ranged(value=value, **width, **(facts or {"assumed": "invented"}))


PRIORS = study.Functions(
    tender_spread=study.Figure(value=0.1, assumed="invented"),
    ways={
        "collaboration": study.WayPrior(saving_share=share(0.04, 0, 0.08), change_share=0.1),
        "alliance": study.WayPrior(
            saving_share=share(0.1, 0.05, 0.15), scale_share=share(0.02, 0, 0.04)
        ),
    },
)


def entered(*rows):
    """Rows of (function, body, budget, benchmark) and any further facts."""
    names = ("function", "body_id", "budget_gbp", "benchmark_gbp")
    return conform(
        FUNCTIONS,
        (
            {"occupies_space": False, **dict(zip(names, row, strict=False)), **facts}
            for *row, facts in (row if isinstance(row[-1], dict) else (*row, {}) for row in rows)
        ),
    )


FLEET = ("Fleet", FIRE, 600_000.0, 500_000.0)
POLICE_FLEET = ("Fleet", EAST, 1_000_000.0, 800_000.0)


def vehicles(*rows):
    base = {
        "serves": "function", "continuum_step": 2, "legal_form": "contract", "name": "Way",
        "approved_by": "fire_authority;owner_commissioner;board", "who_employs": "each",
        "who_owns": "each", "statutory_responsibility": "stays", "changes": "Room.",
        "citation": "Act.", "certainty": "evidenced",
    }  # fmt: skip
    return conform(VEHICLES, (base | row for row in rows))


def figure(function, body, way, **facts):
    """A row of table `function_figures`."""
    base = {"function": function, "body_id": body, "way": way, "in_place": False,
            "basis": "recorded", "source": "quote"}  # fmt: skip
    return base | facts


def scenario(*arrangements, name="chosen"):
    """A scenario of arrangements: way, bodies, and functions if not all."""
    listed = [
        {"way": way, "bodies": who, "functions": rest[0] if rest else ()}
        for way, who, *rest in arrangements
    ]
    return study.Scenario(id=name, name=name, meaning="invented", edits={"functions": listed})


def total(body_ids, figure, amount, year=2026):
    """A row of table `function_totals`."""
    return {"body_ids": body_ids, "figure": figure, "amount": float(amount), "year": year,
            "source": "invented"}  # fmt: skip


def run(*rows, figures=(), totals=(), ways=(), scenarios=(), priors=PRIORS):
    """The tables the stage makes, each checked."""
    east = bodies()
    east.loc[east["body_id"] == "eastpcc", "alliance"] = "Eastern Alliance"
    made = functions.function(
        functions=entered(*rows),
        function_totals=conform(FUNCTION_TOTALS, totals),
        function_figures=conform(FUNCTION_FIGURES, figures),
        vehicles=vehicles(*ways),
        bodies=east,
        options=BETWEEN,
        located_sites=ESTATE,
        deflators=conform(
            DEFLATORS,
            [
                {"year": 2024, "low": 100.0, "central": 100.0, "high": 100.0,
                 "basis": "recorded", "source": "invented"},
                {"year": 2026, "low": 104.0, "central": 110.0, "high": 120.0,
                 "basis": "assumed", "source": "invented"},
            ],
        ),
        settings=priors,
        scenarios=scenarios,
        fire_body=FIRE,
        as_of=dt.date(2026, 1, 1),
        rule_set="current",
    )  # fmt: skip
    return {name: check(TABLES[name], frame) for name, frame in made.items()}


def way(tables, function, body, name):
    """The row of one way of running a function."""
    found = tables["function_options"].set_index(["function", "body_id", "way"])
    return found.loc[(function, body, name)]


def saving(row):
    """Low, central and high of a saving; None where it is not known."""
    ends = [row[f"saving_{end}_gbp"] for end in ("low", "central", "high")]
    return None if pd.isna(ends).any() else tuple(ends)
