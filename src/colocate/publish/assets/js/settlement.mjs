// Whose money a set is: what each body gains, what counts towards its target, the rent that clears.
import { el } from "./dom.mjs";
import { pounds } from "./format.mjs";
import { cells, note, quiet } from "./sections.mjs";

/** Rows of a set by the name of the column that holds its id. */
const ofSet = (rows, id, column) => rows.filter((row) => row[column] === id);

/** What a set brings towards each target, in words. */
export const targetWords = (model, id) =>
  ofSet(model.targets_of_sets, id, "portfolio_id").map((row) => row.words);

/** What would clear between the bodies of a set, in words. */
export const rentWords = (model, id) =>
  ofSet(model.rents_of_sets, id, "subject_id").map((row) => row.words);

/** Bodies of a set with what they gain a year; a loss is said as one. */
export const bodyRows = (model, id) =>
  ofSet(model.bodies_of_sets, id, "subject_id").map((row) => [
    row.body_id,
    gainWords(row.supplied_gbp),
    gainWords(row.after_gbp),
    gainWords(row.npv_after_gbp ?? row.npv_before_gbp),
  ]);

/** A yearly gain: a loss says that it is one. */
export function gainWords(value) {
  return value !== null && value < 0 ? `loses ${pounds(-value)}` : pounds(value);
}

/** Everything about the money of a set's bodies. */
export function settlementParts(model, id) {
  const rows = bodyRows(model, id);
  const head = ["Without a new rent", "With the rent that clears", "Over the years"];
  return [
    ...targetWords(model, id).map((words) => note(words)),
    rows.length ? el("h3", {}, "Whose money it is, a year") : "",
    rows.length
      ? el(
          "table",
          { class: "figures" },
          el("thead", {}, el("tr", {}, el("td"), cells("th", head, { scope: "col" }))),
          el(
            "tbody",
            {},
            rows.map(([name, ...values]) =>
              el("tr", {}, el("th", { scope: "row" }, name), cells("td", values)),
            ),
          ),
        )
      : "",
    ...rentWords(model, id).map((words) => quiet(words)),
  ];
}
