import assert from "node:assert/strict";
import test from "node:test";
import {
  assumedShare,
  movement,
  normalise,
  rankOptions,
  rankSpan,
  rankWords,
  tier,
} from "../../../src/colocate/publish/assets/js/ranking.mjs";

let tie = 0;
/** An option of the first list and group, on values without ranges unless they are given. */
const option = (value, facts = {}) => ({
  low: value,
  value,
  high: value,
  known: value.map(() => true),
  ranked: true,
  list: 0,
  group: 0,
  tie: tie++,
  ...facts,
});

test("weights are made to add up to 1", () => {
  assert.deepEqual(normalise([1, 3]), [0.25, 0.75]);
});

test("weights of nothing give no ranking", () => {
  assert.equal(normalise([0, 0]), null);
});

test("the highest score comes first", () => {
  const { score, rank } = rankOptions([option([0.2]), option([0.9])], [5]);
  assert.deepEqual(score, [20, 90]);
  assert.deepEqual(rank, [2, 1]);
});

test("what is not known counts with its centre, widens the score and lowers completeness", () => {
  const unknown = option([1, 0.5], { low: [1, 0], high: [1, 1], known: [true, false] });
  const found = rankOptions([unknown], [3, 1]);
  assert.deepEqual([found.scoreLow, found.score, found.scoreHigh], [[75], [87.5], [100]]);
  assert.deepEqual(found.completeness, [0.75]);
});

test("equal scores share a rank, and are listed by their tie", () => {
  const options = [option([0.9]), option([0.5], { tie: 2 }), option([0.5], { tie: 1 })];
  const { rank, shared, place } = rankOptions([...options, option([0.1])], [1]);
  assert.deepEqual(rank, [1, 2, 2, 4]);
  assert.deepEqual(shared, [false, true, true, false]);
  assert.deepEqual(place, [1, 3, 2, 4]);
  assert.equal(rankWords(rank[1], shared[1]), "2=");
});

test("where ranges meet, ranks are intervals", () => {
  const options = [
    option([0.9]),
    option([0.5], { low: [0.3], high: [0.6] }),
    option([0.4], { low: [0.2], high: [0.5] }),
  ];
  const { rankLow, rankHigh } = rankOptions(options, [1]);
  assert.deepEqual([rankLow, rankHigh], [
    [1, 2, 2],
    [1, 3, 3],
  ]);
});

test("each list has ranks of its own", () => {
  const { rank, place } = rankOptions([option([0.9]), option([0.1], { list: 1 })], [1]);
  assert.deepEqual([rank, place], [
    [1, 1],
    [1, 2],
  ]);
});

test("ranks run within a group, places through the whole list, group by group", () => {
  const options = [option([1], { group: 3 }), option([0.5], { group: 2 }), option([0.1])];
  const { rank, place } = rankOptions([...options, option([0.7], { group: 2 })], [1]);
  assert.deepEqual(rank, [1, 2, 1, 1]);
  assert.deepEqual(place, [4, 3, 1, 2]);
});

test("the assumed share of the weight is of all weight, not of what is known", () => {
  const basis = ["assumed", "missing", "recorded", "computed"];
  assert.equal(assumedShare({ basis }, [0.3, 0.3, 0.2, 0.2]), 0.3);
});

test("what is in place today is not ranked", () => {
  const options = [option([1], { ranked: false }), option([0.1])];
  assert.deepEqual(rankOptions(options, [1]).rank, [null, 1]);
});

test("movement counts places, and options without a rank stand still", () => {
  assert.deepEqual(movement([2, 1, null], [1, 2, null]), {
    moves: [-1, 1, 0],
    moved: 2,
    largest: 1,
  });
});

test("only what can be acted on is a first place", () => {
  assert.deepEqual([tier(1, 0), tier(11, 0), tier(51, 0)], [1, 2, 3]);
  assert.deepEqual([tier(1, 1), tier(1, 2), tier(1, 3), tier(null, 3)], [4, 4, 5, 0]);
});

test("a rank is said with the interval it may lie in", () => {
  const result = { rank: [2, 1], rankLow: [1, 1], rankHigh: [40, 1], shared: [true, false] };
  assert.deepEqual(rankSpan(0, result), ["2=", "(1 to 40)"]);
  assert.deepEqual(rankSpan(1, result), ["1", ""]);
});
