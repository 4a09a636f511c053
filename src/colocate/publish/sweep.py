"""The page on a sweep: how far each figure and each rank goes over all its scenarios.

Static HTML without script, for the authorities: it tells scores and savings.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.publish.page import asset, digest, template
from colocate.publish.svg import text
from colocate.scoring.sweep import STUDY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from colocate.study import Study

MOST_OPTIONS = 40
"""Options drawn: those that stand first today or in any scenario."""

ROW, NAMES, SPAN, LAST = 16, 210, 500, 40
"""Height of a row, width of the names, of the ranks, and of room for the last one."""

POLICY = "default-src 'none'; base-uri 'none'; form-action 'none';"


def page(table: pd.DataFrame, asked: pd.DataFrame, /, *, study: Study) -> str:
    """Return the page as HTML.

    Args:
        table: table `sweep`.
        asked: scenario, name and edits, of all that were asked for.
        study: the study.
    """
    style = re.sub(r"\s*\n\s*", "\n", _css()).strip()
    ranks = table[(table["measure"] == "rank") & (table["subject"] != STUDY)]
    return template("sweep/sweep.html").render(
        study=study.study,
        scenarios=list(_scenarios(table, asked, top=study.robustness.top_k)),
        failed=sorted(set(asked["scenario"]) - set(table["scenario"])),
        figures=list(_figures(table[table["subject"] == STUDY])),
        drawn=ranks_drawn(ranks),
        most=MOST_OPTIONS,
        top=study.robustness.top_k,
        style=style,
        policy=f"{POLICY} style-src {digest(style)}",
    )


def _css() -> str:
    return asset("geocoding/geocoding.css") + asset("sweep/sweep.css")


def _number(value: float) -> str:
    if pd.isna(value):
        return "not known"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.4g}"


def _figures(rows: pd.DataFrame) -> Iterator[dict[str, str]]:
    """Tell each figure of the study: today, and how far it goes, with who takes it there."""
    for measure, of in rows.groupby("measure", sort=False):
        known = of.dropna(subset=["value"])
        if known.empty:
            continue
        least, most = (known.loc[getattr(known["value"], end)()] for end in ("idxmin", "idxmax"))
        today = of["today"].dropna()
        moved = int((known["change"].abs() > 0).sum())
        yield {
            "measure": str(measure).replace("_", " "),
            "unit": least["unit"],
            "today": _number(today.iloc[0]) if len(today) else "not known",
            "least": _number(least["value"]),
            "least_by": least["name"] if moved else "",
            "most": _number(most["value"]),
            "most_by": most["name"] if moved else "",
            "moved": f"{moved} of {len(of)}",
        }


def _scenarios(table: pd.DataFrame, asked: pd.DataFrame, *, top: int) -> Iterator[dict[str, Any]]:
    """Tell each scenario: what it edits, and what it moves most."""
    ranks = table[table["measure"] == "rank"]
    for scenario, name, edits in asked.itertuples(index=False):
        own = ranks[ranks["scenario"] == scenario]
        if own.empty:
            continue
        of_study = table[(table["scenario"] == scenario) & (table["subject"] == STUDY)]
        change = of_study.set_index("measure")["change"]
        yield {
            "name": name,
            "edits": edits,
            "moved": int((own["change"].abs() > 0).sum()),
            "entered": int(((own["value"] <= top) & ~(own["today"] <= top)).sum()),
            "saving": _signed(change.get("best_set_net_saving_gbp")),
            "changes": ", ".join(
                f"{str(measure).replace('_', ' ')} {_signed(value)}"
                for measure, value in change.items()
                if str(measure).startswith(("people_within", "mean_response", "options_"))
                and pd.notna(value) and value != 0
            ),
        }  # fmt: skip


def _signed(value: float | None) -> str:
    if value is None or pd.isna(value):
        return "not known"
    return "0" if value == 0 else f"{'+' if value > 0 else '−'}{_number(abs(value))}"


def ranks_drawn(ranks: pd.DataFrame, /) -> str:
    """Draw how far the rank of each of the first options goes: a line, a dot a scenario.

    Args:
        ranks: rows of table `sweep` of measure rank.
    """
    best = ranks[["value", "today"]].min(axis=1).groupby(ranks["subject"]).min()
    first = best.dropna().sort_values(kind="stable").index[:MOST_OPTIONS]
    if first.empty:
        return ""
    shown = ranks[ranks["subject"].isin(first)]
    last = max(shown[["value", "today"]].max().max(), 2)
    height = ROW * (len(first) + 1)

    def at(rank: float) -> float:
        return round(float(NAMES + (rank - 1) / (last - 1) * SPAN), 1)

    pieces = []
    for n, option in enumerate(first):
        of = shown[shown["subject"] == option]
        y = n * ROW + 10
        both = pd.concat([of["value"], of["today"]]).dropna()
        pieces.append(text("name", 0, y + 4, said=str(option)))
        pieces.append(f'<path class="reach" d="M{at(both.min())} {y}H{at(both.max())}"/>')
        for rank, names in of.dropna(subset=["value"]).groupby("value")["name"]:
            told = f"{len(names)} at rank {rank:g}: {'; '.join(names.head(5))}"
            pieces.append(
                f'<circle class="at" cx="{at(float(rank))}" cy="{y}" r="2.5">'
                f"<title>{escape(told)}</title></circle>"
            )
        today = of["today"].dropna()
        if len(today):
            pieces.append(f'<path class="today" d="M{at(today.iloc[0])} {y - 6}v12"/>')
    marks = sorted({1, *(round(1 + (last - 1) * part / 4) for part in range(1, 5))})
    pieces += [text("mark", at(each), height - 2, said=f"{each:g}") for each in marks]
    label = f"Ranks of {len(first)} options over all scenarios, today's as an upright line"
    width = NAMES + SPAN + LAST
    return (
        f'<svg class="ranks" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(label)}">{"".join(pieces)}</svg>'
    )
