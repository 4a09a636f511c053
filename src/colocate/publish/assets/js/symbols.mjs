// Sites, options and labels on one canvas above the map: drawn in order, decluttered, hit by hand.
import { el } from "./dom.mjs";
import { rankWords, tier } from "./ranking.mjs";
import { arrowShape, changeShape, diamondShape, pillShape, pinShape, siteShape } from "./shapes.mjs";
import { Tip } from "./tip.mjs";

const REACH_MARGIN = 4;

export class Symbols {
  constructor(map, model, choose) {
    Object.assign(this, {
      map,
      model,
      choose,
      visible: [],
      result: null,
      rings: [],
      hits: [],
      option: null,
      site: null,
      marked: new Set(),
    });
    this.shown = { fire: true, police: true, option: true, other: false, place: true, change: true };
    this.canvas = el("canvas", { class: "symbols", "aria-hidden": "true" });
    map.getPane("markerPane").append(this.canvas);
    this.tip = new Tip(map, model);
    map.on("move zoomend resize viewreset", () => this.draw());
    map.on("zoomanim", () => {
      this.canvas.style.opacity = 0;
      this.tip.show(null);
    });
    map.on("mousemove", (event) => this.tip.show(this.find(event.containerPoint), this.result));
    map.on("mouseout", () => this.tip.show(null));
    map.on("click", (event) => this.click(this.find(event.containerPoint)));
    matchMedia("(forced-colors: active)").addEventListener("change", () => {
      this.colours = null;
      this.draw();
    });
  }

  toggle(layer, shown) {
    if (layer in this.shown) this.shown[layer] = shown;
    this.redraw();
  }

  showOptions(visible, result) {
    const first = new Map(); // options of the same place share a badge: the best rank speaks
    for (const option of visible) {
      const place = option.at.join();
      const group = first.get(place);
      if (group) group.push(option);
      else first.set(place, [option]);
    }
    const order = (option) => result.place[option.index] ?? Infinity;
    this.groups = [...first.values()].map((group) => group.toSorted((a, b) => order(a) - order(b)));
    this.groups.sort((a, b) => order(a[0]) - order(b[0]));
    Object.assign(this, { visible, result });
    this.redraw();
  }

  select(option, site) {
    Object.assign(this, { option, site });
    this.redraw();
  }

  /** Mark options that are shown together: those compared, or a set. */
  mark(options) {
    this.marked = new Set(options);
    this.redraw();
  }

  label(rings) {
    this.rings = rings;
    this.redraw();
  }

  /** Draw before the next frame, once for all that changed until then. */
  redraw() {
    this.waiting ??= requestAnimationFrame(() => this.draw());
  }

  colour(name) {
    this.colours ??= new Map();
    if (!this.colours.has(name)) {
      this.colours.set(
        name,
        getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim(),
      );
    }
    return this.colours.get(name);
  }

  draw() {
    this.waiting = null;
    const size = this.map.getSize();
    const ratio = window.devicePixelRatio || 1;
    const { canvas } = this;
    if (canvas.width !== size.x * ratio || canvas.height !== size.y * ratio) {
      canvas.width = size.x * ratio;
      canvas.height = size.y * ratio;
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
    }
    L.DomUtil.setPosition(canvas, this.map.containerPointToLayerPoint([0, 0]));
    canvas.style.opacity = 1;
    this.pen = canvas.getContext("2d");
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.pen.clearRect(0, 0, size.x, size.y);
    this.zoom = this.map.getZoom();
    this.hits = [];
    this.taken = [];
    this.inside = (p, pad = 20) =>
      p.x > -pad && p.y > -pad && p.x < size.x + pad && p.y < size.y + pad;
    if (this.shown.option) this.drawMoves();
    this.drawSites();
    if (this.shown.change && this.option) this.drawChanges();
    const badges = this.shown.option ? this.placeBadges() : [];
    this.drawRings();
    this.drawChosenNames();
    if (this.shown.place) this.drawPlaces();
    for (const badge of badges) this.drawBadge(badge);
  }

  point(at) {
    return this.map.latLngToContainerPoint(at);
  }

  /** Claim a box on the screen; false if something already stands there. */
  claim(x, y, width, height) {
    const box = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
    const free = this.taken.every(
      ([left, top, right, bottom]) =>
        box[2] <= left || box[0] >= right || box[3] <= top || box[1] >= bottom,
    );
    if (free) this.taken.push(box);
    return free;
  }

  drawMoves() {
    const drawn = new Set();
    if (this.zoom >= 3) {
      for (const option of this.visible) {
        if (option !== this.option && !this.marked.has(option) && !drawn.has(option.pair)) {
          drawn.add(option.pair);
          this.drawMove(option, this.colour("map-move"), 1.2, false);
        }
      }
    }
    const chosen = this.colour("map-chosen-line");
    for (const option of this.marked) this.drawMove(option, chosen, 1.6, true);
    if (this.option) this.drawMove(this.option, chosen, 2.4, true);
  }

