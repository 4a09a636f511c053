from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate.candidates import generate as generating
from colocate.candidates.clusters import find_clusters
from colocate.candidates.generate import generate
from colocate.candidates.groups import groups
from colocate.candidates.nearness import two_way
from colocate.spread import ALONE, Answered
from colocate.tables import TABLES, check
from options_town import HEAD, OPTIONS_SETTINGS, site, site_to_site, sites, town


def made(frame, **changes):
    chosen = OPTIONS_SETTINGS.model_copy(update=changes)
    return generate(frame, site_to_site(frame), settings=chosen, fire_body=HEAD.fire_body)


@pytest.fixture(scope="module")
def generated():
    return made(town())


def ids(generated):
    return set(generated.options["option_id"])


def test_tables_keep_their_contracts(generated):
    for name, table in generated._asdict().items():
        check(TABLES[name], table)


def test_each_site_takes_part_or_is_listed_with_the_reason(generated):
    who = generated.participation.set_index("site_id")
    listed = generated.issues.set_index("key")["severity"]
    assert set(who.index) == set(town()["site_id"])
    assert set(listed.index) == set(who.index[~who["takes_part"]])
    assert dict(listed) == {
        "FC": "excluded", "FI": "excluded", "FX": "note", "PF": "excluded",
    }  # fmt: skip


def test_who_takes_part_and_why_not(generated):
    who = generated.participation.set_index("site_id")
    assert sorted(who.index[who["takes_part"]]) == [
        "FA", "FB", "FH", "FW", "PA", "PB", "PH", "PN", "PW",
    ]  # fmt: skip
    assert sorted(who.index[who["covers"]]) == ["FA", "FB", "FW", "FX"]
    assert who.loc["FC", "reason"] == "closed (closed 2020)"
    assert "no road route" in who.loc["FI", "reason"]
    assert "beyond its tiers" in who.loc["PF", "reason"]
    assert "cover only" in who.loc["FX", "reason"]


def test_pairs_stand_in_their_smallest_tier(generated):
    tiers = generated.pairs.set_index("pair_id")["tier"]
    assert dict(tiers) == {
        "FA+PA": "250 m", "FB+PB": "1 km", "FB+PN": "3 km", "FH+PH": "10 min", "FW+PW": "250 m",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("metres", "tier"),
    [(250, "250 m"), (250.5, "1 km"), (1000, "1 km"), (3000, "3 km"), (6000, "10 min")],
)
def test_a_tier_includes_its_limit(metres, tier):
    pairs = made(sites(site("FA", 0, 0), site("PA", metres, 0))).pairs
    assert list(pairs["tier"]) == [tier]


def test_beyond_the_last_tier_only_function_pairs_remain():
    apart = made(sites(site("FA", 0, 0), site("PA", 6001, 0)))
    assert apart.pairs.empty
    assert apart.options.empty
    like = made(sites(site("FT", 0, 0, "training"), site("PT", 9000, 0, "training")))
    assert list(like.pairs["tier"]) == ["function"]
    assert ids(like) == {"PT-training-FT"}


def test_the_slower_direction_decides():
    frame = sites(site("FA", 0, 0), site("PA", 5000, 0))
    od = site_to_site(frame)
    od.loc[od["from_site_id"] == "PA", "travel_time_s"] += 101
    pairs = generate(frame, od, settings=OPTIONS_SETTINGS, fire_body=HEAD.fire_body).pairs
    assert pairs.empty
    od.loc[od["from_site_id"] == "PA", "travel_time_s"] -= 1
    pair = generate(frame, od, settings=OPTIONS_SETTINGS, fire_body=HEAD.fire_body).pairs.iloc[0]
    assert (pair["first_to_other_s"], pair["other_to_first_s"]) == (500, 600)
    assert pair["travel_time_s"] == 600


def test_a_pair_gives_every_move_and_one_touchdown(generated):
    of_pair = generated.options[generated.options["pair_id"] == "FA+PA"]
    assert list(of_pair["option_id"]) == ["FA+PA-new", "FA-into-PA", "PA-into-FA",
                                          "PA-touchdown-FA"]  # fmt: skip


