// Figures as people read them, in British English.

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const signed = new Intl.NumberFormat("en-GB", {
  maximumFractionDigits: 0,
  signDisplay: "exceptZero",
});

/** Bands of nearness, by number. */
const BANDS = ["same plot", "a walk", "a short drive", "beyond"];

export const UNKNOWN = "not known";

const known = (value, write) => (value === null || value === undefined ? UNKNOWN : write(value));

export const count = (value) => known(value, (v) => whole.format(v));
export const change = (value) =>
  known(value, (v) => (Math.round(v) === 0 ? "no change" : minus(signed.format(v))));
export const points = (value) => value.toFixed(1);
export const percent = (share) => `${Math.round(share * 100)}%`;
export const pounds = (value) =>
  known(value, (v) => minus(`${v < 0 ? "-" : ""}£${whole.format(Math.abs(v))}`));
/** A range of pounds, or one figure where it has no width. */
export const spread = (low, central, high) => {
  if (central === null || low === high) return pounds(central);
  const ends = [low === null ? "no least" : pounds(low), high === null ? "no most" : pounds(high)];
  return `about ${pounds(central)} (${ends.join(" to ")})`;
};
export const metres = (value) =>
  known(value, (v) =>
    v < 950 ? `${whole.format(Math.round(v / 10) * 10)} m` : `${(v / 1000).toFixed(1)} km`,
  );

/** Seconds as minutes and seconds: 611 is 10 min 11 s. */
export const duration = (value) =>
  known(value, (v) => {
    const seconds = Math.round(v);
    return seconds < 60
      ? `${seconds} s`
      : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
  });

/** A cluster by its name, size and diameter. */
export const clusterWords = ({ name, n_sites, diameter_m, diameter_s }) =>
  n_sites === 1
    ? `${name}: 1 site`
    : `${name}: ${n_sites} sites, ${metres(diameter_m)} across, ` +
      `at most ${duration(diameter_s)} apart by road`;

/** A measured value in its criterion's unit; with its sign where the scale runs through zero. */
export function measured(value, { unit, worst, best }) {
  if (value === null) return UNKNOWN;
  if (unit === "band") return BANDS[Math.round(value)];
  if (unit === "GBP/year") return `${pounds(value)} a year`;
  if (unit === "s" && Math.abs(value) >= 60) return duration(value);
  const sign = worst * best < 0 && value > 0 ? "+" : "";
  const figure = Number.isInteger(value) ? whole.format(value) : value.toFixed(1);
  return minus(`${sign}${figure} ${value === 1 && unit === "bodies" ? "body" : unit}`);
}

export const minus = (text) => text.replace("-", "−");
export const plural = (number, one, many) => `${whole.format(number)} ${number === 1 ? one : many}`;
