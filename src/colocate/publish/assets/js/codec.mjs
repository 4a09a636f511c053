// Reading what Python wrote: tables by column, and encoded polylines in steps of metres.

const STEP_M = 10;
export const FINE_STEP_M = 1; // of buildings

/** Rows of a table sent by column; a column of repeated text is sent as levels and codes. */
export function readTable(columns) {
  const names = Object.keys(columns);
  const read = names.map((name) => {
    const column = columns[name];
    return Array.isArray(column) ? column : column.at.map((code) => column.of[code] ?? null);
  });
  const length = read.length ? read[0].length : 0;
  return Array.from({ length }, (_, row) =>
    Object.fromEntries(names.map((name, c) => [name, read[c][row]])),
  );
}

/** Lines of [northing, easting] in metres, as Leaflet wants them. */
export function readShape(text, step = STEP_M) {
  return text === "" ? [] : text.split(" ").map((line) => readLine(line, step));
}

function readLine(text, step) {
  const line = [];
  let at = 0,
    easting = 0,
    northing = 0;
  const next = () => {
    let folded = 0,
      shift = 0,
      chunk;
    do {
      chunk = text.charCodeAt(at++) - 63;
      folded |= (chunk & 31) << shift;
      shift += 5;
    } while (chunk >= 32);
    return folded & 1 ? ~(folded >> 1) : folded >> 1;
  };
  while (at < text.length) {
    easting += next();
    northing += next();
    line.push([northing * step, easting * step]);
  }
  return line;
}
