"""A programme's tables name only what they hold, and its structure is drawn with every group."""

from __future__ import annotations

import pandas as pd
import pytest

from colocate.errors import StudyError
from colocate.places.programme import assert_whole
from colocate.publish.papers.structure import drawn
from colocate.tables import TABLES, each
from colocate.tables.rows import ProgrammeGroup
from colocate.tables.schema import conform

GROUP = {"place_basis": "recorded", "as_at": "2016-02-19", "source": "invented"}


def programme(groups, *, items=()):
    return {
        "programme_groups": conform(
            TABLES["programme_groups"], [{**GROUP, "name": g["group_id"], **g} for g in groups]
        ),
        "recommendations": conform(TABLES["recommendations"], [
            {"recommendation_id": "R", "part": 1, "asks": "?", "answer": "checklist", "note": ".",
             "source": "invented"},
        ]),
        "checklists": conform(TABLES["checklists"], [
            {"recommendation_id": r, "part": p, "item": 1, "what": "?", "owner": "lead",
             "source": "invented"} for r, p in items
        ]),
    }  # fmt: skip


def test_a_tree_of_groups_passes():
    assert_whole(
        programme(
            [{"group_id": "a"}, {"group_id": "b", "reports_to": "a"},
             {"group_id": "c", "comes_before": "a"}],
            items=[("R", 1)],
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("groups", "items", "told"),
    [
        ([{"group_id": "a", "reports_to": "z"}], [], r"reports_to: 1 \(z\) is no group_id"),
        ([{"group_id": "a", "comes_before": "z"}], [], r"comes_before: 1 \(z\) is no group_id"),
        ([{"group_id": "a", "reports_to": "b"}, {"group_id": "b", "reports_to": "a"}], [],
         "report to one another in a circle"),
        ([{"group_id": "a"}], [("R", 2)], r"\(R part 2\) is not in table recommendations"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused_by_name(groups, items, told):
    with pytest.raises(StudyError, match=told):
        assert_whole(programme(groups, items=items))


def test_every_group_has_a_box_and_every_line_its_kind():
    tables = programme([
        {"group_id": "top <&", "frequency": "monthly"},
        {"group_id": "own", "comes_before": "top <&"},
        {"group_id": "sub", "reports_to": "top <&", "place_basis": "assumed"},
    ])  # fmt: skip
    svg = drawn(list(each(ProgrammeGroup, tables["programme_groups"])), label="a & b")
    assert svg.count('class="box"') == 3
    assert svg.count('class="line assumed"') == svg.count('class="line then"') == 1
    assert "top &lt;&amp;" in svg
    assert 'aria-label="a &amp; b"' in svg


@pytest.mark.parametrize("study", ["devon-somerset", "example"])
def test_both_studies_bring_a_programme_and_say_what_checklists_are(root, study):
    folder = root / "data" / study
    recommended = pd.read_csv(folder / "recommendations.csv")
    items = pd.read_csv(folder / "checklists.csv")
    listed = recommended[recommended["answer"] == "checklist"]
    key = ["recommendation_id", "part"]
    assert set(map(tuple, items[key].to_numpy())) == set(map(tuple, listed[key].to_numpy()))
    assert listed["note"].str.contains("no more").all()
    assert items["owner"].notna().all()


def test_the_ten_recommendations_of_the_alliance_are_all_there(root):
    recommended = pd.read_csv(root / "data" / "devon-somerset" / "recommendations.csv")
    assert list(dict.fromkeys(recommended["recommendation_id"])) == [
        f"SA {n}" for n in range(1, 11)
    ]  # fmt: skip
