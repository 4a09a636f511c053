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

/** Write text into an element, unless it says so already: an untouched page is not laid out anew. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** The bar of a score: one stretch a criterion, then what is not known, hatched at the end. */
export function fillBar(bar, contributions, completeness) {
  const stretches = [];
  let x = 0;
  contributions.forEach((points, c) => {
    if (points > 0) stretches.push([`c${c}`, x, points]);
    x += points;
  });
  const missing = (1 - completeness) * 100;
  if (missing > 0.05) stretches.push(["missing", 100 - missing, missing]);
  while (bar.childElementCount > stretches.length) bar.lastElementChild.remove();
  stretches.forEach(([style, from, width], place) => {
    const rect = bar.children[place] ?? bar.appendChild(svg("rect", { height: 10 }));
    rect.setAttribute("class", style);
    rect.setAttribute("x", from.toFixed(2));
    rect.setAttribute("width", width.toFixed(2));
  });
}

/** Put rows into a table's body in this order, moving as few as it takes. */
export function arrange(body, rows) {
  let next = body.firstElementChild;
  for (const row of rows) {
    if (row === next) next = next.nextElementSibling;
    else body.insertBefore(row, next);
  }
  while (next) {
    const surplus = next;
    next = next.nextElementSibling;
    surplus.remove();
  }
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
