"""The library as one meets it in a notebook: `import colocate as cl`."""

from __future__ import annotations

import inspect

import pandas as pd
import pytest

import colocate as cl
from colocate import io


@pytest.fixture(scope="module")
def run(town_run):
    tables = cl.open_run(town_run)
    return cl.Run(town_run, "abc123", tables, ())


def test_every_name_can_be_had_and_has_a_docstring():
    assert dir(cl) == sorted(cl.__all__)
    for name in cl.__all__:
        assert inspect.getdoc(getattr(cl, name)), name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        cl.nothing  # noqa: B018


def test_what_is_shown_of_a_study_and_a_run_is_one_short_line(town, run):
    study = cl.open(town)
    for shown in (repr(study), repr(run)):
        assert "\n" not in shown
        assert len(shown) < 250
    assert repr(study).startswith("<Study town: Anyborough shared estates, in ")
    ranked = run.scores["rank"].notna().sum()
    assert repr(run).endswith(f": {len(run.options)} options, {ranked} ranked>")


def test_tables_are_attributes_that_are_listed(run):
    assert {"options", "gates", "ranking", "report"} <= set(dir(run))
    assert run.options is run.tables["options"]
    with pytest.raises(AttributeError, match="no table or attribute 'optoins'"):
        run.optoins  # noqa: B018


def test_a_run_is_shown_before_its_tables_are_made(tmp_path):
    """A tool that asks for odd names, as notebooks do, gets an AttributeError and no more."""
    empty = cl.Run(tmp_path, "abc123", io.Tables({}), ())
    assert not hasattr(empty, "_repr_mimebundle_")


def test_the_ranking_agrees_with_the_scores(run):
    frame = run.ranking
    assert frame["option_id"].is_unique
    assert len(frame) == len(run.options)
    pd.testing.assert_series_equal(
        frame.set_index("option_id")["score"].sort_index(),
        run.scores.set_index("option_id")["score"].sort_index(),
    )
    ranked = frame.dropna(subset="rank")
    assert (ranked.groupby(["list", "rank_group"])["rank"].min() == 1).all()
    assert frame["rank"].isna().is_monotonic_increasing  # what has no rank comes last
