// The page: one state, and everything that shows it.
import { announce, byId, download, el } from "./dom.mjs";
import { buildModel, passes } from "./model.mjs";
import { EstateMap, nationalGrid } from "./map.mjs";
import { fillFilters, Filters, Weights } from "./controls.mjs";
import { rankOptions } from "./ranking.mjs";
import { paperMap } from "./paper.mjs";
import { Panel } from "./panel.mjs";
import { count, plural } from "./format.mjs";
import { csvText, rankingRows } from "./csv.mjs";
import { Compare } from "./compare.mjs";
import { Portfolio } from "./portfolio.mjs";
import { RankedTable } from "./table.mjs";
import { SiteTable } from "./sites.mjs";
import { readState, writeState } from "./state.mjs";

class Page {
  constructor(makeMap) {
    this.model = buildModel(JSON.parse(byId("data").textContent));
    const choose = {
      option: (option) => this.choose(option, null, { move: true, reveal: true }),
      site: (site, keep) => this.choose(keep ? this.option : null, site, { move: true }),
      close: () => this.choose(null, null, {}),
      compare: (option) => this.beginCompare(option),
      marked: (options) => this.mark(options),
    };
    fillFilters(this.model);
    this.panel = new Panel(this.model, choose);
    this.table = new RankedTable(this.model, (option, byKey) =>
      this.choose(option, null, { move: true, reveal: byKey }),
    );
    this.siteTable = new SiteTable(this.model, choose.site);
    this.compare = new Compare(this.model, choose);
    this.portfolio = new Portfolio(this.model, choose);
    this.filters = new Filters(this.model, () => {
      this.refresh();
      announce(byId("shown").textContent);
    });
    this.weights = new Weights(this.model, () => this.rerank());
    this.map = new EstateMap(makeMap(nationalGrid(L)), this.model, choose);
    this.wire();
    this.list("options");
    if (!this.open(location.hash)) this.open("");
  }

