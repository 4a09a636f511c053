import assert from "node:assert/strict";
import test from "node:test";
import { scoreBins, ticks, timeBins } from "../../../src/colocate/publish/assets/js/chart.mjs";
import { comparison } from "../../../src/colocate/publish/assets/js/compare.mjs";
import { groupWords, moved, quantity, stays } from "../../../src/colocate/publish/assets/js/effects.mjs";
import { chosenFor, frontier, setName } from "../../../src/colocate/publish/assets/js/portfolio.mjs";
import {
  bodyRows,
  gainWords,
  rentWords,
  targetWords,
} from "../../../src/colocate/publish/assets/js/settlement.mjs";
import { rankRange, saving } from "../../../src/colocate/publish/assets/js/decision.mjs";

test("every score falls into one bin, 100 into the last", () => {
  const bins = scoreBins([0, 4.99, 5, 99, 100]);
  assert.equal(bins.length, 20);
  assert.deepEqual([bins[0].count, bins[1].count, bins[19].count], [2, 1, 2]);
});

test("people are counted by time before and after, out of reach apart", () => {
  const bins = timeBins([
    { before_s: 60, after_s: 130, people: 10 },
    { before_s: 179, after_s: null, people: 5 },
  ]);
  assert.deepEqual(
    bins.map((bin) => [bin.label, bin.before, bin.after]),
    [["1 to 2 min", 10, 0], ["2 to 3 min", 5, 10], ["out of reach", 0, 5]],
  );
});

test("as many people stand in the bins as in the rows, whatever the times", () => {
  const rows = Array.from({ length: 200 }, (_, i) => ({
    before_s: (i * 37) % 3600,
    after_s: i % 7 === 0 ? null : (i * 91) % 3600,
    people: i,
  }));
  for (const when of ["before", "after"])
    assert.equal(
      timeBins(rows).reduce((sum, bin) => sum + bin[when], 0),
      rows.reduce((sum, row) => sum + row.people, 0),
    );
  assert.ok(timeBins(rows).length <= 9);
});

test("ticks are even, begin at or below the least and end at or above the most", () => {
  for (const [least, most] of [[0, 7], [0, 1234], [-300, 90], [0, 1], [0, 54_000]]) {
    const marks = ticks(least, most);
    assert.ok(marks[0] <= least && marks.at(-1) >= most, `${least} to ${most}: ${marks}`);
    assert.ok(marks.length >= 2 && marks.length <= 7);
    const steps = marks.slice(1).map((mark, i) => mark - marks[i]);
    assert.ok(steps.every((step) => Math.abs(step - steps[0]) < 1e-9 * Math.max(1, most)));
  }
});

test("a change says its sign and its unit, and nothing is said to be nothing", () => {
  const row = (before, after, unit) => ({ before, after, unit, gained: null, lost: null });
  assert.equal(moved(row(611, 612.5, "s")), "+1.5 s");
  assert.equal(moved(row(50_000, 48_800, "people")), "−1,200");
  assert.equal(moved(row(0.75, 0.7512, "share")), "+0.12 points");
  assert.equal(moved(row(5, 5, "s")), "no change");
  const untold = "no change the method can tell";
  assert.equal(moved({ ...row(5, 5, "s"), untold }), untold);
  assert.equal(moved(row(5, null, "s")), "");
  assert.equal(quantity(0.755, "share"), "75.5%");
});

test("what gains as much as it loses has changed", () => {
  assert.ok(!stays({ before: 5, after: 5, gained: 2, lost: 2 }));
  assert.ok(stays({ before: 5, after: 5, gained: 0, lost: null }));
});

test("groups of people have names", () => {
  assert.equal(groupWords("imd_decile_1"), "deprivation decile 1 (most deprived)");
  assert.equal(groupWords("imd_decile_10"), "deprivation decile 10 (least deprived)");
  assert.equal(groupWords("rural"), "Rural");
});

const set = (id, purpose, saving, people) => ({
  portfolio_id: id,
  purpose,
  net_saving_gbp: saving,
  people_losing_cover: people,
  people_losing_access: people,
  n_options: 1,
});
const sets = [
  set("best", "best", 20, 0),
  set("next-1", "next_best", 19, 0),
  set("frontier-cover-2", "frontier", 30, 100),
  set("frontier-cover-1", "frontier", 20, 0),
  set("frontier-access-1", "frontier", null, 5),
];

