// Building the page: everything from data goes in as text, never as markup.

/** An element with attributes and children; strings become text nodes, null is left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false)
      node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/** An SVG element. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export const byId = (id) => document.getElementById(id);

/** The bar of a score: one stretch a criterion, then what is not known, hatched at the end. */
export function fillBar(bar, contributions, completeness) {
  const stretches = [];
  let x = 0;
  contributions.forEach((points, c) => {
    if (points > 0)
      stretches.push(
        svg("rect", { class: `c${c}`, x: x.toFixed(2), width: points.toFixed(2), height: 10 }),
      );
    x += points;
  });
  const missing = (1 - completeness) * 100;
  if (missing > 0.05)
    stretches.push(
      svg("rect", {
        class: "missing",
        x: (100 - missing).toFixed(2),
        width: missing.toFixed(2),
        height: 10,
      }),
    );
  bar.replaceChildren(...stretches);
}

/** Say something to people who use a screen reader. */
export function announce(text) {
  byId("live").textContent = text;
}

/** Offer text as a file to save. */
export function download(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
