// How sure an option's rank is, where its decision stands, its money, and what to find out first.
import { el } from "./dom.mjs";
import { folded } from "./effects.mjs";
import { count, percent, plural, pounds, spread, UNKNOWN } from "./format.mjs";
import { cells, facts, note, quiet, section } from "./sections.mjs";

const VARIED = {
  together: "All of it together",
  weights_near: "Weights near the study’s",
  weights_any: "Any weights at all",
  speeds: "Drive speeds",
  costs: "Costs",
  ranges: "What is not known, over its range",
};
const RELEASES = {
  internal: "no decision releases it",
  agents: "to the appointed agents, in confidence",
  market: "to the market: anybody may see its sites by name",
};
const POSSIBLE = { yes: "possible", no: "not possible", unknown: "not verified" };

/** The draw over everything at once, or the first there is. */
export const overall = (option) =>
  option.robustness.find((row) => row.varied === "together") ?? option.robustness[0] ?? null;

/** A range of ranks in words. */
export const rankRange = ({ rank_low: low, rank_high: high }) =>
  low === high ? `${low}` : `${low} to ${high}`;

/** robust, contested, undecided or fragile, as a label that reads without colour. */
function sureLabel(model, word) {
  return el("span", { class: `sure ${word}` }, model.robust_words[word] ?? word);
}

/** How sure the rank is: the word and its reason, ranks under each kind of draw, what would tip it. */
export function sureness(model, option) {
  const { stability, robustness } = option;
  if (option.start.rank === null) return null;
  if (!stability) return section("How sure is this rank?", quiet("Not computed."));
  const better = (stability.dominated_by ?? "").split(";").filter(Boolean);
  const names = better.map((id) => model.options.find((o) => o.id === id)?.title ?? id);
  const more = stability.n_dominating - names.length;
  const tips = option.breakEven.map((row) => {
    const label = model.criteria.find((c) => c.id === row.criterion)?.label ?? row.criterion;
    const share = `${percent(row.weight)} to ${percent(row.break_even)}`;
    return el("li", {}, `${label} from ${share} of the weight: it ${row.change} the top.`);
  });
  return section(
    "How sure is this rank?",
    el(
      "p",
      {},
      sureLabel(model, stability.word),
      ` ${stability.reason}`,
    ),
    robustness.length ? robustTable(robustness) : null,
    tips.length ? folded("What weight would tip it", el("ul", { class: "dots" }, tips)) : null,
    names.length
      ? quiet(
          `At least as good on every criterion: ${names.join("; ")}` +
            (more > 0 ? ` and ${plural(more, "other", "others")}.` : "."),
        )
      : null,
    quiet(`Worked out for the ${model.study.weighting} weights only; other weights above do not redraw it.`),
  );
}

function robustTable(rows) {
  const order = Object.keys(VARIED);
  const sorted = rows.toSorted((a, b) => order.indexOf(a.varied) - order.indexOf(b.varied));
  const body = sorted.map((row) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, VARIED[row.varied] ?? row.varied),
      el("td", {}, rankRange(row)),
      el("td", {}, percent(row.share_top)),
    ),
  );
  const error = Math.max(...rows.map((row) => row.share_top_error));
  const most = Math.max(...rows.map((row) => row.n_draws));
  return el(
    "table",
    { class: "figures" },
    el(
      "caption",
      {},
      `Up to ${count(most)} draws; shares are good to ${Math.max(0.1, error * 200).toFixed(1)} points (two standard errors)`,
    ),
    el(
      "thead",
      {},
      el("tr", {}, el("td"), cells("th", ["Rank, 5th to 95th", "In the top"], { scope: "col" })),
    ),
    el("tbody", {}, body),
  );
}

/** Where the option stands by the decision register. */
export function decided(model, { register }) {
  if (!register) return null;
  const { status, date, decided_by: by } = register;
  const said = [model.decision_words[status] ?? status, date, by].filter(Boolean).join(", ");
  return section(
    "Decision",
    facts([
      ["Register says", said],
      ["Released", RELEASES[register.release]],
    ]),
  );
}

const NOT_SUPPLIED = "not supplied: the range below takes priors";
const yearly = (value) => (value === null ? UNKNOWN : `${pounds(value)} a year`);

/** What an option or a set saves a year, with the least and most that it may be. */
export function saving({ net_saving_low_gbp: low, net_saving_gbp: central, net_saving_high_gbp: high }) {
  return low === null || low === high ? yearly(central) : `${spread(low, central, high)} a year`;
}

/** Net present value of an option, as far as it can be told. */
export const npv = (row) => spread(row.npv_low_gbp, row.npv_central_gbp, row.npv_high_gbp);

/** What its works may cost at most. */
export const mostForWorks = (row) =>
  spread(row.works_at_most_low_gbp, row.works_at_most_central_gbp, row.works_at_most_high_gbp);

