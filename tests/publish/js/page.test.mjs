import assert from "node:assert/strict";
import test from "node:test";
import { csvText, rankingRows } from "../../../src/colocate/publish/assets/js/csv.mjs";
import {
  duration,
  measured,
  metres,
  pounds,
} from "../../../src/colocate/publish/assets/js/format.mjs";
import { found } from "../../../src/colocate/publish/assets/js/model.mjs";
import { readState, writeState } from "../../../src/colocate/publish/assets/js/state.mjs";

const filter = {
  text: "",
  area: "",
  service: "",
  kind: "",
  status: "",
  gate: "",
  tier: "",
  sure: "",
  group: "",
  known: 0,
};
const opening = {
  option: null,
  site: null,
  weights: null,
  list: "options",
  pair: [null, null],
  set: null,
  filter,
};

test("the page as it opens has an empty code", () => {
  assert.equal(writeState(opening), "");
});

test("a state comes back from its code", () => {
  const state = {
    ...opening,
    option: "A&B=1",
    site: "P 1",
    weights: [1, 0, 2.5],
    filter: { ...filter, text: "Exeter & co", known: 40 },
  };
  assert.deepEqual(readState(`#${writeState(state)}`, 3), state);
});

test("a code with weights that cannot be, or with words that mean nothing, is no view", () => {
  for (const code of ["w=1,2", "w=0,0,0", "w=-1,2,3", "w=a,b,c", "w=1,,3", "known=101", "hello"])
    assert.equal(readState(code, 3), null);
});

test("a comparison and a set of options come back from their codes", () => {
  const pair = { ...opening, list: "compare", pair: ["F1+P1-new", "P1-into-F1"] };
  assert.deepEqual(readState(writeState(pair), 1), pair);
  const set = { ...opening, list: "portfolio", set: "next-1" };
  assert.deepEqual(readState(writeState(set), 1), set);
  assert.equal(readState("list=nothing", 1), null);
});

test("weights may be fractions or large", () => {
  assert.deepEqual(readState("w=0.25,250", 2).weights, [0.25, 250]);
});

test("a plus sign in an option id is no blank, and a blank is no plus sign", () => {
  assert.equal(readState("o=F1+P1-new", 1).option, "F1+P1-new");
  const state = { ...opening, option: "F1+P1-new", filter: { ...filter, text: "a b" } };
  assert.deepEqual(readState(writeState(state), 1), state);
});

test("the page as it opens is a view", () => {
  for (const code of ["", "start"]) assert.deepEqual(readState(code, 1).filter, filter);
});

test("words are found in any order, postcodes with or without their blank", () => {
  const search = "middlemoor police\nexeter\nex2 7hq";
  for (const text of ["", "EX2 7HQ", "ex27hq", "police middle", " exeter "])
    assert.ok(found(search, text), text);
  for (const text of ["ex27hx", "exeterex2", "fire"]) assert.ok(!found(search, text), text);
});

test("a code out of a whole address is read", () => {
  assert.equal(readState("file:///C:/report.html#o=X", 1).option, "X");
});

test("CSV guards formulas, quotes text and ends lines with CRLF", () => {
  assert.equal(csvText([["=1+1", 'a "b"', -2, null]]), '\uFEFF\'=1+1,"a ""b""",-2,\r\n');
  assert.equal(csvText([["\n=1"]]), '\uFEFF"\'\n=1"\r\n');
});

test("the ranking as CSV has a column a heading, and names its weights", () => {
  const model = {
    criteria: [{ id: "cover" }],
    run: { run_id: "r" },
    study: { notice: "n", licence: "l" },
  };
  const option = {
    index: 0,
    id: "=A1",
    title: "T",
    gates: [{ gate: "space", outcome: "unknown" }],
    areas: ["North", "South"],
    start: { rank: 2, status: "investigate" },
    stability: { word: "robust" },
    net_saving_gbp: 7,
    money: { net_saving_low_gbp: 0, net_saving_high_gbp: 86, price_year: 2026 },
  };
  const result = {
    rank: [1],
    rankLow: [1],
    rankHigh: [3],
    score: [12.34567],
    completeness: [1],
    shares: [1],
  };
  const [head, row] = rankingRows(model, result, [option], "exploratory");
  assert.equal(head.length, row.length);
  const told = Object.fromEntries(head.map((name, i) => [name, row[i]]));
  assert.deepEqual(
    [told.rank, told.rank_high, told.start_rank, told.score, told.gates_unknown, told.weights],
    [1, 3, 2, 12.346, "space", "cover=100.0%"],
  );
  assert.deepEqual(
    ["low_gbp", "gbp", "high_gbp"].map((end) => told[`net_saving_${end}`]),
    [0, 7, 86],
  );
  assert.equal(told.price_year, 2026);
  assert.equal(told.robustness, null, "it is worked out for the study's weights only");
  assert.match(csvText([row]), /'=A1/);
});

test("figures read as people write them", () => {
  assert.deepEqual(
    [duration(611), duration(45), metres(640), metres(2340), pounds(-500), pounds(null)],
    ["10 min 11 s", "45 s", "640 m", "2.3 km", "−£500", "not known"],
  );
  assert.deepEqual(
    [
      measured(1, { unit: "bodies", worst: 6, best: 1 }),
      measured(40, { unit: "people", worst: -1, best: 1 }),
      measured(2, { unit: "band", worst: 3, best: 0 }),
      measured(null, {}),
    ],
    ["1 body", "+40 people", "a short drive", "not known"],
  );
});