  drawMove(option, colour, width, arrow) {
    const { pen } = this;
    const end = this.point(option.at);
    for (const mover of option.movers) {
      const start = this.point(mover.at);
      const length = Math.hypot(end.x - start.x, end.y - start.y);
      if (length < 3 || (!this.inside(start, 400) && !this.inside(end, 400))) continue;
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.setLineDash(arrow ? [] : [3, 3]);
      pen.beginPath();
      pen.moveTo(start.x, start.y);
      pen.lineTo(end.x, end.y);
      pen.stroke();
      pen.setLineDash([]);
      if (arrow && length > 26) {
        arrowShape(pen, start, end);
        pen.fillStyle = colour;
        pen.fill();
      }
    }
  }

  drawSites() {
    const chosen = new Set(this.option ? this.option.sites : []);
    if (this.site) chosen.add(this.site);
    const rest = this.model.sites.filter((site) => !chosen.has(site) && this.isShown(site));
    const radius = this.zoom < 1.6 ? 3.2 : this.zoom < 3 ? 4.2 : this.zoom < 5 ? 5.5 : 7;
    for (const site of rest) this.drawSite(site, site.quiet ? radius * 0.72 : radius, false);
    for (const site of chosen) this.drawSite(site, Math.max(radius, 6), true);
  }

  isShown(site) {
    if (site.quiet) return this.shown.other;
    return this.shown[site.service] ?? true;
  }

  drawSite(site, radius, chosen) {
    const at = this.point(site.at);
    if (!this.inside(at)) return;
    const { pen } = this;
    if (chosen) {
      siteShape(pen, site.service, at, radius + 4);
      pen.fillStyle = this.colour("map-halo");
      pen.fill();
      pen.lineWidth = 1.2;
      pen.strokeStyle = this.colour("map-ink");
      pen.stroke();
    }
    const name = ["fire", "police"].includes(site.service) ? site.service : "other";
    const colour = this.colour(name);
    siteShape(pen, site.service, at, radius);
    pen.fillStyle = site.quiet ? this.colour("map-paper") : colour;
    pen.fill();
    pen.lineWidth = site.quiet ? 1.3 : 1.1;
    pen.strokeStyle = site.quiet ? colour : this.colour("map-paper");
    pen.stroke();
    this.hits.push({ at, reach: radius + REACH_MARGIN, site });
  }

  /** Places whose time the chosen option would change; those that cross the standard are filled. */
  drawChanges() {
    const { pen } = this;
    for (const change of this.option.changes) {
      const at = this.point(change.point.at);
      if (!this.inside(at)) continue;
      const crosses = change.how === "lost" || change.how === "gained";
      const radius = (crosses ? 6.5 : 4.5) * (this.zoom < 3 ? 0.8 : 1);
      const colour = this.colour(
        change.how === "lost" || change.how === "slower" ? "map-lost" : "map-gained",
      );
      changeShape(pen, change.how, at, radius);
      pen.fillStyle = crosses ? colour : this.colour("map-paper");
      pen.fill();
      pen.lineWidth = 1.4;
      pen.strokeStyle = crosses ? this.colour("map-paper") : colour;
      pen.stroke();
      this.hits.push({ at, reach: radius + REACH_MARGIN, change });
    }
  }

  placeBadges() {
    const badges = [];
    const chosen = this.option && this.groups?.find((group) => group.includes(this.option));
    const lift = this.zoom < 3 ? 13 : 19;
    if (this.option && this.option.start.rank !== null) {
      const at = this.point(this.option.at);
      this.claim(at.x, at.y - lift - 2, 34, 32);
      badges.push({
        at,
        lift: lift + 2,
        option: this.option,
        group: chosen ?? [this.option],
        chosen: true,
      });
    }
    const marked = (group) => group.some((option) => this.marked.has(option));
    const groups = (this.groups ?? []).toSorted((a, b) => marked(b) - marked(a));
    for (const group of groups) {
      if (group[0].start.rank === null || group === chosen) continue;
      const at = this.point(group[0].at);
      if (!this.inside(at)) continue;
      const small = !this.claim(at.x, at.y - lift, 27, 25);
      const own = group.find((option) => this.marked.has(option));
      badges.push({ at, lift, option: own ?? group[0], group, small, marked: Boolean(own) });
    }
    return badges.reverse(); // best ranks last, so that they lie on top
  }

  drawBadge({ at, lift, option, group, chosen, small, marked }) {
    const { pen } = this;
    const { rank, shared } = this.result;
    const own = rank[option.index];
    const colours = tier(own, option.rank_group);
    const centre = { x: at.x, y: at.y - (small ? 9 : lift) };
    const radius = small ? 4 : chosen ? 14 : 11.5;
    if (small) diamondShape(pen, centre, radius);
    else pinShape(pen, centre, radius, at.y - (this.zoom < 3 ? -1 : 5));
    pen.fillStyle = this.colour(`rank-${colours}`);
    pen.lineWidth = chosen || marked ? 5 : 1.4;
    pen.strokeStyle = this.colour(chosen || marked ? "map-halo" : "map-paper");
    pen.stroke();
    pen.fill();
    const ink = `rank-${colours}-ink`;
    if (colours > 3) this.outlineBadge(ink, colours === 5);
    if (!small) this.numberBadge(centre, rankWords(own, shared[option.index]), ink);
    this.hits.push({ at: centre, reach: radius + 2, option, group });
  }

