// What an option would do: both services before and after, where times change, and for whom.
import { el, svg } from "./dom.mjs";
import { pairedBars, timeBins } from "./chart.mjs";
import { count, duration, minus, plural, UNKNOWN } from "./format.mjs";
import { HOW } from "./linking.mjs";
import { cells, note, quiet, section } from "./sections.mjs";

const SIDES = { fire: "Fire", police: "Police" };
const GROUPS = {
  aged_65_plus: "Aged 65 and over",
  disabled: "Disabled people",
  rural: "Rural",
  urban: "Urban",
};

/** A figure of an effect in its unit. */
export function quantity(value, unit) {
  if (value === null || value === undefined) return UNKNOWN;
  if (unit === "s") return duration(value);
  if (unit === "share" || unit === "%")
    return `${(value * (unit === "share" ? 100 : 1)).toFixed(1)}%`;
  const text = Number.isInteger(value) || Math.abs(value) >= 100 ? count(value) : value.toFixed(1);
  return minus(["people", "", "count"].includes(unit) ? text : `${text} ${unit}`);
}

/** By how much a figure moves; exactly nothing is said to be nothing. */
export function moved({ before, after, unit, untold }) {
  if (untold) return untold;
  if (before === null || after === null) return "";
  const by = after - before;
  if (by === 0) return "no change";
  const size = Math.abs(by);
  const amount =
    unit === "s" && size < 60
      ? `${size.toFixed(1)} s`
      : unit === "share"
        ? `${(size * 100).toFixed(2)} points`
        : quantity(size, unit);
  return `${by > 0 ? "+" : "−"}${amount}`;
}

export const stays = (row) => row.before === row.after && !row.gained && !row.lost;

/** Every measure of both services before and after; what stays as it is in one line. */
export function effects(model, option) {
  if (!option.effects.length) {
    return section("Before and after", quiet("Not computed for this option."));
  }
  const parts = Object.entries(SIDES).map(([side, name]) => {
    const rows = option.effects.filter((row) => row.side === side);
    if (!rows.length) return null;
    const unknown = rows.filter((row) => row.after === null);
    const still = rows.filter((row) => row.after !== null && stays(row));
    const changed = rows.filter((row) => row.after !== null && !stays(row));
    const nothing = changed.length + unknown.length === 0;
    const untold = still.find((row) => row.untold)?.untold;
    return el(
      "div",
      { class: "side" },
      el("h4", {}, name),
      nothing
        ? note(
            `${untold ? "As" : "Exactly as"} today: ${plural(still.length, "measure", "measures")}, ${untold ?? "no change"}.`,
            "good",
          )
        : null,
      changed.length ? effectTable(changed) : null,
      unknown.length ? folded(`Not known: ${unknown.length}`, effectTable(unknown)) : null,
      still.length
        ? folded(`${plural(still.length, "measure", "measures")} without change`, effectTable(still))
        : null,
    );
  });
  return section("Before and after", ...parts);
}

export const folded = (title, ...content) =>
  el("details", { class: "more" }, el("summary", {}, title), ...content);

/** Measures with their figures; what the notes say is told once below, by number. */
function effectTable(rows) {
  const notes = [...new Set(rows.map((row) => row.note).filter(Boolean))];
  const head = cells("th", ["Today", "Then", "Change"], { scope: "col" });
  const table = el(
    "table",
    { class: "figures effects" },
    el("thead", {}, el("tr", {}, el("td"), head)),
    el("tbody", {}, rows.map((row) => effectRow(row, notes.indexOf(row.note) + 1))),
  );
  const told = notes.map((text) => el("li", {}, text));
  return el("div", {}, table, told.length ? el("ol", { class: "remarks" }, told) : null);
}

function effectRow(row, number) {
  const split = [
    row.gained ? `+${quantity(row.gained, row.unit)} gained` : null,
    row.lost ? `−${quantity(row.lost, row.unit)} lost` : null,
  ].filter(Boolean);
  const basis = ["assumed", "recorded"].includes(row.basis) ? row.basis : null;
  const small = [basis, number ? `note ${number}` : null].filter(Boolean).join(", ");
  return el(
    "tr",
    {},
    el(
      "th",
      { scope: "row" },
      row.label,
      split.length ? el("small", { class: "split" }, split.join(", ")) : null,
      small ? el("small", {}, small) : null,
    ),
    el("td", {}, quantity(row.before, row.unit)),
    el("td", { class: row.after === null ? "unknown" : null }, quantity(row.after, row.unit)),
    el("td", {}, moved(row)),
  );
}

/** The mark of a changed place: what loses points down, what gains points up; filled: it crosses. */
function changeMark(how) {
  const down = how === "lost" || how === "slower";
  const d = down ? "M1 2H11L6 11Z" : "M1 10H11L6 1Z";
  const attributes = { class: `delta ${how}`, viewBox: "0 0 12 12", "aria-hidden": "true" };
  return svg("svg", attributes, svg("path", { d }));
}

