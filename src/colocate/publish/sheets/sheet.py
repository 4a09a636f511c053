"""Site sheets of an option: an open page for anybody it is released to, an internal one apart.

Static A4 pages without script: they print from any browser, and `colocate sheet --pdf` does it
through headless Chromium. Each is a file of its own, so that nobody mails the one with the other;
the open one, the only one of a pack, reads facts cut to what may be told once an option is
released, whoever gets it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.publish.facts import OPEN_PAGE, amounts, cut, restricted, words
from colocate.publish.page import asset, digest, template
from colocate.publish.sheets import sheet_internal, sheet_open
from colocate.publish.sheets.localmap import Ground, mark

if TYPE_CHECKING:
    from colocate.publish.facts import Audience, Facts
    from colocate.study import Study

Tables = Mapping[str, pd.DataFrame]

LONGEST_NAME = 80
"""Characters of an option's id in a file name."""

RELEASED = "Released by decision: sites are named."
FOR_ALL = "What others get once the decision register releases the option, and not before."
PUBLIC = "This run holds public facts only; with a register of your own it would hold more."
"""What pages say of themselves, beside what they are."""


def file_names(ids: Iterable[str], /) -> dict[str, str]:
    """Return each option's file name: its id, as every file system takes it.

    Names that would be one on a system that ignores case are numbered, in the order of the ids.

    Args:
        ids: of options.
    """
    taken: set[str] = set()
    named = {}
    for option in sorted(ids):
        stem = re.sub(r"[^A-Za-z0-9+_-]", "_", option)[:LONGEST_NAME]
        name, number = stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}~{number}"
        taken.add(name.casefold())
        named[option] = f"{name}.html"
    return named


def opened(
    facts: Facts, tables: Tables, /, *, study: Study, run_id: str
) -> Iterator[tuple[str, str]]:
    """Yield (file name, HTML) of the open page of every ranked option that has one, by option_id.

    An option with a site for the authorities alone can never be released and has none.

    Args:
        facts: what may be told of the run's options.
        tables: the run's tables by name, for the map.
        study: the study of the run.
        run_id: name of the run.
    """
    neighbours = [
        mark(site)
        for site in facts.sites.values()
        if site.status == "open" and not site.over_border and site.disclosure == "public"
    ]
    seen = cut(facts, OPEN_PAGE)
    names = file_names(option.option_id for option in seen.options)
    seen = seen._replace(options=tuple(o for o in seen.options if not restricted(o)))
    shown = sheet_open.parts(
        seen, ground=Ground(tables, neighbours, drawn=_drawn(tables)), study=study
    )
    for option in sorted(shown):
        yield names[option], _page(study, run_id, part=shown[option], told=FOR_ALL, inside=False)


def _drawn(tables: Tables) -> dict[str, str]:
    """Return the maps that a run has drawn, by option_id."""
    if "local_maps" not in tables:
        return {}
    maps = tables["local_maps"]
    return dict(zip(maps["option_id"], maps["svg"], strict=True))


def internal(facts: Facts, /, *, study: Study, run_id: str) -> Iterator[tuple[str, str]]:
    """Yield (file name, HTML) of the internal page of every ranked option, by option_id.

    Args:
        facts: what may be told of the run's options.
        study: the study of the run.
        run_id: name of the run.
    """
    shown = sheet_internal.parts(facts, study=study)
    told = {option.option_id: option.disclosure for option in facts.options}
    for option, name in file_names(shown).items():
        said = PUBLIC if told[option] == "public" else f"Holds {told[option]} facts."
        part = shown[option] | {"told": f"Disclosure: {told[option]}."}
        yield name, _page(study, run_id, part=part, told=said, inside=True)


def released(
    facts: Facts, tables: Tables, /, *, audience: Audience, study: Study, run_id: str
) -> Iterator[tuple[str, str]]:
    """Yield (file name, HTML) of the open page of what a decision released to an audience.

    Args:
        facts: what may be told of the run's options.
        tables: the run's tables by name, for the map.
        audience: who is to be told.
        study: the study of the run.
        run_id: name of the run.
    """
    seen = cut(facts, audience)
    chosen = tuple(o for o in seen.options if o.decision.release != "internal")
    if not chosen:
        return
    seen = seen._replace(options=chosen)
    shown = sheet_open.parts(seen, ground=Ground(tables), study=study)
    for option, name in file_names(shown).items():
        yield name, _page(study, run_id, part=shown[option], told=RELEASED, inside=False)


def _page(study: Study, run_id: str, *, part: dict[str, Any], told: str, inside: bool) -> str:
    """Render a page: `told` stands in its head; `inside` makes it the internal one."""
    return template("sheet/sheet.html").render(
        part=part,
        told=told,
        inside=inside,
        named="Internal page, not to be passed on" if inside else "Open page",
        study=study.study,
        run_id=run_id,
        date=amounts.day(study.study.as_of),
        licence=words.licence(study),
        contact=study.study.contact or "no mailbox is named",
        style=_style(inside=inside),
        policy=_policy(inside=inside),
    )


@cache
def _style(*, inside: bool) -> str:
    both, own = asset("sheet/sheet.css"), asset(f"sheet/{'internal' if inside else 'open'}.css")
    return re.sub(r"\s*\n\s*", "\n", both + own).strip()


@cache
def _policy(*, inside: bool) -> str:
    style = digest(_style(inside=inside))
    return f"default-src 'none'; style-src {style}; base-uri 'none'; form-action 'none'"
