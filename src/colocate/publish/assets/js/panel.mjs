// The panel beside the map: an option, a site, or the area at a glance.
import { byId, el } from "./dom.mjs";
import { count, plural, points, UNKNOWN } from "./format.mjs";
import { amongWords, groupBy, openQuestions } from "./model.mjs";
import { blockOf, rankSpan } from "./ranking.mjs";
import { scoreChart } from "./chart.mjs";
import { effects, equality, whereChanged } from "./effects.mjs";
import { approvals, changes, gates, record, searchArea, sites, why } from "./option.mjs";
import { decided, delivery, money, questionParts, sureness, unknowns } from "./decision.mjs";
import { badge, cells, note, quiet, reach, section, siteRecord, siteSymbol } from "./sections.mjs";

export class Panel {
  /** @param {{option: Function, site: Function, close: Function}} choose */
  constructor(model, choose) {
    this.model = model;
    this.choose = choose;
    this.body = byId("panel-body");
    this.live = [];
  }

  /** Show an option and one of its sites, a site alone, or the area. */
  show(option, site, result) {
    this.fill(option, site, result);
    byId("panel").scrollTop = 0;
  }

  /** Fill the panel where it stands; a part that is a function is made from the ranking. */
  fill(option, site, result) {
    const parts = option ? this.option(option, site) : site ? this.site(site) : this.area();
    const kept = parts.filter(Boolean).map((part) => {
      const make = typeof part === "function" ? part : null;
      return { make, node: make ? made(make, result) : part };
    });
    this.live = kept.filter(({ make }) => make !== null);
    this.body.replaceChildren(...kept.map(({ node }) => node));
  }

  /** Follow other weights: only what rests on them is made anew, the rest stays as unfolded. */
  follow(result) {
    for (const part of this.live) {
      const node = made(part.make, result);
      part.node.replaceWith(node);
      part.node = node;
    }
  }

  area() {
    const { model } = this;
    const gatesOpen = openQuestions(model).map((gate) => {
      const asked = el("div", {}, el("span", {}, gate.label), el("small", {}, gate.question));
      return el("li", {}, el("b", {}, count(gate.options)), asked);
    });
    return [
      this.head(null, "The area at a glance", [
        "Choose a number on the map or a line of the list to see why it ranks there.",
      ]),
      this.told("opening"),
      this.states(),
      (result) =>
        section(
          "First in each police area",
          this.firsts(this.bestByArea(result), result, (o) => o.area),
        ),
      this.told("basis"),
      this.firstQuestions(),
      section(
        "What most options wait for",
        quiet("How many options wait for each answer."),
        el("ul", { class: "questions" }, gatesOpen),
      ),
      (result) => this.spread(null, result),
      this.shared(),
      this.coverToday(),
    ];
  }

  /** A part of the page as it stands there without scripts. */
  told(id) {
    const told = byId(id)?.cloneNode(true);
    if (!told) return null;
    told.removeAttribute("id");
    told.classList.remove("plain-only");
    return told;
  }

  /** What single answers are worth most, by whom to ask. */
  firstQuestions() {
    const { model } = this;
    if (!model.questions.length) return null;
    const byWhom = groupBy(model.questions, (question) => question.asked);
    return section(
      "Answers that are worth most",
      ...[...byWhom].flatMap(([whom, asked]) => [
        el("h4", {}, `Ask ${whom}`),
        ...questionParts(model, asked, 3, 20),
      ]),
      quiet(`${plural(model.questions.length, "question", "questions")} in all.`),
    );
  }

  /** How the scores of all ranked options are spread, and where one stands among them. */
  spread(option, { score, rank }) {
    const beside = (o) => !option || blockOf(o) === blockOf(option);
    const ranked = this.model.options.filter((o) => rank[o.index] !== null && beside(o));
    if (ranked.length < 2 || (option && rank[option.index] === null)) return null;
    const scores = ranked.map((o) => score[o.index]);
    const own = option ? score[option.index] : null;
    const sorted = scores.toSorted((a, b) => a - b);
    const middle = sorted[Math.floor(sorted.length / 2)];
    const lower = own === null ? 0 : scores.filter((value) => value < own).length;
    const all = `${plural(ranked.length, "option", "options")}${option ? " ranked with it," : " ranked,"} from ${points(sorted[0])} to ${points(sorted.at(-1))}, half of them above ${points(middle)}`;
    const said = own === null ? all : `${points(own)}: above ${count(lower)} of ${all}`;
    return section(
      option ? "Its score among those ranked with it" : "Scores of all options",
      el("figure", { class: "chart" }, scoreChart(scores, own, `Histogram. ${said}.`)),
      quiet(`${said}.`),
    );
  }

  head(sign, title, lines, closable = false) {
    const close = { type: "button", class: "close", "aria-label": "Close details" };
    return el(
      "header",
      { class: "head" },
      sign,
      el("div", {}, el("h2", { id: "panel-title", tabindex: -1 }, title), lines.map(quiet)),
      closable ? el("button", { ...close, onclick: () => this.choose.close() }) : null,
    );
  }

  states() {
    const { options, status_words: words } = this.model;
    const items = Object.keys(words).map((name) => {
      const n = options.filter((option) => option.start.status === name).length;
      return el("li", {}, el("b", {}, count(n)), this.status(name));
    });
    return el("ul", { class: "states" }, items);
  }

