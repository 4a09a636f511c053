// Two options side by side.
import { announce, byId, el } from "./dom.mjs";
import { moved, quantity, stays } from "./effects.mjs";
import { duration, measured, metres, plural, points, pounds, UNKNOWN } from "./format.mjs";
import { rankSpan, rankWords } from "./ranking.mjs";
import { amongWords } from "./model.mjs";
import { mostForWorks, npv, overall, rankRange, saving } from "./decision.mjs";

/** Rows of the comparison: a heading each, then a name and what is said of either option. */
export function comparison(model, pair, result) {
  const both = (name, say) => ({ name, said: pair.map(say) });
  const cost = (say) => (o) => (o.money ? `${say(o.money)}${rests(o.money)}` : UNKNOWN);
  const groups = [
    {
      title: "Standing",
      rows: [
        both("Rank now", (o) =>
          result.rank[o.index] === null
            ? "not ranked"
            : `${rankSpan(o.index, result).join(" ").trim()} of ${amongWords(model, o)}`,
        ),
        both("Score now", (o) => `${points(result.score[o.index])} of 100`),
        both("Status", (o) => model.status_words[o.start.status]),
        both(`How sure (${model.study.weighting} weights)`, (o) => sure(model, o)),
        both("Decision", (o) => model.decision_words[o.register?.status ?? "none"]),
      ],
    },
    {
      title: "Points",
      rows: model.criteria.map((criterion, c) =>
        both(criterion.label, (o) => {
          if (o.basis[c] === "missing") return "not known";
          const earned = points(result.contributions[o.index][c]);
          return `${earned} (${measured(o.raw[c], criterion)}${o.basis[c] === "assumed" ? ", assumed" : ""})`;
        }),
      ),
    },
    {
      title: "Gates",
      rows: model.gates_asked.map((gate) =>
        both(gate.label, (o) => {
          const found = o.gates.find((g) => g.gate === gate.id);
          return { pass: "passes", fail: "fails", unknown: "not known" }[found?.outcome] ?? "–";
        }),
      ),
    },
    { title: "Before and after", rows: effectRows(pair) },
    {
      title: "Money",
      rows: [
        both("Net saving", cost(saving)),
        both("Works", cost((m) => pounds(m.capital_gbp))),
        both("Receipts", cost((m) => pounds(m.receipt_gbp))),
        both("Net present value", cost(npv)),
        both("Works may cost at most", cost(mostForWorks)),
        both("Value for money", cost((m) => m.value_for_money)),
      ],
    },
    {
      title: "What it takes",
      rows: [
        both("Bodies that approve or agree", (o) => bodies(o)),
        both("Buildings released", (o) => o.released.map((s) => s.name).join("; ") || "none"),
        both("Drive between the sites", (o) =>
          o.travel_time_s === null ? UNKNOWN : duration(o.travel_time_s),
        ),
        both("Straight distance", (o) => metres(o.straight_m)),
        both("Open questions", (o) =>
          String(o.gates.filter((gate) => gate.outcome === "unknown").length),
        ),
      ],
    },
  ];
  return groups.filter((group) => group.rows.length);
}

const rests = ({ basis }) => (basis === "assumed" ? " (assumed)" : "");

function sure(model, option) {
  if (!option.stability) return "–";
  const range = overall(option);
  const word = model.robust_words[option.stability.word];
  return range ? `${word}, rank ${rankRange(range)}` : word;
}

function bodies(option) {
  const deciding = option.approvals.filter((a) => a.action === "approve" || a.action === "agree");
  return [...new Set(deciding.map((a) => a.who))].join("; ") || "none";
}

/** Measures that either option changes or leaves unknown. */
function effectRows(pair) {
  const name = (row) => `${row.side === "fire" ? "Fire" : "Police"}: ${row.label}`;
  const tables = pair.map((o) => new Map(o.effects.map((row) => [name(row), row])));
  const names = [...new Set(tables.flatMap((table) => [...table.keys()]))];
  const say = (row) => {
    if (!row) return "–";
    if (row.after === null) return UNKNOWN;
    return stays(row) ? "no change" : `${quantity(row.after, row.unit)} (${moved(row)})`;
  };
  return names
    .filter((key) => tables.some((table) => table.has(key) && !stays(table.get(key))))
    .map((key) => ({ name: key, said: tables.map((table) => say(table.get(key))) }));
}

