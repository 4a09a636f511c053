"""The restricted part of an option's business case: money, leases, why each gate is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.publish.facts import reach, words
from colocate.publish.facts.amounts import percent, pounds, quantity, spread
from colocate.publish.facts.sharing import KEYS_IN_WORDS, PRINCIPLES_IN_WORDS
from colocate.publish.facts.worth import FIGURES, saved, worth
from colocate.publish.papers.content import Grid, Heading, Items, Paragraph, facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from colocate.publish.facts import Option, Site
    from colocate.publish.facts.case_facts import Benefit, CaseFacts, Portion
    from colocate.publish.facts.records import Contribution, MoneyRange
    from colocate.publish.papers.content import Block
    from colocate.study import Study

LAST_YEAR = 5
"""Cash flows are told year by year up to this one; after it they go on alike (table cash_flows)."""
LATER = "no date from then on is recorded"


def summary(case: CaseFacts, _study: Study, /) -> Iterator[Block]:
    """Yield the money in short, and who sees the option.

    Args:
        case: all that is known.
        _study: the study of the run.
    """
    option = case.option
    figure = saved(option.money)
    yield Paragraph(option.what_happens, "lead")
    yield facts(
        ("Running cost", f"{figure[0].upper()}{figure[1:]}"),
        *((label, told) for label, told in worth(option.money)),
        ("Decision register", words.decided(option.decision, shown=reach(option))),
        ("Look twice", option.money.review),
    )


def strategic(case: CaseFacts, study: Study, /) -> Iterator[Block]:
    """Yield the savings sought, and what was decided already.

    Args:
        case: all that is known.
        study: the study of the run.
    """
    if study.targets:
        yield Heading("Savings sought", 2)
        yield Grid(
            ("Target", "Whose", "Amount", "Years", "Source"),
            tuple(
                (row.id.replace("-", " "),
                 ", ".join(case.names.get(body, body) for body in row.bodies),
                 pounds(row.gbp.value), f"{row.years.value:g}", row.gbp.ground)
                for row in study.targets
            ),
            (18, 17, 18, 10, 37),
            numbers=(2, 3),
        )  # fmt: skip
    if case.targets:
        yield Paragraph("The best set, with this option in it:")
        yield Items(case.targets)
    if case.option.already_decided is not None:
        yield Heading("Decided already", 2)
        yield Paragraph(case.option.already_decided)


def economic(case: CaseFacts, study: Study, /) -> Iterator[Block]:
    """Yield what the options are worth, and how the score comes about.

    Args:
        case: all that is known.
        study: the study of the run.
    """
    option = case.option
    yield Heading("What the options are worth", 2)
    yield Grid(
        ("Option", "Saved a year, net", "Net present value", "Value for money"),
        (
            ("Do nothing", pounds(0), pounds(0), "the comparator"),
            _valued(option, mark="This option: "),
            *(_valued(each) for each in case.others[:12]),
        ),
        (34, 22, 26, 18),
        numbers=(1, 2),
    )
    yield Heading("What the net present value is made of", 2)
    yield Grid(
        ("Figure", "Present value", "Basis", "What it rests on"),
        tuple(
            (FIGURES[row.figure], ranged(row), row.basis, row.rests_on)
            for row in option.money_ranges
            if row.figure in FIGURES
        ),
        (20, 23, 11, 46),
        numbers=(1,),
    )
    if option.switching_values:
        yield Heading("What would have to be wrong", 2)
        yield Items(tuple(row.meaning for row in option.switching_values))
    yield from _score(option, study)


def _valued(option: Option, mark: str = "") -> tuple[str, ...]:
    money = option.money
    npv = spread(money.npv_central_gbp, low=money.npv_low_gbp, high=money.npv_high_gbp)
    net = spread(money.net_saving_gbp, low=money.net_saving_low_gbp,
                 high=money.net_saving_high_gbp)  # fmt: skip
    return f"{mark}{option.title}", net, npv, money.value_for_money


def ranged(row: MoneyRange, /) -> str:
    """A figure of the net present value with its range.

    Args:
        row: the figure.
    """
    if row.unit == "GBP":
        return spread(row.central, low=row.low, high=row.high)
    return "not known" if row.central is None else f"{row.low:g} to {row.high:g} {row.unit}"


def _score(option: Option, study: Study) -> Iterator[Block]:
    score = option.score
    if score.rank is None:
        return
    label = {criterion.id: criterion.label for criterion in study.choice.criteria}
    yield Heading("How its score comes about", 2)
    yield Paragraph(
        f"{score.score:.1f} of 100 ({score.score_low:.1f} to {score.score_high:.1f}), with "
        f"{percent(score.completeness)} of the weight known."
    )
    yield Grid(
        ("Criterion", "Weight", "Points", "Basis"),
        tuple(_points(row, label[row.criterion]) for row in option.contributions),
        (46, 18, 18, 18),
        numbers=(1, 2),
    )


def _points(row: Contribution, label: str) -> tuple[str, ...]:
    return label, percent(row.weight), f"{row.contribution + 0.0:.1f}", row.basis


def commercial(case: CaseFacts, _study: Study, /) -> Iterator[Block]:
    """Yield how the sites are held and what they are like, and what would pass between partners.

    Args:
        case: all that is known.
        _study: the study of the run.
    """
    option = case.option
    yield Heading("The sites", 2)
    yield Grid(
        ("Site", "Tenure and lease", "Floor area", "Condition, listing, flood"),
        tuple(_held(site) for site in option.sites),
        (26, 24, 26, 24),
    )
    if option.space is not None and option.space.told is not None:
        yield Paragraph(f"Space: {option.space.told}")
    yield Heading("Between the partners", 2)
    if option.clearing:
        yield Items(tuple(each.words for each in option.clearing))
    else:
        yield Paragraph("No rent between two bodies is worked out for it.")
    yield from _reasons(option)


def _held(site: Site) -> tuple[str, ...]:
    lease = [f"{word} {day}" for word, day in
             (("break", site.break_date), ("end", site.lease_end)) if day is not None]  # fmt: skip
    tenure = ", ".join([site.tenure or "tenure not known", *lease])
    known = (
        ("condition", site.condition), ("listing", site.listed), ("flood zone", site.flood_zone),
        ("energy", site.epc),
    )  # fmt: skip
    state = ", ".join(f"{word} {value}" for word, value in known if value is not None)
    return site.name, tenure, words.floor_area(site) or "not known", state or "not known"


def _reasons(option: Option) -> Iterator[Block]:
    """Say of each gate that does not pass why."""
    told = tuple(
        (gate.label, gate.word, gate.reason) for gate in option.gates if gate.outcome != "pass"
    )
    if told:
        yield Heading("Why each gate is open or fails", 2)
        yield Grid(("Gate", "State", "Why"), told, (24, 10, 66))


def financial(case: CaseFacts, _study: Study, /) -> Iterator[Block]:
    """Yield whose money it is, and when.

    Args:
        case: all that is known.
        _study: the study of the run.
    """
    option = case.option
    yield Heading("Whose money", 2)
    yield Grid(
        ("Body", "Works", "Receipts", "Saved a year", "Net present value", "Basis"),
        (
            *((row.body, pounds(row.capital_gbp), pounds(row.receipt_gbp),
               pounds(row.net_saving_gbp), pounds(row.npv_gbp), row.basis)
              for row in option.money_by_body),
            ("All together", pounds(option.money.capital_gbp), pounds(option.money.receipt_gbp),
             pounds(option.money.net_saving_gbp), pounds(option.money.npv_gbp),
             option.money.basis),
        ),
        (28, 14, 14, 15, 17, 12),
        numbers=(1, 2, 3, 4),
    )  # fmt: skip
    yield Paragraph(option.money.note, "note")
    yield from _years(case)
    yield from _by_key(case)


def _years(case: CaseFacts) -> Iterator[Block]:
    """Cash flows by year and body, undiscounted."""
    flows = {(row.body, row.year): row.amount_gbp for row in case.flows}
    if not flows:
        yield Paragraph("No cash flow can be told: a figure that it needs is not known.")
        return
    bodies = list(dict.fromkeys(row.body for row in case.flows))
    years = [year for year in range(LAST_YEAR + 1) if any((b, year) in flows for b in bodies)]
    rest = 100 - 12 * len(years)
    yield Heading("Cash flow, first years", 2)
    yield Grid(
        ("Body", *(f"Year {year}" for year in years)),
        tuple((body, *(pounds(flows.get((body, year), 0.0)) for year in years)) for body in bodies),
        (rest, *[12] * len(years)),
        numbers=tuple(range(1, len(years) + 1)),
    )
    yield Paragraph(
        "Real prices, not discounted; costs below 0. Year 0 is that of the works. Only what is "
        "known or has a prior for each body is in it: works or receipts that nobody priced are "
        "not. All years and items: table cash_flows.",
        "note",
    )


def _by_key(case: CaseFacts) -> Iterator[Block]:
    """Who would pay what by each key of apportionment, and which principles hold."""
    if not case.portions:
        return
    yield Heading("Who would pay, by each key", 2)
    yield Grid(
        ("Key", "Body", "Share of the cost", "Cost", "Benefit less cost"),
        tuple(
            (KEYS_IN_WORDS[row.key], row.body, _share(row),
             spread(row.cost_gbp, low=row.cost_low_gbp, high=row.cost_high_gbp),
             spread(row.net_gbp, low=row.net_low_gbp, high=row.net_high_gbp))
            for row in case.portions
        ),
        (13, 21, 18, 23, 25),
        numbers=(2, 3, 4),
    )  # fmt: skip
    lacks = dict.fromkeys(row.lacks for row in case.portions if row.lacks is not None)
    if lacks:
        yield Paragraph(f"Lacking: {'; '.join(lacks)}", "note")
    yield Heading("Principles of a funding model", 2)
    keys = dict.fromkeys(row.principle for row in case.principles)
    yield Grid(
        ("Principle", "Holds by", "Depends on a figure by", "Fails by", "Not known by"),
        tuple(
            (PRINCIPLES_IN_WORDS[principle],
             *(", ".join(KEYS_IN_WORDS[row.key] for row in case.principles
                         if (row.principle, row.outcome) == (principle, outcome)) or "–"
               for outcome in ("pass", "depends", "fail", "unknown")))
            for principle in keys
        ),
        (20, 22, 22, 18, 18),
    )  # fmt: skip


def _share(row: Portion) -> str:
    if row.share is None:
        return f"{row.share_low:.0%} to {row.share_high:.0%}"
    least, centre, most = (f"{end:.0%}" for end in (row.share_low, row.share, row.share_high))
    return centre if least == most else f"{centre} ({least} to {most})"


def management(case: CaseFacts, _study: Study, /) -> Iterator[Block]:
    """Yield what would move its rank, when leases let go, and what is promised of each benefit.

    Args:
        case: all that is known.
        _study: the study of the run.
    """
    option = case.option
    if option.robustness:
        yield Heading("What would move its rank", 2)
        yield Grid(
            ("Drawn anew", "Rank in nine draws of ten", "Among the first"),
            tuple(
                (row.varied_words, f"{row.rank_low:.0f} to {row.rank_high:.0f}",
                 f"{row.share_top:.1%} of {row.n_draws:,} draws")
                for row in option.robustness
            ),
            (46, 27, 27),
            numbers=(1, 2),
        )  # fmt: skip
    lets_go = [span for span in option.timeline if span.topic == "lease"]
    if lets_go:
        yield Heading("When the lease of what is left lets go", 2)
        yield facts(
            *(row for span in lets_go for row in (
                ("If all goes as fast as it may", span.back_earliest or LATER),
                ("If all takes as long as usual", span.back_usual or LATER),
            ))
        )  # fmt: skip
    if case.benefits:
        yield Heading("Benefits: promised and actual", 2)
        yield Grid(
            ("Benefit", "Today", "Promised", "Basis", "Actual", "Outcome"),
            tuple(
                (f"{row.label} ({row.measured_by})", _told(row.before, row.unit, nothing="–"),
                 _promise(row), row.basis, _told(row.actual, row.unit, nothing="to be filled in"),
                 row.outcome)
                for row in case.benefits
            ),
            (27, 14, 20, 13, 13, 13),
            numbers=(1, 2, 4),
        )  # fmt: skip


def _promise(row: Benefit) -> str:
    if row.unit.startswith("GBP"):
        return spread(row.promised, low=row.promised_low, high=row.promised_high)
    return _told(row.promised, row.unit, nothing="not known")


def _told(value: float | None, unit: str, *, nothing: str) -> str:
    if value is None:
        return nothing
    return pounds(value) if unit.startswith("GBP") else quantity(value, "s" if unit == "s" else "")
