"""The ranking rule in the page against `scoring.scoring`, run by Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from colocate.scoring import scoring
from colocate.tables.choice import LISTS
from scoring_cases import measured

NODE = shutil.which("node")
MODULES = Path(__file__).parents[2] / "src/colocate/publish/assets/js"
pytestmark = pytest.mark.skipif(NODE is None, reason="no node on the path")

RANK_ALL = """
import { readFileSync } from "node:fs";
import { rankOptions } from "%s";
const { options, draws } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(draws.map((weights) => rankOptions(options, weights))));
"""


def node(script: str, given: object) -> list[dict[str, list[float | None]]]:
    done = subprocess.run(
        [NODE, "--input-type=module", "--eval", script],
        input=json.dumps(given), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_the_modules_own_tests():
    folder = Path(__file__).parent / "js"
    files = sorted(str(path) for path in folder.glob("*.test.mjs"))
    done = subprocess.run([NODE, "--test", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def rankable(parts: pd.DataFrame, scores: pd.DataFrame, *, ids: list[str]) -> list[dict]:
    """What `rankOptions` asks of every option: criteria in the order of `ids`."""
    wide = {
        name: parts.pivot_table(index="option_id", columns="criterion", values=name,
                                aggfunc="first")[ids]
        for name in ("value_low", "value", "value_high", "basis")
    }  # fmt: skip
    tie = scores.sort_values(["town", "option_id"], na_position="last")["option_id"].to_list()
    return [
        {
            "low": wide["value_low"].loc[row.option_id].tolist(),
            "value": wide["value"].loc[row.option_id].tolist(),
            "high": wide["value_high"].loc[row.option_id].tolist(),
            "known": (wide["basis"].loc[row.option_id] != "missing").tolist(),
            "ranked": bool(pd.notna(row.rank)),
            "list": LISTS.index(row.list),
            "group": row.rank_group,
            "tie": tie.index(row.option_id),
        }
        for row in scores.itertuples()
    ]


def same(ours: dict, theirs: pd.DataFrame) -> None:
    """Hold what the page works out to table `scores`, digit for digit."""
    for name, column in (("rank", "rank"), ("rankLow", "rank_low"), ("rankHigh", "rank_high"),
                         ("place", "place")):  # fmt: skip
        assert ours[name] == [None if pd.isna(r) else int(r) for r in theirs[column]]
    assert ours["score"] == theirs["score"].tolist()
    assert ours["scoreLow"] == theirs["score_low"].tolist()
    assert ours["scoreHigh"] == theirs["score_high"].tolist()
    assert ours["completeness"] == theirs["completeness"].tolist()
    assert ours["shared"] == theirs["rank_shared"].tolist()


def test_ranks_equal_python_s_for_random_weights(study):
    random = np.random.default_rng(study.study.seed)
    criteria = study.choice.criteria
    names = [f"O{i:03}" for i in range(120)]
    kinds = random.choice(["into_fire", "hq", "depot"], len(names))
    options = pd.DataFrame({"option_id": names, "kind": kinds, "existing_share": None,
                            "site_ids": names, "host_site_id": None,
                            "weak_site_ids": None})  # fmt: skip
    options.loc[:4, "existing_share"] = "existing"
    options.loc[5:9, "kind"] = "touchdown"
    towns = dict(zip(names[:100], random.choice(["Bude", "Yeovil"], 100), strict=True))
    spread = {c.id: (c.worst.value, c.best.value) for c in criteria}

    def raw(worst, best):
        """In tenths of the scale, which gives many ties; some ranges, some unknown."""
        at = sorted((worst + (best - worst) * random.integers(-2, 13, 3) / 10).tolist())
        return random.choice([0, 1, 2], p=[0.2, 0.2, 0.6]), tuple(at)

    rows = []
    for option_id in names:
        for id_, ends in spread.items():
            kind, at = raw(*ends)
            rows.append((option_id, id_, [None, at, at[1]][kind]))
    table = measured(rows, criteria=criteria, basis="recorded")
    gates = pd.DataFrame({"option_id": names, "gate": "g", "mandatory": True,
                          "outcome": random.choice(["pass", "fail"], len(options))})  # fmt: skip
    draws = [[c.weight.value for c in criteria]]
    draws += [random.integers(0, 101, len(criteria)).tolist() for _ in range(60)]
    draws = [draw for draw in draws if sum(draw) > 0]
    ids = [c.id for c in criteria]
    expected = []
    for draw in draws:
        weights = dict(zip(ids, draw, strict=True))
        parts = scoring.contributions(table, criteria=criteria, weights=weights)
        expected.append(scoring.scores(parts, options, gates=gates, towns=towns))
    given = {"options": rankable(parts, expected[0], ids=ids), "draws": draws}
    found = node(RANK_ALL % (MODULES / "ranking.mjs").as_uri(), given)
    for ours, theirs in zip(found, expected, strict=True):
        same(ours, theirs)
