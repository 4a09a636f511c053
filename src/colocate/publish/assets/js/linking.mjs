// The decision's rows, linked to options, places and each other.
import { readTable } from "./codec.mjs";

/** Tables with rows about options, by the option's place in the list. */
export const ABOUT_OPTIONS = [
  "effects",
  "changes",
  "equality",
  "equality_done",
  "stability",
  "robustness",
  "break_even",
  "register",
  "money_by_body",
  "clearing_rents",
  "delivery",
  "routes",
];

/** How the time of a place changes; the standard is that of its side. */
export const HOW = {
  lost: "No longer within the standard",
  gained: "Newly within the standard",
  slower: "Slower, as before in or out",
  quicker: "Quicker, as before in or out",
};

/** What the page knows of one option's decision. */
export function linkDecision(rows, points) {
  return {
    effects: rows("effects"),
    changes: rows("changes").map((row) => ({ ...row, point: points[row.point] })),
    equality: rows("equality"),
    screened: rows("equality_done").map((row) => row.side),
    stability: rows("stability")[0] ?? null,
    robustness: rows("robustness"),
    breakEven: rows("break_even"),
    register: rows("register")[0] ?? null,
    bodies: rows("money_by_body"),
    rents: rows("clearing_rents").map((row) => row.words),
    delivery: rows("delivery"),
    route: rows("routes")[0] ?? null,
  };
}

/** Demand points whose time some option would change. */
export const linkPoints = (data) =>
  readTable(data.points).map((point) => ({ ...point, at: [point.northing_m, point.easting_m] }));

/** Questions in the order to ask them, with the options that wait for the answer. */
export function linkQuestions(data, options) {
  return readTable(data.questions).map((question) => ({
    ...question,
    waiting: question.options
      ? question.options.split(";").map((index) => options[Number(index)])
      : [],
  }));
}

/** Sets of options together: each with its options and the sites it releases. */
export function linkPortfolios(data, options, siteById) {
  const entries = readTable(data.portfolio_options);
  return readTable(data.portfolios).map((portfolio) => {
    const own = entries.filter((entry) => entry.portfolio_id === portfolio.portfolio_id);
    return {
      ...portfolio,
      entries: own.map((entry) => ({
        option: options[entry.option],
        marginal: entry.marginal_value,
        releases: (entry.releases ? entry.releases.split(";") : [])
          .map((id) => siteById.get(id))
          .filter(Boolean),
      })),
    };
  });
}
