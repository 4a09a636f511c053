// The ranked list: the rows are in the page already; here they are ordered, filtered and marked.
import { announce, arrange, byId, fillBar, setText } from "./dom.mjs";
import { assumedShare, blockOf, rankSpan, tier } from "./ranking.mjs";
import { groupBy } from "./model.mjs";
import { count, percent, plural, points } from "./format.mjs";

const FIRST_ROWS = 60;

const KEYS = {
  rank: { of: (o, r) => r.place[o.index], down: false },
  title: { of: (o) => o.title, down: false },
  score: { of: (o, r) => r.score[o.index], down: true },
  known: { of: (o, r) => r.completeness[o.index], down: true },
  saving: { of: (o) => o.net_saving_gbp, down: true },
  distance: { of: (o) => o.travel_time_s, down: false },
};

export class RankedTable {
  constructor(model, choose) {
    this.model = model;
    this.body = byId("ranked").tBodies[0];
    this.rows = [];
    this.headings = new Map();
    for (const row of this.body.rows) {
      if (row.dataset.block) this.headings.set(row.dataset.block, row);
      else this.rows[Number(row.dataset.i)] = row;
    }
    this.sort = { key: "rank", down: false };
    this.limit = FIRST_ROWS;
    this.body.addEventListener("click", (event) => {
      const row = event.target.closest("tr[data-i]");
      if (row)
        choose(model.options[Number(row.dataset.i)], event.target.closest("button") !== null);
    });
    for (const button of byId("ranked").tHead.querySelectorAll("button")) {
      button.addEventListener("click", () => this.sortBy(button.dataset.sort));
    }
    byId("more").addEventListener("click", () => {
      this.limit = Infinity;
      this.render();
    });
  }

  sortBy(key) {
    const same = this.sort.key === key;
    this.sort = { key, down: same ? !this.sort.down : KEYS[key].down };
    this.render();
    announce(`Sorted by ${key}, ${this.sort.down ? "largest" : "smallest"} first`);
  }

  /** Show the options that pass, with their current scores and ranks. */
  show(visible, result, exploratory) {
    Object.assign(this, { visible, result, exploratory });
    this.render();
  }

  render() {
    const { key, down } = this.sort;
    const value = KEYS[key].of;
    const ordered = this.visible.toSorted((a, b) => {
      const [x, y] = [value(a, this.result), value(b, this.result)];
      if (x === null || y === null) return (x === null) - (y === null) || a.index - b.index; // unknown last
      const order = typeof x === "string" ? x.localeCompare(y, "en-GB") : x - y;
      return (down ? -order : order) || a.index - b.index;
    });
    const shown = ordered.slice(0, this.limit);
    for (const option of shown) this.fill(option);
    if (!this.option) byId("list").scrollTop = 0;
    arrange(this.body, this.headed(shown, ordered));
    this.mark();
    for (const cell of byId("ranked").tHead.querySelectorAll("[data-sort]")) {
      const on = cell.dataset.sort === key;
      cell
        .closest("th")
        .setAttribute("aria-sort", on ? (down ? "descending" : "ascending") : "none");
    }
    byId("ranked").classList.toggle("headed", key === "rank");
    byId("ranked").classList.toggle("exploratory", this.exploratory);
    byId("none").hidden = this.visible.length > 0;
    byId("ranked").hidden = this.visible.length === 0;
    byId("more").hidden = ordered.length <= shown.length;
    byId("more").textContent = `Show all ${count(ordered.length)} options`;
    this.ordered = ordered;
  }

  /** Rows as they stand; in the order of ranks each list and rank group under its heading. */
  headed(shown, ordered) {
    const row = (option) => this.rows[option.index];
    if (this.sort.key !== "rank") return shown.map(row);
    const sizes = groupBy(ordered, blockOf);
    return [...groupBy(shown, blockOf)].flatMap(([block, options]) => {
      const heading = this.headings.get(block);
      const all = this.model.blocks.get(block).length;
      const passing = sizes.get(block).length;
      const said = `${passing < all ? `${count(passing)} of ` : ""}${plural(all, "option", "options")}`;
      setText(heading.querySelector("small"), said);
      return [heading, ...options.map(row)];
    });
  }

  fill(option) {
    const i = option.index;
    const row = this.rows[i];
    const { score, rank, completeness, contributions } = this.result;
    const badge = row.querySelector(".badge");
    const [place, range] = rankSpan(i, this.result);
    setText(badge, place);
    badge.className = `badge tier-${tier(rank[i], option.rank_group)}`;
    setText(row.querySelector(".range"), range);
    this.fillMove(row.querySelector(".move"), option);
    setText(row.querySelector(".score b"), points(score[i]));
    const known = row.querySelector(".known");
    setText(known, percent(completeness[i]));
    known.parentElement.hidden = known.textContent === "100%"; // all of it: no need to say so
    setText(row.querySelector(".assumed"), percent(assumedShare(option, this.result.shares)));
    fillBar(row.querySelector(".bar"), contributions[i], completeness[i]);
  }

  /** How far an option stands from its rank at the start. */
  fillMove(cell, { index, start }) {
    const rank = this.result.rank[index];
    const told = this.exploratory && rank !== null;
    const moved = told ? start.rank - rank : 0;
    const arrow = moved > 0 ? "▲" : "▼";
    setText(cell, !told ? "" : moved === 0 ? "=" : `${arrow}${Math.abs(moved)}`);
    cell.className = `move ${moved > 0 ? "up" : moved < 0 ? "down" : ""}`;
    cell.title = told ? `Rank ${start.rank} with the ${this.model.study.weighting} weights` : "";
  }

  /** Mark the chosen option's row, and bring it into view if asked. */
  select(option, reveal) {
    this.option = option;
    if (option && reveal && this.visible.includes(option) && !this.rows[option.index].isConnected) {
      this.limit = Infinity;
      this.render();
    }
    this.mark();
    if (option && reveal) this.reveal(this.rows[option.index]);
  }

  mark() {
    for (const row of this.rows) {
      const on = this.option?.index === Number(row.dataset.i);
      row.classList.toggle("chosen", on);
      row.querySelector(".pick").setAttribute("aria-pressed", String(on));
    }
  }

  reveal(row) {
    const box = byId("list");
    if (box.scrollHeight <= box.clientHeight + 4) return; // the page scrolls, not the list
    const head = byId("ranked").tHead.offsetHeight;
    const top = row.offsetTop - head,
      bottom = row.offsetTop + row.offsetHeight;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
  }
}