  status(name) {
    return el("span", { class: `status ${name}` }, this.model.status_words[name]);
  }

  bestByArea({ place }) {
    const { options, police_areas: areas } = this.model;
    const ranked = options.filter((option) => place[option.index] !== null);
    ranked.sort((a, b) => place[a.index] - place[b.index]);
    return areas.map((area) => ({
      area,
      option: ranked.find((option) => option.areas.includes(area)) ?? null,
    }));
  }

  /** Options as a list of rank, title and score; `said` gives the first words of the small line. */
  firsts(entries, result, said) {
    const items = entries.map((entry) => {
      const { option } = entry;
      if (!option) {
        const none = el("div", {}, "none", el("small", {}, said(entry)));
        return el("li", {}, badge(null, result), none);
      }
      const small = el("small", {}, `${said(entry)} · ${option.kindWords}`);
      return el(
        "li",
        {},
        badge(option, result),
        el("div", {}, this.pick(option), small),
        el("b", {}, points(result.score[option.index])),
      );
    });
    return el("ol", { class: "firsts" }, items);
  }

  pick(option) {
    const attributes = { type: "button", class: "pick" };
    return el("button", { ...attributes, onclick: () => this.choose.option(option) }, option.title);
  }

  shared() {
    const existing = this.model.options.filter((option) => option.start.status === "existing");
    const desks = existing.filter((option) => option.kind === "touchdown").length;
    const others = existing.filter((option) => option.kind !== "touchdown");
    if (!existing.length) return null;
    return section(
      "Already shared",
      el(
        "ul",
        { class: "plain" },
        others.map((option) => el("li", {}, this.pick(option))),
      ),
      desks ? quiet(`${plural(desks, "touchdown desk", "touchdown desks")} in place.`) : null,
    );
  }

  coverToday() {
    const rows = this.model.baseline.map((row) =>
      el(
        "tr",
        {},
        el("th", { scope: "row", title: row.meaning }, row.label),
        el("td", {}, row.value ?? UNKNOWN),
        el("td", { title: row.published_source }, row.published ?? "–"),
      ),
    );
    if (!rows.length) return null;
    const head = cells("th", ["Computed", "Published"], { scope: "col" });
    return section(
      "Fire cover today",
      el(
        "table",
        { class: "figures" },
        el("thead", {}, el("tr", {}, el("td"), head)),
        el("tbody", {}, rows),
      ),
    );
  }

  option(option, site) {
    const { model } = this;
    const { start } = option;
    return [
      (result) => this.optionHead(option, result),
      el("p", { class: "lead" }, this.status(start.status), " ", option.what_happens),
      option.existing_share === "possible"
        ? note("Possibly shared already: to be confirmed.")
        : null,
      this.actions(option),
      changes(option),
      option.held ? note(`${option.held[0].toUpperCase()}${option.held.slice(1)}.`) : null,
      (result) => why(model, option, result),
      (result) => this.spread(option, result),
      sureness(model, option),
      gates(model, option),
      unknowns(model, option),
      effects(model, option),
      whereChanged(model, option),
      equality(option),
      searchArea(option),
      reach(model, option.sites, site, (other) => this.choose.site(other, true)),
      money(model, option),
      approvals(model, option),
      delivery(model, option),
      decided(model, option),
      sites(option),
      record(model, option),
    ];
  }

  optionHead(option, result) {
    const { start, index } = option;
    const place =
      start.rank !== null
        ? `rank ${rankSpan(index, result).join(" ").trim()} of ${amongWords(this.model, option)}`
        : start.status === "existing"
          ? "in place today, not ranked"
          : "moves nobody, not ranked";
    const line = `Score ${points(result.score[index])} of 100 · ${place}`;
    const moved = result.rank[index] !== start.rank;
    const before = moved ? [`${this.model.study.weighting} rank ${start.rank}`] : [];
    return this.head(badge(option, result, "big"), option.title, [line, ...before], true);
  }

  actions(option) {
    const compare = { type: "button", onclick: () => this.choose.compare(option) };
    const paper = { type: "button", onclick: () => print() };
    return el(
      "div",
      { class: "actions" },
      el("button", compare, "Compare with another"),
      el("button", paper, "Print this option"),
    );
  }

  site(site) {
    const { model } = this;
    const involved = model.options.filter((option) => option.sites.includes(site));
    const why = site.part_reason ?? site.status;
    const status = ({ option }) => model.status_words[option.start.status];
    const listed = (result) => {
      const order = ({ index }) => result.place[index] ?? Infinity;
      const entries = involved.toSorted((a, b) => order(a) - order(b)).map((option) => ({ option }));
      return section(
        plural(involved.length, "option", "options"),
        involved.length
          ? this.firsts(entries, result, status)
          : quiet(`No option involves this site: ${why}.`),
      );
    };
    return [
      this.head(siteSymbol(site), site.name, [site.body], true),
      site.quiet ? note(`Shown for completeness: ${why}.`) : null,
      listed,
      reach(model, [site], site, () => {}),
      section("Record", siteRecord(site)),
    ];
  }
}

/** A part made from the ranking; an empty text where there is nothing to say. */
function made(make, result) {
  return make(result) ?? document.createTextNode("");
}
