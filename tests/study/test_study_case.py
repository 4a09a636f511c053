"""`colocate case` on both studies: each figure is the run's own, on page and in document."""

from __future__ import annotations

import functools
import json
import re

import pandas as pd
import pytest
from papers_read import AMOUNT, amounts, cell, page, word

from colocate.cli import main
from colocate.errors import OptionError
from colocate.pipeline import case as writing
from colocate.pipeline import runs
from colocate.tables import TABLES, parts

CASES = [
    ("example", "A1-into-F1"),
    ("example", "Fleet"),
    pytest.param("devon-somerset", "PAS033-into-F070", marks=pytest.mark.study),
    pytest.param("devon-somerset", "HR", marks=pytest.mark.study),
]


@pytest.fixture
def run(request):
    """The folder of the run that a test is about."""
    named = {"devon-somerset": "study_run", "example": "example_run"}
    return request.getfixturevalue(named[request.param])


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Texts and tables of both parts, each as page and as document, by part and kind."""
    read = {"html": page, "docx": word}

    @functools.cache
    def told(run, subject):
        return {
            (path.parent.name, path.suffix[1:]): read[path.suffix[1:]](path)
            for path in writing.case(run, subject, out=tmp_path_factory.mktemp("case"))
        }

    return told


def pounds(value):
    if pd.isna(value):
        return "not known"
    return f"{'−' if value < 0 else ''}£{abs(value):,.0f}"


def known_amounts(tables, study_file, *, subjects):
    """Every amount that tables hold of some options or a function, as people read it."""
    held = set(AMOUNT.findall(study_file.read_text(encoding="utf-8")))
    held |= {f"£{int(n):,}" for n in re.findall(r"gbp = \{ value = (\d+)", study_file.read_text())}
    for name in tables:
        frame = tables[name]
        keys = [k for k in ("option_id", "subject_id", "function") if k in frame]
        own = frame if not keys else frame[frame[keys].isin(subjects).any(axis=1)]
        if name == "function_totals":
            held |= {f"£{v:,.0f}" for v in own["amount"]}
        if name in {"money_ranges", "benefits"}:
            numbers = own[own["unit"].str.startswith("GBP")].select_dtypes("float64")
            held |= {f"£{abs(v):,.0f}" for c in numbers for v in numbers[c].dropna()}
        for column in TABLES[name].columns:
            if column.unit.startswith("GBP") and column.name in own:
                held |= {f"£{abs(v):,.0f}" for v in own[column.name].dropna()}
            elif column.kind == "str" and name != "issues" and column.name in own:
                texts = own.loc[own[column.name].str.contains("£", regex=False, na=False)]
                held |= {a for text in texts[column.name].unique() for a in AMOUNT.findall(text)}
    flows = tables["cash_flows"]
    flows = flows[flows["option_id"].isin(subjects)]
    summed = flows.groupby(["option_id", "body_id", "year"])["amount_gbp"].sum().round(2)
    return held | {f"£{abs(v):,.0f}" for v in summed} | {"£0"}


@pytest.mark.parametrize(("run", "subject"), CASES, indirect=["run"])
def test_every_amount_is_the_runs_and_both_kinds_say_the_same(run, subject, written):
    tables = runs.open_run(run)
    options = tables["options"]
    sites = {
        o: set(parts(s)) for o, s in zip(options["option_id"], options["site_ids"], strict=True)
    }
    beside = {o for o, own in sites.items() if own & sites.get(subject, set())}
    held = known_amounts(tables, run / "study.toml", subjects={subject, *beside})
    told = written(run, subject)
    for part in ("open", "restricted"):
        on_page, in_word = (amounts(*told[part, kind]) for kind in ("html", "docx"))
        assert on_page == in_word
        assert on_page <= held, sorted(on_page - held)[:5]
        assert told[part, "html"][1] == told[part, "docx"][1]


@pytest.mark.parametrize(
    ("run", "subject"), [each for each in CASES if "into" in str(each)], indirect=["run"]
)  # fmt: skip
def test_figures_stand_where_their_labels_say(run, subject, written):
    tables = runs.open_run(run)

    def row(name):
        return tables[name].set_index("option_id").loc[subject]

    told = written(run, subject)
    money, score = row("money"), row("scores")
    for kind in ("html", "docx"):
        inside, outside = told["restricted", kind][1], told["open", kind][1]
        for column, name in (
            ("Works", "capital_gbp"), ("Receipts", "receipt_gbp"),
            ("Saved a year", "net_saving_gbp"), ("Net present value", "npv_gbp"),
        ):  # fmt: skip
            assert cell(inside, "All together", column) == pounds(money[name])
        for line in tables["money_by_body"].query("option_id == @subject").itertuples():
            body = tables["bodies"].set_index("body_id").loc[line.body_id, "name"]
            assert cell(inside, body, "Saved a year") == pounds(line.net_saving_gbp)
        points = tables["contributions"].query("option_id == @subject")
        rows = [r for t in inside if t[0][:2] == ["Criterion", "Weight"] for r in t[1:]]
        assert [r[2] for r in rows] == [f"{p + 0.0:.1f}" for p in points["contribution"]]
        cover, access = row("cover"), row("access")
        (reach,) = [t for t in outside if t[0][0] == "People within reach"]
        assert [r[1] for r in reach[1:]] == [
            f"{cover['people_before']:,.0f}", f"{access['people_before']:,.0f}",
        ]  # fmt: skip
        for line, effect in zip(reach[1:], (cover, access), strict=True):
            if line[2] != "as today":
                assert line[2:] == [
                    f"{effect[f'people_{n}']:,.0f}" for n in ("after", "gained", "lost")
                ]
        (stages,) = [t[1:] for t in outside if t[0][:2] == ["Stage", "Earliest"]]
        dates = tables["timeline"].query("option_id == @subject")
        assert [r[2].split(" to ")[0].removeprefix("from ") for r in stages] == list(
            dates["start_usual"]
        )
    assert score["rank"] == score["rank"]


@pytest.mark.parametrize("run", ["example"], indirect=True)
def test_savings_of_a_function_are_those_of_its_ways(run, written):
    tables = runs.open_run(run)
    ways = tables["function_options"].query("function == 'Fleet' and standing != 'not_open'")
    told = written(run, "fleet")["restricted", "docx"][1]
    rows = [r for t in told if t[0][:2] == ["Way", "Saved a year"] for r in t[1:]]
    assert len(rows) == len(ways)
    said = " ".join(r[1] for r in rows)
    assert all(pounds(v) in said for v in ways["saving_central_gbp"].dropna())


@pytest.mark.parametrize(
    "run", [pytest.param("devon-somerset", marks=pytest.mark.study)], indirect=True
)
def test_half_a_minute_more_to_a_desk_is_no_finding(run, written):
    texts, tables = written(run, "PAS033-into-F070")["open", "html"]
    (below,) = [text for text in texts if text.startswith("Below the floor of 60 s")]
    assert "would lose is 24 s" in below
    assert any("Set aside by the paper" in text for text in texts)
    assert any("Police and Crime Commissioner" in c for t in tables for line in t for c in line)


@pytest.mark.parametrize("run", ["example"], indirect=True)
def test_the_command_writes_both_parts_apart_and_says_where(run, tmp_path, capsys):
    assert main(["case", "P3-into-F3", "--run", str(run), "--out", str(tmp_path), "--json"]) == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert len(files) == 4
    folders = {p.parent.name for p in tmp_path.rglob("*.*")}
    assert folders == {"open", "restricted"}


@pytest.mark.parametrize("run", ["example"], indirect=True)
def test_what_is_neither_option_nor_function_is_refused_with_the_nearest(run, tmp_path):
    with pytest.raises(OptionError, match="Payroll"):
        writing.case(run, "Payrol", out=tmp_path)
    with pytest.raises(OptionError, match="A1-into-F1"):
        writing.case(run, "A1-into-F2", out=tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("run", ["example"], indirect=True)
def test_what_was_measured_stands_beside_what_was_promised(run):
    told = runs.open_run(run)["benefits"].set_index(["option_id", "measure"])
    for option, measure, difference, outcome in (
        ("A1-into-F1", "works", 63_000 - 66_000, "better than promised"),
        ("P9-into-F9", "net_saving", 8_000 - 12_000, "worse than promised"),
        ("P9-into-F9", "desk_time", 0, "as promised"),
    ):
        row = told.loc[(option, measure)]
        assert (row["difference"], row["outcome"]) == (difference, outcome)
    assert told.loc[("A1-into-F1", "net_saving"), "outcome"].eq("not measured").all()
