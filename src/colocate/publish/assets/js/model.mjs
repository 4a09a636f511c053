// From the page's data to linked objects: options know their sites, gates, approvals, figures.
import { readShape, readTable } from "./codec.mjs";
import { clusterWords, count } from "./format.mjs";
import {
  ABOUT_OPTIONS,
  linkDecision,
  linkPoints,
  linkPortfolios,
  linkQuestions,
} from "./linking.mjs";
import { blockOf } from "./ranking.mjs";

const APART = ["catchment", "search", "building", "shield", "place"]; // not ground

const NOTHING = { raw: null, value_low: 0, value: 0, value_high: 1 };
const words = (list) => (list ? list.split(";") : []);

/** Sites of neighbours and partners: of interest only where they could host. */
const beside = (site) => site.over_border || !["fire", "police"].includes(site.service);

/** Link everything the page holds. */
export function buildModel(data) {
  const sites = readTable(data.sites).map((site) => ({
    ...site,
    at: [site.northing_m, site.easting_m],
    roleWords: words(site.roles).join(", ").replaceAll("_", " "),
    quiet: site.status !== "open" || (!site.takes_part && beside(site)),
    search: searchable([site.name, site.town, site.postcode, site.site_id, site.body]),
  }));
  const byId = new Map(sites.map((site) => [site.site_id, site]));
  const rowsOf = grouped(data);
  const clusters = readTable(data.clusters);
  const changed = linkPoints(data);
  const acts = readTable(data.acts);
  const options = readTable(data.options).map((option, index) =>
    linkOption(option, index, byId, rowsOf, { ...data, acts, changed }),
  );
  const drawings = readTable(data.drawings);
  const catchments = groupBy(
    drawings.filter((d) => d.layer === "catchment"),
    (d) => d.key,
  );
  const searched = drawings.filter((d) => d.layer === "search");
  const labels = drawings.filter((d) => d.layer === "shield" || d.layer === "place");
  for (const label of labels) label.at = readShape(label.shape)[0][0];
  labels.sort((a, b) => a.rank - b.rank);
  return {
    ...data,
    sites,
    options,
    catchments,
    labels,
    outlines: new Map(searched.map((d) => [d.key, d.shape])),
    siteById: byId,
    vehicles: readTable(data.vehicles),
    outlived: readTable(data.outlived),
    keys_of_set: readTable(data.keys_of_set),
    principles_of_set: readTable(data.principles_of_set),
    targets_of_sets: readTable(data.targets_of_sets),
    rents_of_sets: readTable(data.rents_of_sets),
    bodies_of_sets: readTable(data.bodies_of_sets),
    rent_principles: readTable(data.rent_principles),
    equality_of_set: readTable(data.equality_of_set),
    questions: linkQuestions(data, options),
    portfolios: linkPortfolios(data, options, byId),
    clusters,
    clusterNames: new Map(clusters.map((each) => [each.cluster_id, clusterWords(each)])),
    ground: drawings.filter((d) => !APART.includes(d.layer)),
    buildings: drawings.filter((d) => d.layer === "building"),
    attribution: data.sources.join(" · "),
    rankable: rankable(options, data.lists),
    blocks: groupBy(options, blockOf),
    startRank: options.map((option) => option.start.rank),
  };
}

/** What the ranking rule asks of each option. */
function rankable(options, lists) {
  const byTown = options.toSorted(
    (a, b) => (a.town === null) - (b.town === null) || order(a.town, b.town) || a.index - b.index,
  );
  const tie = new Map(byTown.map((option, place) => [option, place]));
  return options.map((option) => ({
    low: option.least,
    value: option.value,
    high: option.most,
    known: option.basis.map((basis) => basis !== "missing"),
    ranked: option.start.rank !== null,
    list: lists.indexOf(option.list),
    group: option.rank_group,
    tie: tie.get(option),
  }));
}

/** By code point, as Python orders text. */
const order = (a, b) => (a === b ? 0 : a < b ? -1 : 1);

/** Things by what `key` says of them, in the order in which it is said first. */
export function groupBy(rows, key) {
  const groups = new Map();
  for (const row of rows) {
    const name = key(row);
    if (groups.has(name)) groups.get(name).push(row);
    else groups.set(name, [row]);
  }
  return groups;
}

