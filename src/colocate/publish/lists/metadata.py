"""Machine-readable descriptions beside the files: CSV on the Web, Data Package, NOTICE.

Sources: W3C, Metadata Vocabulary for Tabular Data (Recommendation, 17 December 2015);
Frictionless Data, Data Package and Tabular Data Resource, version 1.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from colocate import io
from colocate.publish.facts import amounts, words
from colocate.publish.lists.workbook import HEADER_ROW, SHEET

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from colocate.publish.lists.fields import Field
    from colocate.study import Study

CSVW_TYPES: Mapping[str, str] = {
    "int": "integer", "float": "number", "bool": "boolean", "date": "date",
}  # fmt: skip
PACKAGE_TYPES = CSVW_TYPES
"""Both vocabularies use the same words for the types we have; anything else is a string."""

MEDIA: Mapping[str, str] = {
    ".csv": "text/csv",
    ".gpkg": "application/geopackage+sqlite3",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ODBL = {
    "name": "ODbL-1.0",
    "title": "Open Database Licence 1.0",
    "path": "https://opendatacommons.org/licenses/odbl/1-0/",
}


def csvw(name: str, fields: Iterable[Field], /, *, study: Study, told: str, key: str) -> str:
    """Return the CSVW metadata of one CSV file, as JSON text.

    Args:
        name: file name of the CSV, which lies beside.
        fields: its columns in order.
        study: whose notice and licence it bears.
        told: its disclosure class.
        key: its primary key, or nothing.
    """
    about: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en-GB"}],
        "url": name,
        "dc:title": study.study.title,
        "dc:description": f"{study.study.notice} Disclosure: {told}.",
        "dc:date": study.study.as_of.isoformat(),
        "dc:rights": words.licence(study),
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True},
        "tableSchema": {"columns": [_csvw_column(field) for field in fields]},
    }
    if words.ODBL in words.licence(study):
        about["dc:license"] = {"@id": ODBL["path"]}
    if key:
        about["tableSchema"]["primaryKey"] = key
    return _text(about)


def _csvw_column(field: Field) -> dict[str, Any]:
    column = {
        "name": field.name,
        "titles": field.name,
        "dc:title": field.title,
        "dc:description": field.meaning,
        "datatype": CSVW_TYPES.get(field.kind, "string"),
        "null": "",
    }
    return column | ({"schema:unitText": field.unit} if field.unit else {})


def datapackage(
    folder: Path,
    /,
    *,
    study: Study,
    told: str,
    run_id: str,
    tables: Mapping[str, Sequence[Field]],
    name: str,
) -> str:
    """Return the Data Package descriptor of a folder's own files, as JSON text.

    Args:
        folder: every file in it is listed, with size and SHA-256; folders in it are not.
        study: whose title, notice, sources and licence it bears.
        told: disclosure class of the whole.
        run_id: run it comes from.
        tables: columns of the CSV files whose schema is given, by file name.
        name: name of the package.
    """
    files = sorted(path for path in folder.iterdir() if path.is_file())
    about = {
        "profile": "data-package",
        "name": name,
        "title": study.study.title,
        "description": f"{study.study.notice} Disclosure: {told}. Run {run_id}.",
        "version": run_id,
        "created": f"{study.study.as_of.isoformat()}T00:00:00Z",
        "sources": [{"title": line} for line in study.study.attribution],
        "resources": [
            _resource(path, tables.get(path.name), sha256=sha256)
            for path, sha256 in io.hashes(files).items()
        ],
    }
    if words.ODBL in words.licence(study):
        about["licenses"] = [ODBL]
    return _text(about)


def _resource(path: Path, fields: Sequence[Field] | None, *, sha256: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": path.name.lower().replace("_", "-"),
        "path": path.name,
        "format": path.suffix.lstrip("."),
        "mediatype": MEDIA.get(path.suffix, "application/octet-stream"),
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256}",
    }
    if path.suffix == ".xlsx":
        return found | {"dialect": {"headerRows": [HEADER_ROW + 1], "excel": {"sheet": SHEET}}}
    if fields is None:
        return found
    return found | {
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "doubleQuote": True},
        "schema": {"fields": [_package_field(field) for field in fields], "missingValues": [""]},
    }


def _package_field(field: Field) -> dict[str, Any]:
    about: dict[str, Any] = {
        "name": field.name,
        "title": field.title,
        "type": PACKAGE_TYPES.get(field.kind, "string"),
        "description": field.meaning,
        "disclosure": field.disclosure,
    }
    return about | ({"unit": field.unit} if field.unit else {})


def notice(study: Study, /, *, told: str, run_id: str, embedded: str, packs: Sequence[str]) -> str:
    """Return NOTICE.md of a folder: what its files are, and whom to name when passing them on.

    Args:
        study: whose notice and attribution it bears.
        told: disclosure class of the folder.
        run_id: run it comes from.
        embedded: notice of the data that colocate carries, where the study is built on them.
        packs: what in the folder is to hand on, and why anything is not, in a sentence each.
    """
    head = study.study
    odbl = f"\n{words.ODBL}\n" if words.ODBL in words.licence(study) else ""
    lines = "\n".join(f"- {line}" for line in head.attribution)
    handed = "".join(f"- {line}\n" for line in packs)
    handed = f"\nTo hand on:\n\n{handed}" if packs else ""
    own = (
        f"# {head.title}\n\n{head.notice}\n\nDisclosure: {told}. Run {run_id}, rules as at "
        f"{amounts.day(head.as_of)}.\n{handed}{odbl}\nAttribution, wherever any of this is shown "
        f"or passed on:\n\n{lines}\n"
    )
    return f"{own}\n---\n\n{embedded}" if embedded else own


def _text(about: Mapping[str, Any]) -> str:
    return json.dumps(about, indent=2, ensure_ascii=False) + "\n"
