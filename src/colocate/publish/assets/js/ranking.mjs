// The ranking rule of colocate.scoring, scoring and ranking, digit for digit: contribution =
// share * value * 100, added in the order of the criteria, for the centre and both ends of every
// value; ranks within a group of a list (3 where a gate fails, 2 where a fire crew would move,
// 1 where a site is weakly evidenced, else 0), by score in whole millionths of a point.

/** Weights that add up to 1, or null if none is above 0. */
export function normalise(weights) {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return total > 0 ? weights.map((weight) => weight / total) : null;
}

/**
 * Score and rank every option.
 *
 * @param {{low: number[], value: number[], high: number[], known: boolean[], ranked: boolean,
 *          list: number, group: number, tie: number}[]} options  by option id; the first four by
 *        criterion; `ranked` is false for what is in place today; `list` and `group` are ranked one
 *        after the other; `tie` is the place among those that share a rank
 * @param {number[]} weights          one a criterion, 0 or more, at least one above 0
 * @returns {{shares: number[], score: number[], scoreLow: number[], scoreHigh: number[],
 *            completeness: number[], rank: (number|null)[], rankLow: (number|null)[],
 *            rankHigh: (number|null)[], shared: boolean[], place: (number|null)[],
 *            contributions: number[][]}}
 */
export function rankOptions(options, weights) {
  const shares = normalise(weights);
  const sum = (row) => row.reduce((total, part) => total + part, 0);
  const parts = (values) => values.map((value, c) => shares[c] * value * 100);
  const scored = (end) => options.map((option) => Math.min(100, sum(parts(option[end]))));
  const scores = { score: scored("value"), scoreLow: scored("low"), scoreHigh: scored("high") };
  return {
    shares,
    ...scores,
    completeness: options.map(({ known }) =>
      Math.min(1, sum(known.map((is, c) => (is ? shares[c] : 0)))),
    ),
    contributions: options.map(({ value }) => parts(value)),
    ...ranks(options, scores),
  };
}

const millionths = (score) => Math.floor(score * 1e6 + 0.5);

/** Ranks, their intervals and the order in which all are listed. */
function ranks(options, { score, scoreLow, scoreHigh }) {
  const [low, at, high] = [scoreLow, score, scoreHigh].map((scores) => scores.map(millionths));
  const order = options.map((_, i) => i).filter((i) => options[i].ranked);
  order.sort(
    (a, b) =>
      options[a].list - options[b].list ||
      options[a].group - options[b].group ||
      at[b] - at[a] ||
      options[a].tie - options[b].tie,
  );
  const none = () => options.map(() => null);
  const found = { rank: none(), rankLow: none(), rankHigh: none(), place: none() };
  const shared = options.map(() => false);
  const blocks = new Map();
  for (const i of order) {
    const key = `${options[i].list}/${options[i].group}`;
    if (blocks.has(key)) blocks.get(key).push(i);
    else blocks.set(key, [i]);
  }
  for (const block of blocks.values()) {
    const above = (scores) => {
      const sorted = block.map((i) => scores[i]).sort((a, b) => a - b);
      return (limit) => block.length - upper(sorted, limit);
    };
    const [lows, centres, highs] = [above(low), above(at), above(high)];
    const alike = new Map();
    for (const i of block) alike.set(at[i], (alike.get(at[i]) ?? 0) + 1);
    for (const i of block) {
      found.rankLow[i] = 1 + lows(high[i]);
      found.rank[i] = 1 + centres(at[i]);
      found.rankHigh[i] = 1 + highs(low[i]) - (high[i] > low[i] ? 1 : 0);
      shared[i] = alike.get(at[i]) > 1;
    }
  }
  order.forEach((option, place) => {
    found.place[option] = place + 1;
  });
  return { ...found, shared };
}

/** How many of sorted numbers are at most `limit`. */
function upper(sorted, limit) {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle] <= limit) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** A rank in words: `2=` where others share it. */
export const rankWords = (rank, shared) => (rank === null ? "–" : `${rank}${shared ? "=" : ""}`);

/** Share of the weight that rests on assumed figures. */
export function assumedShare({ basis }, shares) {
  return shares.reduce((sum, share, c) => sum + (basis[c] === "assumed" ? share : 0), 0);
}

/** A rank and the interval it may lie in: `2= (1 to 40)`. */
export function rankSpan(index, { rank, rankLow, rankHigh, shared }) {
  const [low, high] = [rankLow[index], rankHigh[index]];
  return [rankWords(rank[index], shared[index]), low === high ? "" : `(${low} to ${high})`];
}

/** List and rank group in which an option is ranked, as the page names them. */
export const blockOf = ({ list, rank_group: group, start }) =>
  start.rank === null ? "none" : `${list}/${group}`;

const BLOCKED = 3;

/**
 * Class of a badge: 1 for the first ten, 2 to fifty, 3 beyond, 0 without a rank. Whatever cannot
 * be acted on is no first place: 4 if something holds it back, 5 if it is blocked.
 */
export function tier(rank, group) {
  if (rank === null) return 0;
  if (group > 0) return group === BLOCKED ? 5 : 4;
  return rank <= 10 ? 1 : rank <= 50 ? 2 : 3;
}

/** How many options stand elsewhere in their list than in the ranking at the start, and the largest move. */
export function movement(rank, start) {
  const moves = rank.map((place, i) => (place === null ? 0 : start[i] - place));
  return {
    moves,
    moved: moves.filter((move) => move !== 0).length,
    largest: Math.max(0, ...moves.map(Math.abs)),
  };
}
