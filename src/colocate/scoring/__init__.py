"""Scoring: criteria, weights, scores and ranks, and how sure they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from colocate.scoring.scoring import contributions, scores

__all__ = ["contributions", "scores"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the module has
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from colocate.scoring import scoring  # with pandas, which the criteria do without

    return getattr(scoring, name)