/** Rows about options, by the option's place in the list. */
function grouped(data) {
  const tables = [
    "gates",
    "contributions",
    "cover",
    "access",
    "money",
    "areas_of_search",
    ...ABOUT_OPTIONS,
  ];
  return Object.fromEntries(
    tables.map((name) => [name, groupBy(readTable(data[name]), (row) => row.option)]),
  );
}

function linkOption(option, index, byId, rowsOf, data) {
  const find = (list) =>
    words(list)
      .map((id) => byId.get(id))
      .filter(Boolean);
  const sites = find(option.site_ids);
  const host = byId.get(option.host_site_id) ?? null;
  const movers = find(option.mover_site_ids);
  const middle = [0, 1].map((axis) => sites.reduce((sum, s) => sum + s.at[axis], 0) / sites.length);
  const rows = (name) => rowsOf[name].get(index) ?? [];
  const given = new Map(rows("contributions").map((row) => [row.criterion, row]));
  const money = rows("money")[0] ?? null;
  const criteria = data.criteria.map(
    (criterion) => given.get(criterion.id) ?? { ...NOTHING, basis: "missing" },
  );
  const { option_id: id, status, score, completeness, rank, place } = option;
  return {
    ...option,
    id,
    index,
    sites,
    host,
    movers,
    services: [...new Set(movers.map((site) => site.service))],
    released: find(option.released_site_ids),
    at: host ? host.at : middle,
    pair: sites.map((s) => s.site_id).join(),
    kindWords: option.kind_said,
    areas: words(option.police_areas),
    least: criteria.map((row) => row.value_low),
    value: criteria.map((row) => row.value),
    most: criteria.map((row) => row.value_high),
    raw: criteria.map((row) => row.raw),
    basis: criteria.map((row) => row.basis),
    gates: rows("gates"),
    path: data.paths[data.path_of[index]],
    approvals: data.paths[data.path_of[index]].acts.map((at) => data.acts[at]),
    cover: rows("cover")[0] ?? null,
    access: rows("access")[0] ?? null,
    money,
    net_saving_gbp: money?.net_saving_gbp ?? null,
    start: { status, score, completeness, rank, place },
    search: searchable([option.title, id, ...sites.map((site) => site.search)]),
    area: rows("areas_of_search")[0] ?? null,
    ...linkDecision(rows, data.changed),
    held: rank === null ? null : (data.held_words[option.rank_group] ?? null),
  };
}

/** Text to search in, one field a line. */
function searchable(fields) {
  return fields.filter(Boolean).join("\n").toLowerCase();
}

/** Is every word of `text` in what can be searched, or all of it when blanks do not count? */
export function found(search, text) {
  const asked = text.trim().toLowerCase();
  return (
    asked.split(/\s+/).every((word) => search.includes(word)) ||
    search.replace(/[^\S\n]/g, "").includes(asked.replace(/\s/g, ""))
  );
}

/** Rank group of an option, as the filter names it. */
export const groupOf = ({ rank_group: group, start }) => (start.rank === null ? "none" : `${group}`);

/** Among how many an option is ranked, and what they are: `43 stations that can be acted on`. */
export function amongWords(model, option) {
  const { list_words: lists, group_words: groups } = model;
  const size = count(model.blocks.get(blockOf(option)).length);
  return `${size} ${lists[option.list]} ${groups[option.rank_group]}`;
}

/** Does an option pass the filters? */
export function passes(option, filter, completeness) {
  return (
    found(option.search, filter.text) &&
    (filter.area === "" || option.areas.includes(filter.area)) &&
    (filter.kind === "" || option.kind === filter.kind) &&
    (filter.tier === "" || option.tier === filter.tier) &&
    (filter.group === "" || groupOf(option) === filter.group) &&
    (filter.status === "" || option.start.status === filter.status) &&
    (filter.service === "" || option.services.includes(filter.service)) &&
    (filter.sure === "" || option.stability?.word === filter.sure) &&
    (filter.gate === "" || option.gates.some((g) => `${g.gate}:${g.outcome}` === filter.gate)) &&
    completeness * 100 >= filter.known - 1e-9
  );
}

/** Questions nobody has answered, those that hold up most options first. */
export function openQuestions(model) {
  return model.gates_asked
    .map((gate) => ({
      ...gate,
      options: model.options.filter(
        (option) =>
          option.start.status !== "existing" &&
          option.gates.some((g) => g.gate === gate.id && g.outcome === "unknown"),
      ).length,
    }))
    .filter((gate) => gate.options > 0)
    .sort((a, b) => b.options - a.options);
}
