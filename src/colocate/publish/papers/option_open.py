"""The open part of an option's business case: what anybody may be told, chapter by chapter.

It reads facts cut to what is public; a field above that raises, so a slip cannot leak.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from colocate.publish.facts import words
from colocate.publish.facts.amounts import duration, metres, quantity, whole
from colocate.publish.papers.content import Grid, Heading, Items, Paragraph, facts
from colocate.tables import parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from colocate.publish.facts import Option, Site
    from colocate.publish.facts.case_facts import CaseFacts
    from colocate.publish.facts.effect_records import Access, Cover, Effect
    from colocate.publish.papers.content import Block
    from colocate.study import Study

COMPARATOR = "do-nothing"
"""The scenario that everything is held against, where the study has it."""

MOST_OTHERS = 12
FITS = {"yes": "would fit", "unknown": "not settled", "no": "would not fit"}


def summary(case: CaseFacts, study: Study, /) -> Iterator[Block]:
    """Yield what most readers come for.

    Args:
        case: cut to what is public.
        study: the study of the run.
    """
    option = case.option
    yield Paragraph(option.what_happens, "lead")
    yield facts(
        ("Reference", option.option_id),
        ("Kind", option.kind_words),
        ("Where", ", ".join([option.near, *parts(option.police_areas)])),
        ("Standing", standing(option)),
        ("Decision register", words.decided_on(option.decision)),
        ("Fire cover", words.gained_and_lost(option.cover, changes=option.cover.fire_changes)),
        ("Police desks", words.gained_and_lost(option.access, changes=option.access.desk_changes)),
        ("Gates", option.gates_in_short if option.gates else words.IN_PLACE),
    )
    yield Paragraph(
        "The case is begun here from what the run knows, in the five case model of HM Treasury. "
        f"It screens an option; it decides nothing, and it is no proposal. {study.study.notice}"
    )


def standing(option: Option, /) -> str:
    """Say where an option stands in the ranking.

    Args:
        option: the option.
    """
    score = option.score
    if score.rank is None:
        return f"{score.status_words}, not ranked"
    if score.failed_gates is not None:
        failed = ", ".join(parts(score.failed_gates)).replace("_", " ")
        return f"{score.status_words}: {failed}"
    by_range = "" if score.rank_low == score.rank_high else (
        f" ({score.rank_low:.0f} to {score.rank_high:.0f} by what is not known)"
    )  # fmt: skip
    return f"{score.status_words}, rank {score.rank_words} of {score.of_list}{by_range}"


def strategic(case: CaseFacts, _study: Study, /) -> Iterator[Block]:
    """Yield why the option is looked at, and what is there today.

    Args:
        case: cut to what is public.
        _study: the study of the run.
    """
    option = case.option
    yield Heading("Why it is looked at", 2)
    yield Paragraph(option.reason)
    if option.existing_share is not None:
        yield Paragraph(f"They may share already: {option.share_reason or option.existing_share}")
    yield Heading("What is there today", 2)
    yield Grid(
        ("Site", "Whose", "What it is", "Its part", "Evidence"),
        tuple(_site(site, option) for site in option.sites),
        (28, 22, 18, 14, 18),
    )
    drive = f", {duration(option.travel_time_s)} by car" if option.travel_time_s is not None else ""
    yield Paragraph(f"They lie {metres(option.straight_m)} apart in a straight line{drive}.")


def _site(site: Site, option: Option) -> tuple[str, ...]:
    crew = f", crew {', '.join(parts(site.crewing))}" if site.crewing else ""
    dated = f", {site.as_of}" if site.as_of else ""
    return (
        f"{site.name} ({site.site_id})",
        site.body,
        f"{', '.join(parts(site.roles)).replace('_', ' ')}{crew}",
        part_of(site, option),
        f"{site.confidence}{dated}",
    )


def part_of(site: Site, option: Option, /) -> str:
    """Say what would become of a site.

    Args:
        site: the site.
        option: the option it takes part in.
    """
    if site.site_id == option.host_site_id:
        return "stays"
    moves = site.site_id in parts(option.mover_site_ids)
    freed = site.site_id in parts(option.released_site_ids)
    return {(True, True): "moves, comes free", (True, False): "moves",
            (False, True): "comes free"}.get((moves, freed), "takes part")  # fmt: skip


def economic(case: CaseFacts, study: Study, /) -> Iterator[Block]:
    """Yield the options considered, and what each does to both services.

    Args:
        case: cut to what is public.
        study: the study of the run.
    """
    option = case.option
    yield Heading("Options considered", 2)
    yield from comparator(study)
    shown = case.others[:MOST_OTHERS]
    yield Grid(
        ("Option", "Standing", "Fire cover", "Police desks"),
        (
            ("Do nothing", "the comparator", "as today", "as today"),
            _considered(option, mark="This option: "),
            *(_considered(each) for each in shown),
        ),
        (38, 24, 19, 19),
    )
    if rest := len(case.others) - len(shown):
        yield Paragraph(f"And {rest} more with one of its sites, in the shortlist.", "note")
    yield Heading("What it does to both services", 2)
    yield Grid(
        ("People within reach", "Today", "Afterwards", "Gain", "Lose"),
        (
            _reach(option.cover, f"{study.response.standards[0].name}: first engine within "
                   f"{study.response.standards[0].limit_min.value:g} min of the answered call",
                   changes=option.cover.fire_changes),
            _reach(option.access, f"A police desk within {study.access.limit_min.value:g} min by "
                   "car", changes=option.access.desk_changes),
        ),
        (42, 14, 17, 13, 14),
        numbers=(1, 2, 3, 4),
    )  # fmt: skip
    yield from _measures(option)
    yield from _sure(option)


def comparator(study: Study, /) -> Iterator[Block]:
    """Yield what doing nothing would be, and why the paper behind the study sets it aside.

    Args:
        study: the study of the run.
    """
    found = next((each for each in study.scenarios if each.id == COMPARATOR), None)
    if found is None:
        yield Paragraph("Doing nothing is what all is held against: the sites stay as they are.")
        return
    yield Paragraph(f"{found.name}: {found.meaning}")
    yield Items(tuple(f"{reason.text} [{reason.source}]" for reason in found.reasons))


def _considered(option: Option, mark: str = "") -> tuple[str, ...]:
    return (
        f"{mark}{option.title}",
        standing(option),
        words.gained_and_lost(option.cover, changes=option.cover.fire_changes),
        words.gained_and_lost(option.access, changes=option.access.desk_changes),
    )


def _reach(effect: Cover | Access, label: str, *, changes: bool) -> tuple[str, ...]:
    if effect.known and not changes:
        return label, whole(effect.people_before), "as today", "0", "0"
    counts = (effect.people_before, effect.people_after, effect.people_gained, effect.people_lost)
    return label, *map(whole, counts)


def _measures(option: Option) -> Iterator[Block]:
    """Every measure that changes by more than the method cannot tell."""
    moved = [
        row for row in option.effects
        if row.before is not None and row.untold is None and row.change != "none"
    ]  # fmt: skip
    if moved:
        yield Grid(
            ("Measure", "Today", "Afterwards", "Gain", "Lose", "Basis"),
            tuple(
                (measured(row), amount(row.before, row.unit), amount(row.after, row.unit),
                 amount(row.gained, row.unit, nothing="–"),
                 amount(row.lost, row.unit, nothing="–"), row.basis)
                for row in moved
            ),
            (36, 13, 17, 11, 11, 12),
            numbers=(1, 2, 3, 4),
        )  # fmt: skip
    same = len(option.effects) - len(moved)
    if same:
        yield Paragraph(
            f"{same} of {len(option.effects)} measures stay as they are, or change by no more than "
            "the method can tell.",
            "note",
        )


def measured(row: Effect, /) -> str:
    """What a row measures, with its unit where the figures bear none.

    Args:
        row: a measure before and after.
    """
    bare = row.unit in {"people", "s", "share", "%"}
    return row.label if bare else f"{row.label}, {row.unit.replace('m2', 'm²')}"


def amount(value: float | None, unit: str, /, *, nothing: str = "not known") -> str:
    """A figure of a measure as people read it.

    Args:
        value: the figure; None if unknown.
        unit: its unit.
        nothing: what is said then.
    """
    return (
        nothing if value is None else quantity(value, unit if unit in {"s", "share", "%"} else "")
    )


def _sure(option: Option) -> Iterator[Block]:
    if option.stability is None:
        return
    yield Heading("How sure its rank is", 2)
    yield Paragraph(f"{option.stability.word.capitalize()}. {option.stability.reason}")


def commercial(case: CaseFacts, _study: Study, /) -> Iterator[Block]:
    """Yield which ways of working together would fit, and what the path leads to.

    Args:
        case: cut to what is public.
        _study: the study of the run.
    """
    option = case.option
    if option.delivery:
        yield Heading("Ways of working together", 2)
        ordered = sorted(option.delivery, key=lambda row: list(FITS).index(row.possible))
        yield Grid(
            ("Way", "Fits", "Why"),
            tuple(
                (row.vehicle, FITS[row.possible], row.reason.removeprefix("Fits: "))
                for row in ordered
            ),
            (28, 14, 58),
        )
        yield Paragraph("Statutory responsibility stays with each authority in all of them.")
    forms = dict.fromkeys(
        form.strip()
        for step in option.approvals
        for form in (step.legal_form or "").split(";")
        if form.strip()
    )
    if forms:
        yield Heading("Legal forms that the path leads to", 2)
        yield Items(tuple(forms))


def financial(case: CaseFacts, study: Study, /) -> Iterator[Block]:
    """Yield what the figures rest on; the figures stand in the restricted part.

    Args:
        case: cut to what is public.
        study: the study of the run.
    """
    money = case.option.money
    rows = tuple(
        (row.body, words.MONEY_BASES[row.basis].capitalize()) for row in case.option.money_by_body
    )
    yield Paragraph(
        f"Amounts stand in the restricted part, in prices of {money.price_year:.0f}, over "
        f"{study.money.appraisal_years.value:g} years, discounted as the study says. Here is what "
        "they rest on."
    )
    yield Grid(
        ("Whose money", "What the figures rest on"),
        (("All bodies together", words.MONEY_BASES[money.basis].capitalize()), *rows),
        (50, 50),
    )


def sources(case: CaseFacts, study: Study, /) -> Iterator[Block]:
    """Yield what the case rests on.

    Args:
        case: cut to what is public.
        study: the study of the run.
    """
    yield Heading("What this rests on")
    told = dict.fromkeys(site.source.rstrip(".") for site in case.option.sites)
    dates = ", ".join(f"{name} {day}" for name, day in study.inputs.dates.items())
    yield facts(
        ("Records of its sites", f"{case.option.as_of or 'undated'}: {'; '.join(told)}."),
        ("Inputs up to", dates or "not said"),
        ("Method", "docs/method.md of colocate; every table's columns: `colocate schema`."),
    )
