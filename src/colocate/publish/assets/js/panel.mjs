// The panel beside the map: why an option ranks where it does, or the region at a glance.
import { byId, el, svg } from "./dom.mjs";
import { change, count, duration, measured, metres, minus, percent, plural, points, pounds, UNKNOWN } from "./format.mjs";
import { openQuestions } from "./model.mjs";

const OUTCOMES = { fail: ["✕", "Fails"], unknown: ["?", "Not known"], pass: ["✓", "Passes"] };
const ACTIONS = { approve: "Approves", agree: "Agrees", consult: "Is consulted", notify: "Is told", record: "Records" };
const SERVICE_SYMBOLS = { fire: "fire", police: "police" };

const section = (title, ...children) => el("section", {}, el("h3", {}, title), ...children);
const facts = (rows) => el("dl", { class: "facts" }, rows.filter(([, value]) => value !== null)
  .flatMap(([name, value]) => [el("dt", {}, name), el("dd", { class: value === UNKNOWN ? "unknown" : null }, value)]));

/** A small symbol of a site's service, the same shape as on the map. */
export function siteSymbol(site) {
  const shape = site.service === "fire" ? svg("circle", { cx: 6, cy: 6, r: 5 })
    : site.service === "police" ? svg("rect", { x: 1.5, y: 1.5, width: 9, height: 9 })
      : svg("path", { d: "M6 1 11 11H1Z" });
  const name = SERVICE_SYMBOLS[site.service] ?? "other";
  return svg("svg", { class: `symbol ${name}${site.quiet ? " quiet" : ""}`, viewBox: "0 0 12 12", "aria-hidden": "true" }, shape);
}

export class Panel {
  /** @param {{option: Function, site: Function, close: Function}} choose */
  constructor(model, choose) {
    this.model = model;
    this.choose = choose;
    this.body = byId("panel-body");
  }

  /** Show an option and one of its sites, a site alone, or the region. */
  show(option, site, result) {
    const parts = option ? this.option(option, site, result) : site ? this.site(site, result) : this.region(result);
    this.body.replaceChildren(...parts.filter(Boolean));
    byId("panel").scrollTop = 0;
  }

  /** Bring an open panel up to date with other weights. */
  refresh(option, site, result) {
    const { scrollTop } = byId("panel");
    this.show(option, site, result);
    byId("panel").scrollTop = scrollTop;
  }

  status(name) {
    return el("span", { class: `status ${name}` }, this.model.status_words[name]);
  }

  close() {
    return el("button", { type: "button", class: "close", "aria-label": "Close details", onclick: () => this.choose.close() }, "✕");
  }

  pick(option, text = option.title) {
    return el("button", { type: "button", class: "pick", onclick: () => this.choose.option(option) }, text);
  }

  region(result) {
    const { model } = this;
    const best = (area) => model.options
      .filter((option) => option.areas.includes(area) && result.rank[option.index] !== null)
      .sort((a, b) => result.rank[a.index] - result.rank[b.index])[0];
    const firsts = model.police_areas.map((area) => [area, best(area)]).filter(([, option]) => option);
    const states = Object.keys(model.status_words).map((name) => [name, model.options.filter((o) => o.agreed.status === name).length]);
    const shared = model.options.filter((option) => option.agreed.status === "existing");
    return [
      el("header", { class: "head" }, el("div", {},
        el("h2", { id: "panel-title", tabindex: -1 }, "The area at a glance"),
        el("p", { class: "quiet-text" }, "Choose a number on the map or a line of the list to see why it ranks there."))),
      el("ul", { class: "states" }, states.map(([name, n]) => el("li", {}, el("b", {}, count(n)), this.status(name)))),
      section("First in each police area", el("ol", { class: "firsts" }, firsts.map(([area, option]) =>
        el("li", {}, el("span", { class: "badge tier-1" }, String(result.rank[option.index])),
          el("div", {}, this.pick(option), el("small", {}, `${area} · ${option.kindWords}`)),
          el("b", {}, points(result.score[option.index])))))),
      section("What to find out first", el("p", { class: "quiet-text" }, "How many options wait for each answer."),
        el("ul", { class: "questions" }, openQuestions(model).map((gate) =>
          el("li", {}, el("b", {}, count(gate.options)), el("div", {}, el("span", {}, gate.label), el("small", {}, gate.question)))))),
      shared.length ? section("Already shared", el("ul", { class: "plain" }, shared.map((option) => el("li", {}, this.pick(option))))) : null,
      this.cover(),
    ];
  }

