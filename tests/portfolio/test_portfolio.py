"""Sets of options against exhaustive search, in small invented towns of up to 12 sites."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from colocate import study
from colocate.errors import OptionError
from colocate.money import clearing_rent
from colocate.portfolio import at_stake, milp, portfolio, problem, transfers
from colocate.portfolio.losses import people_lost
from colocate.tables import check, empty
from colocate.tables.choice import PORTFOLIO_OPTIONS, PORTFOLIOS, SCORES
from colocate.tables.effects import NEW_SITES
from colocate.tables.gates import GATES, SPACE
from colocate.tables.money import MONEY, MONEY_BY_BODY, MONEY_RANGES
from colocate.tables.options import OPTIONS, PARTICIPATION
from colocate.tables.schema import conform
from colocate.tables.travel import SERVING_SITES

TOLERANCE = study.Tolerance(time_s=0, mean_s=0)
"""Every change is told, so that the sets can be worked out by brute force."""
GATE_RULES = (
    study.GateRule(id="space", label="", mandatory=True, question="", need_share=0.5),
    study.GateRule(id="fire_cover", label="", mandatory=True, question="", threshold=30),
    study.GateRule(id="police_access", label="", mandatory=True, question="", threshold=50),
)


def settings(**given):
    return study.Portfolio(
        **{
            "objective": "net_saving", "crew_moves": True, "host_takes": 2,
            "alternatives": 2, "frontier_points": 4, "time_limit_s": 30,
        } | given
    )  # fmt: skip


class Town:
    """Fire sites F0 … and police sites P0 … on a line, with drives as their distance in seconds."""

    def __init__(self, seed, n_sites=None, n_options=None):
        draw = np.random.default_rng(seed)
        n = n_sites or int(draw.integers(3, 13))
        self.ids = [f"{'FP'[i % 2]}{i:02}" for i in range(n)]
        self.at = dict(zip(self.ids, draw.integers(0, 2000, n).tolist(), strict=True))
        self.limit = {s: float(draw.choice([200, 400])) if s[0] == "F" else 300.0 for s in self.ids}
        self.spare = {s: draw.choice([np.nan, 50.0, 120.0]) for s in self.ids}
        self.gia = {s: draw.choice([np.nan, 100.0, 200.0]) for s in self.ids}
        self.demand = {f"D{i}": (int(draw.integers(0, 2000)), int(draw.integers(0, 40)))
                       for i in range(20)}  # fmt: skip
        self.options = {}
        for _ in range(n_options or int(draw.integers(2, 9))):
            k = 2 + int(draw.random() < 0.2)
            host, *movers = draw.permutation(self.ids)[:k].tolist()
            name = f"{'+'.join(sorted(movers))}-into-{host}"
            self.options[name] = (host, sorted(movers))
        self.options = dict(sorted(self.options.items()))
        self.saving = {o: float(draw.integers(-2, 6)) for o in self.options}
        self.score = {o: float(draw.integers(1, 5)) for o in self.options}
        self.capital = {o: float(draw.integers(0, 9)) for o in self.options}
        draw = np.random.default_rng([seed, 2])
        self.body = {s: s[0] + str(draw.integers(0, 3)) for s in self.ids}
        self.worth = {o: float(draw.choice([np.nan, *range(-9, 20)])) for o in self.options}
        # What a fire body bears may be any part of it: others have the rest, and it cancels.
        self.borne = {o: float(draw.integers(-9, 9)) for o in self.options}

    def bodies(self, option):
        host, movers = self.options[option]
        return sorted({self.body[s] for s in (host, *movers)})

    def by_body(self):
        """The first body of an option bears so much, and the last has the rest."""
        for o in self.options:
            first, *between = self.bodies(o)
            own = {first: self.borne[o]} if between else {first: 0.0}
            own |= dict.fromkeys(between, 0.0)
            rest = between[-1] if between else first
            worth, own_worth = self.worth[o], {b: 10 * v for b, v in own.items()}
            own[rest] += self.saving[o] - sum(own.values())
            own_worth[rest] += worth - sum(own_worth.values())
            for b, v in own.items():
                yield {"option_id": o, "body_id": b, "net_saving_gbp": v, "basis": "recorded",
                       "npv_gbp": None if np.isnan(worth) else own_worth[b]}  # fmt: skip

    def tables(self):
        rows = self.options.items()
        options = conform(OPTIONS, (
            {"option_id": o, "kind": "into_fire", "title": o, "what_happens": o,
             "site_ids": ";".join(sorted([h, *m])), "host_site_id": h,
             "mover_site_ids": ";".join(m), "released_site_ids": ";".join(m), "tier": "1 km",
             "straight_m": 1, "police_areas": "", "reason": ""} for o, (h, m) in rows))  # fmt: skip
        return problem.Given(
            options=options,
            scores=conform(SCORES, (
                {"option_id": o, "status": "investigate", "score": self.score[o],
                 "completeness": 1, "rank_group": 0, "rank": 1 + k}
                for k, o in enumerate(self.options))),
            gates=empty(GATES),
            space=empty(SPACE),
            money=conform(MONEY, (
                {"option_id": o, "net_saving_gbp": self.saving[o], "capital_gbp": self.capital[o],
                 "npv_gbp": self.worth[o], "value_for_money": "unknown",
                 "price_year": 2026, "basis": "recorded", "note": ""}
                for o in self.options)),
            money_ranges=empty(MONEY_RANGES),
            money_by_body=conform(MONEY_BY_BODY, self.by_body()),
            located_sites=pd.DataFrame(
                {"site_id": self.ids, "spare_m2": self.spare.values(), "gia_m2": self.gia.values()}
            ),
            new_sites=empty(NEW_SITES),
            **self.at_stake(options)._asdict(),
        )  # fmt: skip

    def at_stake(self, options):
        ids, at = np.array(self.ids), np.array(list(self.at.values()))
        places = np.array([x for x, _ in self.demand.values()])
        i, j = np.nonzero(np.abs(at[:, None] - places) < 1000)
        drives = pd.DataFrame(
            {
                "site_id": ids[i],
                "demand_id": np.array(list(self.demand))[j],
                "travel_time_s": np.abs(at[:, None] - places)[i, j].astype("float64"),
            }
        )
        given = at_stake.Given(
            options=options,
            participation=conform(PARTICIPATION, (
                {"site_id": s, "takes_part": True, "hosts_only": False, "covers": s[0] == "F",
                 "reason": ""}
                for s in self.ids)),
            serving_sites=conform(SERVING_SITES, (
                {"site_id": s, "service": "fire" if s[0] == "F" else "police",
                 "direction": "from_site" if s[0] == "F" else "to_site", "over_border": False,
                 "drive_limit_s": self.limit[s]} for s in self.ids)),
            demand_units=pd.DataFrame(
                {"demand_id": list(self.demand), "in_area": True,
                 "people": [float(p) for _, p in self.demand.values()]}),
            site_to_unit=drives,
            unit_to_site=drives,
            new_sites=empty(NEW_SITES),
        )  # fmt: skip
        return at_stake.at_stake(given, tolerance=TOLERANCE)

    def lost(self, chosen, letter):
        """Move the sites and drive again."""
        before = {s: self.at[s] for s in self.ids if s[0] == letter}
        after = dict(before)
        for option in chosen:
            host, movers = self.options[option]
            after |= {m: self.at[host] for m in movers if m in after}

        def reached(sites, x):
            return any(abs(place - x) <= self.limit[s] for s, place in sites.items())

        return sum(
            people
            for x, people in self.demand.values()
            if reached(before, x) and not reached(after, x)
        )

    def possible(self, chosen, rules):
        hosts = [self.options[o][0] for o in chosen]
        movers = [m for o in chosen for m in self.options[o][1]]
        if len(set(movers)) < len(movers) or set(hosts) & set(movers):
            return False
        for host in set(hosts):
            arriving = [m for o in chosen if self.options[o][0] == host for m in self.options[o][1]]
            if len(arriving) > rules.host_takes.value:
                return False
            if 0.5 * np.nansum([self.gia[m] for m in arriving]) > self.spare[host]:
                return False  # never where it is not recorded: nothing exceeds NaN
        return True

    def losing(self, chosen, brings):
        """What the groups of bodies that options link lose together, group by group."""
        groups = [{body} for body in set(self.body.values())]
        for o in chosen:
            linked = [g for g in groups if g & set(self.bodies(o))]
            groups = [g for g in groups if g not in linked] + [set().union(*linked)]
        known = [o for o in chosen if not np.isnan(brings[o])]
        sums = [sum(brings[o] for o in known if g >= set(self.bodies(o))) for g in groups]
        return sum(max(0.0, -total) for total in sums)

    def breaches(self, chosen, rules):
        """By how much each family of constraints is exceeded."""

        def over(amount, figure):
            return max(0.0, amount - figure.value) if figure else 0.0

        saving = sum(self.saving[o] for o in chosen)
        target = rules.saving_target_gbp
        cover = rules.people_losing_cover or GATE_RULES[1].threshold
        access = rules.people_losing_access or GATE_RULES[2].threshold
        return {
            "locked_in": len(set(rules.locked_in) - set(chosen)),
            "cover": over(self.lost(chosen, "F"), cover),
            "access": over(self.lost(chosen, "P"), access),
            "budget": over(sum(self.capital[o] for o in chosen), rules.capital_budget_gbp),
            "target": max(0.0, target.value - saving) if target else 0.0,
            "yearly": self.losing(chosen, self.saving) if rules.no_body_loses else 0.0,
            "worth": self.losing(chosen, self.worth) if rules.no_body_loses else 0.0,
            "locked_out": len(set(rules.locked_out) & set(chosen)),
        }  # fmt: skip

    def value(self, rules):
        released = {o: len(movers) for o, (_, movers) in self.options.items()}
        return {"score": self.score, "net_saving": self.saving, "released": released}[
            rules.objective
        ]

    def every_set(self, rules):
        ids = list(self.options)
        return [
            chosen
            for size in range(len(ids) + 1)
            for chosen in combinations(ids, size)
            if self.possible(chosen, rules)
        ]

    def sets(self, rules, every):
        """Those of all sets that keep to the rules, best first by the rule in `milp.best`."""
        value = self.value(rules)
        found = [c for c in every if not any(self.breaches(c, rules).values())]
        return sorted(found, key=lambda c: (
            -sum(value[o] for o in c), len(c), -sum(self.score[o] for o in c),
            [o not in c for o in self.options],
        ))  # fmt: skip


def random_case(seed):
    town, draw = Town(seed), np.random.default_rng([seed, 1])
    ids = draw.permutation(list(town.options)).tolist()
    n_in, n_out = draw.choice(3, 2, p=[0.7, 0.2, 0.1])
    given = {
        "objective": str(draw.choice(["net_saving", "released", "score"])),
        "host_takes": int(draw.integers(1, 4)),
        "no_body_loses": seed % 3 > 0,
        "locked_in": sorted(ids[:n_in]),
        "locked_out": sorted(ids[n_in : n_in + n_out]),
    }
    for name, high in (
        ("people_losing_cover", 200), ("people_losing_access", 200), ("capital_budget_gbp", 20),
        ("saving_target_gbp", 12),
    ):  # fmt: skip
        if draw.random() < 0.4:
            given[name] = int(draw.integers(0, high))
    return town, settings(**given)


def pose(town, rules, **how):
    return problem.case(town.tables(), settings=rules, gates=GATE_RULES, **how)


def ids(posed, options):
    return tuple(posed.options["option_id"].iloc[list(options)])


@pytest.mark.parametrize("seed", range(200))
def test_the_best_set_is_that_of_exhaustive_search(seed):
    town, rules = random_case(seed)
    posed, every = pose(town, rules), town.every_set(rules)
    expected = town.sets(rules, every)
    found = milp.best(posed.problem)
    if not expected:
        assert found.status == "infeasible"
        what_to_relax(posed, [town.breaches(chosen, rules) for chosen in every])
        return
    assert (found.status, found.gap) == ("optimal", 0.0)
    assert ids(posed, found.options) == expected[0]
    assert people_lost(posed.problem.cover, found.options) == town.lost(expected[0], "F")
    assert people_lost(posed.problem.access, found.options) == town.lost(expected[0], "P")
    later = milp.best(posed.problem, without=[found.options])
    assert [ids(posed, later.options)] == expected[1:2] or later.status == "infeasible"


def what_to_relax(posed, breaches):
    """Each family alone, by the least amount that lets a set through; else nothing does alone."""
    alone = {}
    for family in milp.FAMILIES:
        amounts = [b[family] for b in breaches if not sum(v for f, v in b.items() if f != family)]
        if amounts:
            alone[family] = min(amounts)
    found = milp.relaxations(posed.problem)
    if alone:
        assert {f: pytest.approx(a, abs=1e-4) for f, a in alone.items()} == {
            family: amount for each in found for family, amount in each.amounts.items()
        }
    else:
        fewest = min(sum(v > 0 for v in b.values()) for b in breaches)
        assert {len(each.amounts) for each in found} == {fewest}


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("side", ["cover", "access"])
def test_no_set_beats_a_point_of_the_frontier(seed, side):
    """Fewer people losing and as much saved, or the reverse, is nowhere to be found."""
    town, rules = Town(seed), settings()
    made = portfolio.portfolios(town.tables(), settings=rules, gates=GATE_RULES).portfolios
    points = made[made["portfolio_id"].str.startswith(f"frontier-{side}")]
    letter, other = ("F", "P") if side == "cover" else ("P", "F")
    most = {"F": 30, "P": 50}[other]
    every = [
        (sum(town.saving[o] for o in chosen), town.lost(chosen, letter))
        for chosen in town.every_set(rules)
        if town.lost(chosen, other) <= most
        and not town.losing(chosen, town.saving) + town.losing(chosen, town.worth)
    ]
    assert len(points)
    assert points["net_saving_gbp"].iloc[-1] == max(saving for saving, _ in every)
    for point in points.itertuples():
        lost = getattr(point, f"people_losing_{side}")
        assert not any(
            saving >= point.net_saving_gbp
            and losing <= lost
            and (saving, losing) != (point.net_saving_gbp, lost)
            for saving, losing in every
        )


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_the_rows_decides_nothing(seed):
    town = Town(seed)
    given = town.tables()
    shuffled = given._replace(**{
        name: table.sample(frac=1, random_state=seed) for name, table in given._asdict().items()
    })  # fmt: skip
    first, second = (
        portfolio.portfolios(tables, settings=settings(), gates=GATE_RULES)
        for tables in (given, shuffled)
    )
    pd.testing.assert_frame_equal(first.portfolios, second.portfolios)
    pd.testing.assert_frame_equal(first.portfolio_options, second.portfolio_options)


def one_town():
    """Two police desks that may move into one fire station; each needs 50 m2 of its 70."""
    town = Town(0, n_sites=4, n_options=1)
    town.ids = ["F00", "P01", "P03"]
    town.at = {"F00": 0, "P01": 100, "P03": 200}
    town.limit = {"F00": 400.0, "P01": 300.0, "P03": 300.0}
    town.spare = {"F00": 70.0, "P01": np.nan, "P03": np.nan}
    town.gia = {"F00": np.nan, "P01": 100.0, "P03": 100.0}
    town.demand = {"D0": (450, 40), "D1": (0, 10)}
    town.options = {"P01-into-F00": ("F00", ["P01"]), "P03-into-F00": ("F00", ["P03"])}
    town.saving = {"P01-into-F00": 100.0, "P03-into-F00": 150.0}
    town.score = {"P01-into-F00": 50.0, "P03-into-F00": 20.0}
    town.capital = {"P01-into-F00": 10.0, "P03-into-F00": 30.0}
    town.body = {"F00": "F0", "P01": "P0", "P03": "P1"}
    town.worth = {"P01-into-F00": 1.0, "P03-into-F00": np.nan}
    town.borne = {"P01-into-F00": -50.0, "P03-into-F00": -50.0}
    return town


def run(town, tables=None, **given):
    made = portfolio.portfolios(
        tables or town.tables(), settings=settings(**given), gates=GATE_RULES
    )
    check(PORTFOLIOS, made.portfolios)
    check(PORTFOLIO_OPTIONS, made.portfolio_options)
    return made


def chosen(made, name="best"):
    rows = made.portfolio_options
    return rows.loc[rows["portfolio_id"] == name, "option_id"].tolist()


def best(made):
    return made.portfolios.set_index("portfolio_id").loc["best"]


def test_the_host_has_room_for_one():
    made = run(one_town())
    assert chosen(made) == ["P03-into-F00"]
    assert best(made)["net_saving_gbp"] == 150
    assert best(made)["people_losing_access"] == 40


def test_without_a_chosen_option_the_next_takes_its_place():
    rows = run(one_town()).portfolio_options
    assert rows.loc[rows["portfolio_id"] == "best", "marginal_value"].tolist() == [50]


def test_of_too_many_options_equal_sets_are_not_told_apart(monkeypatch):
    told_apart = run(one_town())
    monkeypatch.setattr(milp, "SETTLED", 1)
    made = run(one_town())
    assert best(made)["status"] == "optimal"
    assert best(made)["objective_value"] == best(told_apart)["objective_value"]
    assert "others of the 2 options to choose from may do as well" in best(made)["note"]
    rows = made.portfolio_options
    assert rows.loc[rows["portfolio_id"] == "best", "marginal_value"].isna().all()


def test_with_recorded_room_for_both_they_both_move():
    town = one_town()
    town.spare["F00"] = 100.0
    assert chosen(run(town)) == ["P01-into-F00", "P03-into-F00"]
    assert chosen(run(town, host_takes=1)) == ["P03-into-F00"]


def test_the_limit_on_losses_is_included():
    assert chosen(run(one_town(), people_losing_access=40)) == ["P03-into-F00"]
    made = run(one_town(), people_losing_access=39)
    assert chosen(made) == ["P01-into-F00"]
    assert (
        "Without the limit on people losing desk access it would be £50 more."
        in (best(made)["note"])
    )


def test_a_set_that_cannot_be_says_what_to_relax():
    made = run(one_town(), saving_target_gbp=160)
    assert best(made)["status"] == "infeasible"
    assert "lower the saving target by £10 a year" in best(made)["note"]
    assert chosen(made) == []


def test_what_is_locked_in_though_a_gate_blocks_it_must_be_let_go():
    given = one_town().tables()
    scores = given.scores.assign(failed_gates=["custody", None], rank_group=[2, 0])
    made = run(one_town(), given._replace(scores=scores), locked_in=["P01-into-F00"])
    assert "let go of what is locked in: 1 (P01-into-F00)" in best(made)["note"]


def test_an_unknown_saving_is_left_out_and_counted():
    given = one_town().tables()
    money = given.money.assign(net_saving_gbp=[100.0, np.nan])
    made = run(one_town(), given._replace(money=money))
    assert chosen(made) == ["P01-into-F00"]
    assert "1 option: saving not known" in best(made)["note"]


def test_a_sum_with_an_unknown_part_is_unknown():
    given = one_town().tables()
    money = given.money.assign(net_saving_gbp=[np.nan, np.nan], capital_gbp=[np.nan, 1.0])
    made = run(one_town(), given._replace(money=money), objective="score")
    assert chosen(made) == ["P01-into-F00"]
    assert best(made)[["net_saving_gbp", "capital_gbp"]].isna().all()
    assert best(made)["objective_value"] == 50


def test_what_is_known_of_a_sum_is_said():
    town = one_town()
    town.spare["F00"] = 100.0
    given = town.tables()
    money = given.money.assign(net_saving_gbp=[100.0, np.nan])
    made = run(town, given._replace(money=money), objective="released")
    assert best(made)["objective_value"] == 2
    assert "The saving of 1 of its 2 options is not known." in best(made)["note"]
    assert "The others would save £100 a year." in best(made)["note"]


def test_the_frontier_lets_in_what_fails_its_own_gate_alone():
    given = one_town().tables()
    scores = given.scores.assign(failed_gates=[None, "police_access"], rank_group=[0, 2])
    made = run(one_town(), given._replace(scores=scores))
    assert chosen(made) == ["P01-into-F00"]
    assert chosen(made, "frontier-access-1") == ["P01-into-F00"]
    assert chosen(made, "frontier-access-2") == ["P03-into-F00"]
    assert chosen(made, "frontier-cover-1") == ["P01-into-F00"]


def test_crew_moves_stay_out_unless_let_in():
    given = one_town().tables()
    gates = conform(GATES, [{"option_id": "P03-into-F00", "gate": "operational_staff",
                             "outcome": "unknown", "mandatory": True, "reason": ""}])  # fmt: skip
    tables = given._replace(gates=gates)
    assert chosen(run(one_town(), tables, crew_moves=False)) == ["P01-into-F00"]
    assert chosen(run(one_town(), tables, crew_moves=True)) == ["P03-into-F00"]


def test_a_host_that_nobody_has_asked_is_in_no_set():
    given = one_town().tables()
    gates = conform(GATES, [{"option_id": "P03-into-F00", "gate": "host_willing",
                             "outcome": "unknown", "mandatory": True, "reason": ""}])  # fmt: skip
    made = run(one_town(), given._replace(gates=gates))
    assert chosen(made) == ["P01-into-F00"]
    assert "1 option: a site is weakly evidenced" in best(made)["note"]
    let_in = run(one_town(), given._replace(gates=gates), weak_sites=True)
    assert chosen(let_in) == ["P03-into-F00"]


def test_what_may_be_shared_already_is_in_no_set_until_somebody_says_that_it_is_not():
    given = one_town().tables()
    for outcome, expected in (("unknown", "P01-into-F00"), ("pass", "P03-into-F00")):
        gates = conform(GATES, [{"option_id": "P03-into-F00", "gate": "shared_already",
                                 "outcome": outcome, "mandatory": True, "reason": ""}])  # fmt: skip
        assert chosen(run(one_town(), given._replace(gates=gates))) == [expected]


def test_a_host_that_the_map_shows_too_small_is_in_no_set():
    given = one_town().tables()
    for fit, expected in (("too_small", "P01-into-F00"), ("open", "P03-into-F00")):
        space = conform(SPACE, [{"option_id": "P03-into-F00", "fit": fit, "share_low": 0.0,
                                 "share_high": 0.5}])  # fmt: skip
        assert chosen(run(one_town(), given._replace(space=space))) == [expected]


def test_without_any_option_the_set_is_empty():
    given = one_town().tables()
    made = run(one_town(), given._replace(scores=given.scores.assign(rank=np.nan)))
    assert best(made)["status"] == "optimal"
    assert best(made)["n_options"] == 0


def test_a_lock_on_no_option_is_an_error():
    with pytest.raises(OptionError, match="locked_out: no such option: 1 \\(P99-into-F00\\)"):
        run(one_town(), locked_out=["P99-into-F00"])


def test_a_lock_both_ways_is_a_fault_of_the_study():
    with pytest.raises(ValueError, match="locked in and locked out at once: 1"):
        settings(locked_in=["A"], locked_out=["A"])


# No body loses ------------------------------------------------------------------------------------


def test_one_option_may_make_up_for_the_loss_of_another_between_linked_bodies():
    town = one_town()
    town.spare["F00"] = 100.0
    town.saving = {"P01-into-F00": -100.0, "P03-into-F00": 150.0}
    assert chosen(run(town, objective="released")) == ["P01-into-F00", "P03-into-F00"]
    town.saving["P01-into-F00"] = -150.01
    made = run(town, objective="released")
    assert chosen(made) == ["P03-into-F00"]
    assert "Without the rule that no body loses money it would be 1 more." in best(made)["note"]
    assert len(chosen(run(town, objective="released", no_body_loses=False))) == 2


def test_what_is_saved_elsewhere_does_not_make_up_for_a_loss():
    town = one_town()
    town.ids = [*town.ids, "F02"]
    town.at |= {"F02": 150}
    town.limit["F02"] = 400.0
    town.spare["F02"] = town.gia["F02"] = np.nan
    town.body["F02"] = "F2"
    town.options = {"P01-into-F02": ("F02", ["P01"]), "P03-into-F00": ("F00", ["P03"])}
    for facts, lost in ((town.saving, -100.0), (town.score, 1), (town.capital, 0),
                        (town.worth, np.nan), (town.borne, 0.0)):  # fmt: skip
        facts["P01-into-F02"] = lost
    assert chosen(run(town, objective="released")) == ["P03-into-F00"]


def test_a_set_worth_less_than_nothing_over_the_years_is_not_chosen():
    town = one_town()
    town.worth = {"P01-into-F00": 1.0, "P03-into-F00": -1.0}
    assert chosen(run(town)) == ["P01-into-F00"]
    assert chosen(run(town, no_body_loses=False)) == ["P03-into-F00"]


def test_what_is_locked_in_at_a_loss_says_so():
    town = one_town()
    town.saving["P01-into-F00"] = -5.0
    made = run(town, locked_in=["P01-into-F00"])
    assert "let bodies lose £5 a year" in best(made)["note"]


@pytest.mark.parametrize("seed", range(60))
def test_the_rule_is_that_a_rent_clears(seed):
    """What `transfers` lets through is what `clearing_rent` settles, and no more."""
    town = Town(seed)
    rows = conform(MONEY_BY_BODY, town.by_body())
    ids = list(town.options)
    account = transfers.account(rows, "net_saving_gbp", options=ids)
    for size in (1, 2, 3):
        for some in combinations(range(len(ids)), min(size, len(ids))):
            parts = [
                clearing_rent.Part(row.option_id, row.body_id, round(row.net_saving_gbp * 100))
                for row in rows.itertuples()
                if row.option_id in {ids[j] for j in some}
            ]
            groups = clearing_rent.groups(parts, annuity=1.0)
            assert transfers.clears(account, some) == all(group.clears for group in groups)


def roomy_town():
    """The same with room for both."""
    town = one_town()
    town.spare["F00"] = 100.0
    return town


def test_a_set_is_worth_the_sum_of_its_options_rounded_once():
    # two options: 2 × -1,350, -448, 9,549; rounded one by one it would be -2,800, -900, 20,000
    town = roomy_town()
    given = town.tables()
    rounded = {"npv_low_gbp": -1_400.0, "npv_central_gbp": -450.0, "npv_high_gbp": 10_000.0}
    ranges = conform(MONEY_RANGES, (
        {"option_id": o, "figure": "npv", "unit": "GBP", "low": -1_350.0, "central": -448.0,
         "high": 9_549.0, "basis": "assumed", "rests_on": "a prior"} for o in town.options
    ))  # fmt: skip
    given = given._replace(money=given.money.assign(**rounded), money_ranges=ranges)
    best = run(town, given).portfolios.iloc[0]
    assert best["n_options"] == 2
    assert [best[name] for name in rounded] == [-2_700, -900, 20_000]


def test_what_an_option_is_worth_to_the_penny_is_added_up_to_the_penny():
    town = roomy_town()
    given = town.tables()
    exact = dict.fromkeys(("npv_low_gbp", "npv_central_gbp", "npv_high_gbp"), 1_234.56)
    best = run(town, given._replace(money=given.money.assign(**exact))).portfolios.iloc[0]
    assert [best[name] for name in exact] == pytest.approx([2 * 1_234.56] * 3)