def test_headquarters_share_one_site_and_move_nowhere_else(generated):
    involved = generated.options["site_ids"].str.contains("PH")
    assert list(generated.options.loc[involved, "option_id"]) == ["PH-hq-FH"]
    hq = generated.options[involved].iloc[0]
    assert hq["kind"] == "hq"
    assert pd.isna(hq["host_site_id"])


def test_an_existing_share_gives_itself_and_nothing_else(generated):
    of_share = generated.options[generated.options["site_ids"].str.contains("W")]
    assert list(of_share["option_id"]) == ["PW-into-FW"]
    assert list(of_share["existing_share"]) == ["existing"]


def test_a_tenant_of_a_fire_station_is_no_partner_for_others():
    frame = sites(
        site("FA", 0, 0, share_status="existing", share_with="PA"),
        site("PA", 10, 0, share_status="existing", share_with="FA"),
        site("FB", 900, 0),
        site("PB", 500, 0),
    )
    assert ids(made(frame)) == {
        "PA-into-FA", "PB-into-FA", "PB-into-FB", "FB-into-PB", "FB+PB-new", "PB-touchdown-FB",
    }  # fmt: skip


def test_a_share_may_be_named_by_body():
    frame = sites(
        site("FA", 0, 0),
        site("PA", 100, 0, share_status="possible", share_with="shirefire"),
        site("PB", 2000, 0, share_status="possible", share_with="shirefire"),
    )
    assert list(made(frame).pairs["existing_share"].fillna("")) == ["possible", ""]


def test_a_possible_share_is_marked_and_to_confirm():
    frame = sites(site("FA", 0, 0), site("PA", 100, 0, share_status="possible", share_with="FA"))
    options = made(frame).options.set_index("option_id")
    assert options.loc["PA-into-FA", "existing_share"] == "possible"
    assert "to confirm" in options.loc["PA-into-FA", "reason"]


def test_a_listed_touchdown_point_is_the_baseline():
    frame = sites(site("FA", 0, 0, "station;touchdown"), site("PA", 100, 0), site("PB", 200, 0))
    options = made(frame).options
    touchdown = options[options["kind"] == "touchdown"].iloc[0]
    assert touchdown["option_id"] == "PA-touchdown-FA"
    assert touchdown["existing_share"] == "existing"
    assert pd.isna(touchdown["released_site_ids"])


def test_closed_and_neighbouring_sites_are_in_no_option(generated):
    named = set(";".join(generated.options["site_ids"]).split(";"))
    assert named.isdisjoint({"FC", "FX", "FI", "PF"})


def test_a_crew_does_not_move_into_an_office():
    frame = sites(site("FA", 0, 0), site("PA", 100, 0, "office"))
    assert ids(made(frame)) == {"PA-into-FA", "FA+PA-new", "PA-touchdown-FA"}


def test_chains_form_no_group_and_cliques_do():
    chain = sites(site("FA", 0, 0), site("PA", 2500, 0), site("PB", 5000, 0))
    assert made(chain).options["group_id"].isna().all()
    clique = sites(site("FA", 0, 0), site("PA", 2500, 0), site("PB", 3000, 0))
    options = made(clique).options
    of_group = options[options["group_id"] == "FA+PA+PB"]
    assert set(of_group["option_id"]) == {
        "PA+PB-into-FA", "FA+PB-into-PA", "FA+PA-into-PB", "FA+PA+PB-new",
    }  # fmt: skip
    assert set(of_group["tier"]) == {"3 km"}
    assert set(of_group["straight_m"]) == {3000}


def test_no_fire_site_moves_into_another():
    frame = sites(site("FA", 0, 0), site("FT", 200, 0, "training"), site("PA", 400, 0))
    options = made(frame).options
    assert list(options.loc[options["group_id"].notna(), "option_id"]) == []
    assert "PA-into-FT" in set(options["option_id"])


def test_two_crewed_stations_are_never_merged():
    frame = sites(site("FA", 0, 0), site("FB", 1000, 0), site("PA", 500, 0))
    assert made(frame).options["group_id"].isna().all()


def test_a_large_clique_is_cut_to_the_closest_and_said():
    frame = sites(site("FA", 0, 0), *(site(f"P{i}", 160 * i, 0) for i in range(1, 6)))
    cut = made(frame)
    assert set(cut.options["group_id"].dropna()) == {"FA+P1+P2+P3"}
    assert list(cut.issues["rule"]) == ["group_cut"]


