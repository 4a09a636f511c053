from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from colocate.publish.lists.csvtext import csv_bytes


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_text_that_a_spreadsheet_would_run_is_guarded(sign):
    assert read(csv_bytes(pd.DataFrame({"a": [f"{sign}1+1"]})))[1] == [f"'{sign}1+1"]


def test_a_negative_number_is_a_number():
    assert read(csv_bytes(pd.DataFrame({"a": [-5.5]})))[1] == ["-5.5"]


def test_bom_and_line_ends():
    data = csv_bytes(pd.DataFrame({"a": ["x"]}))
    assert data == b"\xef\xbb\xbfa\r\nx\r\n"


def test_quotes_commas_and_line_breaks_survive():
    texts = ['a "b", c', "two\nlines", "🚒 عربي"]
    assert [row[0] for row in read(csv_bytes(pd.DataFrame({"a": texts})))[1:]] == texts


def test_unknown_is_empty_and_whole_numbers_have_no_point():
    frame = pd.DataFrame({"a": [12000.0, None], "b": ["x", None], "c": [True, False]})
    assert read(csv_bytes(frame))[1:] == [["12000", "x", "true"], ["", "", "false"]]


def test_postcodes_and_ids_stay_text():
    assert read(csv_bytes(pd.DataFrame({"id": ["007", "1E5"]})))[1:] == [["007"], ["1E5"]]


def test_numbers_carry_no_false_precision_and_no_minus_zero():
    data = csv_bytes(pd.DataFrame({"x": [56.873765000000006, -0.0, -1e-9, 1787239.0]}))
    assert [row[0] for row in read(data)[1:]] == ["56.873765", "0", "0", "1787239"]
