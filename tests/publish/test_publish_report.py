from __future__ import annotations

import base64
import hashlib
import json
from html.parser import HTMLParser

import pytest
from publish_town import HOSTILE, RUN, page_of

from colocate.publish.facts import disclosure
from colocate.publish.report.estate_map import EstateMap
from colocate.study import Figure
from colocate.tables import TABLES, empty
from colocate.tables.schema import conform


class Elements(HTMLParser):
    """Start tags with their attributes, and the text of each script and style."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.raw, self.text = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag in {"script", "style"}:
            self.raw.append((tag, dict(attrs), ""))

    def handle_data(self, data):
        if self.cdata_elem:
            tag, attrs, text = self.raw[-1]
            self.raw[-1] = (tag, attrs, text + data)
        else:
            self.text.append(data)


@pytest.fixture(scope="module")
def parsed(html):
    return Elements(html)


def data_of(parsed):
    return json.loads(next(t for _, a, t in parsed.raw if a.get("id") == "data"))


def test_the_same_run_gives_the_same_page(html, tables, study):
    assert page_of(tables, study) == html


def test_nothing_is_loaded_from_anywhere(parsed):
    addresses = [a.get(name) for _, a in parsed.tags for name in ("src", "href") if a.get(name)]
    assert [a for a in addresses if not a.startswith(("#", "data:"))] == ["back-office.html"]
    assert not any("url(" in text.replace("url(#hatch)", "") for tag, _, text in parsed.raw
                   if tag == "style")  # fmt: skip


def test_the_policy_allows_exactly_the_scripts_and_style_of_the_page(parsed):
    policy = next(a["content"] for t, a in parsed.tags if a.get("http-equiv"))
    run = [text for tag, a, text in parsed.raw if a.get("type") != "application/json"]
    for text in run:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert policy.count("sha256-") == len(run)
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_no_attribute_holds_script_or_style(parsed):
    names = {name for _, attrs in parsed.tags for name in attrs}
    assert not {n for n in names if n.startswith("on")}
    assert "style" not in names


def test_a_hostile_name_is_text_only(html, parsed):
    assert "<img" not in html
    assert any(HOSTILE in text for text in parsed.text)
    assert HOSTILE in data_of(parsed)["sites"]["name"]


def test_the_page_names_its_language_and_lets_people_zoom(html, parsed):
    assert dict(parsed.tags)["html"] == {"lang": "en-GB"}
    assert "user-scalable" not in html
    assert "maximum-scale" not in html


def test_notice_run_sources_and_counts_are_on_the_page(parsed, study):
    text = " ".join(parsed.text)
    for words in (study.study.notice, RUN.run_id, *RUN.sources, "records, 3 open",
                  "5 ranked", "Screening only"):  # fmt: skip
        assert words in text


def test_options_are_in_the_order_of_their_ids(parsed):
    ids = data_of(parsed)["options"]["option_id"]
    assert ids == sorted(ids)


def test_every_option_has_a_row_by_rank(parsed, tables):
    rows = [int(a["data-i"]) for tag, a in parsed.tags if tag == "tr" and a.get("role") == "row"
            and "data-i" in a]  # fmt: skip
    scores = tables["scores"].sort_values("option_id", ignore_index=True)
    assert rows == scores.sort_values(["place", "option_id"]).index.tolist()


def test_every_site_has_a_row_without_scripts(parsed, tables):
    rows = [a for tag, a in parsed.tags if tag == "tr" and "data-i" in a and "role" not in a]
    assert len(rows) == len(tables["located_sites"])
    text = " ".join(parsed.text)
    assert "a neighbouring service's station: counts for cover only" in text
    assert "EX1 1A" not in text  # the district only


def test_weights_that_rest_on_assumptions_are_starting_weights(parsed, study, tables):
    assert "not the starting ranking" in " ".join(parsed.text)
    sourced = [
        c.model_copy(update={"weight": Figure(value=c.weight.value, source="minute 7")})
        for c in study.choice.criteria
    ]
    choice = study.choice.model_copy(update={"criteria": tuple(sourced)})
    agreed = page_of(tables, study.model_copy(update={"choice": choice}))
    assert "not the agreed ranking" in agreed
    assert "tarting weights" not in agreed


def test_the_page_tells_the_date_of_the_rules_from_the_dates_of_the_records(parsed, tables, study):
    assert "rules as at 1 November 2026; records 2026" in " ".join(parsed.text)
    sites = tables["located_sites"].copy()
    sites.loc[sites["site_id"] == "P1", "as_of"] = "2021-08-01"
    page = page_of(tables | {"located_sites": sites}, study)
    assert "rules as at 1 November 2026; records 2021 to 2026" in page
    assert "fire January 2026, police August 2021 to January 2026 (most January 2026)" in page


def test_what_moves_a_fire_crew_says_who_decides(parsed, tables):
    crews = (tables["scores"]["rank_group"] == 2).sum()
    assert crews > 0
    said = [
        text for text in parsed.text if text == "moves a fire crew: the authority alone decides"
    ]
    assert len(said) == crews


def test_folium_s_map_is_left_as_it_was(html):
    import folium

    assert html
    assert EstateMap.default_js == []
    assert folium.Map.default_js


KEPT = ("located_sites", "participation", "bodies")


def test_a_study_with_sites_and_nothing_else_still_has_a_page(tables, study):
    bare = {name: empty(TABLES[name]) for name in TABLES} | {name: tables[name] for name in KEPT}
    page = page_of(bare, study)
    assert data_of(Elements(page))["options"]["option_id"] == []


def bare_of_classes(tables):
    """The town with nothing in any column above public."""
    bare = dict(tables)
    for name in ("located_sites", *disclosure.OPTION_TABLES):
        frame = tables[name].copy()
        for column in TABLES[name].columns:
            if column.disclosure != "public":
                frame[column.name] = None
        bare[name] = frame
    return bare


def test_a_run_with_public_columns_only_is_public(tables):
    assert disclosure.of_run(bare_of_classes(tables)) == "public"
    assert set(disclosure.of_options(bare_of_classes(tables))) == {"public"}


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (name, column)
        for name in ("located_sites", *disclosure.OPTION_TABLES)
        for column in TABLES[name].columns
        if column.disclosure != "public"
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_each_column_above_public_raises_the_class(tables, table, column):
    bare = bare_of_classes(tables)
    frame = bare[table]
    first = frame.index[0]
    marker = 987654.0 if column.kind == "float" else "MARKER"
    planted = frame.assign(**{column.name: [marker if i == first else None for i in frame.index]})
    given = bare | {table: planted}
    if table != "located_sites":  # what is worked out is only as high as what somebody gave
        given |= {"located_sites": costed(bare["located_sites"])}
    assert column.disclosure in set(disclosure.of_options(given))
    assert disclosure.of_run(given) == (
        column.disclosure if table == "located_sites" else "restricted"
    )


def costed(sites):
    """The sites with a restricted running cost in the last row."""
    last = sites.index[-1]
    return sites.assign(annual_running_cost_gbp=[54_321.0 if i == last else None
                                                 for i in sites.index])  # fmt: skip


def test_scores_of_public_registers_are_public(tables):
    public = tables | {"located_sites": bare_of_classes(tables)["located_sites"]}
    assert disclosure.of_run(public) == "public"
    assert set(disclosure.of_options(public)) == {"public"}


def test_the_page_says_its_class_and_that_it_is_internal(tables, study):
    sites = costed(tables["located_sites"])
    page = page_of(tables | {"located_sites": sites}, study)
    text = " ".join(Elements(page).text)
    assert "disclosure: restricted" in text
    assert "INTERNAL: holds restricted columns" in text


def test_a_running_cost_is_not_in_the_page_itself(tables, study):
    sites = tables["located_sites"].assign(annual_running_cost_gbp=31_000.0)
    page = page_of(tables | {"located_sites": sites}, study)
    assert "31000" not in json.dumps(data_of(Elements(page))["sites"])


def test_the_best_set_says_of_an_option_what_was_decided_before(tables, study):
    member = tables["portfolio_options"].query("portfolio_id == 'best'")["option_id"].iloc[0]
    gate = {"option_id": member, "gate": "already_decided", "outcome": "unknown",
            "mandatory": True, "reason": "Sold 2016.",
            "evidence": "site_decisions:P1/sold/2016"}  # fmt: skip
    rule = study.gates[0].model_copy(update={"id": "already_decided"})
    asked = study.model_copy(update={"gates": (*study.gates, rule)})
    told = page_of(tables | {"gates": conform(TABLES["gates"], [gate])}, asked)
    assert "Decided before: Sold 2016." in told
