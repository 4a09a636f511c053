"""What people write, and what it is taken for."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colocate.tables import quantities, vocabulary
from colocate.tables.interpret import interpret
from colocate.tables.places import SITES


@pytest.mark.parametrize(
    ("column", "word", "taken"),
    [
        ("crewing", "Wholetime & Retained", "wholetime;on_call"),
        ("crewing", "RDS", "on_call"),
        ("crewing", "W/T", "wholetime"),
        ("crewing", "day crew", "day_crewed"),
        ("crewing", "On-call (RDS)", "on_call"),
        ("crewing", "non-wholetime", None),
        ("crewing", "HQ", None),
        ("tenure", "F/H", "freehold"),
        ("tenure", "Freehold - Owned", "freehold"),
        ("tenure", "long leasehold", "leasehold"),
        ("tenure", "Freehold\xa0", "freehold"),
        ("tenure", "Leased", "leasehold"),
        ("tenure", "Freehold/Leasehold", None),
        ("tenure", "not freehold", None),
        ("status", "In Use", "open"),
        ("status", "closed 2020-12 (relocated)", "closed"),
        ("status", "open (since 2020-12-03)", "open"),
        ("status", "For sale", None),
        ("status", "not open", None),
        ("roles", "Bath Fire Station", "station"),
        ("roles", "Store/Workshop", "stores;workshop"),
        ("roles", "Police Station & Custody", "station;custody"),
        ("roles", "Custom House Fire Station", "station"),
        ("roles", "Station Road Offices", "office"),
        ("roles", "Former Police Station", None),
        ("listed", "Grade II*", "II*"),
        ("listed", "None", "no"),
        ("flood_zone", "3", None),
    ],
)
def test_a_word_is_taken_for_a_code_or_for_none(column, word, taken):
    assert vocabulary.understand(word, SITES[column]) == taken


def test_the_words_of_the_study_win():
    own = {"HQ": "day_crewed", "rds": "volunteer"}
    assert vocabulary.understand("HQ", SITES["crewing"], own=own) == "day_crewed"
    assert vocabulary.understand("R.D.S.", SITES["crewing"], own=own) == "volunteer"


@pytest.mark.parametrize("column", [c for c in SITES.columns if c.allowed], ids=lambda c: c.name)
def test_every_code_is_itself_and_every_word_of_the_file_is_a_code(column):
    assert all(vocabulary.understand(code, column) == code for code in column.allowed)
    for code, said in vocabulary.words()["words"].get(column.name, {}).items():
        assert code in column.allowed
        assert {vocabulary.understand(word, column) for word in said} == {code}


@pytest.mark.parametrize("word", ["N/A", "n/a", "TBC", "–", "-", "?", "not known", " N / A "])
def test_a_stated_unknown_is_one(word):
    assert vocabulary.says_unknown(word)


@pytest.mark.parametrize("word", ["", " ", "No", "none", "0", "Nash", "open"])
def test_other_words_are_no_unknown(word):
    assert not vocabulary.says_unknown(word)


@pytest.mark.parametrize(
    ("text", "of", "given", "value"),
    [
        ("£1,200", "GBP/year", "", 1200),
        ("31k", "GBP/year", "", 31_000),
        ("£31,000 p.a.", "GBP/year", "", 31_000),
        ("£1.2m", "GBP", "", 1_200_000),
        ("31", "GBP/year", "£000", 31_000),
        ("(1,200)", "GBP", "", -1200),
        ("0.537 hectares (1.33 acres)", "m2", "", 5370),
        ("1,286 m2", "m2", "ha", 1286),
        ("0.36", "m2", "ha", 3600),
        ("1,286 sq ft", "m2", "", 119.47330944),
        ("12 spaces", "", "", 12),
        ("c. 200", "m2", "", 200),
        ("375.405 km", "m", "", 375_405),
        ("1,909 hectares (4,72 acres)", "m2", "", 19_090),
        ("1,161 hectares (2.87 acres)", "m2", "", 11_610),
        ("1,161 hectares (2,869 acres)", "m2", "", 11_610_000),
        ("1,161 hectares (7 acres)", "m2", "", None),
        ("10 ha (300 acres)", "m2", "", None),
        ("100-120", "m2", "", None),
        ("£12", "m2", "", None),
        ("£1,200 per month", "GBP/year", "", None),
        ("12,50", "GBP", "", None),
    ],
)
def test_an_amount_is_read_in_the_unit_of_its_column(text, of, given, value):
    read = quantities.amount(text, of=of, given=given)
    assert read == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31 Mar 2026", "2026-03-31"),
        ("31st March 2026", "2026-03-31"),
        ("Tuesday 31 March 2026", "2026-03-31"),
        ("31.3.26", "2026-03-31"),
        ("March 2026", "2026-03"),
        ("2026-03-31 00:00:00", "2026-03-31"),
        ("46112", "2026-03-31"),
        ("30 Feb 2026", None),
        ("13/13/2026", None),
        ("soon", None),
    ],
)
def test_a_day_is_read_in_british_order(text, day):
    assert quantities.day(text) == day


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("440715,354526", ("440715", "354526")),
        ("440,715 354,526", ("440715", "354526")),
        ("SX 920 930", ("292050", "93050")),
        ("50.72, -3.53", ("-3.53", "50.72")),
        ("POINT (-3.5 50.7)", ("-3.5", "50.7")),
        ("E440715 N354526", ("440715", "354526")),
        ("Exeter", None),
        ("ZZ 12 34", None),
    ],
)
def test_a_whole_point_is_parted(text, point):
    assert quantities.point(text) == point


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ex43py", "EX4 3PY"),
        ("Exeter EX4 3PY", "EX4 3PY"),
        ("TA6  5JT", "TA6 5JT"),
        (" \nGL50 4RN", "GL50 4RN"),
        ("EX4 3PY and EX4 3PZ", None),
        ("Exeter", None),
    ],
)
def test_one_postcode_is_found_and_of_two_none(text, code):
    assert quantities.postcode(text) == code


@pytest.mark.parametrize(
    ("text", "uprn"),
    [
        ("10001144791.0", "10001144791"),
        ("010012809302", "10012809302"),
        ("100 1144 791", "1001144791"),
        ("1.00121E+11", None),
        ("1234567890123", None),
    ],
)
def test_a_uprn_that_has_lost_figures_is_none(text, uprn):
    read = interpret(SITES["uprn"], pd.Series([text], dtype="str"))
    assert (None if pd.isna(read.cells[0]) else read.cells[0]) == uprn
    assert read.unread.notna()[0] == (uprn is None)


def test_each_word_is_counted_with_what_it_was_taken_for():
    text = pd.Series(["RDS", "on_call", "N/A", "RDS ", None, "lighthouse"], dtype="str")
    read = interpret(SITES["crewing"], text)
    assert read.cells.tolist()[:2] == ["on_call", "on_call"]
    assert read.counted(text) == {"RDS": ("on_call", 2), "N/A": ("unknown", 1)}
    assert read.unread.dropna().to_dict() == {5: "lighthouse"}


@given(st.lists(st.text(max_size=20), max_size=8), st.sampled_from(SITES.columns))
def test_no_cell_is_lost_whatever_it_holds(cells, column):
    text = pd.Series(cells, dtype="str")
    read = interpret(column, text)
    said = text.str.strip().fillna("") != ""
    unknown = text.str.strip().map(read.taken).eq("unknown")
    assert (read.cells.notna() | read.unread.notna() | unknown | ~said).all()
