// Why an option ranks where it does, and what it would do: the sections of its panel.
import { el, svg } from "./dom.mjs";
import {
  change,
  count,
  duration,
  measured,
  metres,
  minus,
  percent,
  points,
  pounds,
  UNKNOWN,
} from "./format.mjs";
import { assumedShare } from "./ranking.mjs";
import { cells, facts, note, quiet, section, siteRecord, siteSymbol } from "./sections.mjs";

const OUTCOMES = { fail: "Fails", unknown: "Not known", pass: "Passes" };
const ACTIONS = {
  approve: "Approves",
  agree: "Agrees",
  consult: "Is consulted",
  notify: "Is told",
  record: "Records",
};

/** Points from each criterion, of how many there could be at the weights in force. */
export function why(model, option, { contributions, completeness, shares }) {
  const rows = model.criteria.map((criterion, c) => {
    const missing = option.value[c] === null;
    const basis = option.basis[c];
    const rests = ["assumed", "computed"].includes(basis) ? ` (${basis})` : "";
    const measure = missing ? "missing" : measured(option.raw[c], criterion) + rests;
    const earned = contributions[option.index][c];
    return el(
      "tr",
      { class: missing ? "unknown" : null },
      el("th", { scope: "row" }, criterion.label, el("small", {}, measure)),
      el("td", { class: "wide" }, valueBar(option.value[c], c)),
      el(
        "td",
        { class: "num" },
        el("b", {}, points(earned)),
        el("small", {}, `of ${points(shares[c] * 100)}`),
      ),
    );
  });
  const known = completeness[option.index];
  const caption = el("caption", { class: "unseen" }, "Points from each criterion");
  return section(
    "Why it ranks here",
    el("table", { class: "why" }, caption, el("tbody", {}, rows)),
    note(
      `${percent(known)} of the weight has a figure, ` +
        `${percent(assumedShare(option, shares))} an assumed one.` +
        (known < 0.9995 ? " What is missing adds nothing to the score." : ""),
    ),
  );
}

function valueBar(value, c) {
  const style = value === null ? "missing" : `c${c}`;
  const width = value === null ? 100 : (value * 100).toFixed(2);
  const attributes = { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none" };
  return svg(
    "svg",
    { ...attributes, "aria-hidden": "true" },
    svg("rect", { class: style, x: 0, width, height: 10 }),
  );
}

/** What may block the option: what fails first, then what nobody knows. */
export function gates(model, option) {
  const order = Object.keys(OUTCOMES);
  const label = (id) => model.gates_asked.find((gate) => gate.id === id)?.label ?? id;
  const sorted = option.gates.toSorted(
    (a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome),
  );
  const items = sorted.map((gate) =>
    el(
      "li",
      { class: gate.outcome },
      el("span", { class: "sign", "aria-hidden": "true" }),
      el(
        "div",
        {},
        el("b", {}, label(gate.gate)),
        el(
          "span",
          { class: "outcome" },
          `${OUTCOMES[gate.outcome]}${gate.mandatory ? "" : ", advisory"}`,
        ),
        el("small", {}, gate.reason),
        gate.evidence ? el("small", { class: "evidence" }, gate.evidence) : null,
      ),
    ),
  );
  return section("Gates", el("ul", { class: "gates" }, items));
}

/** Cover and access before and after. */
export function changes({ study }, { cover, access }) {
  const rows = [
    ...(cover ? people(`Fire: people within ${study.response_min} min`, cover) : []),
    ...(cover ? time("Fire: mean response", cover, "mean_response") : []),
    ...(access ? people(`Desk: people within ${study.access_min} min`, access) : []),
    ...(access ? time("Desk: mean drive", access, "mean_access") : []),
  ];
  const head = cells("th", ["Before", "After", "Change"], { scope: "col" });
  return section(
    "Before and after",
    el(
      "table",
      { class: "figures" },
      el("thead", {}, el("tr", {}, el("td"), head)),
      el("tbody", {}, rows),
    ),
    cover && !cover.fire_changes
      ? note("No crewed fire station moves or closes: fire cover stays exactly as it is.", "good")
      : null,
    cover && !cover.known
      ? note("The new site is still to be found; what it does to cover depends on where it stands.")
      : null,
    affected("fire cover", cover),
    affected("desk access", access),
  );
}

function people(name, { people_before: before, people_after: after }) {
  return [
    beforeAfter(name, count(before), count(after), after === null ? "" : change(after - before)),
  ];
}

function time(name, row, measure) {
  const [before, after] = [row[`${measure}_before_s`], row[`${measure}_after_s`]];
  if (before === null) return [];
  const moved = after === null ? 0 : after - before;
  const seconds = minus(`${moved > 0 ? "+" : ""}${moved.toFixed(1)} s`);
  const said = after === null ? "" : Math.abs(moved) < 0.05 ? "no change" : seconds;
  return [beforeAfter(name, duration(before), duration(after), said)];
}

function beforeAfter(name, before, after, moved) {
  const style = after === UNKNOWN ? "unknown" : null;
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, name),
    el("td", {}, before),
    el("td", { class: style }, after),
    el("td", {}, moved),
  );
}