test("a frontier holds its own points and the best set, by people who lose", () => {
  const points = frontier(sets, { begins: "frontier-cover", lost: "people_losing_cover" });
  assert.deepEqual(
    points.map((p) => [p.x, p.y, p.chosen]),
    [[0, 20, false], [0, 20, true], [100, 30, false]],
  );
});

test("sets have names, numbered", () => {
  assert.deepEqual(sets.map(setName), [
    "The best set",
    "Next best, 1",
    "Frontier of fire cover, 2",
    "Frontier of fire cover, 1",
    "Frontier of desk access, 1",
  ]);
});

test("a set is the best only among those that it was chosen from", () => {
  const model = { objective_words: { net_saving: "most saved" } };
  const chosen = (id, purpose, people) =>
    chosenFor(model, { ...set(id, purpose, 20, people), objective: "net_saving", status: "optimal" });
  assert.deepEqual(
    [
      chosen("best", "best", 0),
      chosen("next-1", "next_best", 0),
      chosen("frontier-cover-1", "frontier", 0),
      chosen("frontier-access-2", "frontier", 1200),
    ],
    [
      "most saved within the gates and limits; solved exactly",
      "most saved but for the sets listed above it; solved exactly",
      "most saved with nobody losing fire cover; solved exactly",
      "most saved with at most 1,200 people losing desk access; solved exactly",
    ],
  );
});

test("a saving has its range, where it has one", () => {
  const range = { net_saving_low_gbp: 0, net_saving_gbp: 70_000, net_saving_high_gbp: 860_000 };
  assert.equal(saving(range), "about £70,000 (£0 to £860,000) a year");
  assert.equal(saving({ ...range, net_saving_low_gbp: null }), "£70,000 a year");
  assert.equal(saving({ ...range, net_saving_gbp: null, net_saving_low_gbp: null }), "not known");
});

test("a set tells its own targets, rents and bodies, and a loss as a loss", () => {
  const model = {
    targets_of_sets: [
      { portfolio_id: "best", words: "Fire loses." },
      { portfolio_id: "next-1", words: "Fire gains." },
    ],
    rents_of_sets: [{ subject_id: "best", words: "Police would pay." }],
    bodies_of_sets: [
      {
        subject_id: "best",
        body_id: "Fire",
        supplied_gbp: -608_000,
        after_gbp: 192_000,
        npv_before_gbp: null,
        npv_after_gbp: null,
      },
    ],
  };
  assert.deepEqual(targetWords(model, "best"), ["Fire loses."]);
  assert.deepEqual(rentWords(model, "next-1"), []);
  assert.deepEqual(bodyRows(model, "best"), [["Fire", "loses £608,000", "£192,000", "not known"]]);
  assert.deepEqual([gainWords(0), gainWords(null)], ["£0", "not known"]);
});

test("a range of one rank is that rank", () => {
  assert.equal(rankRange({ rank_low: 3, rank_high: 3 }), "3");
  assert.equal(rankRange({ rank_low: 1, rank_high: 12 }), "1 to 12");
});

test("a comparison says the same of two options that are the same", () => {
  const option = {
    index: 0,
    start: { status: "investigate" },
    stability: null,
    register: null,
    value: [null],
    raw: [null],
    basis: ["missing"],
    gates: [],
    effects: [],
    money: null,
    approvals: [],
    released: [],
    travel_time_s: null,
    straight_m: 100,
  };
  const model = {
    study: { weighting: "starting" },
    criteria: [{ label: "Cover" }],
    gates_asked: [{ id: "space", label: "Space" }],
    status_words: { investigate: "Investigate" },
    decision_words: { none: "Nobody" },
  };
  const result = { rank: [null], score: [0], contributions: [[0]] };
  const groups = comparison(model, [option, option], result);
  for (const { said } of groups.flatMap((group) => group.rows)) assert.equal(said[0], said[1]);
  assert.ok(groups.some((group) => group.rows.some((row) => row.said[0] === "not known")));
});
