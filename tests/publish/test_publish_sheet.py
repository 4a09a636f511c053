from __future__ import annotations

import json
import os
import re
import shutil
from html.parser import HTMLParser

import pytest
from publish_town import HOSTILE, RUN, SITES

from colocate import io
from colocate.errors import InputError, OptionError, OutputError
from colocate.pipeline import pdf
from colocate.publish.facts import AGENTS, MARKET, gather
from colocate.publish.sheets import sheet
from colocate.publish.sheets.localmap import Ground, Mark, Shown
from colocate.tables import TABLES
from colocate.tables.schema import conform

browser = pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium on the path")


class Elements(HTMLParser):
    """The names and attributes of a page's elements, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def opened(tables, study):
    return open_pages(tables, study)


@pytest.fixture(scope="module")
def inside(tables, study):
    return internal_pages(tables, study)


def open_pages(tables, study):
    return dict(sheet.opened(gather(tables, study), tables, study=study, run_id=RUN.run_id))


def internal_pages(tables, study):
    return dict(sheet.internal(gather(tables, study), study=study, run_id=RUN.run_id))


def text_of(page):
    return " ".join(" ".join(Elements(page).text).split())


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))


def test_every_ranked_option_has_an_open_and_an_internal_page(opened, inside, tables):
    ranked = tables["scores"].dropna(subset="rank")["option_id"]
    assert sorted(opened) == sorted(inside) == sorted(f"{option}.html" for option in ranked)


def test_a_sheet_is_small_and_static(opened, inside):
    for page in (*opened.values(), *inside.values()):
        assert len(page.encode()) < 25_000
        names = {tag for tag, _ in Elements(page).found}
        assert names.isdisjoint({"script", "img", "link", "iframe", "object", "form", "a"})
        assert not re.search(r"url\(|@import|https?://(?!opendatacommons)", page)


def test_the_policy_allows_its_own_style_and_nothing_else(opened):
    elements = Elements(opened["P1-into-F1.html"]).found
    policy = next(a["content"] for tag, a in elements if tag == "meta" and "http-equiv" in a)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not [a for _, a in elements if any(name.startswith("on") for name in a)]
    assert not [a for _, a in elements if "style" in a]


def test_the_open_page_tells_what_where_and_who(opened):
    told = text_of(opened["P1-into-F1.html"])
    for said in ("Rank 1 of 2 stations", "Exampleford Fire Station", "stays", "moves, comes free",
                 "60,000", "60,300", "no crewed station moves", "Example Fire (approve)",
                 "Example Police (agree, not verified)"):  # fmt: skip
        assert said in told, said


def test_a_rank_says_where_it_may_lie(tables, study):
    scores = tables["scores"].assign(rank_low=1.0, rank_high=2.0)
    given = tables | {"scores": scores}
    for pages in (open_pages(given, study), internal_pages(given, study)):
        told = text_of(pages["P1-into-F1.html"])
        assert re.search(r"Rank 1 of 2 stations .* \(1 to 2 while figures are not known\) ·", told)


def test_the_open_page_tells_who_loses_a_desk_on_foot_and_what_is_assumed(tables, study):
    walk = {"option_id": "P1-into-F1", "side": "police", "measure": "people_within_walk",
            "label": "On foot", "unit": "people", "before": 9_000.0, "after": 7_900.0,
            "gained": 100.0, "lost": 1_200.0, "change": "told", "basis": "assumed"}  # fmt: skip
    given = tables | {"effects": conform(TABLES["effects"], [walk])}
    told = text_of(open_pages(given, study)["P1-into-F1.html"])
    assert "min on foot, roughly) 9,000 7,900 100 1,200" in told
    assert "‡" not in told
    given |= {"access": tables["access"].assign(basis="assumed")}
    told = text_of(open_pages(given, study)["P1-into-F1.html"])
    assert "min on foot, roughly)‡ 9,000" in told
    assert "‡ assumed: no source says that the desk is open" in told


@pytest.mark.parametrize("disclosure", ["public", "commercial"])
def test_the_open_page_tells_what_was_decided_in_public_alone(tables, study, disclosure):
    decided = {"site_id": "P1", "what": "dropped", "date": "2020", "decided_by": "police",
               "source": "press", "certainty": "evidenced", "note": "invented",
               "disclosure": disclosure}  # fmt: skip
    gate = {"option_id": "P1-into-F1", "gate": "already_decided", "outcome": "unknown",
            "mandatory": True, "reason": "Plan dropped 2020.",
            "evidence": "site_decisions:P1/dropped/2020"}  # fmt: skip
    given = tables | {"gates": conform(TABLES["gates"], [gate]),
                      "site_decisions": conform(TABLES["site_decisions"], [decided])}  # fmt: skip
    told = text_of(open_pages(given, study)["P1-into-F1.html"])
    assert ("Decided before: Plan dropped 2020." in told) == (disclosure == "public")
    assert ("Plan dropped" in told) == (disclosure == "public")
    assert "No decision on this option in the register" in told


def test_the_internal_page_tells_money_with_its_range_year_and_why_it_does_not_pay_back(
    tables, study
):
    def told(**money):
        made = tables["money"].assign(net_saving_low_gbp=0.0, net_saving_high_gbp=45_000.0, **money)
        return text_of(internal_pages(tables | {"money": made}, study)["P1-into-F1.html"])

    assert "Saved a year, net about £12,000 (£0 to £45,000)" in told()
    assert "Payback not known In prices of 2026" in told()
    assert "Payback not within the study’s years" in told(npv_gbp=-5.0)
    assert "Payback year 7" in told(npv_gbp=5.0, payback_years=7.0)


def test_the_internal_page_tells_what_and_how_much(inside):
    told = text_of(inside["P1-into-F1.html"])
    for said in ("Rank 1 of 2 stations", "Exampleford Fire Station", "£12,000", "? open", "Robust"):
        assert said in told, said


def test_each_page_names_itself_at_its_head(opened, inside):
    for named, pages in (("Open page", opened), ("Internal page, not to be passed on", inside)):
        for page in pages.values():
            assert f"<title>{named} · " in page
            assert f'<p class="part"><b>{named}.</b>' in page


def test_notice_and_run_stand_on_every_page(opened, inside, study):
    for page in (*opened.values(), *inside.values()):
        told = text_of(page)
        assert told.count(f"{study.study.notice} Screening only.") == 1
        assert told.count(f"run {RUN.run_id}") == 1
        assert told.count(study.study.attribution[0]) == 1


def test_the_internal_page_states_its_class(inside):
    found = {re.search(r"Disclosure: (\w+)\.", text_of(page))[1] for page in inside.values()}
    assert found <= {"public", "commercial", "restricted"}


def test_nothing_of_the_internal_page_is_in_the_open_one(tables, study):
    marked = tables.copy()
    for name, column in (("gates", "reason"), ("gates", "question"), ("money", "note"),
                         ("options", "reason"), ("stability", "reason"),
                         ("questions", "question")):  # fmt: skip
        marked[name] = marked[name].assign(**{column: "PLANTED"})
    marked["money"] = marked["money"].assign(net_saving_gbp=987_654.0)
    for name, page in open_pages(marked, study).items():
        for kept_back in ("PLANTED", "987,654", "£", "Score", "Internal page", "internal/"):
            assert kept_back not in page, name
        told = internal_pages(marked, study)[name]
        assert "PLANTED" in told
        assert "£987,654" in told


def test_an_option_with_a_restricted_site_has_no_open_page(tables, study):
    sites = tables["located_sites"].copy()
    sites.loc[sites["site_id"] == "P3", "disclosure"] = "restricted"
    given = tables | {"located_sites": sites}
    without = {name for name in internal_pages(given, study) if "P3" in name}
    assert without
    assert set(open_pages(given, study)) == set(internal_pages(given, study)) - without


def test_a_site_that_is_not_public_is_not_among_the_small_ones_of_the_map(tables, study):
    def small(given):
        return open_pages(given, study)["P1-into-F1.html"].count(' m-other"')

    sites = tables["located_sites"].copy()
    sites.loc[sites["site_id"] == "P1", "disclosure"] = "commercial"
    assert small(tables | {"located_sites": sites}) == small(tables) - 1


def test_hostile_names_are_text(opened, inside):
    for pages in (opened, inside):
        page = pages["P1-into-F1.html"]
        assert "<img" not in page
        assert "onerror=alert(1)" in text_of(page)
        assert "{{7*7}}" in text_of(page)


def released(tables, study, audience=AGENTS):
    facts = gather(tables, study)
    return sheet.released(facts, tables, audience=audience, study=study, run_id=RUN.run_id)


def test_the_market_s_open_page_says_nothing_of_rank(tables, study):
    decisions = tables["option_decisions"]
    opened = decisions.assign(release=decisions["release"].replace("agents", "market"))
    given = tables | {"option_decisions": opened}
    (page,) = dict(released(given, study, MARKET)).values()
    assert "Rank" not in text_of(page)
    assert re.search(r"Rank \d+=? of \d", text_of(dict(released(given, study))["F4-hq-P3.html"]))


def test_agents_get_the_open_page_of_what_is_released_alone(tables, study):
    pages = dict(released(tables, study))
    assert list(pages) == ["F4-hq-P3.html"]
    told = text_of(pages["F4-hq-P3.html"])
    assert "Released by decision" in told
    assert "Approved 2026-10-01" in told
    assert "Internal page" not in told
    assert "£" not in told
    assert not [s for s, given in SITES.items() if s not in {"F4", "P3"} and given["name"] in told]


def test_the_open_page_is_the_same_for_agents_and_inside(tables, study, opened):
    outside = text_of(dict(released(tables, study))["F4-hq-P3.html"])
    start, end = outside.index("What would happen"), outside.index("Contact:")
    assert outside[start:end] in text_of(opened["F4-hq-P3.html"])


def test_file_names_suit_every_file_system():
    names = sheet.file_names(["A-into-b", "a-into-B", "x/../y", "con:aux", "z" * 300])
    assert names["A-into-b"] == "A-into-b.html"
    assert names["a-into-B"] == "a-into-B~2.html"
    assert names["x/../y"] == "x____y.html"
    assert len({name.casefold() for name in names.values()}) == 5
    assert all(re.fullmatch(r"[A-Za-z0-9+_~-]{1,90}\.html", name) for name in names.values())


def test_sites_at_one_point_are_drawn_side_by_side(tables):
    pair = [
        Mark("F1", "One", "fire", 300_000, 100_000),
        Mark("F9", "Two", "fire", 300_000, 100_000),
    ]
    drawn = Ground(tables).draw(Shown(pair), label="Two at one place")
    centres = re.findall(r'class="fire m-own" cx="(\d+)" cy="(\d+)"', drawn)
    assert len(set(centres)) == 2


def test_the_scale_bar_is_true(tables):
    drawn = Ground(tables).draw(Shown([Mark("F1", "One", "fire", 300_000, 100_000)]), label="Scale")
    left, right = re.search(r'm-scale" d="M(\d+) \d+v5H(\d+)', drawn).groups()
    assert "2 km" in drawn
    assert (int(right) - int(left)) * 12_000 / 720 == pytest.approx(2000, abs=20)


@browser
@pytest.mark.browser
def test_an_open_page_prints_on_one_a4_page_an_internal_one_on_two_at_most(published, tmp_path):
    for path, most in ((published / "sheets" / "open" / "P1-into-F1.html", 1),
                       (published / "agents" / "sheets" / "F4-hq-P3.html", 1),
                       (published / "sheets" / "internal" / "P1-into-F1.html", 2)):  # fmt: skip
        out = pdf.print_pdf(path, tmp_path / "sheet.pdf")
        assert pages_of(out) <= most
        assert re.search(rb"/MediaBox\s*\[0 0 59[45]\.\d+ 84[12]", out.read_bytes())


@browser
@pytest.mark.browser
def test_long_names_and_long_paths_stay_on_their_pages(tables, study, tmp_path):
    long = "Ω" * 10_000
    sites = tables["located_sites"].assign(name=long, town=long, source=long)
    options = tables["options"].assign(title=long, what_happens=long)
    gates = tables["gates"].assign(reason=long, question=long)
    steps = tables["approvals"].assign(body=long, body_id=tables["approvals"]["rule_id"])
    given = tables | {"located_sites": sites, "options": options, "gates": gates}
    given |= {"approvals": steps}
    path = tmp_path / "long.html"
    for pages, most in ((open_pages(given, study), 1), (internal_pages(given, study), 2)):
        path.write_text(pages["P1-into-F1.html"], encoding="utf-8")
        assert path.stat().st_size < 40_000
        assert pages_of(pdf.print_pdf(path, tmp_path / "long.pdf")) <= most


@pytest.mark.parametrize("inside", [False, True])
def test_the_sheet_of_an_option_is_found_in_its_run(town_run, inside):
    found = min((town_run / "sheets" / ("internal" if inside else "open")).iterdir())
    assert pdf.find(town_run, found.stem, inside=inside) == found


def test_the_open_page_is_written_unless_the_internal_is_asked_for(town_run, tmp_path, monkeypatch):
    option = min((town_run / "sheets" / "open").iterdir()).stem
    monkeypatch.chdir(tmp_path)
    assert "<title>Open page" in pdf.sheet(town_run, option).read_text(encoding="utf-8")
    written = pdf.sheet(town_run, option, inside=True)
    assert written.name == f"{option}-internal.html"
    assert "<title>Internal page" in written.read_text(encoding="utf-8")


def test_an_option_without_an_open_page_is_told_of(town_run, tmp_path):
    run = shutil.copytree(town_run, tmp_path / "run")
    page = min((run / "sheets" / "open").iterdir())
    page.unlink()
    with pytest.raises(InputError, match="the sheet is gone"):
        pdf.find(run, page.stem)
    manifest = json.loads((run / io.MANIFEST).read_text(encoding="utf-8"))
    del manifest["outputs"][f"sheets/open/{page.name}"]
    (run / io.MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(OptionError, match="has no open page: a site of it is restricted"):
        pdf.find(run, page.stem)


def test_a_sheet_is_written_where_somebody_wants_it(town_run, tmp_path):
    found = min((town_run / "sheets" / "open").glob("*.html"))
    out = tmp_path / "mine.html"
    assert pdf.sheet(town_run, found.stem, out=out) == out
    assert out.read_bytes() == found.read_bytes()


@browser
@pytest.mark.browser
def test_a_pdf_is_written_beside_the_reader(town_run, tmp_path, monkeypatch):
    found = min((town_run / "sheets" / "open").glob("*.html"))
    monkeypatch.chdir(tmp_path)
    written = pdf.sheet(town_run, found.stem, pdf=True)
    assert (tmp_path / f"{found.stem}.pdf").samefile(written)
    assert written.read_bytes().startswith(b"%PDF")


def test_an_option_that_is_not_there_is_named(town_run, tmp_path):
    with pytest.raises(OptionError, match="no option NOT-HERE among"):
        pdf.find(town_run, "NOT-HERE")
    with pytest.raises(InputError, match="no run here"):
        pdf.find(tmp_path, "NOT-HERE")


def test_without_a_browser_the_message_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in pdf.WINDOWS_FOLDERS:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(OutputError, match="no browser to print with"):
        pdf.find_browser()


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands in for the browser")
def test_a_browser_that_prints_nothing_is_an_error(monkeypatch, tmp_path):
    stub = tmp_path / "chromium"
    stub.write_text("#!/bin/sh\necho broken >&2\nexit 1\n")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(OutputError, match="did not print it; it said: broken"):
        pdf.print_pdf(tmp_path / "page.html", tmp_path / "page.pdf")


def test_hostile_text_reaches_the_map_as_text(opened):
    page = opened["P1-into-F1.html"]
    labels = re.findall(r'<text class="m-site"[^>]*>([^<]*)</text>', page)
    assert any(label.startswith("&lt;/script&gt;") for label in labels)
    assert HOSTILE not in page