def test_a_straight_tier_needs_a_drive_too():
    """Across an estuary: 2 km by line, 15 min by road and one second more."""
    frame = sites(site("FA", 0, 0), site("PA", 2000, 0))
    od = site_to_site(frame)
    od["travel_time_s"] = od["travel_time_s"].where(od["travel_time_s"] == 0, 900.0)
    assert list(
        generate(frame, od, settings=OPTIONS_SETTINGS, fire_body=HEAD.fire_body).pairs["tier"]
    ) == ["3 km"]
    od.loc[od["from_site_id"] == "PA", "travel_time_s"] += 1
    far = generate(frame, od, settings=OPTIONS_SETTINGS, fire_body=HEAD.fire_body)
    assert far.pairs.empty
    assert far.options.empty
    assert far.issues[["key", "rule"]].to_numpy().tolist() == [["FA+PA", "near_by_line_only"]]
    assert "15.0 min by car" in far.issues["message"].iloc[0]


def test_an_outsider_across_an_estuary_takes_no_part():
    frame = sites(site("FA", 0, 0), site("PA", 2000, 0, in_area=False, fire_area=None))
    od = site_to_site(frame)
    who = generate(frame, od, settings=OPTIONS_SETTINGS, fire_body=HEAD.fire_body).participation
    assert who["takes_part"].tolist() == [True, True]
    od["travel_time_s"] = od["travel_time_s"].where(od["travel_time_s"] == 0, 901.0)
    who = generate(frame, od, settings=OPTIONS_SETTINGS, fire_body=HEAD.fire_body).participation
    assert who["takes_part"].tolist() == [True, False]


def test_twins_on_one_campus_give_each_option_once():
    frame = sites(
        site("FH", 0, 0, "headquarters"),
        site("FS", 150, 0),
        site("FT", 300, 0, "training"),
        site("PA", 2000, 0),
    )
    found = made(frame)
    assert list(found.pairs["pair_id"]) == ["FS+PA"]
    assert ids(found) == {"PA-into-FS", "FS-into-PA", "FS+PA-new", "PA-touchdown-FS"}
    twins = found.issues[found.issues["rule"] == "campus_twin"]
    assert twins["key"].tolist() == ["FH+PA", "FT+PA"]
    apart = sites(site("FS", 0, 0), site("FU", 151, 0, "office"), site("PA", 2000, 0))
    assert list(made(apart).pairs["pair_id"]) == ["FS+PA", "FU+PA"]


def test_the_lead_of_a_campus_is_the_station_evidenced_last():
    frame = sites(
        site("FA", 0, 0, as_of="2018-01-01"), site("FB", 0, 50), site("FC", 0, 100, as_of=None),
        site("PA", 2000, 0),
    )  # fmt: skip
    assert list(made(frame).pairs["pair_id"]) == ["FB+PA"]


def test_headquarters_on_a_campus_keep_their_own_option():
    frame = sites(
        site("FH", 0, 0, "headquarters"), site("FS", 100, 0), site("PH", 2000, 0, "headquarters")
    )
    assert "PH-hq-FH" in ids(made(frame))
    assert list(made(frame).pairs["pair_id"]) == ["FH+PH", "FS+PH"]


def test_a_touchdown_says_whose_desk_it_is_not():
    frame = sites(site("FA", 0, 0, "station;touchdown"), site("PA", 1000, 0))
    options = made(frame).options.set_index("option_id")
    assert options.loc["PA-touchdown-FA", "what_happens"] == (
        "Police may use a desk at Site FA; the nearest police site is Site PA. No building would "
        "be left."
    )


def test_nothing_reads_as_a_proposal(generated):
    told = generated.options.set_index("option_id")["what_happens"]
    assert told["PA-into-FA"] == (
        "Site PA would move into Site FA; its present building would then no longer be needed for "
        "it."
    )
    moves = generated.options["mover_site_ids"].notna().to_numpy()
    assert told[moves].str.contains(" would ").all()
    assert not told.str.contains("given up|moves ").any()


def test_clusters_part_the_participants_within_the_limit(generated):
    members = ";".join(generated.clusters["site_ids"]).split(";")
    who = generated.participation
    assert sorted(members) == sorted(who.loc[who["takes_part"], "site_id"])
    assert generated.clusters["diameter_s"].max() <= 600


