"""The command that holds a study's times against times known from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from colocate.cli import grammar as g
from colocate.cli.answer import Answer, as_json, of_table, records
from colocate.cli.bars import say, told_on_stderr
from colocate.cli.grammar import verb

EXAMPLE = """colocate validate
  colocate validate mine --drives timed-runs.csv --out agreement

\b
drives, one a row: reference_set and reference_id; from where and to where, each a site_id of the
study, an easting and northing (EPSG:27700) or a lat and lon (WGS84); minutes; vehicle (car or
appliance); what of it is no drive (constant_s), what it is rounded to (rounding, s) and what else
it may be off by (spread_share); owner, period, source, and basis (measured, computed, published,
assumed):
  reference_set,reference_id,from_site_id,to_lat,to_lon,minutes,vehicle,constant_s,rounding,
  spread_share,owner,period,source,basis
  timed runs 2025,14,F033,50.7236,-3.5275,8.5,appliance,0,30,0.1,ours,2025 by day,log,measured

\b
A study names such files under inputs.drive_references, with a map of columns and defaults as every
input has. What rests on an assumption is shown and judges nothing; the exit code is 0 whatever the
agreement."""

Drives = Annotated[
    Path | None, g.option("CSV", "drive times of your own, beside those of the study", "--drives")
]
Folder = Annotated[
    Path | None,
    g.option("DIR", "folder for page, picture, tables (default: validation-STUDY)", "--out"),
]


@verb(example=EXAMPLE)
def validate(
    study: g.Study = None,
    *,
    drives: Drives = None,
    out: Folder = None,
    work: g.Work = None,
    scenario: g.Scenario = "no-change",
    quiet: g.Quiet = False,
) -> Answer:
    """Hold drives, parts of the response and changes against references.

    By class of road, distance, rural and urban, direction and area; nothing is fitted.
    """
    from colocate.pipeline import validate

    with told_on_stderr(quiet=quiet) as progress:
        done = validate.validate(
            study, drives=drives, out=out, work=work, scenario=scenario, progress=progress
        )
    say(*done.said, f"page: {done.page}")
    return Answer(
        text=of_table(done.agreement).text,
        json=lambda: as_json(
            {
                "page": str(done.page),
                "agreement": records(done.agreement),
                "drives": records(done.drives),
                "figures": records(done.figures),
            }
        ),
        table=lambda: done.agreement[validate.SHOWN].round(3),
        wraps=True,
    )
