"""Shares that registers record with sites or bodies that nobody lists: a doubt, never a fact."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from colocate.errors import some
from colocate.tables import issue_rows, parts
from colocate.tables.spreadsheets import meant

if TYPE_CHECKING:
    import pandas as pd


class Shares(NamedTuple):
    """Tables `sites` and `issues`."""

    sites: pd.DataFrame
    issues: pd.DataFrame


def known_shares(sites: pd.DataFrame, /, *, bodies: pd.DataFrame) -> Shares:
    """Leave out of `share_with` whom neither registers nor bodies know, and tell of each.

    A share with nobody known is a possible one: who stands near is asked, and no option is lost.

    Args:
        sites: table `sites`.
        bodies: table `bodies`.

    Returns:
        Table `sites`; a doubt for each row with such a share.
    """
    known = {*sites["site_id"], *bodies["body_id"]}
    sites, issues = sites.copy(), []
    for at, text in sites["share_with"].dropna().items():
        named = parts(text)
        if not (lost := [each for each in named if each not in known]):
            continue
        kept = ";".join(each for each in named if each in known) or None
        sites.loc[at, "share_with"] = kept
        if kept is None:
            sites.loc[at, "share_status"] = "possible"
        guesses = [guess for each in lost if (guess := meant(each, known))]
        hint = f" {some(guesses)} may be meant: a spreadsheet changes such ids." if guesses else ""
        message = (
            f"share_with reads “{';'.join(lost)}”, which is no site of the registers and no body; "
            f"the share is taken as {'possible' if kept is None else 'with ' + kept} until it is "
            f"known with whom.{hint} Correct share_with."
        )
        site = str(sites.loc[at, "site_id"])
        issues.append(("estate", "sites", site, "share_with_unknown", "doubt", message))
    return Shares(sites, issue_rows(issues))
