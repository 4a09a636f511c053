// Outlines for the map's canvas: each leaves a path for the caller to fill and stroke.

/** A site in the shape of its service: disc, square, or triangle for any other. */
export function siteShape(pen, service, { x, y }, r) {
  pen.beginPath();
  if (service === "fire") pen.arc(x, y, r, 0, 2 * Math.PI);
  else if (service === "police") pen.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
  else
    polygon(pen, [
      [x, y - r * 1.2],
      [x + r * 1.1, y + r * 0.9],
      [x - r * 1.1, y + r * 0.9],
    ]);
}

/** A pin: a disc whose point stands at the place. */
export function pinShape(pen, { x, y }, r, tip) {
  pen.beginPath();
  pen.arc(x, y, r, 0.75 * Math.PI, 0.25 * Math.PI);
  pen.lineTo(x, tip);
  pen.closePath();
}

export function diamondShape(pen, { x, y }, r) {
  pen.beginPath();
  polygon(pen, [
    [x, y - r],
    [x + r, y],
    [x, y + r],
    [x - r, y],
  ]);
}

/** A label's ground with round ends, around a point. */
export function pillShape(pen, { x, y }, width, height, corner) {
  pen.beginPath();
  pen.roundRect(x - width / 2, y - height / 2, width, height, corner);
}

/** A changed place: a triangle that points down where time is lost, up where it is gained. */
export function changeShape(pen, how, { x, y }, r) {
  const tip = how === "lost" || how === "slower" ? r : -r;
  pen.beginPath();
  polygon(pen, [
    [x - r, y - tip * 0.8],
    [x + r, y - tip * 0.8],
    [x, y + tip],
  ]);
}

/** The head of an arrow, half way along a line and pointing to its end. */
export function arrowShape(pen, start, end) {
  const angle = Math.atan2(end.y - start.y, end.x - start.x);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [x, y] = [(start.x + end.x) / 2, (start.y + end.y) / 2];
  const turned = ([along, across]) => [
    x + along * cos - across * sin,
    y + along * sin + across * cos,
  ];
  pen.beginPath();
  polygon(
    pen,
    [
      [7, 0],
      [-5, -5.5],
      [-5, 5.5],
    ].map(turned),
  );
}

function polygon(pen, corners) {
  corners.forEach(([x, y], i) => (i === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y)));
  pen.closePath();
}
