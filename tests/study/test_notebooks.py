"""The notebooks run from top to bottom and check themselves."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))

pytestmark = pytest.mark.study


def test_there_are_six_notebooks():
    assert [path.name[0] for path in NOTEBOOKS] == ["1", "2", "3", "4", "5", "6"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_checks_itself(path, study_run):
    notebook = nbformat.read(path, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "commit notebooks clean"
    assert "import colocate as cl" in notebook.cells[1].source + notebook.cells[2].source
    assert "from colocate" not in "".join(cell.source for cell in notebook.cells), "public API only"
    beside_out = study_run.parents[1] / "notebooks"  # the notebooks open ../out/devon-somerset
    beside_out.mkdir(exist_ok=True)
    client = NotebookClient(notebook, timeout=60, resources={"metadata": {"path": beside_out}})
    client.execute()
    assert "as it should be" in notebook.cells[-1].outputs[0].text