@pytest.mark.parametrize(("metres", "clusters"), [(6000, 1), (6000.1, 2)])
def test_a_cluster_includes_its_limit(metres, clusters):
    assert len(made(sites(site("FA", 0, 0), site("PA", metres, 0))).clusters) == clusters


def test_clusters_do_not_chain():
    frame = sites(site("FA", 0, 0), site("PA", 4000, 0), site("PB", 8000, 0))
    assert sorted(made(frame).clusters["n_sites"]) == [1, 2]


def test_a_cluster_is_named_for_its_medoid():
    cluster = made(sites(site("FA", 0, 0), site("PA", 1000, 0), site("PB", 1500, 0))).clusters.iloc[
        0
    ]
    assert cluster["cluster_id"] == "C-PA"
    assert cluster["services"] == "fire;police"
    assert cluster["diameter_s"] == 150
    assert cluster["diameter_m"] == 1500


def test_a_cluster_bears_its_town_and_the_site_where_towns_repeat():
    frame = sites(
        site("FA", 0, 0, town="Ashford"),
        site("FB", 20_000, 0, town="Birch"),
        site("PB", 40_000, 0, town="Birch"),
        site("PC", 60_000, 0),
        site("FD", 80_000, 0, town="Deal", name="Deal Fire Station"),
        site("PD", 99_000, 0, town="Deal", name="Deal Police Office"),
        site("PE", 120_000, 0, town="Deal", name="Deal Police Office"),
    )
    assert dict(made(frame).clusters[["medoid_site_id", "name"]].to_numpy()) == {
        "FA": "Ashford", "FB": "Birch, Site FB", "PB": "Birch, Site PB", "PC": "Site PC",
        "FD": "Deal Fire Station", "PD": "Deal, C-PD", "PE": "Deal, C-PE",
    }  # fmt: skip


def test_without_clusters_the_options_are_the_same(monkeypatch, generated):
    def nothing(*given, **how):
        return find_clusters(*given, **how).iloc[:0]

    monkeypatch.setattr(generating, "find_clusters", nothing)
    bare = made(town())
    assert bare.clusters.empty
    pd.testing.assert_frame_equal(
        bare.options.drop(columns="cluster_id"), generated.options.drop(columns="cluster_id")
    )


def _groups_by_exhaustion(frame, near, *, limit_s, largest):
    """Try every set of sites: those that hold together and to which no site can be added."""
    times = {(row.site_a, row.site_b): row.travel_time_s for row in near.itertuples()}
    crewed = set(frame.loc[frame["crewed"], "site_id"])
    joined = {pair for pair, time in times.items() if time <= limit_s and not set(pair) <= crewed}
    whole = [
        chosen
        for n in range(1, len(frame) + 1)
        for chosen in combinations(frame["site_id"], n)
        if set(combinations(chosen, 2)) <= joined
    ]
    fire = set(frame.loc[frame["fire"], "site_id"])
    return [
        chosen
        for chosen in sorted(whole)
        if 3 <= len(chosen) <= largest
        and not any(set(chosen) < set(other) for other in whole)
        and 0 < len(fire.intersection(chosen)) < len(chosen)
    ]


@given(
    st.lists(
        st.tuples(st.integers(0, 8), st.integers(0, 8), st.booleans(), st.booleans()),
        max_size=8,
    )
)
@settings(max_examples=60)
def test_groups_are_those_that_trying_every_set_finds(places):
    frame = sites(
        *(
            site(f"{'F' if fire else 'P'}{i}", 1000 * x, 1000 * y)
            for i, (x, y, fire, _) in enumerate(places)
        )
    )
    frame = frame.assign(
        fire=frame["service"] == "fire",
        crewed=[fire and crew for _, _, fire, crew in places],
    ).sort_values("site_id", ignore_index=True)
    near = two_way(site_to_site(frame))
    found, cut = groups(frame, near, limit_s=300, largest=8)
    assert cut == []
    assert found == _groups_by_exhaustion(frame, near, limit_s=300, largest=8)


def test_ids_are_fit_for_file_names():
    frame = sites(site("FA", 0, 0), site("PA", 100, 0) | {"site_id": "P/1 a"})
    assert "P%2F1%20a-into-FA" in ids(made(frame))