  wire() {
    for (const input of document.querySelectorAll("[data-layer]")) {
      const apply = () => this.map.toggle(input.dataset.layer, input.checked);
      input.addEventListener("change", apply);
      if (!input.checked) apply();
    }
    for (const button of document.querySelectorAll("button[data-layout]")) {
      button.addEventListener("click", () => this.layout(button.dataset.layout));
    }
    for (const button of document.querySelectorAll("button[data-list]")) {
      button.addEventListener("click", () => this.openList(button.dataset.list));
    }
    byId("csv").addEventListener("click", () => this.saveCsv());
    byId("print").addEventListener("click", () => print());
    byId("copy").addEventListener("click", () => this.copyView());
    byId("paste").addEventListener("change", () => {
      if (this.open(byId("paste").value)) byId("paste").value = "";
    });
    addEventListener("hashchange", () => {
      if (!byId(location.hash.slice(1))) this.open(location.hash); // not a link within the page
    });
    addEventListener("beforeprint", () => this.printing(true));
    addEventListener("afterprint", () => this.printing(false));
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      const method = document.querySelector(".method[open]");
      if (method) method.open = false;
      else if (this.option || this.site) this.choose(null, null, {});
    });
    if (matchMedia("(max-width: 74.9rem)").matches) {
      for (const fold of document.querySelectorAll(".controls .fold")) fold.open = false;
    }
    new ResizeObserver(() => this.map.resize()).observe(byId("map"));
  }

  layout(name) {
    document.documentElement.dataset.layout = name;
    for (const button of document.querySelectorAll("button[data-layout]")) {
      button.setAttribute("aria-pressed", String(button.dataset.layout === name));
    }
  }

  /** Show a list and what belongs to it on the map. */
  openList(name) {
    this.list(name);
    if (name === "compare" && this.compare.pair[0]) this.compare.set(this.compare.pair);
    else if (name === "compare") this.compare.begin(this.option);
    if (name === "portfolio" && this.portfolio.shown) this.portfolio.set(this.portfolio.shown);
    if (name === "options" || name === "sites") this.map.mark([], false);
    else if (this.opening && matchMedia("(max-width: 47.9rem)").matches)
      byId("list").scrollIntoView({ block: "start" });
    this.remember();
  }

  beginCompare(option) {
    this.list("compare");
    this.compare.begin(option);
    byId("c-second").focus();
  }

  /** Mark options shown together on the map. */
  mark(options) {
    this.map.resize();
    this.map.mark(options, true);
    this.remember();
  }

  /** Show the ranked options, the sites, two options side by side, or the portfolio. */
  list(name) {
    document.documentElement.dataset.list = name;
    for (const button of document.querySelectorAll("button[data-list]")) {
      button.setAttribute("aria-pressed", String(button.dataset.list === name));
    }
    byId("list").scrollTop = 0;
    if (this.visible) this.showCounts();
  }

  rerank() {
    this.result = rankOptions(this.model.rankable, this.weights.weights);
    this.weights.tell(this.result.rank);
    this.refresh();
    const { list } = document.documentElement.dataset;
    this.compare.show(this.result, list === "compare");
    this.portfolio.show(this.result, list === "portfolio");
    this.panel.follow(this.result);
  }

  refresh() {
    const { value } = this.filters;
    this.visible = this.model.options.filter((option) =>
      passes(option, value, this.result.completeness[option.index]),
    );
    this.table.show(this.visible, this.result, this.weights.exploratory);
    this.siteTable.show(value.text);
    this.showCounts();
    this.map.showOptions(this.visible, this.result);
    this.remember();
  }

  /** Say how many options and sites the list holds. */
  showCounts() {
    const { model, visible, siteTable } = this;
    const part = (some, all, one, many) =>
      some === all ? plural(all, one, many) : `${count(some)} of ${plural(all, one, many)}`;
    const options = part(visible.length, model.options.length, "option", "options");
    const sites = part(siteTable.visible, model.sites.length, "site", "sites");
    const own = document.documentElement.dataset.list === "sites" ? sites : options;
    byId("shown").textContent = this.filters.active ? `${options} · ${sites}` : own;
  }

  /** Choose an option, one of its sites, or neither; the map, the list and the panel follow. */
  choose(option, site, { move = false, reveal = false }) {
    const other = option === null || option !== this.option;
    this.option = option;
    this.site = site ?? option?.host ?? option?.sites[0] ?? null;
    this.showPanel(other);
    this.table.select(option, reveal);
    this.map.select(option, this.site, move);
    document.documentElement.classList.toggle("chosen", Boolean(option || site));
    const name = option?.title ?? site?.name;
    announce(name ? `${name}: details shown` : "Details closed");
    this.remember();
    if (name && matchMedia("(max-width: 47.9rem)").matches) {
      byId("panel").scrollIntoView({ block: "start" });
      byId("panel-title").focus({ preventScroll: true });
    }
  }

  /** Show what is chosen; whoever was working in the panel stays there. */
  showPanel(other) {
    const within = byId("panel").contains(document.activeElement);
    if (other) this.panel.show(this.option, this.site, this.result);
    else this.panel.fill(this.option, this.site, this.result);
    if (!within) return;
    const pressed = other ? null : document.querySelector("#panel .segments [aria-pressed=true]");
    (pressed ?? byId("panel-title")).focus({ preventScroll: true });
  }

  get state() {
    return {
      option: this.option?.id,
      site: this.site && this.site !== this.option?.host ? this.site.site_id : null,
      weights: this.weights.exploratory ? this.weights.weights : null,
      list: document.documentElement.dataset.list,
      pair: this.compare.pair.map((option) => option?.id ?? null),
      set: this.portfolio.shown?.portfolio_id ?? null,
      filter: this.filters.value,
    };
  }

  /** Keep the state in the address, so that it can be linked to. */
  remember() {
    if (this.opening) return;
    clearTimeout(this.remembering);
    this.remembering = setTimeout(() => {
      try {
        history.replaceState(null, "", `#${writeState(this.state)}`);
      } catch {
        // a preview that forbids it: the view code still works
      }
    }, 200);
  }

  /** Open a view by its code; what is none changes nothing and is said to be none. */
  open(code) {
    const { model } = this;
    const state = readState(code, model.criteria.length);
    const byName = (id) => model.options.find((o) => o.id === id) ?? null;
    const option = byName(state?.option);
    const pair = (state?.pair ?? []).map(byName);
    const set = model.portfolios.find((p) => p.portfolio_id === state?.set) ?? null;
    const site = model.siteById.get(state?.site) ?? null;
    const found =
      state !== null &&
      (option !== null || state.option === null) &&
      (site !== null || state.site === null) &&
      pair.every((one, side) => one !== null || state.pair[side] === null) &&
      (set !== null || state.set === null) &&
      this.filters.offers(state.filter);
    this.say(found ? "" : "No such view");
    if (!found) return false;
    this.opening = true;
    this.filters.set(state.filter);
    this.weights.set(state.weights ?? this.weights.start);
    if (option || site) this.choose(option, site, { move: true, reveal: true });
    else this.panel.show(null, null, this.result);
    if (pair[0] && pair[1]) this.compare.set(pair);
    if (set) this.portfolio.shown = set;
    this.openList(state.list);
    this.opening = false;
    return true;
  }

  async copyView() {
    const web = location.protocol.startsWith("http");
    const code = writeState(this.state) || "start";
    const text = web ? location.href.replace(/#.*$/, `#${code}`) : code;
    try {
      await navigator.clipboard.writeText(text);
      this.say(web ? "Link copied" : "View code copied: paste it into the same report");
    } catch {
      this.say(text);
    }
  }

  say(text) {
    byId("said").textContent = text;
    announce(text);
  }

  saveCsv() {
    const { model, result } = this;
    const ranking = this.weights.exploratory ? "exploratory" : model.study.weighting;
    const rows = rankingRows(model, result, this.table.ordered, ranking);
    download(`${model.study.id}-${ranking}.csv`, csvText(rows), "text/csv");
    this.say(`${rows.length - 1} options saved as CSV`);
  }

  /** Before printing: all rows and a map for paper; what is folded stays folded, as on the screen. */
  printing(on) {
    const { option, site, visible, result } = this;
    byId("paper").replaceChildren(
      ...(on ? [paperMap(this.model, { option, site, visible, result })] : []),
    );
    if (on) this.limit = this.table.limit;
    this.table.limit = on ? Infinity : this.limit;
    this.table.render();
  }
}

/** Start the page; without success the plain version stays. */
export function start(makeMap) {
  const root = document.documentElement;
  root.classList.add("live");
  try {
    globalThis.colocatePage = new Page(makeMap); // for the console and for tests
  } catch (fault) {
    root.classList.remove("live");
    byId("fault").hidden = false;
    byId("fault").append(el("span", {}, ` (${fault.message})`));
    throw fault;
  }
}