  /** What cannot be acted on is only outlined: dashed where it is blocked. */
  outlineBadge(ink, dashed) {
    const { pen } = this;
    pen.setLineDash(dashed ? [2.5, 2] : []);
    pen.strokeStyle = this.colour(ink);
    pen.lineWidth = 1.2;
    pen.stroke();
    pen.setLineDash([]);
  }

  numberBadge({ x, y }, text, ink) {
    const size = [12, 12, 12, 10, 8.5][text.length] ?? 7;
    this.pen.font = `600 ${size}px ${this.colour("font")}`;
    this.write(text, x, y + 0.5, { colour: ink, halo: false });
  }

  drawRings() {
    for (const { text, at } of this.rings) {
      if (!at) continue;
      const p = this.point(at);
      if (!this.inside(p, 0)) continue;
      this.pen.font = `600 11px ${this.colour("font")}`;
      const width = this.pen.measureText(text).width + 12;
      if (!this.claim(p.x, p.y, width, 18)) continue;
      pillShape(this.pen, p, width, 18, 9);
      this.pen.fillStyle = this.colour("map-paper");
      this.pen.fill();
      this.pen.lineWidth = 1;
      this.pen.strokeStyle = this.colour("map-band");
      this.pen.stroke();
      this.write(text, p.x, p.y + 0.5, { colour: "map-band", halo: false });
    }
  }

  drawPlaces() {
    const { pen } = this;
    for (const label of this.model.labels) {
      const from =
        label.layer === "shield" ? [0, 0.5, 2.2][label.rank] : [0, 0, 1.7, 3.9][label.rank];
      if (this.zoom < from) continue;
      const p = this.point(label.at);
      if (!this.inside(p, 0)) continue;
      if (label.layer === "shield") this.drawShield(label, p);
      else {
        pen.font = `${label.rank === 1 ? 600 : 500} ${[0, 13, 12, 11][label.rank]}px ${this.colour("font")}`;
        const width = pen.measureText(label.key).width;
        if (this.claim(p.x, p.y + 13, width + 8, 15))
          this.write(label.key, p.x, p.y + 13, { colour: "map-label", halo: true });
      }
    }
    if (this.zoom < 3.2) this.drawAreaNames();
  }

  drawAreaNames() {
    this.pen.font = `600 11px ${this.colour("font")}`;
    this.pen.letterSpacing = "2px";
    for (const name of this.model.area_names) {
      const p = this.point(name.at);
      const text = name.name.toUpperCase();
      if (this.inside(p, 0) && this.claim(p.x, p.y, this.pen.measureText(text).width + 6, 14)) {
        this.write(text, p.x, p.y, { colour: "map-area-name", halo: true });
      }
    }
    this.pen.letterSpacing = "0px";
  }

  drawShield(label, p) {
    const { pen } = this;
    pen.font = `600 10px ${this.colour("font")}`;
    const width = pen.measureText(label.key).width + 8;
    if (!this.claim(p.x, p.y, width + 6, 18)) return;
    pillShape(pen, p, width, 14, 3);
    pen.fillStyle = this.colour(label.rank === 1 ? "map-motorway-shield" : "map-a_road-shield");
    pen.fill();
    this.write(label.key, p.x, p.y + 0.5, { colour: "map-paper", halo: false });
  }

  drawChosenNames() {
    if (!this.option && !this.site) return;
    this.pen.font = `600 12px ${this.colour("font")}`;
    for (const site of new Set([
      ...(this.option?.sites ?? []),
      ...(this.site ? [this.site] : []),
    ])) {
      const p = this.point(site.at);
      if (!this.inside(p, 0) || this.zoom < 3.5) continue;
      const width = this.pen.measureText(site.name).width;
      for (const down of [18, 34, 50]) {
        if (this.claim(p.x, p.y + down, width + 4, 14)) {
          this.write(site.name, p.x, p.y + down, { colour: "map-ink", halo: true });
          break;
        }
      }
    }
  }

  write(text, x, y, { colour, halo }) {
    const { pen } = this;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    if (halo) {
      pen.lineWidth = 3.5;
      pen.lineJoin = "round";
      pen.strokeStyle = this.colour("map-label-halo");
      pen.strokeText(text, x, y);
    }
    pen.fillStyle = this.colour(colour);
    pen.fillText(text, x, y);
  }

  /** What lies under a point of the screen; what was drawn last lies on top. */
  find({ x, y }) {
    return this.hits.findLast((hit) => Math.hypot(hit.at.x - x, hit.at.y - y) <= hit.reach) ?? null;
  }

  click(hit) {
    if (hit?.option) this.choose.option(hit.option);
    else if (hit?.site) this.choose.site(hit.site);
  }
}
