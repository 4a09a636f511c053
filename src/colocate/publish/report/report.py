"""The report: one HTML file with map, ranked list and reasons that opens anywhere, offline.

The page is a template of ours around a folium map (`estate_map`); Leaflet comes from the package
xstatic-leaflet and is written into the page. The map is in British National Grid: what is drawn is
what was computed, and its scale bar is true.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import pandas as pd
from xstatic.pkg import leaflet

from colocate.publish.facts import Facts, amounts, words
from colocate.publish.page import asset, digest, template
from colocate.publish.readiness import lacks
from colocate.publish.report import basis, extent, layers, opening, payload, still
from colocate.study import Study, figures

if TYPE_CHECKING:
    from colocate.publish.published import RunInfo

Tables = Mapping[str, pd.DataFrame]

MODULES = (
    "ranking", "codec", "format", "csv", "state", "dom", "linking", "model", "paper", "shapes",
    "tip", "symbols", "map", "controls", "sections", "chart", "effects", "decision", "compare",
    "settlement", "portfolio", "table", "sites", "option", "panel", "main",
)  # fmt: skip
"""The page's modules, each after those it imports from."""

STYLES = (
    "base", "layout", "controls", "map", "list", "still", "panel", "decision",
    "responsive", "print",
)  # fmt: skip

COLUMNS = (
    {"label": "Rank", "sort": "rank", "style": "rank"},
    {"label": "Option", "sort": "title", "style": "title"},
    {"label": "Score", "sort": "score", "style": "score"},
    {"label": "Status and gates", "sort": "", "style": "state"},
    {"label": "Saved a year", "sort": "saving", "style": "saving"},
)


def report(facts: Facts, tables: Tables, /, *, study: Study, run: RunInfo) -> str:
    """Write the report of a run.

    Args:
        facts: what may be told of the run's options and sites.
        tables: the run's tables by name; those of the decision may be empty, then the page
            leaves their section out or says that it was not computed.
        study: the study of that run.
        run: what the page says about the run.

    Returns:
        One HTML document; the same for the same arguments.
    """
    whole, facts = facts, extent.carried(facts, study.report)
    drawings = extent.drawn(_drawings(tables, study), facts)
    data = payload.payload(facts, tables, study=study, drawings=drawings)
    data |= {"run": {"run_id": run.run_id, "version": run.version}, "sources": list(run.sources)}
    rests = basis.basis(tables["ranking_basis"], criteria=study.choice.criteria)
    best = still.best_set(whole, tables)
    return template("page.html").render(
        study=study.study,
        run=run,
        lacks=lacks(tables),
        left_out=extent.left_out(whole, facts),
        dates=_dates(tables, study),
        weighting=words.weighting(study),
        slider=_slider(study),
        totals=_totals(tables, run, services=_services(run, study)),
        presets=list(study.choice.presets),
        robustness=study.robustness,
        money_years=study.money.appraisal_years.value,
        criteria=[_criterion(c) for c in data["criteria"]],
        limits=", ".join(f"{limit:g}" for limit in study.travel.catchment_limits_min),
        blocks=still.blocks(still.rows(facts, study=study)),
        opening=opening.opening(whole, best=best, basis=rests),
        basis=rests,
        n_options=len(facts.options),
        sites=still.site_rows(facts),
        portfolio=len(tables["portfolios"]) > 0,
        programme=len(tables.get("programme_groups", ())) > 0,
        best=best,
        services=words.listed(_services(run, study)),
        others=_others(run, study),
        static_map=still.still_map(facts, study=study, drawings=drawings, corners=data["home"]),
        figures=_figures(study),
        disclosure=facts.disclosure,
        internal=words.internal(facts.disclosure),
        data=_json(data),
        **_of_no_run(),
    )


def _of_no_run() -> dict[str, Any]:
    """What every page has alike: columns, map, style, scripts, a policy that allows no others."""
    from colocate.publish.report.estate_map import drawn  # with folium: a fifth of a second

    html, starts = drawn()
    # Leaflet and our script never pass through branca: it reads any text as a template, and the
    # braces of JavaScript would be taken for Jinja's.
    scripts = [_leaflet_script(), _bundle(), starts]
    style = _style()
    return {
        "columns": COLUMNS, "map": html, "style": style, "scripts": scripts,
        "policy": _policy(scripts, style),
    }  # fmt: skip


def _drawings(tables: Tables, study: Study) -> pd.DataFrame:
    """What the run has drawn; drawn here where the tables are a few of a run's."""
    if "drawings" in tables:
        return tables["drawings"]
    return layers.drawings(tables, fire_area=study.study.fire_area)


