"""The page and the picture of times held against references."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.publish.page import asset, digest, template
from colocate.publish.svg import circle, text
from colocate.travel.agreement import misses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from colocate.study import Study

SIDE, EDGE = 600, 48
"""Width and height of the picture, and room for its labels, in units."""
COLOURS = ("#12599f", "#bf4a0c", "#17693a", "#6b3fa0", "#9c1c2c")
MOST_DOTS = 2000
"""Drives drawn; of more every so many-th is."""
MOST_MISSES = 50
STEPS_MIN = (1, 2, 5, 10, 15, 20, 30, 60, 120)
BY = {
    "all": "",
    "class_of_road": "most of it on",
    "distance": "straight line",
    "rural": "ends",
    "direction": "direction",
    "area": "begins in",
}
"""What agreement is told by, in words."""


def page(
    agreement: pd.DataFrame,
    drives: pd.DataFrame,
    /,
    *,
    figures: pd.DataFrame,
    study: Study,
) -> str:
    """Return the page: a picture, agreement of each set, misses, parts and changes.

    Args:
        agreement: table `agreement`.
        drives: table `drives_held`.
        figures: table `figures_held`.
        study: the study.
    """
    off = misses(drives)
    style = re.sub(r"\s*\n\s*", "\n", asset("validation/validation.css")).strip()
    return template("validation/validation.html").render(
        study=study.study,
        picture=picture(drives),
        sets=list(_sets(agreement)),
        misses=[_miss(row) for row in off.head(MOST_MISSES).to_dict("records")],
        more_misses=max(0, len(off) - MOST_MISSES),
        figures=[_figure(row) for row in figures.to_dict("records")],
        style=style,
        policy=f"default-src 'none'; style-src {digest(style)}; base-uri 'none'; "
        "form-action 'none'",
    )


def picture(drives: pd.DataFrame, /) -> str:
    """Draw computed against known times, minutes, one colour a set, with the line of equality.

    Args:
        drives: table `drives_held`.
    """
    known = drives[drives["computed_s"].notna()]
    sets = sorted(known["reference_set"].unique())
    most = max(known[["computed_s", "reference_s"]].max().max() / 60, 1) if len(known) else 1
    unit = (SIDE - EDGE - 12) / most
    step = next((s for s in STEPS_MIN if most / s <= 8), STEPS_MIN[-1])
    pieces = [*_axes(most, unit=unit, step=step)]
    dots = known.iloc[:: max(1, -(-len(known) // MOST_DOTS))]
    for row in dots.to_dict("records"):
        x = round(EDGE + row["reference_s"] / 60 * unit, 1)
        y = round(SIDE - EDGE - row["computed_s"] / 60 * unit, 1)
        n = sets.index(row["reference_set"]) % len(COLOURS)
        dot = circle("dot", x, y, radius=3.5)
        pieces.append(dot.replace("/>", f' fill="{COLOURS[n]}" fill-opacity="0.6"/>'))
    for n, name in enumerate(sets):
        y = 20 + 16 * n
        mark = circle("dot", EDGE + 12, y - 4, radius=3.5)
        pieces.append(mark.replace("/>", f' fill="{COLOURS[n % len(COLOURS)]}"/>'))
        pieces.append(text("no", EDGE + 20, y, said=name))
    label = f"Computed against known drive times of {len(known)} drives, minutes"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" role="img" '
        f'font-family="sans-serif" font-size="12" aria-label="{label}">'
        f'<rect width="{SIDE}" height="{SIDE}" fill="#fff"/>{"".join(pieces)}</svg>\n'
    )


def _axes(most: float, *, unit: float, step: float) -> Iterator[str]:
    """Draw a grid, its minutes, and the line on which computed and known are equal."""
    low, end = SIDE - EDGE, most * unit
    at = 0.0
    while at <= most:
        x, y = round(EDGE + at * unit, 1), round(low - at * unit, 1)
        yield (
            f'<path d="M{x} {low}v{-end:.1f}M{EDGE} {y}h{end:.1f}" stroke="#d6dde4" fill="none"/>'
        )
        yield text("no", x - 6, low + 16, said=f"{at:g}")
        yield text("no", EDGE - 26, y + 4, said=f"{at:g}")
        at += step
    yield (
        f'<path d="M{EDGE} {low}l{end:.1f} {-end:.1f}" stroke="#1b2735" stroke-dasharray="4 3" '
        'fill="none"/>'
    )
    yield text("no", SIDE // 2 - 40, SIDE - 10, said="known, minutes")
    yield (
        f'<text class="no" transform="translate(12 {SIDE // 2 + 50}) rotate(-90)">'
        "computed, minutes</text>"
    )


def _sets(agreement: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for name, rows in agreement.groupby("reference_set", sort=True):
        basis = rows["basis"].iloc[0]
        yield {
            "name": name,
            "said": f"{basis.capitalize()}."
            + (" Shown, and judges nothing." if basis == "assumed" else ""),
            "rows": [_row(row) for row in rows.to_dict("records")],
        }


def _row(row: Mapping[str, Any]) -> dict[str, str]:
    factor, error = row["speed_factor"], row["speed_factor_error"]
    return {
        "by": BY[row["by"]],
        "group": str(row["group"]).replace("_", " "),
        "n": f"{row['n']:,}",
        "r": f"{row['r']:.3f}" if pd.notna(row["r"]) else "–",
        "median": f"{row['ratio_median']:.2f}",
        "tenths": f"{row['ratio_p10']:.2f} to {row['ratio_p90']:.2f}",
        "within": f"{row['within_share']:.0%}",
        "factor": f"{factor:.2f} ± {factor * error:.2f}" if pd.notna(factor) else "",
    }


def _computed(row: Mapping[str, Any]) -> str:
    """The expected figure, with the best and the worst case where these were computed."""
    if pd.isna(row["computed"]):
        return "–"
    best, worst = row["computed_best"], row["computed_worst"]
    cases = f" ({best:.3g} to {worst:.3g})" if pd.notna(best) and pd.notna(worst) else ""
    return f"{row['computed']:.3g}{cases}"


def _miss(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "set": row["reference_set"],
        "from_": row["from_name"] if pd.notna(row["from_name"]) else row["reference_id"],
        "to": row["to_name"] if pd.notna(row["to_name"]) else "",
        "known": f"{row['reference_s'] / 60:.1f} min",
        "computed": f"{row['computed_s'] / 60:.1f} min",
        "ratio": f"{row['ratio']:.2f}",
        "road": str(row["class_of_road"]).replace("_", " "),
    }


def _figure(row: Mapping[str, Any]) -> dict[str, str]:
    """Put a part or a change in words; of an unlike one nothing is said of how near it is."""
    said = row["said"] if pd.notna(row["said"]) else ""
    if not said and pd.notna(row["within"]):
        said = "within what it may be off by" if row["within"] else "off by more than it may be"
    return {
        "what": row["what"],
        "owner": row["owner"],
        "period": row["period"],
        "mix": str(row["mix"]).replace("_", " ") if pd.notna(row["mix"]) else "",
        "known": f"{row['reference']:.3g}",
        "allowed": f"{row['allowed']:.2g}",
        "computed": _computed(row),
        "said": said,
    }
