// CSV by the rule of colocate.publish.csvtext: BOM, CRLF, RFC 4180, formulas made inert.

const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

function field(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** CSV text from rows that are arrays; the first row is the header. */
export function csvText(rows) {
  return `\uFEFF${rows.map((row) => row.map(field).join(",")).join("\r\n")}\r\n`;
}

/** The ranking as it stands, with its weights: header and one row an option. */
export function rankingRows(model, result, ordered, ranking) {
  const weights = model.criteria
    .map((c, i) => `${c.id}=${(result.shares[i] * 100).toFixed(1)}%`)
    .join(" ");
  const head = [
    "list",
    "rank",
    "rank_low",
    "rank_high",
    "rank_group",
    "start_rank",
    "option_id",
    "title",
    "kind",
    "status",
    "robustness",
    "decision",
    "score",
    "completeness",
    "net_saving_low_gbp",
    "net_saving_gbp",
    "net_saving_high_gbp",
    "npv_low_gbp",
    "npv_central_gbp",
    "npv_high_gbp",
    "price_year",
    "value_for_money",
    "money_basis",
    "gates_failed",
    "gates_unknown",
    "police_areas",
    "ranking",
    "weights",
    "run_id",
    "disclosure",
    "notice",
    "licence_notice",
  ];
  const gates = (o, outcome) =>
    o.gates
      .filter((gate) => gate.outcome === outcome)
      .map((gate) => gate.gate)
      .join("; ");
  const rows = ordered.map((o) => [
    o.list,
    result.rank[o.index],
    result.rankLow[o.index],
    result.rankHigh[o.index],
    o.rank_group,
    o.start.rank,
    o.id,
    o.title,
    o.kind,
    o.start.status,
    ranking === "exploratory" ? null : (o.stability?.word ?? null), // for the study's weights only
    o.register?.status ?? null,
    Number(result.score[o.index].toFixed(3)),
    Number(result.completeness[o.index].toFixed(3)),
    o.money?.net_saving_low_gbp ?? null,
    o.net_saving_gbp,
    o.money?.net_saving_high_gbp ?? null,
    o.money?.npv_low_gbp ?? null,
    o.money?.npv_central_gbp ?? null,
    o.money?.npv_high_gbp ?? null,
    o.money?.price_year ?? null,
    o.money?.value_for_money ?? null,
    o.money?.basis ?? null,
    gates(o, "fail"),
    gates(o, "unknown"),
    o.areas.join("; "),
    ranking,
    weights,
    model.run.run_id,
    o.disclosure,
    model.study.notice,
    model.study.licence,
  ]);
  return [head, ...rows];
}
