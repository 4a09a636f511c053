"""CSV that opens as it was meant in spreadsheets: RFC 4180, UTF-8 with BOM, formulas inert."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from colocate.publish.facts.amounts import known

if TYPE_CHECKING:
    import pandas as pd

DECIMALS = 6
"""As many as values have in `scoring.scoring`; floats' last digits would read as precision."""

_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")


def csv_bytes(frame: pd.DataFrame, /) -> bytes:
    """Write a table as CSV: BOM, CRLF, unknown empty, true and false, whole numbers without .0.

    Text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a line
    break, or the full-width form of such a sign) gets an apostrophe in front.

    Args:
        frame: any table without a geometry.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([guarded(str(name)) for name in frame.columns])
    writer.writerows(
        zip(*(map(_cell, frame[name].tolist()) for name in frame.columns), strict=True)
    )
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def guarded(text: str, /) -> str:
    """Return text that no spreadsheet runs as a formula.

    Args:
        text: of a cell.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def _cell(value: object) -> str:
    if not known(value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        rounded = round(value, DECIMALS) + 0.0  # no -0
        return f"{rounded:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return guarded(value) if isinstance(value, str) else str(value)
