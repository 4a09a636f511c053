// Sets of options together: the best, the next best, and what is given up for what on the frontier.
import { announce, byId, el } from "./dom.mjs";
import { frontierChart } from "./chart.mjs";
import { shareWords } from "./compare.mjs";
import { equalityParts, folded } from "./effects.mjs";
import { count, minus, plural, pounds, spread, UNKNOWN } from "./format.mjs";
import { badge, cells, facts, quiet, siteSymbol } from "./sections.mjs";
import { settlementParts } from "./settlement.mjs";
import { saving } from "./decision.mjs";

const PURPOSES = { best: "The best set", next_best: "Next best", frontier: "Frontier" };
const SOLVED = {
  optimal: "solved exactly",
  feasible: "a sound set, not shown to be the best",
  infeasible: "no set meets every condition",
  unsolved: "not solved within the time allowed",
};
/** The frontiers: what the id begins with, which people count, and how to say it. */
const FRONTIERS = [
  { begins: "frontier-cover", lost: "people_losing_cover", words: "fire cover" },
  { begins: "frontier-access", lost: "people_losing_access", words: "desk access" },
];
const KEYS_OF_SHARING = {
  equal: "Equal",
  funding: "Funding",
  size: "Size",
  headcount: "Headcount",
  floor_area: "Floor area",
  demand: "Demand or usage",
  hybrid: "Hybrid",
};
const PRINCIPLE_WORDS = {
  sustainable: "Sustainable and stable",
  equitable: "Seen as equitable by all",
  no_more_control: "More money buys no more control",
  judged_together: "Value judged across all areas together",
  encourages_participation: "Encourages participation",
  does_not_stifle: "Does not stifle innovation",
  value_for_each: "Value for money to each member",
};

/** Points of a frontier: saving a year against people who lose something; the best set is marked. */
export function frontier(portfolios, { begins, lost }) {
  const own = portfolios.filter((p) => p.portfolio_id.startsWith(begins));
  const best = portfolios.filter((p) => p.purpose === "best");
  return (own.length ? [...own, ...best] : [])
    .filter((p) => p.net_saving_gbp !== null && p[lost] !== null)
    .map((p) => ({
      x: p[lost],
      y: p.net_saving_gbp,
      chosen: p.purpose === "best",
      name: setName(p),
      options: p.n_options,
    }))
    .sort((a, b) => a.x - b.x || a.y - b.y);
}

/** The name of a set for people. */
export function setName(portfolio) {
  const number = /(\d+)$/.exec(portfolio.portfolio_id)?.[1];
  const line = FRONTIERS.find((f) => portfolio.portfolio_id.startsWith(f.begins));
  const name = line ? `Frontier of ${line.words}` : PURPOSES[portfolio.purpose];
  return number ? `${name}, ${number}` : name;
}

/** What a set is chosen for, and among which sets it is the best in that. */
export function chosenFor(model, { portfolio_id: id, purpose, objective, status, gap, ...lost }) {
  const line = FRONTIERS.find(({ begins }) => id.startsWith(begins));
  const people = line && lost[line.lost] ? `at most ${count(lost[line.lost])} people` : "nobody";
  const among = {
    best: "within the gates and limits",
    next_best: "but for the sets listed above it",
    frontier: `with ${people} losing ${line?.words}`,
  }[purpose];
  return `${model.objective_words[objective]} ${among}; ${SOLVED[status]}${gapWords(gap)}`;
}

/** Who loses a desk within a walk: walks are known option by option, not of a set. */
function onFoot(entries) {
  const rows = entries.flatMap(({ option }) => option.effects);
  const walks = rows.filter((row) => row.measure === "people_within_walk");
  const lost = walks.reduce((sum, row) => sum + row.lost, 0);
  return walks.length ? `about ${count(Number(lost.toPrecision(2)))}` : UNKNOWN;
}

export class Portfolio {
  /** @param {{option: Function, marked: Function}} acts */
  constructor(model, acts) {
    this.model = model;
    this.acts = acts;
    this.shown = model.portfolios.find((p) => p.purpose === "best") ?? model.portfolios[0] ?? null;
    this.select = byId("p-set");
    if (!this.shown) return;
    this.select.append(
      ...model.portfolios.map((p) =>
        el(
          "option",
          { value: p.portfolio_id },
          `${setName(p)}: ${plural(p.n_options, "option", "options")}`,
        ),
      ),
    );
    this.select.addEventListener("change", () => {
      this.set(model.portfolios.find((p) => p.portfolio_id === this.select.value));
      announce(`${setName(this.shown)} shown`);
    });
    this.drawFrontier();
    this.drawSharing();
  }

