"""Site sheets: one option a file, an open page for anybody it is released to, an internal one.

Static A4 pages without script: they print from any browser, and `colocate sheet --pdf` does it
through headless Chromium. The open page reads facts cut to what may be told once an option is
released, whoever gets it; a pack's sheets end there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from colocate.publish.facts import OPEN_PAGE, amounts, cut, words
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


def internal(
    facts: Facts, tables: Tables, /, *, study: Study, run_id: str
) -> Iterator[tuple[str, str]]:
    """Yield (file name, HTML) of every ranked option, with both parts, by option_id.

    Args:
        facts: what may be told of the run's options.
        tables: the run's tables by name, for the map.
        study: the study of the run.
        run_id: name of the run.
    """
    neighbours = [
        mark(site)
        for site in facts.sites.values()
        if site.status == "open" and not site.over_border
    ]
    ground = Ground(tables, neighbours)
    opened = sheet_open.parts(cut(facts, OPEN_PAGE), ground=ground, study=study)
    closed = sheet_internal.parts(facts, study=study)
    told = {option.option_id: option.disclosure for option in facts.options}
    for option, name in file_names(opened).items():
        page = _page(study, run_id, audience=FOR_ALL, open=opened[option],
                     closed=_classed(closed[option], told[option]))  # fmt: skip
        yield name, page


def released(
    facts: Facts, tables: Tables, /, *, audience: Audience, study: Study, run_id: str
) -> Iterator[tuple[str, str]]:
    """Yield (file name, HTML) of what a decision released to an audience, the open part alone.

    Args:
        facts: what may be told of the run's options.
        tables: the run's tables by name, for the map.
        audience: who is to be told.
        study: the study of the run.
        run_id: name of the run.
    """
    seen = cut(facts, audience)
    opened = tuple(o for o in seen.options if o.decision.release != "internal")
    if not opened:
        return
    seen = seen._replace(options=opened)
    shown = sheet_open.parts(seen, ground=Ground(tables), study=study)
    for option, name in file_names(shown).items():
        yield name, _page(study, run_id, audience=RELEASED, open=shown[option], closed=None)


def _classed(closed: dict[str, Any], told: str) -> dict[str, Any]:
    """The internal part with what its class says of it."""
    if told == "public":
        said = "This run holds public facts only; with a register of your own this part is closed."
    else:
        said = f"Holds {told} facts: not for agents."
    return closed | {"audience": said, "told": f"Internal part. Disclosure: {told}."}


def _page(study: Study, run_id: str, **context: object) -> str:
    return template("sheet/sheet.html").render(
        **context,
        study=study.study,
        run_id=run_id,
        date=amounts.day(study.study.as_of),
        licence=words.licence(study),
        contact=study.study.contact or "no mailbox is named",
        style=_style(),
        policy=_policy(),
    )


@cache
def _style() -> str:
    return re.sub(r"\s*\n\s*", "\n", asset("sheet/sheet.css")).strip()


@cache
def _policy() -> str:
    style = digest(_style())
    return f"default-src 'none'; style-src {style}; base-uri 'none'; form-action 'none'"
