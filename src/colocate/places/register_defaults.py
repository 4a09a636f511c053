"""What stands in for what a register does not say, proposed for a person to choose from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from colocate.places.recognition import fit
from colocate.tables.places import SITES
from colocate.tables.quantities import day
from colocate.tables.vocabulary import key, plain, says_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from colocate.study import Source

_SERVICES = {
    "fire": ("fire", "frs", "stations"),
    "police": ("police", "constabulary", "custody"),
    "ambulance": ("ambulance",),
    "council": ("council", "authority", "borough"),
}
_COMMON = {"stations", "station", "register", "sites", "land", "and", "assets", "premises", "list",
           "of", "the", "estate", "property", "asset", "public"}  # fmt: skip
"""Words of a file's name that say nothing of whose it is."""

_BODIES = 12
"""Most bodies of one register that are proposed one by one."""

_CAUTIOUS = {
    "status": ("unverified", "choose: no column says; `open` if only sites in use are listed"),
    "over_border": ("false", "choose: `true` for a neighbouring service's stations"),
    "confidence": ("medium", "choose: high, medium or low"),
    "disclosure": ("restricted", "choose: `public` if the register is published"),
}


@dataclass
class _Draft:
    """A register's text, and the settings proposed for it so far."""

    raw: pd.DataFrame
    columns: dict[str, tuple[str, ...]]
    told: str
    """The file's name and its titles."""
    slug: str
    bodies: Mapping[str, str]
    why: dict[str, str]
    defaults: dict[str, str] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)


def completed(
    source: Source,
    raw: pd.DataFrame,
    /,
    *,
    titles: Sequence[str],
    located: bool,
    why: dict[str, str],
    bodies: Mapping[str, str],
    stem: str,
) -> Source:
    """Return a register's proposed settings with the defaults that it needs.

    Args:
        source: its columns.
        raw: its text.
        titles: what stands above its header.
        located: whether it is a file of features.
        why: where the reasons go.
        bodies: body_id by name, of the study that it is for.
        stem: the file's name without its suffix.
    """
    slug = "-".join(w for w in re.split(r"[^a-z0-9]+", stem.lower()) if w and w not in _COMMON)
    slug = re.sub(r"-?\d{4}$", "", slug) or "site"
    told = " ".join([stem.replace("_", " "), *titles])
    draft = _Draft(raw, dict(source.columns), told, slug, bodies, why)
    columns, defaults = draft.columns, draft.defaults
    _identify(draft)
    _body(draft)
    _use(draft)
    if "service" not in columns:
        defaults["service"] = _service(draft)
        why["service"] = "choose: by the words of the file"
    for name, (value, reason) in _CAUTIOUS.items():
        if name not in columns:
            defaults[name], why[name] = value, reason
    if "source" not in columns:
        defaults["source"] = "; ".join(
            [source.label if source.is_database else source.file, *titles]
        )
        why["source"] = "the file and its title"
    if located or {"point", "easting"} & columns.keys():
        defaults.setdefault("coordinate_source", "register")
    if "as_of" not in columns and (date := _dated(told)):
        defaults["as_of"], why["as_of"] = date, "the file's name or title"
    return source.model_copy(
        update={"columns": columns, "defaults": defaults, "words": draft.words}
    )


def _identify(draft: _Draft) -> None:
    """Choose what names a site: a column whose filled cells differ, else the row's number."""
    raw, columns, defaults, why = draft.raw, draft.columns, draft.defaults, draft.why
    by_row = f"{draft.slug}-{{row}}"
    own = columns.get("site_id")
    cells = raw[own[0]].dropna().str.strip() if own else None
    if own and cells is not None and cells.duplicated().any():
        twice = int(cells.duplicated(keep=False).sum())
        del columns["site_id"]
        why["site_id"] = (
            f"“{own[0]}” gives {twice} rows an id of another; by row, so keep the order"
        )
        defaults["site_id"] = by_row
    elif own is None or (cells is not None and len(cells) < len(raw)):
        why["site_id"] = "no column gives every row an id; by row, so keep the order"
        defaults["site_id"] = by_row
    name = columns.get("name")
    if name is None or raw[name[0]].isna().any() or raw[name[0]].map(_bare).any():
        parts = [*columns.get("address", ()), *columns.get("town", ())]
        parts = parts or [each for n in ("postcode", "uprn") for each in columns.get(n, ())]
        defaults["name"] = ", ".join(f"{{{part}}}" for part in parts) or by_row
        why["name"] = "where the register gives none"


def _bare(cell: object) -> bool:
    return not isinstance(cell, str) or says_unknown(cell)


def _body(draft: _Draft) -> None:
    """Choose whose the sites are: a body of the study where one is named, else a new id."""
    raw, columns, bodies = draft.raw, draft.columns, draft.bodies
    own = columns.get("body_id")
    named = list(raw[own[0]].dropna().str.strip().unique()) if own else []
    known = {key(name): body for name, body in bodies.items()}
    listed = f"; the study has {', '.join(bodies.values())}" if bodies else ""
    draft.why["body_id"] = f"choose: ids of your table bodies{listed}"
    if own and len(named) <= _BODIES:
        ids = {name: known.get(key(name), plain(name).replace(" ", "-")) for name in named}
        draft.words["body_id"] = {name: body for name, body in ids.items() if name != body}
        if not raw[own[0]].isna().any():
            return
    elif own:
        del columns["body_id"]
    told = set(draft.slug.split("-"))
    near = [body for name, body in bodies.items() if told & (set(plain(name).split()) - _COMMON)]
    draft.defaults["body_id"] = near[0] if near else draft.slug


def _use(draft: _Draft) -> None:
    """Choose where a site's roles are read: a column of their own, its name, or the title."""
    raw, columns, why = draft.raw, draft.columns, draft.why
    if "roles" in columns:
        return
    if name := columns.get("name"):
        share = fit("roles", raw[name[0]].dropna().str.strip(), table=SITES) or 0.0
        if share >= 0.5:
            columns["roles"] = name
            why["roles"] = f"the words of the names, {share:.0%} of which tell a role"
            return
    stations = "station" in draft.told.lower()
    draft.defaults["roles"] = "station" if stations else "other"
    why["roles"] = "choose: by the file's name or title" if stations else "choose: no column says"


def _service(draft: _Draft) -> str:
    """Return the service whose words are commonest in the file's name, title and names."""
    listed = (draft.columns.get(name) for name in ("name", "roles"))
    names = [draft.raw[own[0]].dropna() for own in listed if own]
    text = plain(" ".join([draft.told, *(cell for cells in names for cell in cells)]))
    counts = {
        service: sum(text.count(word) for word in said) for service, said in _SERVICES.items()
    }
    best = max(counts, key=lambda service: counts[service])
    return best if counts[best] else "council"


def _dated(told: str) -> str | None:
    """Return a month or year that a title or file's name bears."""
    if iso := re.search(r"\b(19|20)\d{2}-\d{2}-\d{2}\b", told):
        return iso[0]
    for found in re.finditer(r"[A-Za-z]{3,9} \d{4}|\d{1,2} [A-Za-z]{3,9} \d{4}", told):
        if date := day(found[0]):
            return date
    year = re.search(r"\b(19|20)\d{2}\b", told)
    return year[0] if year else None
