import assert from "node:assert/strict";
import test from "node:test";
import {
  assumedShare,
  movement,
  normalise,
  rankOptions,
} from "../../../src/colocate/publish/assets/js/ranking.mjs";

const all = (n, value) => Array(n).fill(value);

test("weights are made to add up to 1", () => {
  assert.deepEqual(normalise([1, 3]), [0.25, 0.75]);
});

test("weights of nothing give no ranking", () => {
  assert.equal(normalise([0, 0]), null);
});

test("the highest score comes first", () => {
  const { score, rank } = rankOptions([[0.2], [0.9]], [5], all(2, true), all(2, 0));
  assert.deepEqual(score, [20, 90]);
  assert.deepEqual(rank, [2, 1]);
});

test("what is missing adds nothing and lowers completeness", () => {
  const { score, completeness } = rankOptions([[1, null]], [3, 1], [true], [0]);
  assert.deepEqual([score, completeness], [[75], [0.75]]);
});

test("ties go by option id, which is the order of the rows", () => {
  assert.deepEqual(rankOptions([[0.5], [0.5]], [1], all(2, true), all(2, 0)).rank, [1, 2]);
});

test("ranks run within a group, places through the whole list, group by group", () => {
  const values = [[1], [0.5], [0.1], [0.7]];
  const { rank, place } = rankOptions(values, [1], all(4, true), [3, 2, 0, 2]);
  assert.deepEqual(rank, [1, 2, 1, 1]);
  assert.deepEqual(place, [4, 3, 1, 2]);
});

test("the assumed share of the weight is of all weight, not of what is known", () => {
  const basis = ["assumed", "missing", "recorded", "computed"];
  assert.equal(assumedShare({ basis }, [0.3, 0.3, 0.2, 0.2]), 0.3);
});

test("what is in place today is not ranked", () => {
  assert.deepEqual(rankOptions([[1], [0.1]], [1], [false, true], all(2, 0)).rank, [null, 1]);
});

test("movement counts places, and options without a rank stand still", () => {
  assert.deepEqual(movement([2, 1, null], [1, 2, null]), {
    moves: [-1, 1, 0],
    moved: 2,
    largest: 1,
  });
});
