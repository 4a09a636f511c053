"""Columns of few words in many rows: what there is to know of a word is found once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from colocate.travel.kernel.roadgraph import Ints


class Words(NamedTuple):
    """The words of a column, and which of them stands in each row."""

    known: list[str | None]
    """Each once, and None at the end."""
    number: Ints
    """Of the word in each row; -1, the last, where there is none."""

    def each(self, of: Callable[[str | None], Any], /) -> NDArray[Any]:
        """Return what a function says of the word of each row.

        Args:
            of: called once with every word, and with None.
        """
        return np.array([of(word) for word in self.known])[self.number]

    def within(self, words: Sequence[str], /) -> NDArray[np.bool_]:
        """Say of each row whether its word is one of some.

        Args:
            words: these.
        """
        return self.each(lambda word: word in words)


def words(column: pd.Series, /) -> Words:
    """Tell the words of a column apart.

    Args:
        column: of text, with nulls.
    """
    number, known = pd.factorize(column)
    return Words([*known, None], number)


def coded(number: ArrayLike, known: pd.Index, /) -> pd.Series:
    """Make a column that holds numbers of its words.

    Args:
        number: of the word in each row.
        known: the words, in order.
    """
    return pd.Series(pd.Categorical.from_codes(np.asarray(number), categories=known.astype("str")))


def spelled(number: ArrayLike, known: Sequence[str] | pd.Index, /) -> pd.Series:
    """Write out a column whose words are numbered.

    Args:
        number: of the word in each row; negative for none.
        known: the words.
    """
    # As text of fixed width, or as objects, it takes twenty times as long.
    number = np.asarray(number)
    each = pa.array(number, mask=number < 0)
    listed = pa.array(known, "large_string")
    return pd.Series(pd.array(listed.take(each), dtype="str"))
