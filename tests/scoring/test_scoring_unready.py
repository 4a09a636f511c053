"""No rank is robust on a column nobody filled."""

from __future__ import annotations

from test_scoring_robustness import NO_DRAWS

from colocate.scoring.robustness import robustness
from scoring_cases import CRITERIA, basis_of, run, settings

RAW = {"A": (2000, 150, 9000), "B": (0, 100, 20_000), "C": (-3000, 30, 1000)}


def words(unready):
    parts, scored = run(RAW)
    return robustness(
        parts,
        scored,
        ranking_basis=basis_of(parts, scored, CRITERIA),
        drawn_measures=NO_DRAWS,
        criteria=CRITERIA,
        settings=settings(cost_spread=0, weight_concentration=1e9, top_k=1),
        seed=3,
        unready=unready,
    ).stability


def test_what_would_be_robust_is_contested_and_says_why():
    assert words("")["word"].tolist() == ["robust"] * 3
    found = words("crewing, fire 0%")
    assert found["word"].tolist() == ["contested"] * 3
    assert found["reason"].str.contains("Never robust: too little is known").all()
    assert found["reason"].str.contains("crewing, fire 0%", regex=False).all()