/** Where times change: how many people, the places that lose most, all of them to unfold. */
export function whereChanged(model, option) {
  const { changes } = option;
  if (!changes.length) return null;
  const sides = Object.entries(SIDES).map(([side, name]) => {
    const rows = changes.filter((row) => row.side === side);
    if (!rows.length) return null;
    const worst = rows.filter((row) => row.worst !== null).sort((a, b) => a.worst - b.worst);
    const sums = Object.keys(HOW)
      .map((how) => ({ how, rows: rows.filter((row) => row.how === how) }))
      .filter((group) => group.rows.length);
    return el(
      "div",
      { class: "side" },
      el("h4", {}, side === "fire" ? `${name}: first appliance` : `${name}: drive to a desk`),
      el(
        "ul",
        { class: "deltas" },
        sums.map(({ how, rows: group }) => {
          const people = group.reduce((sum, row) => sum + row.people, 0);
          const places = plural(group.length, "place", "places");
          const said = `${HOW[how]}: ${count(people)} people in ${places}`;
          return el("li", {}, changeMark(how), said);
        }),
      ),
      worst.length ? el("p", { class: "quiet-text" }, "Those that lose most time:") : null,
      worst.length ? placeList(worst) : null,
      rows.length > 3 ? changedTimes(rows) : null,
      folded(`All ${plural(rows.length, "place", "places")} listed`, placeList(rows)),
    );
  });
  return section(
    "Where it changes",
    quiet(
      "Census areas (about 1,600 people each), drawn on the map at their centre of population; " +
        "each counts as its people fare on average. Who is affected counts them by postcode.",
    ),
    ...sides,
  );
}

function placeList(rows) {
  const beyond = (seconds) => (seconds === null ? "out of reach" : duration(seconds));
  const items = rows.map((row) =>
    el(
      "li",
      {},
      changeMark(row.how),
      el(
        "div",
        {},
        row.point.name,
        el("small", {}, `${beyond(row.before_s)} → ${beyond(row.after_s)} · ${count(row.people)} people`),
      ),
    ),
  );
  return el("ul", { class: "places" }, items);
}

function changedTimes(rows) {
  const bins = timeBins(rows);
  if (bins.length < 2) return null;
  const label = bins
    .map((bin) => `${bin.label}: ${count(bin.before)} people today, ${count(bin.after)} then`)
    .join("; ");
  return el(
    "figure",
    { class: "chart" },
    el("figcaption", {}, "People of these places by time: today light, then dark"),
    pairedBars(bins, label),
  );
}

/** Findings of the screen in plainer words, where there are. */
const FINDINGS = {
  "slowed more than average": "slower more often than the average",
  "quickened more than average": "quicker more often than the average",
};

/** Who gains and loses, group by group, against the area's average. */
export function equality(option) {
  if (!option.screened.length) return null;
  const findings = option.equality;
  const clear = option.screened.filter((side) => !findings.some((row) => row.side === side));
  return section(
    "Who is affected",
    clear.length
      ? quiet(`${clear.map((side) => SIDES[side]).join(" and ")}: no change for any group.`)
      : null,
    ...equalityParts(findings),
    quiet(
      "Input to an equality analysis, not the analysis. Counted by postcode where it is known, " +
        "not by whole areas as above; small counts are left out.",
    ),
  );
}

/** Groups apart from the average, then those like it to unfold. */
export function equalityParts(rows) {
  const like = rows.filter((row) => row.finding === "as the average");
  const apart = rows.filter((row) => row.finding !== "as the average");
  return [
    apart.length ? equalityTable(apart) : null,
    like.length
      ? folded(`${plural(like.length, "group", "groups")} as the average`, equalityTable(like))
      : null,
  ].filter(Boolean);
}

function equalityTable(rows) {
  const people = (row, value) => (row.suppressed || value === null ? "–" : count(value));
  const body = rows.map((row) =>
    el(
      "tr",
      {},
      el(
        "th",
        { scope: "row" },
        `${SIDES[row.side]}: ${groupWords(row.group)}`,
        el("small", {}, [FINDINGS[row.finding] ?? row.finding, ...timed(row)].join(", ")),
      ),
      el("td", {}, people(row, row.gained)),
      el("td", {}, people(row, row.lost)),
    ),
  );
  const head = cells("th", ["Gain", "Lose"], { scope: "col" });
  return el(
    "table",
    { class: "figures" },
    el("thead", {}, el("tr", {}, el("td"), head)),
    el("tbody", {}, body),
  );
}

/** Whose time gets longer or shorter, where that may be told. */
function timed({ slower, quicker, suppressed }) {
  if (suppressed) return [];
  const people = (number, word) => (number ? `${count(number)} people ${word}` : null);
  return [people(slower, "slower"), people(quicker, "quicker")].filter(Boolean);
}

export function groupWords(group) {
  const decile = /^imd_decile_(\d+)$/.exec(group);
  if (!decile) return Object.hasOwn(GROUPS, group) ? GROUPS[group] : group;
  const end = { 1: " (most deprived)", 10: " (least deprived)" }[decile[1]] ?? "";
  return `deprivation decile ${decile[1]}${end}`;
}
