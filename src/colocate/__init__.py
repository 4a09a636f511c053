"""colocate: which fire and police buildings could become one.

>>> import colocate as cl
>>> run = cl.run()  # the embedded Devon & Somerset study
>>> run.tables["scores"]

Names are loaded when first used, so that importing colocate costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from colocate.choice import scoring
    from colocate.pipeline import embedded_study, run
    from colocate.pipeline.runs import open_run
    from colocate.study import load as load_study

_WHERE = {
    "embedded_study": ("colocate.pipeline", "embedded_study"),
    "load_study": ("colocate.study", "load"),
    "open_run": ("colocate.pipeline.runs", "open_run"),
    "run": ("colocate.pipeline", "run"),
    "scoring": ("colocate.choice.scoring", None),
}

__all__ = ["embedded_study", "load_study", "open_run", "run", "scoring"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - functions and modules alike
    if name not in _WHERE:
        raise AttributeError(f"module 'colocate' has no attribute {name!r}")
    module, attribute = _WHERE[name]
    found = import_module(module)
    return getattr(found, attribute) if attribute else found


def __dir__() -> list[str]:
    return sorted(__all__)
