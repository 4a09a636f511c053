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
