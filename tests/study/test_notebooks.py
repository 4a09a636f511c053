"""The notebooks run from top to bottom and check themselves."""

from __future__ import annotations

import ast
from pathlib import Path

import matplotlib as mpl
import nbformat
import pytest
from matplotlib import pyplot as plt

mpl.use("agg")

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))

pytestmark = [pytest.mark.study, pytest.mark.xdist_group("study")]


def test_there_are_six_notebooks():
    assert [path.name[0] for path in NOTEBOOKS] == ["1", "2", "3", "4", "5", "6"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_checks_itself(path, study_run, monkeypatch, capsys):
    notebook = nbformat.read(path, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "commit notebooks clean"
    assert "import colocate as cl" in notebook.cells[1].source + notebook.cells[2].source
    assert "from colocate" not in "".join(cell.source for cell in notebook.cells), "public API only"
    beside_out = study_run.parents[1] / "notebooks"  # the notebooks open ../out/devon-somerset
    beside_out.mkdir(exist_ok=True)
    monkeypatch.chdir(beside_out)
    names = {"__name__": "__main__", "display": print}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            capsys.readouterr()
            statements = ast.Interactive(ast.parse(cell.source).body)  # what they give is shown
            exec(compile(statements, path.name, "single"), names)  # noqa: S102 - our own
    plt.close("all")
    assert capsys.readouterr().out == "as it should be\n"