/** How much of the comparison differs, in words. */
function differing(groups) {
  const rows = groups.flatMap((group) => group.rows);
  const different = rows.filter(({ said }) => said[0] !== said[1]).length;
  return `${different} of ${plural(rows.length, "line differs", "lines differ")}, set in bold.`;
}

export class Compare {
  /** @param {{option: Function, marked: Function}} acts  what choosing and pairing set off */
  constructor(model, acts) {
    this.model = model;
    this.acts = acts;
    this.pair = [null, null];
    this.selects = ["c-first", "c-second"].map((id, side) => {
      const select = byId(id);
      const order = (o) => o.start.place ?? Infinity;
      const sorted = model.options.toSorted((a, b) => order(a) - order(b) || a.index - b.index);
      select.append(
        ...sorted.map((o) =>
          el("option", { value: o.index }, `${rankWords(o.start.rank, o.rank_shared)}  ${o.title}`),
        ),
      );
      select.addEventListener("change", () => {
        const chosen = [...this.pair];
        chosen[side] = model.options[Number(select.value)];
        this.set(chosen);
        announce(`Comparing ${this.pair.map((o) => o.title).join(" with ")}`);
      });
      return select;
    });
    byId("c-differ").addEventListener("change", () => this.render());
  }

  /** The option to compare with, if none was picked: the best-ranked other one. */
  rival(option) {
    return (
      this.model.options
        .filter((o) => o !== option && o.start.rank !== null)
        .sort((a, b) => a.start.place - b.start.place)[0] ?? null
    );
  }

  /** Begin with an option; a second one stays as it was. */
  begin(option) {
    const first = option ?? this.pair[0] ?? this.rival(null);
    if (!first) return;
    const kept = this.pair[1] && this.pair[1] !== first ? this.pair[1] : this.rival(first);
    if (kept) this.set([first, kept]);
  }

  set(pair) {
    this.pair = pair;
    this.selects.forEach((select, side) => {
      select.value = String(pair[side].index);
    });
    this.render();
    this.acts.marked(pair);
  }

  /** Follow other weights; what is not in view follows when it is opened. */
  show(result, inView) {
    this.result = result;
    if (inView) this.render();
  }

  render() {
    const { model, pair, result } = this;
    if (!pair[0] || !result) return;
    const only = byId("c-differ").checked;
    const all = comparison(model, pair, result);
    const groups = all
      .map((group) => ({
        ...group,
        rows: group.rows.filter((row) => !only || row.said[0] !== row.said[1]),
      }))
      .filter((group) => group.rows.length);
    byId("c-table").replaceChildren(
      el("caption", {}, differing(all)),
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          el("td"),
          pair.map((o) => el("th", { scope: "col" }, this.pick(o), el("small", {}, o.kindWords))),
        ),
      ),
      ...groups.map((group) => this.group(group)),
    );
  }

  pick(option) {
    const attributes = { type: "button", class: "pick" };
    return el("button", { ...attributes, onclick: () => this.acts.option(option) }, option.title);
  }

  group({ title, rows }) {
    const heading = el("th", { scope: "rowgroup", colspan: 3, class: "group" }, title);
    return el(
      "tbody",
      {},
      el("tr", {}, heading),
      rows.map(({ name, said }) =>
        el(
          "tr",
          { class: said[0] === said[1] ? null : "differs" },
          el("th", { scope: "row" }, name),
          said.map((text) => el("td", {}, text)),
        ),
      ),
    );
  }
}

/** A share to a tenth of a percent. */
export const shareWords = (share) =>
  share === null ? UNKNOWN : `${(share * 100).toFixed(1).replace(/\.0$/, "")}%`;
