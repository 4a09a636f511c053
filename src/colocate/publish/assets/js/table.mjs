// The ranked list: the rows are in the page already; here they are ordered, filtered and marked.
import { announce, byId, fillBar } from "./dom.mjs";
import { assumedShare, tier } from "./ranking.mjs";
import { count, percent, points } from "./format.mjs";

const FIRST_ROWS = 60;

const KEYS = {
  rank: { of: (o, r) => r.rank[o.index], down: false },
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
    for (const row of this.body.rows) this.rows[Number(row.dataset.i)] = row;
    this.sort = { key: "rank", down: false };
    this.limit = FIRST_ROWS;
    this.body.addEventListener("click", (event) => {
      const row = event.target.closest("tr");
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
    this.body.replaceChildren(...shown.map((option) => this.rows[option.index]));
    this.mark();
    for (const cell of byId("ranked").tHead.querySelectorAll("[data-sort]")) {
      const on = cell.dataset.sort === key;
      cell
        .closest("th")
        .setAttribute("aria-sort", on ? (down ? "descending" : "ascending") : "none");
    }
    byId("ranked").classList.toggle("exploratory", this.exploratory);
    byId("none").hidden = this.visible.length > 0;
    byId("ranked").hidden = this.visible.length === 0;
    byId("more").hidden = ordered.length <= shown.length;
    byId("more").textContent = `Show all ${count(ordered.length)} options`;
    this.ordered = ordered;
  }

  fill(option) {
    const row = this.rows[option.index];
    const { score, rank, completeness, contributions } = this.result;
    const i = option.index;
    const badge = row.querySelector(".badge");
    badge.textContent = rank[i] ?? "–";
    badge.className = `badge tier-${tier(rank[i])}`;
    const move = row.querySelector(".move");
    const moved = rank[i] === null ? 0 : option.start.rank - rank[i];
    move.textContent =
      !this.exploratory || rank[i] === null
        ? ""
        : moved === 0
          ? "="
          : `${moved > 0 ? "▲" : "▼"}${Math.abs(moved)}`;
    move.className = `move ${moved > 0 ? "up" : moved < 0 ? "down" : ""}`;
    move.title = this.exploratory && rank[i] !== null ? `Rank ${option.start.rank} with the ${this.model.study.weighting} weights` : "";
    row.querySelector(".score b").textContent = points(score[i]);
    row.querySelector(".known").textContent = percent(completeness[i]);
    row.querySelector(".assumed").textContent = percent(assumedShare(option, this.result.shares));
    fillBar(row.querySelector(".bar"), contributions[i], completeness[i]);
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
    for (const row of this.body.rows) {
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
