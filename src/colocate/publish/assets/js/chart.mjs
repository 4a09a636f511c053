// Small charts as SVG: bars of a distribution, pairs of bars, points of a frontier. The figures
// they draw are worked out here too, apart from any drawing.
import { el, svg } from "./dom.mjs";

const WIDTH_OF_CHART = 300;
const CHART_REM = 8; // height of a chart with marks at its side, as in decision.css

/** Count scores in equal bins from 0 to 100. */
export function scoreBins(scores, size = 5) {
  const bins = Array.from({ length: 100 / size }, (_, i) => ({ from: i * size, count: 0 }));
  for (const score of scores) bins[Math.min(bins.length - 1, Math.floor(score / size))].count += 1;
  return bins;
}

/** People by time in bins of a round number of minutes, before and after; the last bin is open. */
export function timeBins(rows, most = 8) {
  const times = rows.flatMap((row) => [row.before_s, row.after_s]).filter((s) => s !== null);
  if (!times.length) return [];
  const low = Math.floor(Math.min(...times) / 60);
  const high = Math.floor(Math.max(...times) / 60) + 1;
  const size = [1, 2, 5, 10, 20].find((minutes) => (high - low) / minutes <= most) ?? 30;
  const first = Math.floor(low / size) * size;
  const bins = [];
  for (let from = first; from < high; from += size) {
    bins.push({ label: `${from} to ${from + size} min`, tick: `${from} min`, before: 0, after: 0 });
  }
  const beyond = { label: "out of reach", tick: "beyond", before: 0, after: 0 };
  for (const row of rows) {
    for (const when of ["before", "after"]) {
      const seconds = row[`${when}_s`];
      const bin = seconds === null ? beyond : bins[Math.floor((seconds / 60 - first) / size)];
      bin[when] += row.people;
    }
  }
  return beyond.before + beyond.after > 0 ? [...bins, beyond] : bins;
}

/** Round steps from 0 (or below) to at least `most`: the ticks of an axis. */
export function ticks(least, most, wanted = 4) {
  const span = most - least || 1;
  const power = 10 ** Math.floor(Math.log10(span / wanted));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => span / n <= wanted) ?? 10 * power;
  const from = Math.floor(least / step);
  const marks = Array.from({ length: 40 }, (_, i) => (from + i) * step);
  const end = marks.findIndex((mark) => mark >= most);
  return marks.slice(0, end + 1).map((mark) => Number(mark.toPrecision(12)));
}

/** A drawing with its axes around it; labels stand at even distances, as the marks do. */
function framed(drawing, label, { across, binned = false, up = [], name = null, nameUp = null }) {
  const marks = (texts, style) => el("div", { class: style }, texts.map((text) => el("span", {}, text)));
  drawing.setAttribute("aria-hidden", "true");
  const below = marks(across, "axis-x");
  if (!binned) below.style.marginInline = `${-50 / (across.length - 1)}%`; // centred on the marks
  const beside = up.length ? marks(up.toReversed(), "axis-y") : null;
  if (beside) beside.style.marginBlock = `${-CHART_REM / 2 / (up.length - 1)}rem`;
  return el(
    "div",
    { class: up.length ? "framed with-y" : "framed", role: "img", "aria-label": label },
    nameUp ? el("div", { class: "axis-name" }, nameUp) : null,
    beside,
    drawing,
    below,
    name ? el("div", { class: "axis-name last" }, name) : null,
  );
}

const drawn = (height, ...content) =>
  svg("svg", { class: "figure", viewBox: `0 0 ${WIDTH_OF_CHART} ${height}` }, ...content);

/** How all scores are spread, with the chosen option's bar marked and pointed at. */
export function scoreChart(scores, chosen, label) {
  const bins = scoreBins(scores);
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  const wide = WIDTH_OF_CHART / bins.length;
  const base = 74;
  const bars = bins.map((bin, i) => {
    const tall = (bin.count / most) * 56;
    const own = chosen !== null && Math.min(19, Math.floor(chosen / 5)) === i;
    return svg("rect", {
      class: own ? "spread own" : "spread",
      x: (i * wide + 1).toFixed(1),
      y: (base - tall).toFixed(1),
      width: (wide - 2).toFixed(1),
      height: tall.toFixed(1),
    });
  });
  const at = chosen === null ? null : ((chosen / 100) * WIDTH_OF_CHART).toFixed(1);
  const pointer = at === null ? [] : [svg("path", { class: "pointer", d: `M${at} 16l-5 -8h10z` })];
  const line = svg("path", { class: "axis", d: `M0 ${base}H${WIDTH_OF_CHART}` });
  return framed(drawn(76, ...bars, line, ...pointer), label, {
    across: ["0", "25", "50", "75", "100"],
  });
}

/** Two bars a bin, before and after. */
export function pairedBars(bins, label) {
  const most = Math.max(1, ...bins.flatMap((bin) => [bin.before, bin.after]));
  const wide = WIDTH_OF_CHART / bins.length;
  const base = 66;
  const bar = (value, x, style) => {
    const tall = (value / most) * 60;
    return svg("rect", {
      class: style,
      x: x.toFixed(1),
      y: (base - tall).toFixed(1),
      width: (wide * 0.4).toFixed(1),
      height: tall.toFixed(1),
    });
  };
  const bars = bins.flatMap((bin, i) => [
    bar(bin.before, i * wide + wide * 0.08, "today"),
    bar(bin.after, i * wide + wide * 0.5, "then"),
  ]);
  const line = svg("path", { class: "axis", d: `M0 ${base}H${WIDTH_OF_CHART}` });
  const across = bins.map((bin) => bin.tick);
  return framed(drawn(68, ...bars, line), label, { across, binned: true });
}

/**
 * A frontier: what is saved against people who lose something.
 *
 * @param {{x: number, y: number, chosen: boolean}[]} entries
 * @param {{x: string, y: string, label: string, writeX: Function, writeY: Function}} axes
 */
export function frontierChart(entries, axes) {
  const height = 120;
  const range = (of) => ticks(Math.min(0, ...entries.map(of)), Math.max(1, ...entries.map(of)));
  const [xs, ys] = [range((e) => e.x), range((e) => e.y)];
  const x = (value) => ((value - xs[0]) / (xs.at(-1) - xs[0])) * WIDTH_OF_CHART;
  const y = (value) => height - ((value - ys[0]) / (ys.at(-1) - ys[0])) * height;
  const ordered = entries.toSorted((a, b) => a.x - b.x || a.y - b.y || a.chosen - b.chosen);
  const path = ordered.map((e) => `${x(e.x).toFixed(1)} ${y(e.y).toFixed(1)}`).join("L");
  const drawing = drawn(
    height,
    ...ys.map((mark) => svg("path", { class: "grid", d: `M0 ${y(mark).toFixed(1)}H${WIDTH_OF_CHART}` })),
    svg("path", { class: "axis", d: `M0 0V${height}H${WIDTH_OF_CHART}` }),
    svg("path", { class: "front", d: `M${path}` }),
    ...ordered.flatMap((e) => {
      const d = `M${x(e.x).toFixed(1)} ${y(e.y).toFixed(1)}h0`; // a dot keeps its shape stretched
      const ring = e.chosen ? [svg("path", { class: "dot ring", d })] : [];
      return [...ring, svg("path", { class: e.chosen ? "dot chosen" : "dot", d })];
    }),
  );
  drawing.setAttribute("preserveAspectRatio", "none");
  return framed(drawing, axes.label, {
    across: xs.map(axes.writeX),
    up: ys.map(axes.writeY),
    name: axes.x,
    nameUp: axes.y,
  });
}