def _figures(study: Study) -> list[dict[str, str]]:
    return [
        {"name": name, "value": f"{figure.value:g}", "ground": figure.ground}
        for name, figure in figures(study)
    ]


def _dates(tables: Tables, study: Study) -> dict[str, str]:
    """The day of the rules, and from when the registers' own records are: short, and by service."""
    own = tables["located_sites"][~tables["located_sites"]["over_border"]]
    dated = own[own["as_of"].notna()].sort_values("as_of")
    spans = [f"{service} {_months(dates)}" for service, dates in dated.groupby("service")["as_of"]]
    rules = f"rules as at {amounts.day(study.study.as_of)}"
    if not spans:
        return {"short": rules, "full": f"{rules}; records undated"}
    first, last = (dated["as_of"].iloc[row][:4] for row in (0, -1))
    years = first if first == last else f"{first} to {last}"
    return {"short": f"{rules}; records {years}", "full": f"{rules}; records: {', '.join(spans)}"}


def _months(dates: pd.Series) -> str:
    """First and last month of some dates in order, and the one that more than half bear."""
    first, last = amounts.month(dates.iloc[0]), amounts.month(dates.iloc[-1])
    usual = dates.mode().iloc[0]
    most = f" (most {amounts.month(usual)})" if (dates == usual).mean() > 0.5 else ""
    return first if first == last else f"{first} to {last}{most}"


def _slider(study: Study) -> float:
    """Where the weights' sliders end: the power of ten that holds every weight of the study."""
    given = [criterion.weight.value for criterion in study.choice.criteria]
    given += [weight for preset in study.choice.presets.values() for weight in preset.values()]
    return 10.0 ** math.ceil(math.log10(max(given)))


def _criterion(given: Mapping[str, Any]) -> dict[str, Any]:
    """A criterion with its figures as people read them."""
    scale = {end: f"{given[end]:,g}".replace("-", "−") for end in ("worst", "best")}
    share = amounts.percent(given["share"])
    return {**given, **scale, "weight": f"{given['weight']:g}", "percent": share}


def _services(run: RunInfo, study: Study) -> list[str]:
    """Services whose buildings the study is about: fire first, others by name; no partners'."""
    own = set(run.records) - {*study.options.partner_hosts.services}
    return sorted(own, key=lambda service: (service != "fire", service))


def _others(run: RunInfo, study: Study) -> list[str]:
    """Services besides the two that the map shows alike; partners together."""
    own = _services(run, study)
    partners = ["partners"] if len(own) < len(run.records) else []
    return [*(service for service in own if service not in {"fire", "police"}), *partners]


def _totals(tables: Tables, run: RunInfo, *, services: Iterable[str]) -> list[dict[str, str]]:
    sites = tables["located_sites"]
    part = tables["participation"].set_index("site_id")["takes_part"]
    own = sites[~sites["over_border"]]
    in_use = own[own["status"] == "open"]
    in_scope = own[own["site_id"].map(part).fillna(value=False).astype(bool)]
    scores = tables["scores"]
    return [
        *(
            {
                "label": f"{service.capitalize()} sites",
                "value": f"{run.records[service]}",
                "detail": f"records, {(in_use['service'] == service).sum()} open",
                "more": f"{(in_scope['service'] == service).sum()} in scope",
            }
            for service in services
        ),
        {
            "label": "Options",
            "value": f"{len(scores):,}",
            "detail": f"{scores['rank'].notna().sum():,} ranked",
            "more": "",
        },
    ]


def _json(data: object) -> str:
    """JSON that cannot end its script element, whatever a register says."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _policy(scripts: list[str], style: str) -> str:
    return (
        f"default-src 'none'; script-src {' '.join(map(digest, scripts))}; "
        f"style-src {digest(style)}; img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def _leaflet(name: str) -> str:
    return (resources.files(leaflet) / "data" / name).read_text(encoding="utf-8")


def _leaflet_script() -> str:
    return re.sub(r"//# sourceMappingURL=.*", "", _leaflet("leaflet.js")).strip()


@cache
def _style() -> str:
    """Leaflet's style without the rules that load images, then ours."""
    rules = re.sub(r"[^{}]*\{[^{}]*url\([^{}]*\}", "", _leaflet("leaflet.css"))
    return "\n".join([rules, *(asset(f"css/{name}.css") for name in STYLES)])


@cache
def _bundle() -> str:
    """Our modules as one script: imports dropped, exports local to one function."""
    texts = [asset(f"js/{name}.mjs") for name in MODULES]
    code = [
        re.sub(r"^import [^;]*;.*\n|^export (?=\w)", "", text, flags=re.MULTILINE) for text in texts
    ]
    body = "\n".join(code)
    return f'const colocate = (() => {{\n"use strict";\n{body}\nreturn {{ start }};\n}})();'