function affected(what, row) {
  if (!row?.known || (!row.people_gained && !row.people_lost)) return null;
  return quiet(
    `${count(row.people_gained)} people gain ${what}, ${count(row.people_lost)} lose it.`,
  );
}

/** Who approves, agrees, is consulted or told, in order. */
export function approvals(option) {
  if (!option.approvals.length) return null;
  const items = option.approvals.map((step) =>
    el(
      "li",
      {},
      el("i", { "aria-hidden": "true" }, String(step.step)),
      el("b", {}, step.body),
      el("span", {}, ACTIONS[step.action] ?? step.action),
      step.certainty === "unknown" ? el("span", { class: "doubt" }, "not verified") : null,
      el("small", {}, step.citation),
    ),
  );
  return section("Who decides, in order", el("ol", { class: "path" }, items));
}

/** Where a new site could stand, and what that would cost people. */
export function searchArea({ area }) {
  if (!area) return null;
  const lost = [area.people_lost_best, area.people_lost_most].map(count);
  return section(
    "Where a new site could stand",
    facts([
      ["Area", `about ${area.area_km2} km², outlined on the map`],
      ["From every site today", `at most ${duration(area.limit_s)} by road`],
      ["People who lose a standard", `${lost[0]} at best, ${lost[1]} at most`],
    ]),
  );
}

/** Running cost a year, with what the figures rest on. */
export function money(model, { money: row }) {
  if (!row) return null;
  const yearly = (value) => (value === null ? UNKNOWN : `${pounds(value)} a year`);
  return section(
    "Money",
    facts([
      ["Running cost released", yearly(row.gross_saving_gbp)],
      ["Rise at the host", yearly(row.host_increase_gbp)],
      ["Net saving", yearly(row.net_saving_gbp)],
      ["Rests on", model.money_bases[row.basis]],
    ]),
    quiet(row.note),
    row.review ? note(`Look twice: ${row.review}`) : null,
  );
}

/** The questions still open, and the criteria without a figure. */
export function unknowns(model, option) {
  const open = option.gates.filter((gate) => gate.question);
  const missing = model.criteria.filter((_, c) => option.value[c] === null);
  if (!open.length && !missing.length) return null;
  const questions = open.map((gate) => el("li", {}, gate.question));
  const names = missing.map((criterion) => criterion.label.toLowerCase());
  return section(
    "What is not known, and how to find out",
    open.length ? el("ol", { class: "plain asks" }, questions) : null,
    missing.length ? quiet(`No figure yet for ${names.join(", ")}.`) : null,
  );
}

/** The sites, each with its record to unfold. */
export function sites(option) {
  const items = option.sites.map((site) => {
    const name = el("span", {}, site.name, el("small", {}, part(option, site)));
    const summary = el("summary", {}, siteSymbol(site), name);
    return el("details", { class: "site" }, summary, siteRecord(site));
  });
  return section("Sites", ...items);
}

function part(option, site) {
  if (site === option.host) return "host, stays";
  if (option.released.includes(site)) return "moves, building released";
  return option.movers.includes(site) ? "moves" : "involved";
}

/** How the option came on the list. */
export function record(model, option) {
  const drive = option.travel_time_s;
  return section(
    "Record",
    facts([
      ["Option", option.id],
      ["On the list because", option.reason],
      ["Distance", `${metres(option.straight_m)} in a straight line`],
      ["Drive", drive === null ? UNKNOWN : `${duration(drive)} between the sites`],
      ["Police areas", option.areas.join(", ")],
      ["Cluster", model.clusterNames.get(option.cluster_id) ?? null],
    ]),
  );
}
