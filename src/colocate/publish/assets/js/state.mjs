// The state of the page as a short code, for links and for pasting: what is chosen, how it is
// weighed and filtered. A code with an unknown or broken part is no view: nothing is guessed.

export const WORDS = ["text", "area", "service", "kind", "group", "status", "gate", "tier", "sure"];
const LISTS = ["options", "sites", "compare", "portfolio"];
const NAMES = ["o", "s", "w", "known", "list", "c1", "c2", "set"];

/** A code such as `o=PDC028-into-F033&w=30,10,15,20,15,10`; empty for the page as it opens. */
export function writeState(state) {
  const parts = new URLSearchParams();
  if (state.option) parts.set("o", state.option);
  if (state.site) parts.set("s", state.site);
  if (state.weights) parts.set("w", state.weights.join(","));
  if (state.list !== "options") parts.set("list", state.list);
  if (state.list === "compare")
    state.pair.forEach((id, side) => {
      if (id) parts.set(`c${side + 1}`, id);
    });
  if (state.list === "portfolio" && state.set) parts.set("set", state.set);
  for (const word of WORDS) if (state.filter[word]) parts.set(word, state.filter[word]);
  if (state.filter.known > 0) parts.set("known", String(state.filter.known));
  return parts.toString().replaceAll("+", "%20"); // a plus sign is part of option ids
}

/** Read a code, a hash or a whole address that ends in one; null if it is none. */
export function readState(code, criteria) {
  const text = code.slice(code.indexOf("#") + 1).trim();
  const parts = new URLSearchParams(text === "start" ? "" : text.replaceAll("+", "%2B"));
  const weights = parts.has("w") ? readWeights(parts.get("w"), criteria) : null;
  const known = Number(parts.get("known") ?? 0);
  const list = parts.get("list") ?? "options";
  const sound =
    [...parts.keys()].every((name) => [...NAMES, ...WORDS].includes(name)) &&
    LISTS.includes(list) &&
    (weights !== null || !parts.has("w")) &&
    known >= 0 &&
    known <= 100;
  const filter = Object.fromEntries(WORDS.map((word) => [word, parts.get(word) ?? ""]));
  return sound
    ? {
        option: parts.get("o"),
        site: parts.get("s"),
        weights,
        list,
        pair: [parts.get("c1"), parts.get("c2")],
        set: parts.get("set"),
        filter: { ...filter, known },
      }
    : null;
}

/** Weights of a code, or null if there is not one a criterion, none below 0 and one above. */
function readWeights(text, criteria) {
  const weights = text.split(",").map((weight) => (weight === "" ? NaN : Number(weight)));
  const sound =
    weights.length === criteria &&
    weights.every((weight) => weight >= 0 && weight < Infinity) &&
    weights.some((weight) => weight > 0);
  return sound ? weights : null;
}