  cover() {
    const rows = this.model.baseline;
    if (!rows.length) return null;
    return section("Fire cover today", el("table", { class: "figures" },
      el("thead", {}, el("tr", {}, ["", "Computed", "Published"].map((text) => el("th", { scope: "col" }, text)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, el("th", { scope: "row", title: row.meaning }, row.label),
        el("td", {}, row.value ?? UNKNOWN), el("td", { title: row.published_source }, row.published ?? "–"))))));
  }

  option(option, site, result) {
    const rank = result.rank[option.index];
    return [
      el("header", { class: "head" },
        el("span", { class: `badge big tier-${rank === null ? 0 : rank <= 10 ? 1 : rank <= 50 ? 2 : 3}` }, rank === null ? "–" : String(rank)),
        el("div", {},
          el("h2", { id: "panel-title", tabindex: -1 }, option.title),
          el("p", { class: "quiet-text" }, `Score ${points(result.score[option.index])} of 100 · `
            + (rank === null ? "in place today, not ranked" : `agreed rank ${option.agreed.rank}`))),
        this.close()),
      el("p", { class: "lead" }, this.status(option.agreed.status), " ", option.what_happens),
      option.existing_share === "possible" ? el("p", { class: "note" }, "Possibly shared already: to be confirmed.") : null,
      this.why(option, result),
      this.gates(option),
      this.changes(option),
      this.reach(option.sites, site),
      this.approvals(option),
      this.money(option),
      this.unknowns(option),
      section("Sites", ...option.sites.map((s) => this.siteFacts(s, this.part(option, s)))),
      section("Record", facts([
        ["Option", option.id],
        ["On the list because", option.reason],
        ["Distance", `${metres(option.straight_m)} in a straight line`],
        ["Drive", option.travel_time_s === null ? UNKNOWN : `${duration(option.travel_time_s)} between the sites`],
        ["Police areas", option.areas.join(", ")],
        ["Cluster", this.model.clusterNames.get(option.cluster_id) ?? null],
      ])),
    ];
  }

  part(option, site) {
    if (site === option.host) return "host, stays";
    if (option.released.includes(site)) return "moves, building released";
    return option.movers.includes(site) ? "moves" : "involved";
  }

