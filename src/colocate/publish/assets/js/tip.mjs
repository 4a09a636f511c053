// The small box beside the pointer that names what lies under it.
import { el } from "./dom.mjs";
import { HOW } from "./linking.mjs";
import { count, duration, plural } from "./format.mjs";
import { amongWords } from "./model.mjs";
import { rankSpan } from "./ranking.mjs";

const SITE_STATUS = {
  closed: "closed",
  vacated: "vacated",
  unverified: "not verified",
  planned: "planned",
};

export class Tip {
  constructor(map, model) {
    Object.assign(this, { map, model });
    this.box = el("div", { class: "tip", hidden: true });
    map.getContainer().append(this.box);
  }

  /** Name a site, or an option with its rank and how many more there are; null hides the box. */
  show(hit, result) {
    this.map.getContainer().classList.toggle("pointing", hit !== null);
    this.box.hidden = hit === null;
    if (!hit) return;
    const lines = hit.change
      ? changeLines(hit.change)
      : hit.site
        ? siteLines(hit.site)
        : optionLines(hit, result, this.model);
    this.box.replaceChildren(...lines.map((line, i) => el(i === 0 ? "b" : "span", {}, line)));
    const { x: width, y: height } = this.map.getSize();
    const { offsetWidth, offsetHeight } = this.box;
    const inside = (value, most) => `${Math.min(Math.max(4, value), most - 4)}px`;
    this.box.style.left = inside(hit.at.x + 14, width - offsetWidth);
    this.box.style.top = inside(hit.at.y - offsetHeight / 2, height - offsetHeight);
  }
}

function siteLines(site) {
  const kind = [site.body, site.roleWords].filter(Boolean).join(" · ");
  const neighbour = site.over_border ? "neighbouring service, counts for cover only" : null;
  return [site.name, kind, SITE_STATUS[site.status] ?? neighbour].filter(Boolean);
}

function optionLines({ option, group }, result, model) {
  const rest = group.length - 1;
  const more = rest > 0 ? `${plural(rest, "other option", "other options")} here` : null;
  const own = rankSpan(option.index, result).join(" ").trim();
  const place = option.start.rank === null ? "Not ranked" : `${own} of ${amongWords(model, option)}`;
  return [option.title, place, option.kindWords, more].filter(Boolean);
}

function changeLines({ side, how, point, before_s: before, after_s: after, people }) {
  const time = (seconds) => (seconds === null ? "out of reach" : duration(seconds));
  const what = side === "fire" ? "First appliance" : "Drive to a desk";
  return [point.name, HOW[how], `${what}: ${time(before)} → ${time(after)}`, `${count(people)} people`];
}
