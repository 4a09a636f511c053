"""colocate: which fire and police buildings could become one.

>>> import colocate as cl
>>> study = cl.open("example")  # or a study file; nothing for Devon & Somerset
>>> run = cl.run(study)
>>> run.ranking  # one row an option: rank, score, how sure, people, money, gates
>>> run.options  # any table of the run, as a tidy frame; dir(run) lists them
>>> print(cl.explain(run.folder, run.ranking["option_id"][0]))  # one option in plain words

Open: `open`, `init`. Run: `run`, `calibrate`. Read: `open_run`, `explain`, `compare`. Rank anew
under other weights: `scoring`, `robustness`. Of points and matrices of one's own, without a study:
`times`, `catchments`, `siting`.

Names are loaded when first used, so that importing colocate costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from colocate import scoring
    from colocate.library.driving import catchments, times
    from colocate.library.siting import siting
    from colocate.pipeline.calibrate import calibrate
    from colocate.pipeline.compare import compare
    from colocate.pipeline.init import init
    from colocate.pipeline.locate import embedded_study, load_study
    from colocate.pipeline.locate import open_study as open  # noqa: A004 - cl.open is never bare
    from colocate.pipeline.runner import Run, run
    from colocate.pipeline.runs import explain, open_run
    from colocate.scoring import robustness

_WHERE = {
    "Run": ("colocate.pipeline", "Run"),
    "calibrate": ("colocate.pipeline.calibrate", "calibrate"),
    "catchments": ("colocate.library.driving", "catchments"),
    "compare": ("colocate.pipeline.compare", "compare"),
    "embedded_study": ("colocate.pipeline", "embedded_study"),
    "explain": ("colocate.pipeline.runs", "explain"),
    "init": ("colocate.pipeline.init", "init"),
    "load_study": ("colocate.pipeline.locate", "load_study"),
    "open": ("colocate.pipeline", "open_study"),
    "open_run": ("colocate.pipeline.runs", "open_run"),
    "robustness": ("colocate.scoring.robustness", None),
    "run": ("colocate.pipeline", "run"),
    "scoring": ("colocate.scoring", None),
    "siting": ("colocate.library.siting", "siting"),
    "times": ("colocate.library.driving", "times"),
}

__all__ = [
    "Run", "calibrate", "catchments", "compare", "embedded_study", "explain", "init", "load_study",
    "open", "open_run", "robustness", "run", "scoring", "siting", "times",
]  # fmt: skip


def __getattr__(name: str) -> Any:  # noqa: ANN401 - functions and modules alike
    if name not in _WHERE:
        raise AttributeError(f"module 'colocate' has no attribute {name!r}")
    module, attribute = _WHERE[name]
    found = import_module(module)
    return getattr(found, attribute) if attribute else found


def __dir__() -> list[str]:
    return sorted(__all__)
