"""A page of a large study carries the first options of every list, and says so."""

import json
import re

from markupsafe import escape
from publish_town import RUN, page_of

from colocate.publish.facts import gather
from colocate.publish.report.extent import carried
from colocate.publish.report.report import report
from colocate.study import Report


def limited(study, **most):
    return study.model_copy(update={"report": Report(**most)})


def test_a_page_that_carries_all_says_nothing_of_it(html):
    assert "What this page carries" not in html


def test_as_many_options_of_every_list_as_fit_with_their_sites(tables, study):
    whole = gather(tables, study)
    kept = carried(whole, Report(most_options=3, most_sites=1))
    ranks = [option.score.rank for option in kept.options]
    deepest = max(rank for rank in ranks if rank is not None)
    left = [o for o in whole.options if o not in kept.options and o.score.rank is not None]
    assert len(kept.options) == 3
    assert all(option.score.rank >= deepest for option in left)
    assert {site.site_id for option in kept.options for site in option.sites} == set(kept.sites)


def test_the_page_says_what_it_does_not_carry_and_where_that_stands(tables, study):
    html = page_of(tables, limited(study, most_options=2, most_sites=1))
    said = re.search(r'id="left-out".*?</aside>', html, re.DOTALL)[0]
    n = len(tables["options"])
    assert f"The first 2 of {n} options" in said
    assert "shortlist.csv" in said
    assert f"of {len(tables['located_sites'])} sites" in said
    data = json.loads(re.search(r'id="data"[^>]*>(.*?)</script>', html, re.DOTALL)[1])
    assert len(data["options"]["option_id"]) == 2


def test_the_best_set_is_told_whole(tables, study):
    facts = gather(tables, study)
    page = report(facts, tables, study=limited(study, most_options=1), run=RUN)
    best = tables["portfolio_options"].query("portfolio_id == 'best'")["option_id"]
    titles = [option.title for option in facts.options if option.option_id in set(best)]
    section = page[page.index('class="plain-only best-set"') :]
    assert titles
    assert all(str(escape(title)) in section for title in titles)
