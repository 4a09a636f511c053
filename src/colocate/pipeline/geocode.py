"""Where a study's sites are: ask what may be asked, then show which point is used and why.

Online services are asked only here, only where the study allows it, and only of sites that nothing
else gives a point. What they answer is kept beside the study, so that a run asks nobody.
"""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

from colocate import io
from colocate.errors import StudyError
from colocate.io.answers import NOMINATIM, POSTCODES_IO
from colocate.io.web import Web
from colocate.pipeline import Location, OpenStudy, Place, locate, tables_until
from colocate.places.points import address_of
from colocate.progress import SILENT, Progress
from colocate.publish import geocoding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from colocate.study.inputs import Online

NOMINATIM_PAUSE_S = 1.1
"""Least time between two questions: the public server allows one a second (OSMF Nominatim usage
policy)."""

SHOWN = [
    "site_id", "name", "used", "source", "given", "distance_m", "precision_m", "why", "doubts",
]  # fmt: skip
"""Columns of the review that a terminal shows."""


class Geocoded(NamedTuple):
    """What came of it."""

    review: pd.DataFrame
    """Every candidate, the doubtful sites first: `geocode_candidates` with name and doubts."""
    page: Path
    said: tuple[str, ...]


def geocode(
    path: Location | OpenStudy | None = None,
    *,
    page: Path | None = None,
    progress: Progress = SILENT,
    pause: Callable[[float], object] = time.sleep,
) -> Geocoded:
    """Locate a study's sites, and write a page that shows how.

    Args:
        path: what `open` takes, or what it returned.
        page: file to write; `geocoding-<study>.html` in the working folder when None.
        progress: told of the questions asked.
        pause: waits between two questions, in seconds.

    Raises:
        FetchError: a service could not be reached.
        StudyError: services are allowed, but no folder for their answers is named.
    """
    place = locate(path)
    folder = _answers(place)
    tables = tables_until(place, "located_sites")
    asked = 0
    if folder is not None:
        asked = _ask(tables, place.study.places.online, folder=folder, progress=progress,
                     pause=pause)  # fmt: skip
    if asked:
        tables = tables_until(place, "located_sites")
    review = geocoding.review(tables)
    file = page or Path(f"geocoding-{place.study.study.id}.html")
    io.write_text(geocoding.page(review, tables, study=place.study), file)
    return Geocoded(review, file, tuple(_said(tables, review, asked=asked)))


def _answers(place: Place) -> Path | None:
    """Return the folder of answers, made where it is not there yet; None where none is asked."""
    named = place.study.inputs.answers
    if not place.study.places.online.allowed:
        return None
    if named is None:
        raise StudyError(
            f"{place.file}: places.online allows services, but no folder for their answers is "
            'named; add answers = "answers" to the section inputs.'
        )
    folder = place.file.parent / named
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _ask(
    tables: Mapping[str, pd.DataFrame],
    online: Online,
    /,
    *,
    folder: Path,
    progress: Progress,
    pause: Callable[[float], object],
) -> int:
    """Ask what is not answered yet, and keep the answers; return how many questions were asked."""
    web = Web(online.contact)
    questions = [
        (service, question)
        for service, question in _questions(tables)
        if service in online.allowed
        and not io.answer_file(folder, service=service, question=question).exists()
    ][: online.at_most]
    for number, (service, question) in enumerate(questions, start=1):
        if service == NOMINATIM and number > 1:
            pause(NOMINATIM_PAUSE_S)
        url = _url(online, service=service, question=question)
        answer = web.json(url, may_lack=service == POSTCODES_IO)
        io.write_answer(
            folder, service=service, question=question, url=url,
            asked=dt.datetime.now(dt.UTC).date().isoformat(), answer=answer,
        )  # fmt: skip
        progress.advance(number, len(questions), what="questions asked")
    return len(questions)


def _questions(tables: Mapping[str, pd.DataFrame]) -> list[tuple[str, str]]:
    """Return what to ask of the sites that nothing gives a point, and that others may know of."""
    sites, points = tables["sites"], tables["geocode_candidates"]
    found = points.loc[points["used"], "site_id"]
    lost = sites[~sites["site_id"].isin(found) & (sites["disclosure"] != "restricted")]
    postcodes = sorted(set(lost["postcode"].dropna()))
    addresses = sorted(set(address_of(lost).dropna()))
    return [(POSTCODES_IO, each) for each in postcodes] + [(NOMINATIM, each) for each in addresses]


def _url(online: Online, /, *, service: str, question: str) -> str:
    """Return where a question is put."""
    if service == POSTCODES_IO:
        return f"{online.postcodes_io_url.rstrip('/')}/postcodes/{quote(question)}"
    query = {"q": question, "format": "jsonv2", "countrycodes": "gb", "limit": 5}
    return f"{online.nominatim_url.rstrip('/')}/search?{urlencode(query)}"


def _said(tables: Mapping[str, pd.DataFrame], review: pd.DataFrame, /, *, asked: int) -> list[str]:
    used = review.loc[review["used"], "source"].value_counts()
    told = ", ".join(f"{count} by {source}" for source, count in used.items())
    lost = len(tables["sites"]) - int(used.sum())
    doubted = review.loc[review["doubts"] != "", "site_id"].nunique()
    repaired = int((tables["sites"]["postcode_basis"] == "repaired").sum())
    lines = [
        f"{int(used.sum())} sites located: {told or 'none'}; {lost} not located",
        f"{doubted} sites doubted; {repaired} postcodes repaired, each to be confirmed",
    ]
    return lines + ([f"{asked} questions asked online; answers kept"] if asked else [])
