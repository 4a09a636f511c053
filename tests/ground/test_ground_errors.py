import inspect

import pytest

from colocate import errors


def test_every_error_has_an_exit_code_of_its_own():
    tree = [
        e for _, e in inspect.getmembers(errors, inspect.isclass) if e.__module__ == errors.__name__
    ]
    codes = [error.exit_code for error in tree]
    assert len(set(codes)) == len(codes)
    assert all(code >= 10 for code in codes)
    assert all(issubclass(error, errors.ColocateError) for error in tree)


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ([], "0 ()"),
        (["A"], "1 (A)"),
        (["A", "B", "C"], "3 (A, B, C)"),
        (range(5), "5 (0, 1, 2 and 2 more)"),
    ],
)
def test_keys_are_counted_and_the_first_three_named(keys, told):
    assert errors.some(keys) == told
