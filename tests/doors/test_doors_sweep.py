"""Many scenarios at once: what a row may say, the same figures as one by one, whoever works."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pandas as pd
import pytest

import town as anytown
from colocate import cli, pipeline, spread
from colocate.errors import InputError, OptionError, OutputError, StudyError
from colocate.pipeline import sweep, sweep_rows
from colocate.stage import Stage
from loopback import listening
from of_a_part import added, dies, dies_once, doubled, held, touched

# They look at what listens on the machine, and so must not run beside each other.

LIMIT = "response.standards.Dwelling fire.limit_min"
ROWS = f"""scenario,name,from,preset,close,move,block,{LIMIT}
seven,Seven minutes,,,,,,7
east,East closed,,,F2,,,
moved,North moved,,,,F1 301500 107000,,
road,A street closed,,,,,301500 107000 100,
"""


@pytest.fixture(scope="module")
def study(town, tmp_path_factory):
    return anytown.copy(town, tmp_path_factory.mktemp("sweep") / "study")


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    file = tmp_path_factory.mktemp("asked") / "scenarios.csv"
    file.write_text(ROWS)
    return file


@pytest.fixture(scope="module")
def work(town_work, tmp_path_factory):
    return shutil.copytree(town_work, tmp_path_factory.mktemp("sweep") / "work")


@pytest.fixture(scope="module")
def swept(study, asked, work, tmp_path_factory):
    return sweep.sweep(asked, study, out=tmp_path_factory.mktemp("swept") / "s", work=work)


def rows(text, tmp_path, study):
    file = tmp_path / "rows.csv"
    file.write_text(text)
    return sweep_rows.read(file, pipeline.open_study(study).settings)


def test_a_row_edits_the_study(study, tmp_path):
    text = f"scenario,name,from,close,move,block,{LIMIT}\na,A,,F2;P1,F1 1 2,3 4 5,7.5\n"
    (one,) = rows(text, tmp_path, study)
    edits = one.study.edits
    assert [(site.site_id, site.what) for site in edits.sites] == [
        ("F2", "close"), ("P1", "close"), ("F1", "move"),
    ]  # fmt: skip
    assert (edits.sites[2].easting, edits.sites[2].northing) == (1, 2)
    assert edits.blocks[0].within_m == 5
    assert one.study.response.standards[0].limit_min.value == 7.5
    assert one.study.response.standards[0].limit_min.assumed == "set by scenario sweep"


def test_an_empty_cell_leaves_the_study_as_it_is(study, tmp_path):
    settings = pipeline.open_study(study).settings
    (one,) = rows(f"scenario,{LIMIT}\na,\n", tmp_path, study)
    assert one.study.response == settings.response


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        ("id\na\n", InputError, "no column scenario"),
        ("scenario,name\na,x\na,y\n", InputError, "'a' stands twice"),
        ("scenario,name\n,x\n", InputError, "row 2: no id"),
        ("scenario,from\na,nowhere\n", StudyError, "no scenario 'nowhere'"),
        ("scenario,response.limit\na,7\n", StudyError, "no setting called 'limit'"),
        ("scenario,move\na,F1 1\n", StudyError, "expected site_id easting northing"),
        ("scenario,block\na,1 2 -3\n", StudyError, "within_m"),
        ("scenario,preset\na,none\n", StudyError, "no preset 'none'"),
    ],
)
def test_a_wrong_row_says_what_and_where(text, kind, told, study, tmp_path):
    with pytest.raises(kind, match=told):
        rows(text, tmp_path, study)


def test_all_wrong_rows_are_named_at_once(study, tmp_path):
    with pytest.raises(StudyError) as fault:
        rows("scenario,from\na,x\nb,\nc,y\n", tmp_path, study)
    assert "2 of 3" in str(fault.value)
    assert "row 2" in str(fault.value)
    assert "row 4" in str(fault.value)


def test_a_sweep_gives_what_runs_one_by_one_give(swept, study, work, tmp_path):
    file = study / "study.toml"
    text = file.read_text()
    own = f"""
[[scenarios]]
id = "seven"
name = "Seven minutes"
meaning = "Another standard."
edits = {{ settings = {{ "{LIMIT}" = 7 }} }}