  why(option, { contributions, completeness }) {
    const { criteria } = this.model;
    const given = contributions[option.index];
    const full = this.shares ?? criteria.map((criterion) => criterion.share);
    const rows = criteria.map((criterion, c) => {
      const missing = option.value[c] === null;
      const bar = svg("svg", { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
        svg("rect", { class: missing ? "missing" : `c${c}`, x: 0, width: missing ? 100 : (option.value[c] * 100).toFixed(2), height: 10 }));
      const measure = missing ? "missing" : `${measured(option.raw[c], criterion.unit)}${option.basis[c] === "assumed" ? " (assumed)" : ""}`;
      return el("tr", { class: missing ? "unknown" : null },
        el("th", { scope: "row" }, criterion.label, el("small", {}, measure)),
        el("td", { class: "wide" }, bar),
        el("td", { class: "num" }, el("b", {}, points(given[c])), el("small", {}, `of ${points(full[c] * 100)}`)));
    });
    return section("Why it ranks here",
      el("table", { class: "why" }, el("caption", { class: "unseen" }, "Points from each criterion"), el("tbody", {}, rows)),
      completeness[option.index] < 0.9995 ? el("p", { class: "note" },
        `${percent(completeness[option.index])} of the weight is known. What is missing adds nothing to the score.`) : null);
  }

  gates(option) {
    const order = ["fail", "unknown", "pass"];
    const label = (id) => this.model.gates_asked.find((gate) => gate.id === id)?.label ?? id;
    const sorted = option.gates.toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
    return section("Gates", el("ul", { class: "gates" }, sorted.map((gate) => {
      const [sign, words] = OUTCOMES[gate.outcome];
      return el("li", { class: gate.outcome }, el("span", { class: "sign", "aria-hidden": "true" }, sign),
        el("div", {}, el("b", {}, label(gate.gate)), el("span", { class: "outcome" }, `${words}${gate.mandatory ? "" : ", advisory"}`),
          el("small", {}, gate.reason), gate.evidence ? el("small", { class: "evidence" }, gate.evidence) : null));
    })));
  }

  changes(option) {
    const { study } = this.model;
    const row = (name, before, after, moved) => el("tr", {}, el("th", { scope: "row" }, name),
      el("td", {}, before), el("td", { class: after === UNKNOWN ? "unknown" : null }, after), el("td", {}, moved));
    const people = (name, c) => row(name, count(c.people_before), count(c.people_after),
      c.people_after === null ? "" : change(c.people_after - c.people_before));
    const time = (name, before, after) => row(name, duration(before), duration(after),
      after === null ? "" : Math.abs(after - before) < 0.05 ? "no change" : minus(`${after > before ? "+" : ""}${(after - before).toFixed(1)} s`));
    const { cover, access } = option;
    const head = el("thead", {}, el("tr", {}, ["", "Before", "After", "Change"].map((text) => el("th", { scope: "col" }, text))));
    const rows = [];
    if (cover) rows.push(people(`People within ${study.response_min} min of the call (fire)`, cover), time("Mean response, by fires", cover.mean_response_before_s, cover.mean_response_after_s));
    if (access) rows.push(people(`People within ${study.access_min} min of a police desk`, access), time("Mean drive to a desk", access.mean_access_before_s, access.mean_access_after_s));
    return section("Before and after", el("table", { class: "figures" }, head, el("tbody", {}, rows)),
      cover && !cover.fire_changes ? el("p", { class: "note good" }, "No crewed fire station moves or closes: fire cover stays exactly as it is.") : null,
      cover && !cover.known ? el("p", { class: "note" }, "The new site is still to be found; its effect on cover depends on where it stands.") : null,
      this.affected("fire cover", cover), this.affected("desk access", access));
  }

  affected(what, row) {
    if (!row?.known || (!row.people_gained && !row.people_lost)) return null;
    return el("p", { class: "quiet-text" }, `${count(row.people_gained)} people gain ${what}, ${count(row.people_lost)} lose it.`);
  }

  /** People within each drive time of one of the sites; the same site's catchments are on the map. */
  reach(sites, site) {
    const bands = site ? this.model.catchments.get(site.site_id) ?? [] : [];
    const choices = sites.filter((s) => this.model.catchments.has(s.site_id));
    if (!choices.length) return null;
    const toSite = site?.service === "police";
    return section("Reached by road",
      choices.length > 1 ? el("div", { class: "segments", role: "group", "aria-label": "Site whose catchment is shown" }, choices.map((s) =>
        el("button", { type: "button", "aria-pressed": String(s === site), onclick: () => this.choose.site(s, true) }, siteSymbol(s), s.name))) : null,
      bands.length ? el("table", { class: "figures reach" },
        el("caption", {}, toSite ? "People who can drive to it within" : "People it can drive to within (turnout comes on top)"),
        el("thead", {}, el("tr", {}, bands.map((band) => el("th", { scope: "col" }, `${band.limit_s / 60} min`)))),
        el("tbody", {}, el("tr", {}, bands.map((band) => el("td", {}, count(band.people)))))) : null);
  }

  approvals(option) {
    if (!option.approvals.length) return null;
    return section("Who decides, in order", el("ol", { class: "path" }, option.approvals.map((step) =>
      el("li", {}, el("b", {}, step.body), el("span", {}, ACTIONS[step.action] ?? step.action),
        step.certainty === "unknown" ? el("span", { class: "doubt" }, "not verified") : null, el("small", {}, step.citation)))));
  }

  money(option) {
    const m = option.money;
    if (!m) return null;
    const yearly = (value) => (value === null ? UNKNOWN : `${pounds(value)} a year`);
    return section("Money", facts([
      ["Running cost released", yearly(m.gross_saving_gbp)],
      ["Rise at the host", yearly(m.host_increase_gbp)],
      ["Net saving", yearly(m.net_saving_gbp)],
      ["Rests on", m.basis],
    ]), el("p", { class: "quiet-text" }, m.note), m.review ? el("p", { class: "note" }, `Look twice: ${m.review}`) : null);
  }

  unknowns(option) {
    const open = option.gates.filter((gate) => gate.question);
    const missing = this.model.criteria.filter((_, c) => option.value[c] === null).map((criterion) => criterion.label.toLowerCase());
    if (!open.length && !missing.length) return null;
    return section("What is not known, and how to find out",
      open.length ? el("ol", { class: "plain asks" }, open.map((gate) => el("li", {}, gate.question))) : null,
      missing.length ? el("p", { class: "quiet-text" }, `No figure yet for ${missing.join(", ")}.`) : null);
  }

  siteFacts(site, part) {
    return el("details", { class: "site" },
      el("summary", {}, siteSymbol(site), el("span", {}, site.name, part ? el("small", {}, part) : null)),
      facts(this.siteRows(site)));
  }

  siteRows(site) {
    const postcode = site.postcode ? `${site.postcode}${site.postcode_basis === "inferred" ? " (inferred from the point)" : ""}` : UNKNOWN;
    return [
      ["Body", site.body],
      ["Used as", site.roleWords],
      ["In use", site.status_note ? `${site.status}: ${site.status_note}` : site.status],
      ["Crewing", site.crewing ? site.crewing.replaceAll(";", ", ").replaceAll("_", "-") : null],
      ["Shared", site.share_status ? `${site.share_status}${site.share_with ? `, with ${site.share_with}` : ""}` : null],
      ["Takes part", site.part_reason],
      ["Address", site.address],
      ["Town", site.town],
      ["Postcode", postcode],
      ["Grid reference", site.grid_reference],
      ["Point good to", `about ${metres(site.precision_m)}`],
      ["Police area", site.police_area],
      ["Tenure", site.tenure ?? UNKNOWN],
      ["Floor area", site.gia_m2 === null ? UNKNOWN : `${count(site.gia_m2)} m²`],
      ["Confidence", site.confidence],
      ["As of", site.as_of],
      ["Source", site.source],
      ["Remarks", site.notes],
      ["Site", site.site_id],
    ];
  }

  site(site, result) {
    const part = this.model.options.filter((option) => option.sites.includes(site));
    part.sort((a, b) => (result.rank[a.index] ?? Infinity) - (result.rank[b.index] ?? Infinity));
    return [
      el("header", { class: "head" }, siteSymbol(site),
        el("div", {}, el("h2", { id: "panel-title", tabindex: -1 }, site.name), el("p", { class: "quiet-text" }, site.body)), this.close()),
      site.quiet ? el("p", { class: "note" }, `Shown for completeness: ${site.part_reason ?? site.status}.`) : null,
      section(plural(part.length, "option", "options"), part.length
        ? el("ol", { class: "firsts" }, part.map((option) => el("li", {},
          el("span", { class: "badge tier-2" }, String(result.rank[option.index] ?? "–")),
          el("div", {}, this.pick(option), el("small", {}, `${option.kindWords} · ${this.model.status_words[option.agreed.status].toLowerCase()}`)),
          el("b", {}, points(result.score[option.index])))))
        : el("p", { class: "quiet-text" }, site.part_reason ?? "No option involves this site.")),
      this.reach([site], site),
      section("Record", facts(this.siteRows(site))),
    ];
  }
}
