"""The commands that say where sites are, and that bring open data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from colocate.cli import grammar as g
from colocate.cli.answer import Answer, as_json, of_table, records
from colocate.cli.bars import say, told_on_stderr
from colocate.cli.grammar import verb


@verb(example="colocate geocode mine > points.csv")
def geocode(study: g.Study = None, *, page: g.PointsPage = None, quiet: g.Quiet = False) -> Answer:
    """Show where each site is taken to be, from which source, and why.

    Every candidate is listed with its distance from the point used; a page with maps is written
    beside. Online services are asked only where the study allows it.
    """
    from colocate.pipeline import geocode

    with told_on_stderr(quiet=quiet) as progress:
        done = geocode.geocode(study, page=page, progress=progress)
    say(*done.said, f"maps: {done.page}")
    table = of_table(done.review.drop(columns="told"))
    return Answer(
        text=table.text,
        json=lambda: as_json({"page": str(done.page), "points": records(done.review)}),
        table=lambda: done.review[geocode.SHOWN].round(0),
        wraps=True,
    )


@verb(example=g.FETCH_EXAMPLE)
def fetch(
    names: g.Names = None,
    *,
    into: g.FilesInto = Path("raw"),
    dry_run: g.DryRun = False,
    again: g.Again = False,
    sources: g.SourceList = None,
    quiet: g.Quiet = False,
) -> Answer:
    """Bring open data: roads, boundaries, postcodes, UPRNs, small areas.

    Without names it lists what there is, with licences. A file is kept only whole, and only if it
    is what its publisher promises.
    """
    from colocate.io.web import Web
    from colocate.pipeline import fetch

    listed = fetch.sources(sources)
    if not names:
        shown = listed[["source", "what", "licence", "megabytes", "used_for", "verified"]]
        return replace(of_table(listed), table=lambda: shown, wraps=True)
    if dry_run:
        planned = fetch.plan(names, listed=listed, web=Web(tries=1), dry=True)
        return replace(of_table(fetch.told(planned)), wraps=True)
    with told_on_stderr(quiet=quiet) as progress:
        done = fetch.fetch(names, into=into, listed=listed, again=again, progress=progress)
    return replace(of_table(done), wraps=True)