[[scenarios]]
id = "moved"
name = "North moved"
meaning = "Another place."
edits = {{ sites = [{{ site_id = "F1", what = "move", easting = 301500, northing = 107000 }}] }}
"""
    alone = anytown.copy(study, tmp_path / "alone")
    (alone / "study.toml").write_text(text[: text.index("[[scenarios]]")] + own)
    for scenario in ("seven", "moved"):
        run = pipeline.run(alone, out=tmp_path / scenario, work=work, scenario=scenario)
        expected = run.scores.set_index("option_id")["rank"]
        found = swept.table[
            (swept.table["scenario"] == scenario) & (swept.table["measure"] == "rank")
        ].set_index("subject")["value"]
        pd.testing.assert_series_equal(
            found.reindex(expected.index), expected, check_names=False, check_index_type=False
        )
        cover = run.cover_baseline.set_index("measure")["value"]
        own_cover = swept.table[
            (swept.table["scenario"] == scenario) & (swept.table["subject"] == "study")
        ].set_index("measure")["value"]
        pd.testing.assert_series_equal(own_cover.reindex(cover.index), cover, check_names=False)


def test_a_change_is_the_value_less_todays(swept):
    table = swept.table.dropna(subset=["change"])
    assert len(table)
    assert (table["value"] - table["today"] - table["change"]).abs().max() == 0


def test_a_second_sweep_finds_what_the_first_worked_out(
    swept, study, asked, work, tmp_path, monkeypatch
):
    def never(part):
        raise AssertionError(part)

    monkeypatch.setattr(sweep, "_made", never)
    again = sweep.sweep(asked, study, out=tmp_path / "again", work=work)
    pd.testing.assert_frame_equal(again.table, swept.table)


def test_what_two_scenarios_set_alike_is_made_once(study, work, tmp_path, monkeypatch):
    file = tmp_path / "s.csv"
    file.write_text(f"scenario,preset,{LIMIT}\na,,9\nb,Savings first,9\n")
    made, run = [], Stage.run

    def noted(stage, *given, **named):
        made.append(stage.name)
        return run(stage, *given, **named)

    monkeypatch.setattr(Stage, "run", noted)
    sweep.sweep(file, study, out=tmp_path / "o", work=work)
    assert made.count("effects") == 1
    assert made.count("scores") == 2


def test_two_workers_give_the_same_bytes(swept, study, asked, town_work, tmp_path):
    work = shutil.copytree(town_work, tmp_path / "work")
    two = sweep.sweep(asked, study, out=tmp_path / "two", work=work, workers=2)
    for name in ("sweep.csv", "sweep.html"):
        assert (two.folder / name).read_bytes() == (swept.folder / name).read_bytes()


def test_a_scenario_that_cannot_be_is_named_and_the_others_are_told(study, work, tmp_path, capsys):
    file = tmp_path / "s.csv"
    file.write_text(f"scenario,close,{LIMIT}\nnowhere,ZZ9,\nseven,,7\n")
    words = ["sweep", str(file), str(study), "--out", str(tmp_path / "o"), "--work", str(work)]
    assert cli.main([*words, "--json"]) == 11
    told = json.loads(capsys.readouterr().out)
    assert set(told["failed"]) == {"nowhere"}
    assert {row["scenario"] for row in told["sweep"]} == {"seven"}
    assert "Not worked out: nowhere" in (tmp_path / "o" / "sweep.html").read_text()


def test_the_page_names_what_a_hostile_row_says_and_runs_none_of_it(study, work, tmp_path):
    file = tmp_path / "s.csv"
    file.write_text(f"scenario,name,{LIMIT}\na,<script>alert(1)</script>,7\n")
    done = sweep.sweep(file, study, out=tmp_path / "o", work=work)
    page = (done.folder / "sweep.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.fixture(scope="module")
def two():
    with spread.spread(2) as ready:
        yield ready


@pytest.mark.parametrize("workers", [1, 2])
def test_every_part_is_answered_whoever_works(workers, request):
    ready = spread.Alone() if workers == 1 else request.getfixturevalue("two")
    parts = {str(n): n for n in range(20)} | {"13": 13}
    del parts["14"]
    answers = {each.name: each for each in ready.each(doubled, parts)}
    assert {n: each.answer for n, each in answers.items() if each.fault is None} == {
        n: 2 * number for n, number in parts.items() if n != "13"
    }
    assert isinstance(answers["13"].fault, OptionError)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_part_that_breaks_says_which_it_was(workers, request):
    ready = spread.Alone() if workers == 1 else request.getfixturevalue("two")
    with pytest.raises(ZeroDivisionError) as fault:
        list(ready.each(doubled, {"fourteen": 14}))
    assert fault.value.__notes__ == ["while working on fourteen"]


def test_killing_a_worker_changes_nothing_but_the_time(two, tmp_path):
    parts = {str(n): str(tmp_path / str(n)) for n in range(2)}
    found = list(two.each(dies_once, parts))
    assert sorted(found) == [("0", "done", None), ("1", "done", None)]


def test_a_part_that_ends_every_worker_fails_with_its_name(monkeypatch):
    monkeypatch.setitem(spread.OF_WORKERS, "distributed.scheduler.allowed-failures", 0)
    with spread.spread(2) as ready:
        (found,) = ready.each(dies, {"poison": 0})
    assert isinstance(found.fault, OutputError)
    assert "poison" in str(found.fault)


def test_workers_go_on_whose_mapped_file_is_most_of_what_they_may_hold(tmp_path):
    most = 400_000_000
    with spread.spread(2, folder=tmp_path, memory=str(most)) as ready:
        (alone,) = spread.gathered(ready.each(held, {"a": 0}), "a")
        given = np.zeros(int(most * 0.87) - alone, "uint8")
        answers = ready.each(touched, {str(n): n for n in range(6)}, given=given)
        assert spread.gathered(answers, "012345") == list(range(6))


def test_workers_listen_on_loopback_alone_and_nothing_stays():
    before = listening()
    with spread.spread(2):
        during = listening() - before
    assert during
    assert {host for host, _ in during} == {"127.0.0.1"}
    assert not during & listening()


def test_nobody_at_an_address_is_said(monkeypatch):
    monkeypatch.setattr(spread, "ANSWERS_WITHIN", "1s")
    with (
        pytest.raises(InputError, match="no Dask scheduler answers there"),
        spread.spread("tcp://127.0.0.1:9"),
    ):
        pass


def test_without_dask_several_workers_are_refused_in_words(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(InputError, match=r"colocate\[cluster\]"), spread.spread(2):
        pass


@pytest.mark.parametrize("workers", [1, 2])
def test_what_is_given_besides_reaches_every_part(workers, request):
    ready = spread.ALONE if workers == 1 else request.getfixturevalue("two")
    answers = ready.each(added, {"a": 1, "b": 2}, given={"offset": 10})
    assert spread.gathered(answers, ["b", "a"]) == [12, 11]


def test_the_first_part_that_failed_is_raised():
    answers = spread.ALONE.each(doubled, {"a": 1, "b": 13})
    with pytest.raises(OptionError, match="thirteen"):
        spread.gathered(answers, ["a", "b"])
