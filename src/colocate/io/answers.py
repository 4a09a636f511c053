"""What online services answered, one JSON file a question, each with the hash of its answer.

A run reads these files and asks nobody, so it gives the same points wherever it is done.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from colocate import bng, tables
from colocate.errors import GeocodeError
from colocate.io.writing import write_text
from colocate.tables.places import GAZETTEER
from colocate.tables.schema import conform

if TYPE_CHECKING:
    from pathlib import Path

POSTCODES_IO, NOMINATIM = "postcodes.io", "nominatim"
_PARTS = {"service", "question", "url", "asked", "sha256", "answer"}


class Answers(NamedTuple):
    """What a folder of answers holds."""

    postcodes: pd.DataFrame
    """Table `gazetteer`, by postcodes.io."""
    addresses: pd.DataFrame
    """question, easting, northing, name, rank (Nominatim's place_rank), in Nominatim's order."""


def answer_file(folder: Path, /, *, service: str, question: str) -> Path:
    """Return the file that holds the answer to a question.

    Args:
        folder: of the answers.
        service: which was asked.
        question: what it was asked.
    """
    name = hashlib.sha256(question.encode()).hexdigest()[:16]
    return folder / f"{service}-{name}.json"


def write_answer(
    folder: Path, /, *, service: str, question: str, url: str, asked: str, answer: object
) -> None:
    """Keep an answer.

    Args:
        folder: of the answers.
        service: which was asked.
        question: what it was asked.
        url: where.
        asked: day, ISO 8601.
        answer: as it came, read from JSON.
    """
    kept = {
        "service": service, "question": question, "url": url, "asked": asked,
        "sha256": _hash(answer), "answer": answer,
    }  # fmt: skip
    text = json.dumps(kept, indent=1, ensure_ascii=False) + "\n"
    write_text(text, answer_file(folder, service=service, question=question))


def read_answers(folder: Path, /) -> Answers:
    """Read the answers in a folder.

    Args:
        folder: written by `colocate geocode`.

    Raises:
        GeocodeError: a file is no answer, or was changed since it was written.
    """
    postcodes: list[dict[str, Any]] = []
    addresses: list[dict[str, Any]] = []
    for path in sorted(folder.glob("*.json")):
        kept = _kept(path)
        try:
            if kept["service"] == POSTCODES_IO:
                postcodes += _postcode(kept["question"], kept["answer"])
            else:
                addresses += [_address(kept["question"], place) for place in kept["answer"]]
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise GeocodeError(
                f"{path}: not what {kept['service']} answers ({fault!r}). Delete the file and run "
                "`colocate geocode` again."
            ) from None
    found = pd.DataFrame(addresses, columns=["question", "lon", "lat", "name", "rank"])
    easting, northing = bng.to_bng(found["lon"].astype(float), found["lat"].astype(float))
    found = found.assign(easting=easting, northing=northing, rank=found["rank"].astype(float))
    found = found.astype({"question": "str", "name": "str"}).drop(columns=["lon", "lat"])
    return Answers(tables.check(GAZETTEER, conform(GAZETTEER, postcodes)), found)


def _kept(path: Path) -> dict[str, Any]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise GeocodeError(f"{path}: not a readable answer ({fault}). Delete the file.") from None
    if not isinstance(kept, dict) or kept.keys() != _PARTS:
        raise GeocodeError(f"{path}: no answer that `colocate geocode` wrote. Move it elsewhere.")
    if kept["sha256"] != _hash(kept["answer"]):
        raise GeocodeError(
            f"{path}: the answer was changed since it came. Delete the file and ask again; what "
            "you know better belongs into inputs.overrides, signed."
        )
    return kept


def _postcode(question: str, answer: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - from JSON
    found = answer["result"] if answer.get("status") == 200 else None
    if not found or found["eastings"] is None or found["northings"] is None:
        return []
    return [{
        "postcode": question, "easting": float(found["eastings"]),
        "northing": float(found["northings"]),
        "authority": (found.get("codes") or {}).get("admin_district"), "terminated": False,
    }]  # fmt: skip


def _address(question: str, place: Any) -> dict[str, Any]:  # noqa: ANN401 - from JSON
    return {
        "question": question, "lon": float(place["lon"]), "lat": float(place["lat"]),
        "name": str(place["display_name"]), "rank": int(place["place_rank"]),
    }  # fmt: skip


def _hash(answer: object) -> str:
    plain = json.dumps(answer, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()
