"""Input files spoiled at random: a whole run or an error of ours, and no register row in silence.

The studies are the invented town of the tests and the embedded invented example, which has the
optional inputs too.
"""

from __future__ import annotations

import csv
import io
import shutil
import tomllib

import pandas as pd
import pytest
from campaign import SEED, draws, quicken, size
from fuzzing import DATES, NUMBERS, TEXTS, ends_well

import town as anytown

pytestmark = pytest.mark.soak

CASES = size("inputs", 160)


@pytest.fixture(scope="session")
def studies(town, root, tmp_path_factory):
    """Folders of both studies, run once so that what a case leaves alone is found stored."""
    place = tmp_path_factory.mktemp("inputs")
    anytown.copy(town, place / "town")
    shutil.copytree(root / "data" / "example", place / "example")
    for study in (place / "town", place / "example"):
        quicken(study)
        work = place / f"work-{study.name}"
        assert ends_well(study, out=place / f"out-{study.name}", work=work, told="nothing spoiled")
    return place


def table(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def written(rows, **how):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n", **how).writerows(rows)
    return text.getvalue()


def cells(rows, random):
    """Replace one to three cells, by something hostile or by another cell of the file."""
    for _ in range(int(random.integers(1, 4))):
        row, column = int(random.integers(1, len(rows))), int(random.integers(len(rows[0])))
        other = rows[int(random.integers(1, len(rows)))][int(random.integers(len(rows[0])))]
        kind = [NUMBERS, TEXTS, DATES, [other]][int(random.integers(4))]
        rows[row][column] = kind[int(random.integers(len(kind)))]
    return rows


def whole_column(rows, random):
    column = int(random.integers(len(rows[0])))
    value = [*NUMBERS, *TEXTS, *DATES][int(random.integers(len(NUMBERS + TEXTS + DATES)))]
    return [rows[0], *([*row[:column], value, *row[column + 1 :]] for row in rows[1:])]


def row_twice(rows, random):
    at = int(random.integers(1, len(rows)))
    return [*rows, list(rows[at])]


def rows_lost(rows, random):
    kept = random.random(len(rows) - 1) < random.choice([0, 0.3, 0.9])
    return [rows[0], *(row for row, keep in zip(rows[1:], kept, strict=True) if keep)]


def rows_shuffled(rows, random):
    return [rows[0], *(rows[1 + at] for at in random.permutation(len(rows) - 1))]


def column_lost(rows, random):
    at = int(random.integers(len(rows[0])))
    return [[*row[:at], *row[at + 1 :]] for row in rows]


def column_twice(rows, random):
    at = int(random.integers(len(rows[0])))
    return [[*row, row[at]] for row in rows]


def column_renamed(rows, random):
    at = int(random.integers(len(rows[0])))
    rows[0][at] = str(random.choice(["", " ", "name", "Site ID", rows[0][at].upper(), "=x", "é"]))
    return rows


def columns_shuffled(rows, random):
    order = random.permutation(len(rows[0]))
    return [[row[at] for at in order] for row in rows]


def short_row(rows, random):
    rows[int(random.integers(1, len(rows)))].pop()
    return rows


TABLES = (
    cells, cells, cells, cells, whole_column, row_twice, rows_lost, rows_shuffled, column_lost,
    column_twice, column_renamed, columns_shuffled, short_row,
)  # fmt: skip


def encoded(raw, random):
    how = ["utf-8-sig", "utf-16", "utf-16-le", "cp1252", "utf-32"][int(random.integers(5))]
    return (raw.decode() + "é").encode(how)


def delimited(raw, random):
    return written(table(raw.decode()), delimiter=str(random.choice([";", "\t", "|"]))).encode()


def line_ends(raw, random):
    return raw.replace(b"\n", [b"\r\n", b"\r", b"\n\n", b"\n,,\n"][int(random.integers(4))])


def inserted(raw, random):
    what = [b"\x00", b'"', b"\xff\xfe", b"\n", b",", b"\xef\xbb\xbf", b"\x1a", b"\x85"]
    at = int(random.integers(len(raw) + 1))
    return raw[:at] + what[int(random.integers(len(what)))] + raw[at:]


def cut_short(raw, random):
    return raw[: int(random.integers(len(raw)))]


def flipped(raw, random):
    changed = bytearray(raw)
    for at in random.integers(len(raw), size=int(random.integers(1, 20))):
        changed[at] = int(random.integers(256))
    return bytes(changed)


def quoted(raw, _):
    return written(table(raw.decode()), quoting=csv.QUOTE_ALL).encode()


def another_file(_, random):
    starts = [b"", b"PK\x03\x04", b"%PDF-1.7", b"PAR1", b"<html>", b"{}", b"SQLite format 3\x00"]
    return starts[int(random.integers(len(starts)))]


BYTES = (encoded, delimited, line_ends, inserted, cut_short, flipped, quoted, another_file)


def files_of(study):
    """The study's input files; its first register as often as all others together."""
    inputs = tomllib.loads((study / "study.toml").read_text(encoding="utf-8"))["inputs"]
    register = inputs.pop("registers")[0]["file"]
    others = sorted(name for name in inputs.values() if (study / name).is_file())
    return [register] * len(others) + others, register


@pytest.mark.parametrize("number", range(CASES))
def test_a_spoiled_input_is_told_or_borne(studies, tmp_path, number):
    random = draws("inputs", number)
    name = ("town", "example")[number % 2]
    study = tmp_path / name
    shutil.copytree(studies / name, study)
    files, register = files_of(study)
    told = [f"SOAK_SEED={SEED}, case {number}, study {name}"]
    for _ in range(int(random.integers(1, 3))):
        path = study / files[int(random.integers(len(files)))]
        spoil(path, random, told)
    if ends_well(study, out=tmp_path / "out", work=studies / f"work-{name}", told="; ".join(told)):
        assert lost_rows(study / register, tmp_path / "out") == [], "; ".join(told)


def spoil(path, random, told):
    """Spoil a file once, and say how."""
    raw = path.read_bytes()
    by_table = random.random() < 0.65 and len(rows := rows_of(raw)) > 1
    how = (TABLES, BYTES)[not by_table]
    change = how[int(random.integers(len(how)))]
    told.append(f"{path.name}: {change.__name__}")
    try:
        path.write_bytes(
            written(change(rows, random)).encode() if by_table else change(raw, random)
        )
    except (UnicodeError, csv.Error, IndexError, ValueError):
        told[-1] += " (spoiled already)"


def rows_of(raw):
    try:
        rows = table(raw.decode())
    except (UnicodeDecodeError, csv.Error):
        return []
    return rows if rows and {len(row) for row in rows} == {len(rows[0])} else []


def lost_rows(register, out):
    """Ids of a register that are neither among the located sites nor in an issue."""
    rows = [
        row for row in table(register.read_bytes().decode("utf-8-sig")) if any(map(str.strip, row))
    ]
    at = [name.strip() for name in rows[0]].index("site_id")
    located = pd.read_parquet(out / "tables" / "located_sites.parquet")
    issues = pd.read_parquet(out / "tables" / "issues.parquet")
    left_out = issues.loc[issues["severity"] == "excluded", "key"]
    found = [*located["site_id"], *left_out]
    return [row[at] for row in rows[1:] if row[at].strip() not in found]
