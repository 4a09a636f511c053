"""The market pack: what a decision releases and nothing that tells of another site."""

from __future__ import annotations

import pandas as pd
import pyogrio
import pytest
import reidentify
import shapely
from publish_town import RUN, SITES, stored
from test_publish_pack import contents, files, planted

from colocate.publish.facts import MARKET, WithheldError, cut, gather
from colocate.publish.lists import packs
from colocate.publish.output_folder import publish
from colocate.tables import TABLES
from colocate.tables.schema import conform, parts

OPEN = "F1+P1-new"
"""Released to the market; P1-into-F1 and F1-into-P1 of the same town are not."""

RELEASE = {"option_id": OPEN, "decision_id": "D1", "status": "approved", "date": "2026-10-01",
           "decided_by": "fire", "reversible": True, "release": "market"}  # fmt: skip


def town(tables, **site):
    """The town with a released option, and F5 beside its sites, which an option would close."""
    sites = tables["located_sites"]
    more = sites[sites["site_id"] == "F2"].assign(
        **{"site_id": "F5", "name": "Exampleford Quay Fire Station", "town": "Exampleford",
           "geometry": [shapely.Point(300_150, 100_400)], **site}
    )  # fmt: skip
    options = tables["options"]
    closing = options[options["option_id"] == "P1-into-F1"].assign(
        option_id="F5-into-F1", site_ids="F1;F5", mover_site_ids="F5", released_site_ids="F5",
        title="Exampleford Quay into Exampleford",
    )  # fmt: skip
    changed = {
        "located_sites": pd.concat([sites, more], ignore_index=True),
        "options": pd.concat([options, closing], ignore_index=True),
        "option_decisions": conform(TABLES["option_decisions"], [RELEASE]),
    }
    for name in ("scores", "cover", "access", "money"):
        rows = tables[name]
        same = rows[rows["option_id"] == "P1-into-F1"].assign(option_id="F5-into-F1")
        changed[name] = pd.concat([rows, same], ignore_index=True)
    return tables | changed


def published(tables, study, folder):
    return publish(stored(tables), folder, study=study, run_id=RUN.run_id, version=RUN.version)


@pytest.fixture(scope="module")
def folder(tables, study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("market")
    published(town(tables), study, folder)
    return folder / "market"


def listed(folder):
    return pd.read_csv(folder / "shortlist-market.csv", dtype=str)


def test_the_released_option_is_named_with_date_and_body(folder):
    rows = listed(folder)
    assert rows["option_ref"].unique().tolist() == [OPEN]
    assert set(rows["decision_date"]) == {"2026-10-01"}
    assert set(rows["decided_by"]) == {"Example Fire Authority"}
    assert "rank" not in rows


def test_every_file_says_that_it_is_released(folder, study):
    for path in files(folder):
        assert b"Released to the market by decision." in contents(path), path
        assert study.study.notice.encode() in contents(path), path
        assert b"In confidence" not in contents(path), path


def test_no_unreleased_site_or_option_is_in_any_byte(folder, tables):
    given = town(tables)
    opened = set(parts(given["options"].set_index("option_id")["site_ids"][OPEN]))
    secret = [each["name"] for site, each in SITES.items() if site not in opened]
    secret += ["Exampleford Quay", "F5-into-F1", "Easton"]
    secret += [option for option in given["options"]["option_id"] if option != OPEN]
    for path in files(folder):
        found = contents(path).decode(errors="replace")
        assert not [name for name in secret if name in found], path.name


def test_no_marker_is_in_any_byte(tables, study, tmp_path):
    published(planted(town(tables), told=(OPEN,)), study, tmp_path)
    assert b"MARK-options-title" in contents(tmp_path / "shortlist.xlsx")
    for path in files(tmp_path / "market"):
        found = contents(path)
        for marker in (b"MARK-", b"987654", b"987,654"):
            assert marker not in found, (path.name, marker)


def test_the_pack_is_the_same_whatever_is_true_of_what_is_not_released(
    folder, tables, study, tmp_path
):
    other = town(tables, town="Elsewhere", as_of="1999-01-01", confidence="low", tenure="pfi",
                 geometry=[shapely.Point(301_900, 101_000)])  # fmt: skip
    other["scores"] = other["scores"].assign(
        rank=other["scores"]["rank"].where(other["scores"]["option_id"] == OPEN, 1.0)
    )
    keep = other["options"]["option_id"] != "P2-into-F2"
    other["options"] = other["options"][keep].reset_index(drop=True)
    published(other, study, tmp_path)
    for path in files(folder):
        again = tmp_path / "market" / path.relative_to(folder)
        assert again.read_bytes() == path.read_bytes(), path.name
    assert len(files(folder)) == len(files(tmp_path / "market"))


def test_of_how_options_compare_the_market_reads_nothing(tables, study):
    seen = cut(gather(town(tables), study), MARKET)
    assert seen.ranked == 0
    (option,) = seen.options
    for read in (lambda: option.score.rank, lambda: option.stability.word,
                 lambda: option.money.npv_gbp):  # fmt: skip
        with pytest.raises((WithheldError, AttributeError)):
            read()


def test_without_a_release_there_is_no_market_pack_and_the_run_says_why(tables, study, tmp_path):
    told = published(tables, study, tmp_path)
    assert not (tmp_path / "market").exists()
    reason = (
        "no market pack: the decision register releases no option to the market "
        "(release = market, with date and body)."
    )
    assert told.said[-1] == reason
    assert reason in (tmp_path / "NOTICE.md").read_text(encoding="utf-8")
    assert reason.encode() in contents(tmp_path / "shortlist.xlsx")


@pytest.mark.parametrize(
    "change", [{"date": None}, {"decided_by": None}, {"status": "declined"}], ids=str
)
def test_a_release_that_lacks_something_opens_nothing_and_is_told(tables, study, change):
    decisions = conform(TABLES["option_decisions"], [RELEASE | change])
    facts = gather(tables | {"option_decisions": decisions}, study)
    assert cut(facts, MARKET).options == ()
    assert "would release 1 option to the market, but" in packs.without_market(facts)


# Whether a list gives stations away to whoever has a public one -----------------------------------


def test_the_attack_finds_nearly_all_that_a_list_of_towns_and_squares_hid():
    stations, pairs = reidentify.county(7, towns=60)
    rows, areas = reidentify.old_list(stations, pairs)
    found = reidentify.attack(rows, areas, stations)
    right = sum(set(pair) <= each for pair, each in zip(pairs, found.values(), strict=True))
    assert right >= 0.9 * len(pairs)


def test_the_attack_finds_them_without_any_area_where_a_town_has_one_of_each():
    stations, pairs = reidentify.county(7, towns=60)
    rows, areas = reidentify.old_list(stations, pairs)
    found = reidentify.attack(rows, areas.iloc[:0], stations)
    right = sum(set(pair) <= each for pair, each in zip(pairs, found.values(), strict=True))
    assert right >= 0.5 * len(pairs)


def test_the_attack_finds_no_unreleased_site_in_the_market_pack(folder, tables):
    given = town(tables)
    stations = given["located_sites"]
    stations = stations[(stations["status"] == "open") & ~stations["over_border"]]
    rows = listed(folder)
    rows = rows.assign(named=rows.fillna("").agg(" ".join, axis=1))
    areas = pyogrio.read_dataframe(folder / "shortlist-market.gpkg", layer="areas_of_search")
    found = reidentify.attack(rows, areas, stations)
    opened = set(parts(given["options"].set_index("option_id")["site_ids"][OPEN]))
    assert set().union(*found.values()) <= opened
