"""The commands that say where sites are, and that bring open data."""

from __future__ import annotations

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
    for line in (*done.said, f"maps: {done.page}"):
        say(line)
    table = of_table(done.review.drop(columns="told"))
    return Answer(
        text=table.text,
        json=lambda: as_json({"page": str(done.page), "points": records(done.review)}),
        table=lambda: done.review[geocode.SHOWN].round(0),
        wraps=True,
    )
