// Why an option ranks where it does, and what it would do: the sections of its panel.
import { el, svg } from "./dom.mjs";
import { count, duration, measured, metres, percent, plural, points, UNKNOWN } from "./format.mjs";
import { assumedShare } from "./ranking.mjs";
import { folded } from "./effects.mjs";
import { facts, note, quiet, section, siteRecord, siteSymbol } from "./sections.mjs";

const OUTCOMES = { fail: "Fails", unknown: "Not known", pass: "Passes" };
const ASKED = { fire_cover: "fire cover", desk_access: "desk access", staff: "staff" };
const EVIDENCE = {
  register: (id, model) => `register entry of ${model.siteById.get(id)?.name ?? id}`,
  cover: () => "computed fire cover",
  access: () => "computed desk access",
  option: () => "what the option is",
  body: () => "list of bodies",
  evidence: (id) => `evidence file, ${id}`,
  rule: () => "rule of the gate",
};
const ACTIONS = {
  approve: "Approves",
  agree: "Agrees",
  consult: "Is consulted",
  notify: "Is told",
  record: "Records",
  advise: "Advises",
  carry_out: "Does it",
};
const PHASES = { before: "Before the decision", decision: "The decision", after: "After it" };

/** Points from each criterion, of how many there could be at the weights in force. */
export function why(model, option, { contributions, completeness, shares }) {
  const rows = model.criteria.map((criterion, c) => {
    const missing = option.basis[c] === "missing";
    const basis = option.basis[c];
    const rests = ["assumed", "computed"].includes(basis) ? ` (${basis})` : "";
    const measure = missing ? "not known: the centre of its range" : measured(option.raw[c], criterion) + rests;
    const earned = contributions[option.index][c];
    return el(
      "tr",
      { class: missing ? "unknown" : null },
      el("th", { scope: "row" }, criterion.label, el("small", {}, measure)),
      el("td", { class: "wide" }, valueBar(missing ? null : option.value[c], c)),
      el(
        "td",
        { class: "num" },
        el("b", {}, points(earned)),
        el("small", {}, `of ${points(shares[c] * 100)}`),
      ),
    );
  });
  const known = completeness[option.index];
  const assumed = assumedShare(option, shares);
  const caption = el("caption", { class: "unseen" }, "Points from each criterion");
  return section(
    "Why it ranks here",
    el("table", { class: "why" }, caption, el("tbody", {}, rows)),
    note(
      `${percent(known)} of the weight has a figure, ` +
        (assumed > 0 ? `${percent(assumed)} an assumed one.` : "none of them assumed.") +
        (known < 0.9995 ? " What is not known counts with the centre of its range." : ""),
      known < 0.9995 || assumed > 0 ? "" : "good",
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
        gate.evidence
          ? el("small", { class: "evidence" }, evidenceWords(gate.evidence, model))
          : null,
      ),
    ),
  );
  const open = sorted.filter((gate) => gate.outcome !== "pass").length;
  const passed = items.slice(open);
  return section(
    "Gates",
    open ? el("ul", { class: "gates" }, items.slice(0, open)) : null,
    passed.length
      ? folded(plural(passed.length, "gate passed", "gates passed"), el("ul", { class: "gates" }, passed))
      : null,
  );
}

/** What a gate rests on: ids such as register:F033 as people read them. */
function evidenceWords(ids, model) {
  const said = ids.split(";").map((id) => {
    const [kind, ...rest] = id.split(":");
    return Object.hasOwn(EVIDENCE, kind) ? EVIDENCE[kind](rest.join(":"), model) : id;
  });
  return [...new Set(said)].join("; ");
}

/** What stays exactly as it is, and what cannot be told yet. */
export function changes({ cover }) {
  if (cover && !cover.fire_changes)
    return note("No crewed fire station moves or closes: fire cover stays exactly as it is.", "good");
  return cover && !cover.known
    ? note("The new site is still to be found; what it does to cover depends on where it stands.")
    : null;
}

/** What comes before the decision, who decides, what comes after; only the decision lies open. */
export function approvals({ outlived }, option) {
  if (!option.approvals.length) return null;
  const phases = Object.entries(PHASES).map(([phase, title]) => {
    const acts = option.approvals.filter((act) => act.phase === phase);
    const list = el("ol", { class: "path" }, acts.map(actItem));
    if (phase === "decision") return list;
    return acts.length ? folded(`${title}: ${plural(acts.length, "step", "steps")}`, list) : null;
  });
  const { earliest, usual } = option.path;
  const named = option.approvals.map((act) => act.who).join();
  return section(
    "Who does what, in order",
    ...routeNotes(option.route),
    ...phases,
    usual
      ? quiet(`Begun on the study’s day, done by ${earliest} at the earliest, ${usual} as usual.`)
      : null,
    ...outlived
      .filter(({ body }) => named.includes(body))
      .map((row) =>
        quiet(`${row.body} ends on ${row.ends} (${row.certainty}); then ${row.successors}.`),
      ),
  );
}

function actItem(act, index) {
  return el(
    "li",
    {},
    el("i", { "aria-hidden": "true" }, String(index + 1)),
    el("b", {}, act.who),
    el("span", {}, ACTIONS[act.action] ?? act.action),
    act.certainty === "evidenced" ? null : el("span", { class: "doubt" }, "not verified"),
    act.days ? el("span", {}, act.days) : null,
    act.form ? el("span", {}, `by ${act.form}`) : null,
    el("small", {}, `${act.task}. ${act.citation}`),
  );
}

/** What sets the path apart: bodies outside the alliance, several forces, consultation. */
function routeNotes(route) {
  if (!route) return [];
  const asked = (route.consultation ?? "").split(";").filter(Boolean);
  const outside = route.outside_alliance;
  return [
    outside ? note(`Outside the alliance: ${outside}. Its part takes a path of its own.`) : null,
    route.cross_force ? quiet("Touches more than one police force.") : null,
    asked.length ? quiet(`Consultation on ${asked.map((why) => ASKED[why]).join(", ")}.`) : null,
  ];
}

/** Where a new site could stand, and what that would cost people. */
export function searchArea({ area }) {
  if (!area) return null;
  const lost = [area.people_lost_best, area.people_lost_most].map(count);
  const alone = area.sought_for === "movers";
  return section(
    alone ? "Should the host have no room" : "Where a new site could stand",
    alone ? quiet("Where those who move could find a place near the host, which stays as it is.") : null,
    facts([
      ["Area", `about ${area.area_km2} km², outlined on the map`],
      ["From every site today", `at most ${duration(area.limit_s)} by road`],
      ["People who lose a standard", `${lost[0]} at best, ${lost[1]} at most`],
    ]),
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
