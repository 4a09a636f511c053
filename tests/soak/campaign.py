"""What the campaigns share: their size, their seed, a small study, what a whole run is."""

from __future__ import annotations

import hashlib
import json
import os
import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

SEED = int(os.environ.get("SOAK_SEED", "20261122"))
"""Of every draw; another one gives another campaign."""

OWN_CODES = range(11, 20)
"""Exit codes of the errors a user can meet."""


def size(name: str, default: int) -> int:
    """Return how many cases a campaign has: SOAK_<NAME>, or its default."""
    return int(os.environ.get(f"SOAK_{name.upper()}", default))


def draws(campaign: str, case: int) -> np.random.Generator:
    """Return the random numbers of one case; the same under any number of workers."""
    return np.random.default_rng([SEED, *campaign.encode(), case])


def quicken(study: Path) -> None:
    """Draw less in a copy of a study: a campaign has many runs, and none is about the draws."""
    text = (study / "study.toml").read_text(encoding="utf-8")
    for name in ("weight_draws", "speed_draws"):
        text, done = re.subn(rf"(?m)^{name} = \d+", f"{name} = 2", text)
        assert done == 1, name
    (study / "study.toml").write_text(text, encoding="utf-8")


def manifest(folder: Path) -> dict:
    """Return a run's manifest without its clock."""
    found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    del found["clock"]
    return found


def assert_whole(folder: Path) -> None:
    """Every file of the manifest is there with its bytes, and no other."""
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert found == manifest(folder)["outputs"]


def changed(one: dict, other: dict) -> list[str]:
    """Name the files of two manifests that differ, or the other keys that do."""
    files = sorted(one["outputs"].keys() | other["outputs"].keys())
    return [name for name in files if one["outputs"].get(name) != other["outputs"].get(name)] + [
        key for key in sorted(one.keys() | other.keys()) if one.get(key) != other.get(key)
    ]