  set(portfolio) {
    this.shown = portfolio;
    this.select.value = portfolio.portfolio_id;
    this.render();
    this.acts.marked(portfolio.entries.map((entry) => entry.option));
  }

  /** Follow other weights; what is not in view follows when it is opened. */
  show(result, inView) {
    this.result = result;
    if (inView && this.shown) this.render();
  }

  render() {
    const { shown, result } = this;
    if (!result) return;
    const sites = shown.entries.flatMap((entry) => entry.releases);
    const guessed = shown.entries.some(({ option }) => option.money?.basis === "assumed");
    const money = (text) => (guessed && text !== UNKNOWN ? `${text} (assumed)` : text);
    byId("p-facts").replaceChildren(
      el("p", { class: "lead" }, this.sentence(shown, sites.length)),
      facts([
        ["Saving", money(saving(shown))],
        ["Net present value", money(worth(shown))],
        ["Works", shown.capital_gbp === null ? "not supplied: priors stand in for them" : money(pounds(shown.capital_gbp))],
        ["People who lose fire cover", count(shown.people_losing_cover)],
        ["People who lose desk access by car", count(shown.people_losing_access)],
        ["People who lose desk access on foot, options added up", onFoot(shown.entries)],
        ["Chosen for", chosenFor(this.model, shown)],
      ]),
      ...settlementParts(this.model, shown.portfolio_id),
      shown.note ? folded("How it was found", quiet(shown.note)) : "",
    );
    const order = ({ option }) => result.place[option.index] ?? Infinity;
    const ordered = shown.entries.toSorted((a, b) => order(a) - order(b));
    const rows = ordered.map(({ option, releases, marginal }) =>
      el(
        "tr",
        {},
        el("td", {}, badge(option, result)),
        el(
          "th",
          { scope: "row" },
          this.pick(option),
          el("small", {}, option.kindWords),
          option.already_decided ? el("small", {}, `Decided before: ${option.already_decided}`) : null,
        ),
        el(
          "td",
          { "data-label": "Released" },
          releases.length
            ? releases.map((site) => el("div", {}, siteSymbol(site), ` ${site.name}`))
            : "none",
        ),
        el(
          "td",
          { "data-label": "Saved a year" },
          pounds(option.net_saving_gbp),
          option.money?.basis === "assumed" ? el("small", {}, "assumed") : null,
        ),
        el("td", { "data-label": "Worth to the set" }, marginal === null ? "–" : this.worth(marginal)),
      ),
    );
    const head = ["Rank", "Option", "Building released", "Saved a year", "Worth to the set"];
    byId("p-options").replaceChildren(
      el("caption", { class: "unseen" }, `Options of the set: ${setName(shown)}`),
      el("thead", {}, el("tr", {}, cells("th", head, { scope: "col" }))),
      el("tbody", {}, rows),
    );
  }

  /** What a set would lose without one option, in the unit that the set was chosen for. */
  worth(marginal) {
    return ["net_saving", "npv"].includes(this.shown.objective)
      ? pounds(marginal)
      : marginal.toLocaleString("en-GB", { maximumFractionDigits: 1 });
  }

  sentence(shown, released) {
    const options = plural(shown.n_options, "option", "options");
    const buildings = plural(released, "building", "buildings");
    return `${setName(shown)}: ${options} that fit together and could release ${buildings}.`;
  }

  pick(option) {
    const attributes = { type: "button", class: "pick" };
    return el("button", { ...attributes, onclick: () => this.acts.option(option) }, option.title);
  }

  /** Each frontier as a chart, with its figures as a table. */
  drawFrontier() {
    const lines = FRONTIERS.map((line) => [line, frontier(this.model.portfolios, line)]);
    const known = lines.filter(([, entries]) => entries.length > 0);
    byId("p-frontier").hidden = known.length === 0;
    byId("p-frontier").append(...known.flatMap(([line, entries]) => frontierOf(line, entries)));
  }

