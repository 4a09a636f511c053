"""Scoring: criteria, weights, scores and ranks, and how sure they are."""

from __future__ import annotations

from colocate.scoring.scoring import contributions, scores

__all__ = ["contributions", "scores"]
