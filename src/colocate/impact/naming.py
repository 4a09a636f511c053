"""The names and staff of sites in what is told of effects: apart, since they measure nothing."""

from __future__ import annotations

import pandas as pd

STAFF = "One way, by car, from today's site to the host."
HEADS = "How many members of staff are based there is not known here."


def named(effects: pd.DataFrame, located_sites: pd.DataFrame, /) -> pd.DataFrame:
    """Put the names of sites where labels of measures end in their ids, and how many staff drive.

    Args:
        effects: table `unnamed_effects`.
        located_sites: table `located_sites`: its ids, names and staff.

    Returns:
        Table `effects`.
    """
    sites = located_sites.set_index("site_id")
    names, staff = sites["name"].to_dict(), sites["staff_fte"].dropna().to_dict()
    driving = {f"staff_travel_{site}_s": site for site in names}
    called = {f"bus_stops_{site}": site for site in names} | driving

    def told(row: tuple[str, str, str | None]) -> tuple[str, str | None]:
        measure, label, note = row
        if (site := called.get(measure)) is None:
            return label, note
        label = label.removesuffix(site) + names[site]
        if measure in driving and site in staff:
            return label.replace("staff", f"{staff[site]:g} staff", 1), note
        if measure in driving and isinstance(note, str):
            note = note.replace(STAFF, f"{STAFF} {HEADS}", 1)
        return label, note

    columns = (effects[name] for name in ("measure", "label", "note"))
    rows = map(told, zip(*columns, strict=True))
    made = pd.DataFrame(list(rows), columns=["label", "note"], index=effects.index, dtype="str")
    return effects.assign(label=made["label"], note=made["note"])
