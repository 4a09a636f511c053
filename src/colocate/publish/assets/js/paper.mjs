// The map for printing, as SVG: paper gets lines and letters, not the pixels of a screen.
import { readShape } from "./codec.mjs";
import { svg } from "./dom.mjs";
import { rankWords, tier } from "./ranking.mjs";

const WIDTH = 700,
  HEIGHT = 400;
const NUMBERED = 40;

/**
 * Draw the map for the page about to be printed.
 *
 * @param {object} model   see model.mjs
 * @param {{option: object, site: object, visible: object[], result: object}} view
 */
export function paperMap(model, { option, site, visible, result }) {
  const bands = site ? (model.catchments.get(site.site_id) ?? []) : [];
  const paper = new Paper(frame(model, option, site, bands));
  for (const name of [
    "land",
    "study",
    "a_road",
    "motorway",
    "police_area_border",
    "fire_area_border",
  ]) {
    const shapes = model.ground.filter((shape) => shape.layer === name).map((shape) => shape.shape);
    paper.shapes(shapes, `s-${name}`, ["land", "study"].includes(name));
  }
  bands.forEach((_, place) => {
    const i = bands.length - 1 - place; // the widest first
    paper.shapes([bands[i].shape], bandClass(i, bands.length), true);
  });
  const outline = model.outlines.get(option?.id);
  if (outline) paper.shapes([outline], "search", true);
  for (const s of model.sites) if (!s.quiet) paper.site(s);
  if (option) for (const mover of option.movers) paper.line(mover.at, option.at);
  for (const s of option?.sites ?? (site ? [site] : [])) {
    paper.site(s, true);
    paper.text(s.at, s.name, "s-place", 18, 7);
  }
  for (const band of bands)
    paper.text(northmost(readShape(band.shape)), `${band.limit_s / 60} min`, "s-band", 0, 6.5);
  const first = option
    ? [option]
    : visible
        .filter((o) => result.place[o.index] !== null)
        .sort((a, b) => result.place[a.index] - result.place[b.index])
        .slice(0, NUMBERED);
  for (const o of first) if (o.start.rank !== null) paper.pin(o, result);
  for (const label of model.labels) {
    if (label.layer === "place" && label.rank <= paper.detail)
      paper.text(label.at, label.key, "s-place", 16, 7);
  }
  return paper.finish();
}

/** South, west, north and east of what is printed. */
function frame(model, option, site, bands) {
  const middle = bands[Math.floor(bands.length / 2)];
  const points = middle
    ? readShape(middle.shape).flat()
    : (option?.sites ?? (site ? [site] : [])).map((s) => s.at);
  return points.length ? points : model.home;
}

/** Style of one band of a catchment: the nearest is the strongest. */
export function bandClass(place, count) {
  return `band band-${Math.round((4 * place) / Math.max(1, count - 1))}`;
}

export function northmost(rings) {
  return rings
    .flat()
    .reduce((best, point) => (best === null || point[0] > best[0] ? point : best), null);
}

class Paper {
  constructor(points) {
    const [south, west, north, east] = [Math.min, Math.max].flatMap((edge) =>
      [0, 1].map((axis) => points.reduce((found, p) => edge(found, p[axis]), points[0][axis])),
    );
    this.step = Math.max((east - west) / WIDTH, (north - south) / HEIGHT, 5) * 1.12; // metres a unit
    this.west = (west + east) / 2 - (this.step * WIDTH) / 2;
    this.north = (south + north) / 2 + (this.step * HEIGHT) / 2;
    this.detail = this.step > 120 ? 2 : 3; // place names down to towns, or villages
    this.taken = [];
    this.root = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "paper-map" });
  }

  at([northing, easting]) {
    return [(easting - this.west) / this.step, (this.north - northing) / this.step];
  }

  shapes(texts, style, closed = false) {
    const near = ([x, y]) => x > -WIDTH && x < 2 * WIDTH && y > -HEIGHT && y < 2 * HEIGHT;
    const lines = texts
      .flatMap((shape) => readShape(shape))
      .map((line) => line.map((p) => this.at(p)))
      .filter((line) => closed || line.some(near));
    const path = lines.map(
      (line) =>
        `M${line.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}${closed ? "Z" : ""}`,
    );
    this.root.append(svg("path", { class: style, "fill-rule": "evenodd", d: path.join("") }));
  }

  line(from, to) {
    const [[x1, y1], [x2, y2]] = [this.at(from), this.at(to)];
    this.root.append(svg("line", { class: "s-move", x1, y1, x2, y2 }));
  }

  site(site, chosen = false) {
    const [x, y] = this.at(site.at);
    const r = chosen ? 6 : this.step > 120 ? 2.6 : 4;
    const name = ["fire", "police"].includes(site.service) ? site.service : "other";
    const shape =
      name === "fire"
        ? svg("circle", { cx: x, cy: y, r })
        : svg("rect", { x: x - r * 0.9, y: y - r * 0.9, width: r * 1.8, height: r * 1.8 });
    shape.setAttribute("class", `symbol-${name}${chosen ? " chosen" : ""}`);
    this.root.append(shape);
  }

  claim(x, y, width, height) {
    const box = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
    const free =
      box[0] > 0 &&
      box[1] > 0 &&
      box[2] < WIDTH &&
      box[3] < HEIGHT &&
      this.taken.every(
        ([left, top, right, bottom]) =>
          box[2] <= left || box[0] >= right || box[3] <= top || box[1] >= bottom,
      );
    if (free) this.taken.push(box);
    return free;
  }

  text(at, words, style, down, letter) {
    const [x, y] = this.at(at);
    if (!this.claim(x, y + down, words.length * letter + 4, 15)) return;
    const node = svg("text", { class: style, x, y: y + down + 4 });
    node.textContent = words;
    this.root.append(node);
  }

  pin({ at, index, rank_group: group }, { rank, shared }) {
    const [x, y] = this.at(at);
    if (!this.claim(x, y - 14, 21, 21)) return;
    const said = rankWords(rank[index], shared[index]);
    const words = svg("text", { class: said.length > 2 ? "long" : "", x, y: y - 10 }, said);
    this.root.append(
      svg(
        "g",
        { class: `s-pin s-tier-${tier(rank[index], group)}` },
        svg("path", { d: `M${x} ${y - 2}l-6 -6a10 10 0 1 1 12 0z` }),
        words,
      ),
    );
  }

  /** Add a scale bar of a round length and hand the map over. */
  finish() {
    const km = [1, 2, 5, 10, 20, 50].findLast((length) => (length * 1000) / this.step < 160) ?? 1;
    const width = (km * 1000) / this.step;
    const words = svg("text", { class: "s-place", x: 12 + width / 2, y: HEIGHT - 16 });
    words.textContent = `${km} km`;
    this.root.append(
      svg("path", { class: "s-scale", d: `M12 ${HEIGHT - 15}v5h${width}v-5` }),
      words,
    );
    return this.root;
  }
}
