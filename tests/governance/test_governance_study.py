"""Gates, governance and questions of the embedded Devon & Somerset study."""

import datetime as dt

import pandas as pd
import pytest

from colocate import io
from colocate.gates.decided import standing
from colocate.gates.gates import gates
from colocate.governance.approval_routes import routes
from colocate.governance.approvals import approvals
from colocate.pipeline.locate import load_study
from colocate.scoring.scoring import scores
from colocate.tables import TABLES
from colocate.tables.gates import EVIDENCE
from colocate.tables.schema import conform

RULE_SETS = ("as_at_2016", "current")


@pytest.fixture(scope="module")
def supplied(root):
    folder = root / "data" / "devon-somerset"

    def read(name):
        return io.read_table(folder / f"{name}.csv", TABLES[name])

    return read


@pytest.fixture(scope="module")
def table(study_run):
    def read(name):
        return io.load(TABLES[name], study_run / "tables" / f"{name}.parquet")

    return read


@pytest.mark.parametrize("rule_set", RULE_SETS)
def test_a_rule_set_knows_every_condition_that_asks_for_a_body(supplied, rule_set):
    rules = supplied("governance")
    known = set(rules.loc[rules["rule_set"] == rule_set, "condition"])
    assert set(TABLES["governance"]["condition"].allowed) - known <= {"fire_site"}


def test_statutory_responsibility_stays_with_the_authority_short_of_a_merger(supplied):
    vehicles = supplied("vehicles").set_index("vehicle_id")
    stays = vehicles["statutory_responsibility"].str.startswith("stays with each authority")
    assert vehicles.index[~stays].tolist() == ["merger"]
    assert set(vehicles["continuum_step"]) == {1, 2, 3, 4, 5, 6}
    assert vehicles.loc["merger", "certainty"] == "unknown"


@pytest.fixture(scope="module")
def paths(table, supplied):
    given = {name: table(name) for name in ("cover", "access", "bodies")}
    about = (table("options"), table("located_sites"))

    def path(rule_set):
        found = approvals(
            *about, **given, governance=supplied("governance"), rule_set=rule_set,
            as_of=dt.date(2026, 11, 1),
        )  # fmt: skip
        return found, routes(*about, **given, approvals=found)

    return {rule_set: path(rule_set) for rule_set in RULE_SETS}


@pytest.mark.study
@pytest.mark.parametrize("rule_set", RULE_SETS)
def test_every_path_is_led_by_the_fire_authority_or_by_whose_site_would_move(
    paths, table, rule_set
):
    path, route = paths[rule_set]
    options = table("options").set_index("option_id")
    assert set(path["option_id"]) == set(options.index)
    first = route.set_index("option_id")["first_body"]
    partner, saltash = options["kind"] == "into_partner", options.index == "PDC049-into-XCO-SALTASH"
    assert set(first[options.index[~partner & ~saltash]]) == {"dsfra"}
    assert set(first[options.index[partner]]) == {"dcp-commissioner"}
    assert list(first[options.index[saltash]]) == ["cornwall"]
    assert route["n_steps"].ge(3).all()
    moves = table("cover").query("fire_changes")["option_id"]
    consulted = route.set_index("option_id").loc[moves, "consulted"].str.split(";")
    assert len(moves) > 50
    assert consulted.map(lambda bodies: "dsfra" in bodies).all()


@pytest.mark.study
@pytest.mark.parametrize("rule_set", RULE_SETS)
def test_every_path_knows_and_asks_before_it_decides(paths, rule_set):
    path, route = paths[rule_set]
    before = path[path["phase"] == "before"].groupby("option_id")["topic"].agg(set)
    assert before.map({"business_case", "finance", "legality", "equality"}.issubset).all()
    asked = route.set_index("option_id")["consultation"].notna()
    assert asked.sum() > 200
    assert (before[asked.index].map(lambda topics: "consultation" in topics) == asked).all()
    ends = path.pivot_table(index="option_id", columns="phase", values="step",
                            aggfunc=["min", "max"])  # fmt: skip
    assert (ends["max", "before"] < ends["min", "decision"]).all()
    assert (ends["max", "decision"] < ends["min", "after"]).all()


@pytest.mark.study
@pytest.mark.parametrize("rule_set", RULE_SETS)
def test_the_board_decides_after_the_authority_and_never_for_avon_and_somerset(
    paths, table, rule_set
):
    path, _ = paths[rule_set]
    decided = path[path["action"] == "approve"].set_index("option_id")
    board = decided[decided["topic"] == "board"]["step"]
    fire = decided[decided["body_id"] == "dsfra"]["step"]
    assert len(board) > 100
    assert (board > fire.reindex(board.index).fillna(0)).all()
    sites = table("located_sites").set_index("site_id")["body_id"]
    involved = table("options").set_index("option_id")["site_ids"].str.split(";")
    forces = involved.map(lambda ids: set(sites[ids]) & {"dcp", "dorsetp", "asp"})
    assert not set(board.index) & set(forces.index[forces.map(lambda of: of == {"asp"})])


