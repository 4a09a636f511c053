import pytest
from hypothesis import given
from hypothesis import strategies as st

from colocate import bng


@pytest.mark.parametrize(
    ("text", "square"),
    [
        ("SX 920 930", (292_050, 93_050, 100)),
        ("SX920930", (292_050, 93_050, 100)),
        ("sx 92012 93034", (292_012.5, 93_034.5, 1)),
        ("SX9293", (292_500, 93_500, 1000)),
        ("SV 00 00", (500, 500, 1000)),
        ("HP 60 10", (460_500, 1_210_500, 1000)),
    ],
)
def test_a_reference_names_the_middle_of_its_square(text, square):
    assert bng.read_grid_reference(text) == square


@pytest.mark.parametrize(
    "text", ["", "SX", "SX 92", "SX 920 93", "SI 920 930", "AA 920 930", "EX4 3PY", "920930"]
)
def test_what_is_no_reference_gives_none(text):
    assert bng.read_grid_reference(text) is None


@given(st.floats(0, 699_999.9), st.floats(0, 1_299_999.9), st.integers(min_value=2, max_value=5))
def test_a_point_lies_in_the_square_of_its_own_reference(easting, northing, digits):
    square = bng.read_grid_reference(bng.grid_reference(easting, northing, digits=digits))
    assert square is not None
    assert square.side_m == 10 ** (5 - digits)
    assert abs(square.easting - easting) <= square.side_m / 2
    assert abs(square.northing - northing) <= square.side_m / 2
