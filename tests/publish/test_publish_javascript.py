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
from scoring_cases import measured

NODE = shutil.which("node")
MODULES = Path(__file__).parents[2] / "src/colocate/publish/assets/js"
pytestmark = pytest.mark.skipif(NODE is None, reason="no node on the path")

RANK_ALL = """
import { readFileSync } from "node:fs";
import { rankOptions } from "%s";
const { values, ranked, groups, draws } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(draws.map((w) => rankOptions(values, w, ranked, groups))));
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


def test_ranks_equal_python_s_for_random_weights(study):
    random = np.random.default_rng(study.study.seed)
    criteria = study.choice.criteria
    options = pd.DataFrame({"option_id": [f"O{i:03}" for i in range(120)], "kind": "hq",
                            "existing_share": None, "weak_site_ids": None})  # fmt: skip
    options.loc[:4, "existing_share"] = "existing"
    options.loc[5:9, "kind"] = "touchdown"
    spread = {c.id: (c.worst.value, c.best.value) for c in criteria}
    rows = [
        (option, c, low + (high - low) * round(float(random.uniform(-0.2, 1.2)), 1))
        for option in options["option_id"]
        for c, (low, high) in spread.items()
    ]  # values in tenths: many ties
    unknown = random.random(len(rows)) < 0.2
    given = [(*key, None if gap else raw) for (*key, raw), gap in zip(rows, unknown, strict=True)]
    table = measured(given, basis="recorded")
    gates = pd.DataFrame({"option_id": options["option_id"], "gate": "g", "mandatory": True,
                          "outcome": random.choice(["pass", "fail"], len(options))})  # fmt: skip
    draws = [[c.weight.value for c in criteria]]
    draws += [random.integers(0, 101, len(criteria)).tolist() for _ in range(60)]
    draws = [draw for draw in draws if sum(draw) > 0]
    expected = []
    for draw in draws:
        weights = dict(zip((c.id for c in criteria), draw, strict=True))
        given = scoring.contributions(table, criteria=criteria, weights=weights)
        expected.append(scoring.scores(given, options, gates=gates))
    wide = given.pivot_table(index="option_id", columns="criterion", values="value", dropna=False)
    wide = wide[[c.id for c in criteria]].astype(object).where(wide.notna(), None)
    found = node(
        RANK_ALL % (MODULES / "ranking.mjs").as_uri(),
        {
            "values": wide.to_numpy().tolist(),
            "ranked": expected[0]["rank"].notna().tolist(),
            "groups": expected[0]["rank_group"].tolist(),
            "draws": draws,
        },
    )
    for ours, theirs in zip(found, expected, strict=True):
        assert ours["rank"] == [None if pd.isna(r) else int(r) for r in theirs["rank"]]
        assert ours["score"] == theirs["score"].tolist()
        assert ours["completeness"] == theirs["completeness"].tolist()
