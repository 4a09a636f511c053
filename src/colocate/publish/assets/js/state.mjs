// The state of the page as a short code, for links and for pasting: what is chosen, how it is
// weighed and filtered. Unknown or broken parts of a code are left out, never guessed.

const WORDS = ["text", "area", "kind", "status", "gate", "tier"];

/** A code such as `o=PDC028-into-F033&w=30,10,15,20,15,10`; empty for the page as it opens. */
export function writeState(state) {
  const parts = new URLSearchParams();
  if (state.option) parts.set("o", state.option);
  if (state.site) parts.set("s", state.site);
  if (state.weights) parts.set("w", state.weights.join(","));
  for (const word of WORDS) if (state.filter[word]) parts.set(word, state.filter[word]);
  if (state.filter.known > 0) parts.set("known", String(state.filter.known));
  return parts.toString();
}

/** Read a code, a hash or a whole address that ends in one. */
export function readState(code, criteria) {
  const parts = new URLSearchParams(code.slice(code.indexOf("#") + 1).trim());
  const weights = (parts.get("w") ?? "")
    .split(",")
    .map((text) => (text === "" ? NaN : Number(text)));
  const sound =
    weights.length === criteria &&
    weights.every((weight) => weight >= 0 && weight <= 100) &&
    weights.some((weight) => weight > 0);
  const filter = Object.fromEntries(WORDS.map((word) => [word, parts.get(word) ?? ""]));
  const known = Number(parts.get("known") ?? 0);
  return {
    option: parts.get("o"),
    site: parts.get("s"),
    weights: sound ? weights : null,
    filter: { ...filter, known: known >= 0 && known <= 100 ? known : 0 },
  };
}