@given(st.lists(st.tuples(st.integers(0, 12_000), st.integers(0, 12_000)), min_size=2, max_size=12))
@settings(max_examples=25)
def test_every_cluster_keeps_its_diameter(points):
    frame = sites(*(site(f"{'FP'[i % 2]}{i:02}", x, y) for i, (x, y) in enumerate(points)))
    frame = frame.sort_values("site_id", ignore_index=True)
    clusters = find_clusters(frame, two_way(site_to_site(frame)), limit_s=300)
    at = frame.set_index("site_id").geometry
    for row in clusters.itertuples():
        inside = at[row.site_ids.split(";")]
        apart = max(a.distance(b) for a in inside for b in inside) / 10
        assert row.diameter_s == pytest.approx(apart)
        assert row.diameter_s <= 300
    assert clusters["n_sites"].sum() == len(points)


class Remembering:
    """Keeps answers that last, as a work folder does."""

    def __init__(self):
        self.kept, self.done = {}, []

    def each(self, function, parts, /, *, given, of):
        self.done = [name for name in parts if of[name] not in self.kept]
        for name, part in parts.items():
            if of[name] not in self.kept:
                self.kept[of[name]] = function(part, given)
            yield Answered(name, self.kept[of[name]], None)


def test_components_are_parted_again_only_where_drives_are_others():
    #  A–B–C: a chain longer than the limit; D and E are together whatever else there is
    def clustered(spread, **moved):
        at = {"FA": 0, "PB": 1900, "FC": 4000, "FD": 20_000, "PE": 21_000} | moved
        frame = sites(*(site(name, x, 0) for name, x in at.items()))
        frame = frame.sort_values("site_id", ignore_index=True)
        found = find_clusters(frame, two_way(site_to_site(frame)), limit_s=300, spread=spread)
        return found["site_ids"].tolist()

    spread = Remembering()
    assert sorted(map(len, clustered(spread))) == [2, 5, 5]
    assert len(spread.done) == 1
    assert clustered(spread, PE=20_500) == clustered(ALONE, PE=20_500)
    assert not spread.done
    assert clustered(spread, FC=3990) == clustered(ALONE, FC=3990)
    assert len(spread.done) == 1


@given(st.randoms(use_true_random=False))
@settings(max_examples=5)
def test_the_order_of_rows_changes_nothing(random):
    frame = town()
    od = site_to_site(frame)
    order = random.sample(range(len(frame)), len(frame))
    shuffled = frame.iloc[order].reset_index(drop=True)
    again = generate(
        shuffled, od.sample(frac=1, random_state=random.randint(0, 99)),
        settings=OPTIONS_SETTINGS, fire_body=HEAD.fire_body,
    )  # fmt: skip
    for name, table in made(frame)._asdict().items():
        pd.testing.assert_frame_equal(
            pd.DataFrame(table), pd.DataFrame(getattr(again, name)), check_like=False
        )


def test_inputs_are_left_alone():
    frame, od = town(), site_to_site(town())
    before = frame.copy(), od.copy()
    generate(frame, od, settings=OPTIONS_SETTINGS, fire_body=HEAD.fire_body)
    pd.testing.assert_frame_equal(frame, before[0])
    pd.testing.assert_frame_equal(od, before[1])


def test_two_way_holds_both_directions_in_one_row():
    frame = sites(site("FA", 0, 0), site("PA", 300, 0))
    od = site_to_site(frame)
    both = two_way(od[od["from_site_id"] == "PA"])
    assert both[["site_a", "site_b", "back_s"]].to_numpy().tolist() == [["FA", "PA", 30.0]]
    assert np.isnan(both["travel_time_s"].iloc[0])


@pytest.mark.parametrize(
    "rows",
    [[], [site("PA", 0, 0)], [site("FA", 0, 0), site("PA", 0, 0, status="closed")]],
)
def test_an_estate_without_partners_gives_empty_tables(rows):
    empty = generate(
        sites(*rows), site_to_site(town()), settings=OPTIONS_SETTINGS, fire_body=HEAD.fire_body
    )
    assert empty.options.empty
    for name, table in empty._asdict().items():
        check(TABLES[name], table)
