// Weights, presets, filters and search.
import { announce, byId, el } from "./dom.mjs";
import { groupOf } from "./model.mjs";
import { movement, normalise } from "./ranking.mjs";
import { percent, plural } from "./format.mjs";
import { WORDS } from "./state.mjs";

export class Weights {
  /** @param {(weights: number[]) => void} changed */
  constructor(model, changed) {
    this.model = model;
    this.changed = changed;
    this.start = model.criteria.map((criterion) => criterion.weight);
    this.weights = [...this.start];
    this.inputs = model.criteria.map((criterion, c) => this.bind(c));
    for (const button of document.querySelectorAll("[data-preset]")) {
      button.addEventListener("click", () => this.set(this.preset(button.dataset.preset)));
    }
  }

  preset(name) {
    const chosen = this.model.presets[name];
    return chosen
      ? this.model.criteria.map((criterion) => chosen[criterion.id] ?? 0)
      : [...this.start];
  }

  bind(c) {
    const [slider, box] = ["range", "number"].map((type) => byId(`w-${type}-${c}`));
    const take = (input, other) => () => {
      const typed = Math.min(Number(slider.max), Math.max(0, Number(input.value) || 0));
      const value = input === slider ? this.step(typed, Number(slider.max)) : typed;
      other.value = value;
      this.weights[c] = value;
      this.apply();
    };
    slider.addEventListener("input", take(slider, box));
    box.addEventListener("input", take(box, slider));
    box.addEventListener("change", () => {
      box.value = this.weights[c];
    });
    return { slider, box, share: byId(`w-share-${c}`) };
  }

  /** A slider moves in hundredths of its length. */
  step(value, most) {
    return Number(((Math.round((value / most) * 100) * most) / 100).toPrecision(6));
  }

  set(weights) {
    this.weights = [...weights];
    this.inputs.forEach(({ slider, box }, c) => {
      slider.value = box.value = this.weights[c];
    });
    this.apply();
  }

  get exploratory() {
    return this.weights.some((weight, c) => weight !== this.start[c]);
  }

  apply() {
    const shares = normalise(this.weights);
    byId("no-weight").hidden = shares !== null;
    this.inputs.forEach(({ share, slider }, c) => {
      const text = this.weights[c] === 0 ? "Off" : shares ? percent(shares[c]) : "–";
      share.textContent = text;
      slider.setAttribute("aria-valuetext", text);
    });
    for (const button of document.querySelectorAll("[data-preset]")) {
      const on = this.preset(button.dataset.preset).every(
        (weight, c) => weight === this.weights[c],
      );
      button.setAttribute("aria-pressed", String(on));
    }
    if (shares) this.changed(this.weights);
  }

  /** Say what the weights have done to the ranking. */
  tell(rank) {
    const { moved, largest } = movement(rank, this.model.startRank);
    const banner = byId("exploratory");
    banner.hidden = !this.exploratory;
    document.documentElement.classList.toggle("exploring", this.exploratory);
    if (!this.exploratory) return;
    const text =
      moved === 0
        ? "no option changed its rank"
        : `${plural(moved, "option has", "options have")} moved, by up to ${plural(largest, "place", "places")}`;
    byId("impact").textContent = text;
    announce(`Exploratory weights, not the ${this.model.study.weighting} ranking: ${text}`);
  }
}

export class Filters {
  constructor(model, changed) {
    this.words = WORDS;
    this.inputs = Object.fromEntries(
      [...this.words, "known"].map((word) => [word, byId(`f-${word}`)]),
    );
    for (const input of Object.values(this.inputs)) {
      input.addEventListener("input", () => {
        this.tell();
        changed();
      });
    }
    byId("clear").addEventListener("click", () => {
      this.set({});
      changed();
      announce("Filters cleared");
    });
  }

  get value() {
    const filter = Object.fromEntries(this.words.map((word) => [word, this.inputs[word].value]));
    return { ...filter, known: Number(this.inputs.known.value) };
  }

  /** Is every word of a filter on offer? */
  offers(filter) {
    const lists = this.words.filter((word) => word !== "text");
    return lists.every((word) =>
      [...this.inputs[word].options].some((option) => option.value === filter[word]),
    );
  }

  set(filter) {
    for (const word of this.words) {
      this.inputs[word].value = filter[word] ?? "";
    }
    this.inputs.known.value = filter.known ?? 0;
    this.tell();
  }

  /** Does any filter leave something out? */
  get active() {
    return this.value.known > 0 || this.words.some((word) => this.inputs[word].value !== "");
  }

  tell() {
    const { known } = this.value;
    byId("f-known-text").textContent = known === 0 ? "any" : `${known}% or more`;
    byId("clear").hidden = !this.active;
  }
}

const GATE_WORDS = { fail: "fails", unknown: "not known", pass: "passes" };

/** Fill every list of the filters with what occurs. */
export function fillFilters(model) {
  const { options } = model;
  const present = (words, of) =>
    Object.entries(words).filter(([name]) => options.some((o) => of(o) === name));
  const values = (of) => [...new Set(options.flatMap(of))].map((value) => [value, value]);
  const capital = ([value, text]) => [value, text[0].toUpperCase() + text.slice(1)];
  fillSelect("f-area", values((o) => o.areas).sort());
  fillSelect("f-service", values((o) => o.services).sort().map(capital));
  const said = (kind) => options.filter((o) => o.kind === kind).map((o) => o.kindWords);
  const kinds = Object.keys(model.kind_words).map((kind) => [kind, [...new Set(said(kind))]]);
  fillSelect("f-kind", kinds.filter(([, names]) => names.length).map(([kind, names]) => [kind, names.join(", ")]));
  const groups = { ...model.group_titles, none: "Not ranked" };
  fillSelect("f-group", present(groups, groupOf));
  fillSelect("f-status", present(model.status_words, (o) => o.start.status));
  fillSelect("f-sure", present(model.robust_words, (o) => o.stability?.word));
  fillSelect("f-tier", values((o) => o.tier).sort(
    ([a], [b]) => model.tiers.indexOf(a) - model.tiers.indexOf(b),
  ));
  const outcomes = new Set(options.flatMap((o) => o.gates.map((g) => `${g.gate}:${g.outcome}`)));
  for (const gate of model.gates_asked) {
    const entries = Object.entries(GATE_WORDS)
      .map(([outcome, words]) => [`${gate.id}:${outcome}`, `${gate.label}: ${words}`])
      .filter(([value]) => outcomes.has(value));
    fillSelect("f-gate", entries);
  }
}

/** A list of options for a `select`, from the values that occur. */
function fillSelect(id, entries) {
  byId(id).append(...entries.map(([value, text]) => el("option", { value }, text)));
}