@pytest.mark.study
@pytest.mark.parametrize("rule_set", RULE_SETS)
def test_every_option_of_an_avon_and_somerset_site_shows_that_force_outside(paths, table, rule_set):
    sites = table("located_sites").set_index("site_id")["body_id"]
    involved = table("options").set_index("option_id")["site_ids"].str.split(";")
    has = involved.map(lambda ids: "asp" in set(sites[ids]))
    path, route = paths[rule_set]
    outside = route.set_index("option_id")["outside_alliance"]
    assert has.sum() > 50
    assert (outside[has[has].index] == "asp").all()
    assert outside[has[~has].index].isna().all()
    told = path[path["rule_id"].str.contains("outside-alliance")]
    assert set(told["option_id"]) == set(has[has].index)


@pytest.mark.study
def test_the_alliances_board_is_a_fact_of_2016_only(paths):
    for rule_set, certainty in zip(RULE_SETS, ("evidenced", "unknown"), strict=True):
        path = paths[rule_set][0]
        assert set(path.loc[path["body_id"] == "alliance-board", "certainty"]) == {certainty}


@pytest.mark.study
def test_the_forces_may_not_merge_and_only_alliance_sites_may_join_it(table):
    found = table("delivery").pivot_table(
        index="option_id", columns="vehicle_id", values="possible", aggfunc="first"
    )
    outside = table("routes").set_index("option_id")["outside_alliance"].notna()
    assert set(found["merger"]) == {"no"}
    assert set(found.loc[outside, "alliance"]) == {"no"}
    assert set(found["in_house"]) == {"yes"}


@pytest.mark.study
def test_every_reason_leads_to_its_evidence(table):
    found, decided = table("gates"), table("site_decisions")
    led = found["evidence"].str.split(";").explode().str.partition(":")
    ids = set(table("options")["option_id"])
    known = {
        "register": set(table("located_sites")["site_id"]),
        "body": set(table("bodies")["body_id"]),
        "rule": set(found["gate"]),
        "option": ids,
        "cover": ids,
        "access": ids,
        "site_decisions": set(decided["site_id"] + "/" + decided["what"] + "/" + decided["date"]),
    }
    assert all(key in known[kind] for kind, key in zip(led[0], led[2], strict=True))
    unknown = found["outcome"] == "unknown"
    assert found.loc[unknown, "asked_of"].notna().all()
    assert found.loc[~unknown, "asked_of"].isna().all()


@pytest.mark.study
def test_with_public_data_alone_nothing_is_recommended(table):
    assert set(table("scores")["status"]) == {"existing", "blocked", "investigate"}


@pytest.mark.study
def test_answering_every_mandatory_question_with_pass_leads_to_recommended(table, root):
    settings = load_study(root / "data" / "devon-somerset" / "study.toml")
    asked = table("questions").query("mandatory")
    subject = asked["question_id"].str.partition("/")[2]
    kinds = {
        name: set(table(of)[f"{name}_id"])
        for name, of in (("site", "located_sites"), ("body", "bodies"), ("option", "options"))
    }
    said = conform(
        EVIDENCE,
        (
            {f"{next(k for k, ids in kinds.items() if about in ids)}_id": about, "gate": gate,
             "outcome": "pass", "reason": "seen", "author": "test", "date": "2026-11-01"}
            for about, gate in zip(subject, asked["gate"], strict=True)
        ),
    )  # fmt: skip
    decided = standing(table("site_decisions"), bodies=table("bodies"), as_of=settings.study.as_of)
    answered = gates(
        table("options"), table("located_sites"),
        effects={name: table(name) for name in ("cover", "access", "space")},
        rules=settings.gates, as_of=settings.study.as_of, evidence=said, decided=decided.by_site,
    )  # fmt: skip
    assert answered.issues.empty
    after = scores(table("contributions"), table("options"), gates=answered.gates)
    both = table("scores").merge(after, on="option_id", suffixes=("", "_after"))
    moved = pd.crosstab(both["status"], both["status_after"])
    assert moved.loc["investigate", "recommended"] == (both["status"] == "investigate").sum()
    # no answer about a site lifts these
    kept = both["failed_gates"].str.contains("fire_cover|police_access|already_decided")
    assert (both.loc[kept, "status_after"] == "blocked").all()
    assert kept.any()
    # A site whose options are all blocked is asked about no more.
    still = both[(both["status_after"] == "blocked") & ~kept]
    assert set(still["failed_gates"]) <= {"custody"}


@pytest.fixture(scope="module")
def town_table(town_run):
    def read(name):
        return io.load(TABLES[name], town_run / "tables" / f"{name}.parquet")

    return read


def test_the_laws_of_governance_hold_in_the_town_too(town_table):
    options, path = town_table("options"), town_table("approvals")
    assert set(path["option_id"]) == set(options["option_id"])
    moves = town_table("cover").query("fire_changes")["option_id"]
    first = town_table("routes").set_index("option_id")["first_body"]
    assert len(moves) > 0
    assert set(first[moves]) == {"afrs"}
    assert town_table("routes")["outside_alliance"].isna().all()


def test_every_open_answer_of_the_town_is_in_one_question(town_table):
    asked = town_table("questions").query("gate.notna()")
    standing = town_table("scores").query("status in ['investigate', 'recommended']")["option_id"]
    unknown = town_table("gates").query("outcome == 'unknown'")
    unknown = unknown[unknown["option_id"].isin(standing)]
    answers = {
        (row.gate, about.partition(":")[2], row.option_id)
        for row in unknown.itertuples()
        for about in row.asked_of.split(";")
    }
    told = {
        (row.gate, row.about, option)
        for row in asked.itertuples()
        for option in row.option_ids.split(";")
    }
    assert len(told) == asked["n_options"].sum() > 0
    assert told == answers
