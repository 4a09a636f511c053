// The ranking rule of colocate.choice.scoring, digit for digit: contribution = share * value * 100,
// added in the order of the criteria; a missing value contributes nothing and lowers completeness;
// options go by rank group, then by score, then by option id; ranks run within a group.

/** Weights that add up to 1, or null if none is above 0. */
export function normalise(weights) {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return total > 0 ? weights.map((weight) => weight / total) : null;
}

/**
 * Score and rank every option.
 *
 * @param {(number|null)[][]} values  one row an option by option id, one value a criterion
 * @param {number[]} weights          one a criterion, 0 or more, at least one above 0
 * @param {boolean[]} ranked          false for what is in place today
 * @param {number[]} groups           number of the rank group: 0 comes first
 * @returns {{shares: number[], score: number[], completeness: number[], rank: (number|null)[],
 *            place: (number|null)[], contributions: number[][]}} rank within the group, and place
 *            in the whole list
 */
export function rankOptions(values, weights, ranked, groups) {
  const shares = normalise(weights);
  const contributions = values.map((row) =>
    row.map((value, c) => (value === null ? 0 : shares[c] * value * 100)),
  );
  const sum = (row) => row.reduce((total, part) => total + part, 0);
  const score = contributions.map((row) => Math.min(100, sum(row)));
  const completeness = values.map((row) =>
    Math.min(1, sum(row.map((value, c) => (value === null ? 0 : shares[c])))),
  );
  const order = values.map((_, i) => i).filter((i) => ranked[i]);
  order.sort((a, b) => groups[a] - groups[b] || score[b] - score[a] || a - b);
  const rank = values.map(() => null);
  const place = values.map(() => null);
  const sizes = new Map();
  order.forEach((option, before) => {
    const within = (sizes.get(groups[option]) ?? 0) + 1;
    sizes.set(groups[option], within);
    rank[option] = within;
    place[option] = before + 1;
  });
  return { shares, score, completeness, rank, place, contributions };
}

/** Share of the weight that rests on assumed figures. */
export function assumedShare({ basis }, shares) {
  return shares.reduce((sum, share, c) => sum + (basis[c] === "assumed" ? share : 0), 0);
}

/** Class of a place in the list: 1 for the first ten, 2 to fifty, 3 beyond, 0 without one. */
export function tier(place) {
  if (place === null) return 0;
  return place <= 10 ? 1 : place <= 50 ? 2 : 3;
}

/** How many options stand elsewhere than in the ranking at the start, and the largest move. */
export function movement(rank, start) {
  const moves = rank.map((place, i) => (place === null ? 0 : start[i] - place));
  return {
    moves,
    moved: moves.filter((move) => move !== 0).length,
    largest: Math.max(0, ...moves.map(Math.abs)),
  };
}
