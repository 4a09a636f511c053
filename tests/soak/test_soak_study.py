"""Study files edited at random: a whole run or an error of ours, never anything else."""

from __future__ import annotations

import re
import shutil

import pytest
from campaign import SEED, draws, quicken, size
from fuzzing import NUMBERS, TEXTS, ends_well

import town as anytown

pytestmark = pytest.mark.soak

CASES = size("studies", 200)

VALUES = (
    *NUMBERS, "true", "[]", "{}", "[[]]", "[1, 2]", '""', '"F1"', '["F1", "F1"]', '"2026-13-01"',
    "2026-11-01", "9999-12-31", "0001-01-01", "{ value = 1 }", '{ value = 1, assumed = "" }',
    '{ value = 1, source = "a", assumed = "b" }', '{ value = "1", source = "a" }',
)  # fmt: skip


@pytest.fixture(scope="session")
def study(town, tmp_path_factory):
    """The town, run once so that what a case leaves alone is found stored."""
    place = tmp_path_factory.mktemp("study")
    anytown.copy(town, place / "town")
    quicken(place / "town")
    told = "nothing spoiled"
    assert ends_well(place / "town", out=place / "out", work=place / "work", told=told)
    return place / "town"


def chosen(lines, random, pattern):
    """The number of a random line that matches."""
    at = [number for number, line in enumerate(lines) if re.search(pattern, line)]
    return at[int(random.integers(len(at)))]


def value_replaced(lines, random):
    at = chosen(lines, random, r"^[\w.-]+ = .*[^\[{]$")
    key = lines[at].partition(" = ")[0]
    texts = [f"'''{text}'''" for text in TEXTS if len(text) < 1000]
    values = VALUES if random.random() < 0.7 else texts
    lines[at] = f"{key} = {values[int(random.integers(len(values)))]}"


def number_replaced(lines, random):
    at = chosen(lines, random, r"\d")
    numbers = list(re.finditer(r"-?\d+(\.\d+)?", lines[at]))
    number = numbers[int(random.integers(len(numbers)))]
    value = NUMBERS[int(random.integers(len(NUMBERS)))]
    lines[at] = lines[at][: number.start()] + value + lines[at][number.end() :]


def number_scaled(lines, random):
    at = chosen(lines, random, r"value = -?\d")
    factor = float(random.choice([-1, 0, 0.001, 0.1, 0.9, 1.1, 2, 10, 1000]))
    lines[at] = re.sub(
        r"(value = )(-?\d+(\.\d+)?)", lambda m: f"{m[1]}{float(m[2]) * factor:g}", lines[at]
    )


def line_lost(lines, random):
    del lines[int(random.integers(len(lines)))]


def line_twice(lines, random):
    at = int(random.integers(len(lines)))
    lines.insert(at, lines[at])


def line_moved(lines, random):
    line = lines.pop(int(random.integers(len(lines))))
    lines.insert(int(random.integers(len(lines))), line)


def key_renamed(lines, random):
    at = chosen(lines, random, r"^[\w.-]+ = ")
    lines[at] = (
        random.choice(["x", "value", "id", '""', '"é"']) + lines[at][lines[at].index(" =") :]
    )


def section_lost(lines, random):
    start = chosen(lines, random, r"^\[")
    rest = [at for at in range(start + 1, len(lines)) if lines[at].startswith("[")]
    del lines[start : rest[0] if rest else len(lines)]


def section_twice(lines, random):
    start = chosen(lines, random, r"^\[\[")
    rest = [at for at in range(start + 1, len(lines)) if lines[at].startswith("[")]
    lines[start:start] = lines[start : rest[0] if rest else len(lines)]


def header_renamed(lines, random):
    at = chosen(lines, random, r"^\[")
    lines[at] = str(random.choice(["[x]", "[[x]]", "[study.x]", "[travel]", "[[inputs]]", "["]))


def characters(lines, random):
    at = chosen(lines, random, r".")
    where = int(random.integers(len(lines[at])))
    new = str(random.choice(list("\"'[]{}=,#\x00\\\té\u2028")))
    lines[at] = lines[at][:where] + new + lines[at][where + 1 :]


CHANGES = (
    value_replaced, value_replaced, value_replaced, number_replaced, number_replaced, number_scaled,
    number_scaled, number_scaled, line_lost, line_lost, line_twice, line_moved, key_renamed,
    section_lost, section_twice, header_renamed, characters,
)  # fmt: skip


@pytest.mark.parametrize("number", range(CASES))
def test_a_spoiled_study_file_is_told_or_borne(study, tmp_path, number):
    random = draws("study", number)
    shutil.copytree(study, tmp_path / "town")
    path = tmp_path / "town" / "study.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    told = [f"SOAK_SEED={SEED}, case {number}"]
    for _ in range(int(random.integers(1, 3))):
        before = list(lines)
        change = CHANGES[int(random.integers(len(CHANGES)))]
        change(lines, random)
        told += [f"{change.__name__}: {sorted(set(lines) ^ set(before))[:4]}"]
    path.write_text("\n".join(lines), encoding="utf-8")
    told = "\n".join(told)
    ends_well(tmp_path / "town", out=tmp_path / "out", work=study.parent / "work", told=told)
