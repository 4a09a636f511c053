"""Write what the embedded study comes to into the pages on method, from a run's tables.

    python docs/house/method.py OUT

OUT is a run's folder. Each passage stands between `<!-- name -->` and `<!-- /name -->`, in
docs/method.md or docs/method-decision.md.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from colocate import io
from colocate.publish.facts.amounts import pounds
from colocate.scoring.criteria import defaults
from colocate.scoring.summary import rests_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Tables = Callable[[str], pd.DataFrame]

DOCS = Path(__file__).resolve().parents[1]
PAGES = ("method.md", "method-decision.md")
GROUPS = {0: "can be acted on", 1: "weakly evidenced", 2: "would move a crew", 3: "blocked"}
MODELS = {
    "lscp": ("LSCP", "{p} stations keep everyone within the standard who is today"),
    "mclp": ("MCLP", "{p} stations: {covered:.1%} of people"),
    "p_median": ("p-median", "{p} stations: mean of the reached {mean:.0f} s"),
    "backup": ("backup cover", "{p} stations: {objective:,.0f} people within a second one's too"),
    "p_center": ("p-centre", "{objective:,.0f} s, which {kept} stations keep"),
}


def main() -> int:
    """Write the passages."""
    if len(sys.argv) != 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    folder = Path(sys.argv[1]) / "tables"

    def tables(name: str) -> pd.DataFrame:
        return pd.read_parquet(folder / f"{name}.parquet")

    made = {each.__name__: each(tables) for each in PASSAGES}
    for page in PAGES:
        text = (DOCS / page).read_text(encoding="utf-8")
        for name, passage in made.items():
            mark = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
            text = re.sub(
                mark, lambda found, p=passage: found[1] + p + found[2], text, flags=re.DOTALL
            )
        io.write_text(text, DOCS / page)
    return 0


def _list(lines: Iterable[str]) -> str:
    return "".join(f"- {line}\n" for line in lines)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def drives(tables: Tables, /) -> str:
    """The mean drive of the first appliance, and what is published."""
    known = tables("cover_baseline").set_index("measure")["value"]
    parts = ", ".join(
        f"{known[f'mean_drive{case}_s'] / 60:.1f} min {words}"
        for case, words in (("_best", "with every crew there"), ("", "expected"),
                            ("_worst", "at worst"))
    )  # fmt: skip
    return f"Mean drive of the first appliance, weighted by fires: {parts} (published 6.6 min).\n"


def cover(tables: Tables, /) -> str:
    """The ground within each limit of the nearest site, as shares of people."""
    found = tables("coverage")
    lines = []
    for (service, _), rows in found.groupby(["service", "direction"]):
        shares = " / ".join(f"{share:.0%}" for share in rows["share_of_people"])
        limits = " / ".join(f"{limit / 60:.0f}" for limit in rows["limit_s"])
        sites = f"{rows['n_sites'].iloc[0]} sites"
        lines.append(f"{service}, {sites}: {shares} of people within {limits} min of driving.")
    return _list(lines)


def search(tables: Tables, /) -> str:
    """How many options have an area of search, and how large it is."""
    found, options = tables("areas_of_search"), tables("options")
    shared = found[found["sought_for"] == "all"]
    asked = int(options["kind"].eq("both_to_new").sum())
    gates = tables("gates").query("gate == 'fire_cover'").set_index("option_id")["outcome"]
    fails = int(gates.reindex(shared["option_id"]).eq("fail").sum())
    return _list([
        (f"{len(shared)} of {asked} options for a new shared site have an area; at the median "
        f"{shared['n_passing'].median():.0f} of {shared['n_candidates'].median():,.0f} points pass "
        f"({shared['n_passing'].min()} to {shared['n_passing'].max():,})."),
        f"At the best point {fails} of them fail the gate on fire cover.",
        (f"{len(found) - len(shared)} moves of services other than fire have one, should the host "
        "have no room."),
    ])  # fmt: skip


def effects(tables: Tables, /) -> str:
    """What the options change."""
    fire, desks = (tables(name).set_index("option_id") for name in ("cover", "access"))
    today = tables("effects").drop_duplicates("measure").set_index("measure")["before"]
    moved, told = int(fire["fire_changes"].sum()), int(fire["change"].eq("told").sum())
    lost, gained = fire["people_lost"], fire["people_gained"]
    desk_lost = desks["people_lost"]
    changed = int((desk_lost.add(desks["people_gained"]) > 0).sum())
    return _list([
        (f"{moved} of {len(fire)} options move a crew; {told} change cover by more than cannot be "
        f"told. {int(desks['desk_changes'].sum())} move a desk; "
        f"{int(desks['change'].eq('told').sum())} change access to one by as much."),
        (f"Largest loss of fire cover: {lost.idxmax()}, {lost.max():,.0f} people expected. Largest "
        f"gain: {gained.idxmax()}, {gained.max():,.0f} (and loses {lost[gained.idxmax()]:,.0f})."),
        (f"Desk access changes for {changed} options: at most {desk_lost.max():,.0f} people lose "
        f"it ({desk_lost.idxmax()}), at most {desks['people_gained'].max():,.0f} gain it."),
        (f"Today {today['people_within_dwelling_fire_best']:,.0f} people are within the standard "
        f"with every crew there, {today['people_within_dwelling_fire']:,.0f} expected, "
        f"{today['people_within_dwelling_fire_worst']:,.0f} at worst; "
        f"{today['people_second_appliance']:,.0f} within that of a second appliance; "
        f"{today['people_first_over_border']:,.0f} are first reached from over the border. "
        f"{today['stations']:.0f} stations, {today['appliances']:.0f} appliances, "
        f"{today['custody_sites']:.0f} police sites with custody."),
    ])  # fmt: skip


def gates(tables: Tables, /) -> str:
    """Which gates fail and which are unknown."""
    found = tables("gates")
    status = tables("scores")["status"].value_counts()
    counts = pd.crosstab(found["gate"], found["outcome"])
    rows = [[gate, *(str(row.get(each, 0)) for each in ("pass", "fail", "unknown"))]
            for gate, row in counts.iterrows()]  # fmt: skip
    told = ", ".join(f"{count} {word}" for word, count in status.items())
    return f"Of {status.sum()} options {told}.\n\n" + _table(
        ["gate", "passes", "fails", "unknown"], rows
    )


def money(tables: Tables, /) -> str:
    """Running costs and present values."""
    costs = tables("running_costs")
    computed = costs[costs["basis"] == "computed"]["running_cost_gbp"]
    kinds = tables("options").set_index("option_id")["kind"]
    ranges = tables("money_ranges").query("figure == 'npv'").set_index("option_id")
    priced = ranges[ranges["basis"] == "assumed"]
    ends = {f"npv_{end}_gbp": end for end in ("low", "central", "high")}
    money = tables("money").set_index("option_id")[[*ends]].rename(columns=ends)
    rows = [
        [f"running costs of {len(costs)} sites",
         ", ".join(f"{n} {word}" for word, n in costs["basis"].value_counts().items())
         + f"; computed, at the median {pounds(computed.median())} a year"],
        [f"options with a net present value, of {len(ranges)}",
         (f"{len(priced)} as a range; {ranges['basis'].eq('recorded').sum()} known, all of them "
         f"shares in place; {ranges['basis'].eq('unknown').sum()} without")],
    ]  # fmt: skip
    for kind, words in (("into_fire", "a move into a fire station"),
                        ("into_other", "a move into another site"),
                        ("both_to_new", "a new site")):  # fmt: skip
        own = money.loc[priced.index[kinds.reindex(priced.index) == kind]]
        mid = own.median()
        rows.append([
            f"{words}, median",
            (f"{pounds(mid['central'])}, from {pounds(mid['low'])} to {pounds(mid['high'])}; "
            f"{int((own['central'] > 0).sum())} of {len(own)} are above 0 at the centre"),
        ])  # fmt: skip
    settled = int(((priced["low"] > 0) | (priced["high"] < 0)).sum())
    rows.append(["options whose range is on one side of 0", str(settled)])
    return _table(["what", "figure"], rows)


def order(tables: Tables, /) -> str:
    """What the order rests on."""
    basis = tables("ranking_basis")
    labels = {name: one["label"].lower() for name, one in defaults().items()}
    own = basis[basis["list"].eq("stations") & basis["rank_group"].eq(0)]
    rows = [
        [labels.get(row.criterion, row.criterion), f"{row.weight:.0%}", f"{row.spread_share:.0%}",
         f"{row.spread_assumed:.0%}"]
        for row in own.itertuples() if row.criterion in labels
    ]  # fmt: skip
    heads = ["criterion", "weight", "share of the spread", "of that assumed or unknown"]
    return f"> {rests_on(basis, labels=labels)}\n\n" + _table(heads, rows)


def stability(tables: Tables, /) -> str:
    """How sure the ranks are, by list and rank group."""
    ranked = tables("stability").merge(tables("scores"), on="option_id")
    words = ("robust", "contested", "undecided", "fragile")
    rows = [
        [f"{name}: {GROUPS[group]}", *(str(int(own["word"].eq(word).sum())) for word in words)]
        for (name, group), own in ranked.groupby(["list", "rank_group"])
    ]
    return _table(["options", *words], rows)


def sets(tables: Tables, /) -> str:
    """The best set, whose it is, the frontier, and stations sited anew."""
    found = tables("portfolios").set_index("portfolio_id")
    best = found.loc["best"]
    chosen = tables("portfolio_options").query("portfolio_id == 'best'")
    npv = tables("money_ranges").query("figure == 'npv'").set_index("option_id")["central"]
    unpaid = int((npv.reindex(chosen["option_id"]) < 0).sum())
    shares = tables("clearing_by_body").query("kind == 'portfolio' and subject_id == 'best'")
    owed = ", ".join(f"{row.body_id} {pounds(row.before_gbp)} → {pounds(row.after_gbp)}"
                     for row in shares.itertuples())  # fmt: skip
    front = found[found.index.str.startswith("frontier-access")]
    path = ", ".join(
        f"{pounds(row.net_saving_gbp)} with {row.people_losing_access:,.0f}"
        for row in front.itertuples()
    )
    targets = tables("target_shares").query("portfolio_id == 'best' and body_id == 'all'")["words"]
    rows = [
        ["best set, saving", (f"{best.n_options} options, {pounds(best.net_saving_gbp)} a year, "
         f"from {pounds(best.net_saving_low_gbp)} to {pounds(best.net_saving_high_gbp)}; "
         f"{best.people_losing_cover:,.0f} people lose cover, {best.people_losing_access:,.0f} "
         "desk access")],
        ["what it is worth", (f"{pounds(best.npv_central_gbp)}, from {pounds(best.npv_low_gbp)} to "
         f"{pounds(best.npv_high_gbp)}: at the centre {unpaid} of {best.n_options} would not pay "
         "for their works")],
        ["whose it is, a year, before and with the rent that clears", owed],
        ["targets", " ".join(targets)],
        ["ranked but not to choose from", str(best.note).partition("not to choose from: ")[2]
         .partition(". The net")[0]],
        ["options of it that another could replace",
         f"{int(chosen['marginal_value'].eq(0).sum())} of {best.n_options}"],
        ["saving against people beyond a desk", path],
    ]  # fmt: skip
    for row in tables("siting").itertuples():
        name, words = MODELS[row.model]
        rows.append([name, words.format(
            p=row.p, covered=row.people_covered_share, mean=row.mean_time_s,
            objective=row.objective, kept=len(str(row.site_ids).split(";")),
        )])  # fmt: skip
    return _table(["what", "figure"], rows)


PASSAGES = (drives, cover, search, effects, gates, money, order, stability, sets)


if __name__ == "__main__":
    sys.exit(main())