/** Running cost, works, worth over the years: in total, then body by body, with what it rests on. */
export function money(model, { money: row, bodies, rents }) {
  if (!row) return null;
  const basis = row.basis === "assumed" ? " (assumed)" : "";
  const assumed = (text) => (text === UNKNOWN ? text : text + basis);
  return section(
    "Money",
    facts([
      ["Running cost released", assumed(yearly(row.gross_saving_gbp))],
      ["Rise at the host", assumed(yearly(row.host_increase_gbp))],
      ["Net saving", assumed(saving(row))],
      ["Works", row.capital_gbp === null ? NOT_SUPPLIED : assumed(pounds(row.capital_gbp))],
      ["Receipts", row.receipt_gbp === null ? NOT_SUPPLIED : assumed(pounds(row.receipt_gbp))],
      ["Net present value", assumed(npv(row))],
      ["Works may cost at most", assumed(mostForWorks(row))],
      ["Value for money", row.value_for_money],
      ["In prices of", String(row.price_year)],
      ["Pays back", payback(row, basis)],
      ["Rests on", model.money_bases[row.basis]],
    ]),
    bodies.length ? bodyTable(bodies) : null,
    ...rents.map((words) => quiet(words)),
    quiet(row.note),
    row.review ? note(`Look twice: ${row.review}`) : null,
  );
}

function payback({ payback_years: years, npv_gbp: known }, basis) {
  if (years !== null) return `in year ${count(years)}${basis}`;
  return known === null ? UNKNOWN : `not within the study’s years${basis}`;
}

function bodyTable(bodies) {
  const body = bodies.map((row) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, row.body_id, el("small", {}, row.basis)),
      el("td", {}, pounds(row.capital_gbp)),
      el("td", {}, pounds(row.net_saving_gbp)),
      el("td", {}, pounds(row.npv_gbp)),
    ),
  );
  const head = cells("th", ["Works", "A year", "Present value"], { scope: "col" });
  return el(
    "table",
    { class: "figures bodies" },
    el("caption", {}, "By body"),
    el("thead", {}, el("tr", {}, el("td"), head)),
    el("tbody", {}, body),
  );
}

/** What is open for one option: the answers that are worth most come first. */
export function unknowns(model, option) {
  const asked = model.questions.filter((question) => question.waiting.includes(option));
  const open = option.gates.filter((gate) => gate.question);
  const missing = model.criteria.filter((_, c) => option.value[c] === null);
  if (!open.length && !missing.length) return null;
  const names = missing.map((criterion) => criterion.label.toLowerCase());
  return section(
    "What is not known, and how to find out",
    ...questionParts(model, asked, 5),
    missing.length ? quiet(`No figure yet for ${names.join(", ")}.`) : null,
  );
}

/** The first questions, and the rest to unfold. */
export function questionParts(model, asked, first, most = Infinity) {
  const rest = asked.slice(first, most);
  const begun = asked.length ? questionList(model, asked.slice(0, first), 1) : null;
  return [
    begun,
    rest.length ? folded(`The next ${rest.length}`, questionList(model, rest, first + 1)) : null,
  ];
}

/** Questions with whom to ask and how much hangs on the answer. */
function questionList(model, asked, start) {
  const known = [...model.gates_asked, ...model.criteria];
  const label = (id) => known.find((each) => each.id === id)?.label ?? id;
  const items = asked.map((question) =>
    el(
      "li",
      {},
      el("b", {}, `${label(question.gate ?? question.criterion)}, ${question.about_name}`),
      el("span", {}, question.question),
      el("small", {}, `Ask ${question.whom}. ${hangs(question)}`),
    ),
  );
  return el("ol", { class: "plain asks", start }, items);
}

function hangs({ n_options: waiting, mandatory, gate, ...worth }) {
  const open = `${plural(waiting, "option waits", "options wait")} for the answer.`;
  const moved = `It would move ${mean(worth.moved_mean)} ranks on average, ${worth.moved_max} at most`;
  const settled = `settle ${mean(worth.settled_mean)} options, ${worth.settled_max} at most`;
  return `${open} ${moved}, and ${settled}.${mandatory || gate === null ? "" : " Advisory."}`;
}

const mean = (value) => String(Number(value.toFixed(1)));

/** Ways of working together that the option could take. */
export function delivery(model, option) {
  if (!option.delivery.length) return null;
  const name = new Map(model.vehicles.map((vehicle) => [vehicle.vehicle_id, vehicle]));
  const order = (row) => name.get(row.vehicle_id)?.continuum_step ?? 0;
  const items = option.delivery
    .toSorted((a, b) => order(a) - order(b))
    .map((row) =>
      el(
        "li",
        {},
        el("b", {}, name.get(row.vehicle_id)?.name ?? row.vehicle_id),
        `: ${POSSIBLE[row.possible]}`,
        el("small", {}, row.reason),
      ),
    );
  const fit = option.delivery.filter((row) => row.possible === "yes").length;
  return section(
    "Ways of working together",
    folded(`${fit} of ${option.delivery.length} possible`, el("ul", { class: "plain" }, items)),
    quiet("Statutory responsibility stays with the authority in each of them."),
  );
}