  /** Who pays and gains in the best set by each key, the seven principles, and who is affected. */
  drawSharing() {
    const { keys_of_set: keys, principles_of_set: principles, equality_of_set: affected } = this.model;
    const onRent = this.model.rent_principles.filter((row) => row.subject_id === "best");
    const parts = [];
    if (keys.length) parts.push(folded("Who pays and gains, by key", keyTable(keys)));
    if (principles.length)
      parts.push(folded("The seven principles of funding", principleList(principles)));
    if (onRent.length)
      parts.push(folded("The seven principles, on the rent that clears", principleList(onRent)));
    const touched = affected.filter((row) => row.finding !== "no change");
    if (touched.length) parts.push(folded("Who is affected", ...equalityParts(touched)));
    else if (affected.length) parts.push(quiet("No group of people gains or loses by the set."));
    byId("p-sharing").replaceChildren(
      ...(parts.length ? [el("h3", {}, "The best set, shared out"), ...parts] : []),
    );
  }
}



function frontierOf({ words }, entries) {
  const title = el("h3", {}, `Saving against people who lose ${words}`);
  const points = new Set(entries.map((e) => `${e.x} ${e.y}`));
  if (points.size === 1) {
    const [{ x, y }] = entries;
    const one = `No set saves more by letting more people lose ${words}`;
    return [title, quiet(`${one}: the most is ${pounds(y)} a year, with ${x === 0 ? "nobody" : `${count(x)} people`} losing it.`)];
  }
  const said = entries
    .map((e) => `${pounds(e.y)} a year with ${count(e.x)} people losing ${words}`)
    .join("; ");
  const chart = frontierChart(entries, {
    x: `People who lose ${words}`,
    y: "Saved a year",
    label: `Frontier: ${said}`,
    writeX: (value) => (value === 0 ? "nobody" : short(value)),
    writeY: (value) => `£${short(value)}`,
  });
  const rows = entries.map((e) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, e.name),
      el("td", {}, String(e.options)),
      el("td", {}, pounds(e.y)),
      el("td", {}, count(e.x)),
    ),
  );
  const head = cells("th", ["Options", "Saved a year", "Lose it"], { scope: "col" });
  return [
    title,
    el("figure", { class: "chart" }, chart),
    folded(
      "The figures of the chart",
      el(
        "table",
        { class: "figures" },
        el("thead", {}, el("tr", {}, el("td"), head)),
        el("tbody", {}, rows),
      ),
    ),
  ];
}

function gapWords(gap) {
  return gap ? `, within ${(gap * 100).toFixed(1)}%` : "";
}

/** What a set is worth over the years. */
function worth({ npv_gbp: npv, npv_low_gbp: low, npv_central_gbp: central, npv_high_gbp: high }) {
  return npv === null ? spread(low, central, high) : pounds(npv);
}

function short(value) {
  const size = Math.abs(value);
  if (size >= 1e6) return minus(`${value / 1e6}m`);
  return minus(size >= 1000 ? `${value / 1000}k` : `${value}`);
}

/** A share that lacking figures leave open. */
const openShare = ({ share_low: low, share_high: high }) =>
  `${shareWords(low)} to ${shareWords(high)}`;

/** A range of pounds, of which a lacking figure may leave the centre open. */
function openSpread(row, name) {
  const [low, central, high] = ["_low", "", "_high"].map((end) => row[`${name}${end}_gbp`]);
  if (central !== null || low === null) return spread(low, central, high);
  return `${pounds(low)} to ${pounds(high)}`;
}

function keyTable(keys) {
  const body = keys.map((row) =>
    el(
      "tr",
      {},
      el(
        "th",
        { scope: "row" },
        `${KEYS_OF_SHARING[row.key]}: ${row.body_id}`,
        row.lacks ? el("small", {}, `Not supplied: ${row.lacks}.`) : null,
      ),
      el("td", {}, row.share === null ? openShare(row) : shareWords(row.share)),
      el("td", {}, openSpread(row, "cost")),
      el("td", {}, openSpread(row, "net")),
    ),
  );
  const head = cells("th", ["Share", "Cost", "Net"], { scope: "col" });
  return el(
    "table",
    { class: "figures" },
    el("thead", {}, el("tr", {}, el("td"), head)),
    el("tbody", {}, body),
  );
}

function principleList(principles) {
  const items = principles.map((row) =>
    el(
      "li",
      { class: row.outcome === "depends" ? "unknown" : row.outcome },
      el("span", { class: "sign", "aria-hidden": "true" }),
      el(
        "div",
        {},
        el("b", {}, PRINCIPLE_WORDS[row.principle]),
        el("span", { class: "outcome" }, row.key ? `${row.outcome}, by ${KEYS_OF_SHARING[row.key]}` : row.outcome),
        el("small", {}, row.reason),
      ),
    ),
  );
  return el("ul", { class: "gates" }, items);
}
