from __future__ import annotations

import base64
import hashlib
import json
from html.parser import HTMLParser

import pytest
from publish_town import HOSTILE, RUN

from colocate.publish.report import EstateMap, report
from colocate.tables import TABLES, empty


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
    assert report(tables, study=study, run=RUN) == html


def test_nothing_is_loaded_from_anywhere(parsed):
    addresses = [a.get(name) for _, a in parsed.tags for name in ("src", "href") if a.get(name)]
    assert [a for a in addresses if not a.startswith(("#", "data:"))] == []
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
                  "records, 3 in scope", "5 ranked", "Screening only"):  # fmt: skip
        assert words in text


def test_options_are_in_the_order_of_their_ids(parsed):
    ids = data_of(parsed)["options"]["option_id"]
    assert ids == sorted(ids)


def test_every_option_has_a_row_by_agreed_rank(parsed, tables):
    rows = [int(a["data-i"]) for tag, a in parsed.tags if tag == "tr" and "data-i" in a]
    scores = tables["scores"].sort_values("option_id", ignore_index=True)
    assert rows == scores.sort_values(["rank", "option_id"]).index.tolist()


def test_folium_s_map_is_left_as_it_was(html):
    import folium

    assert html
    assert EstateMap.default_js == []
    assert folium.Map.default_js


NOTHING = (
    "options", "scores", "contributions", "gates", "approvals", "cover", "cover_baseline", "access",
    "money", "clusters", "catchments", "boundaries", "places", "road_edges",
)  # fmt: skip


def test_a_study_with_sites_and_nothing_else_still_has_a_page(tables, study):
    bare = tables | {name: empty(TABLES[name]) for name in NOTHING}
    page = report(bare, study=study, run=RUN)
    assert data_of(Elements(page))["options"]["option_id"] == []


def test_a_running_cost_makes_the_page_restricted(tables, study):
    sites = tables["located_sites"].assign(annual_running_cost_gbp=31_000.0)
    page = report(tables | {"located_sites": sites}, study=study, run=RUN)
    assert "disclosure: restricted" in page
    assert "31000" not in json.dumps(data_of(Elements(page))["sites"])
