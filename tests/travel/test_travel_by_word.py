from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from colocate.travel.by_word import spelled, words

COLUMN = st.lists(st.none() | st.sampled_from(["primary", "service", "ferry"]))


def test_what_is_known_of_a_word_is_known_of_its_rows():
    column = words(pd.Series(["ferry", None, "primary", "ferry"], dtype="str"))
    assert column.each(lambda word: len(word or "")).tolist() == [5, 0, 7, 5]
    assert column.within(("primary", "road")).tolist() == [False, False, True, False]


@given(COLUMN)
def test_words_are_spelled_as_they_were(listed):
    column = pd.Series(listed, dtype="str")
    found = words(column)
    pd.testing.assert_series_equal(spelled(found.number, found.known[:-1]), column)
