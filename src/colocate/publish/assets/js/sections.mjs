// Pieces that both sides of the panel are made of: headings, facts, symbols, a site's record.
import { el, svg } from "./dom.mjs";
import { count, metres, UNKNOWN } from "./format.mjs";
import { rankWords, tier } from "./ranking.mjs";

/** A part of the panel under a heading; parts that are null are left out. */
export const section = (title, ...parts) => el("section", {}, el("h3", {}, title), ...parts);

export const quiet = (text) => el("p", { class: "quiet-text" }, text);
export const note = (text, style = "") => el("p", { class: `note ${style}`.trim() }, text);
export const cells = (tag, texts, attributes = {}) =>
  texts.map((text) => el(tag, attributes, text));

/** Names and values; a row whose value is null is left out. */
export function facts(rows) {
  const list = el("dl", { class: "facts" });
  for (const [name, value] of rows) {
    if (value === null) continue;
    const style = value === UNKNOWN ? "unknown" : null;
    list.append(el("dt", {}, name), el("dd", { class: style }, value));
  }
  return list;
}

/** An option's rank on the colour of its class; a dash without an option or a rank. */
export function badge(option, { rank, shared }, style = "") {
  const own = option ? rank[option.index] : null;
  const colours = tier(own, option?.rank_group);
  const said = rankWords(own, option && shared[option.index]);
  return el("span", { class: `badge tier-${colours} ${style}`.trim() }, said);
}

/** A small symbol of a site's service, the same shape as on the map. */
export function siteSymbol(site) {
  const known = ["fire", "police"].includes(site.service);
  const shapes = {
    fire: () => svg("circle", { cx: 6, cy: 6, r: 5 }),
    police: () => svg("rect", { x: 1.5, y: 1.5, width: 9, height: 9 }),
    other: () => svg("path", { d: "M6 1 11 11H1Z" }),
  };
  const name = known ? site.service : "other";
  const style = `symbol ${name}${site.quiet ? " quiet" : ""}`;
  return svg("svg", { class: style, viewBox: "0 0 12 12", "aria-hidden": "true" }, shapes[name]());
}

/** Everything the register and the checks say about a site. */
export function siteRecord(site) {
  const inferred = site.postcode_basis === "inferred" ? " (inferred from the point)" : "";
  const shared = site.share_with ? `, with ${site.share_with}` : "";
  return facts([
    ["Body", site.body],
    ["Used as", site.roleWords],
    ["In use", site.status_note ? `${site.status}: ${site.status_note}` : site.status],
    ["Crewing", site.crewing && site.crewing.replaceAll(";", ", ").replaceAll("_", "-")],
    ["Shared", site.share_status && site.share_status + shared],
    ["Takes part", site.part_reason],
    ["Address", site.address],
    ["Town", site.town],
    ["Postcode", site.postcode ? site.postcode + inferred : UNKNOWN],
    ["Grid reference", site.grid_reference],
    ["Point good to", `about ${metres(site.precision_m)}`],
    ["Police area", site.police_area],
    ["Tenure", site.tenure ?? UNKNOWN],
    ["Floor area", site.floor_area ?? UNKNOWN],
    ["Confidence", site.confidence],
    ["As of", site.as_of],
    ["Source", site.source],
    ["Remarks", site.notes],
    ["Site", site.site_id],
  ]);
}

/** People within each drive time of a site, and buttons for the other sites of the option. */
export function reach(model, sites, site, choose) {
  const drawn = sites.filter((s) => model.catchments.has(s.site_id));
  if (!drawn.length) return null;
  const bands = model.catchments.get(site?.site_id) ?? [];
  const said =
    site?.service === "police"
      ? "People who can drive to it within"
      : "People it can drive to within (turnout comes on top)";
  return section(
    "Reached by road",
    drawn.length > 1 ? siteButtons(drawn, site, choose) : null,
    bands.length ? reachTable(said, bands) : null,
  );
}

function siteButtons(sites, chosen, choose) {
  const buttons = sites.map((site) => {
    const attributes = { type: "button", "aria-pressed": String(site === chosen) };
    return el(
      "button",
      { ...attributes, onclick: () => choose(site) },
      siteSymbol(site),
      site.name,
    );
  });
  const label = "Site whose catchment is shown";
  return el("div", { class: "segments", role: "group", "aria-label": label }, buttons);
}

function reachTable(said, bands) {
  const limits = cells(
    "th",
    bands.map((band) => `${band.limit_s / 60} min`),
    { scope: "col" },
  );
  const people = cells(
    "td",
    bands.map((band) => count(band.people)),
  );
  return el(
    "table",
    { class: "figures reach" },
    el("caption", {}, said),
    el("thead", {}, el("tr", {}, limits)),
    el("tbody", {}, el("tr", {}, people)),
  );
}
