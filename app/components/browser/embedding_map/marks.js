// What lies over the points: pair lines, bright neighbours, the query, the point under the pointer
// and the selection.

const MOST_LINES = 10000;

function placeOf(points, viewport, layer, row) {
  const places = points.places[layer];
  return viewport.screen([places[row * 2] / FINEST, places[row * 2 + 1] / FINEST]);
}

function drawMarks(canvas, points, viewport, theme, { inView, hovered, polygon, band }) {
  const context = sizeCanvas(canvas, viewport.width, viewport.height);
  if (polygon) shadeOutside(context, viewport, theme, polygon.map((corner) => viewport.fromMap(corner)));
  if (points.ranks && inView.count <= MOST_LINES) drawPairs(context, inView, viewport);
  const hearts = points.layers.indexOf("CMR");
  if (hearts >= 0) {
    for (const row of points.lit) drawPoint(context, points, viewport, theme, hearts, row, 6);
  }
  if (points.query) drawRing(context, viewport.fromMap(points.query), theme);
  if (hovered) drawHovered(context, points, viewport, theme, hovered);
  if (band) outline(context, theme, band);
}

// A line from each ECG in view to its own heart, the worst ranks under the best.
function drawPairs(context, inView, viewport) {
  const { points } = inView;
  const paths = RANKS.map(() => new Path2D());
  for (let at = 0; at < inView.count; at += 1) {
    const row = inView.rows[at];
    if (inView.layers[at] !== 0 || points.hiddenLayers[1]) continue;
    const path = paths[RANKS.findIndex(({ most }) => points.ranks[row] <= most)];
    path.moveTo(...placeOf(points, viewport, 0, row));
    path.lineTo(...placeOf(points, viewport, 1, row));
  }
  context.globalAlpha = Math.min(Math.max(300 / inView.count, 0.15), 0.7);
  for (let place = RANKS.length - 1; place >= 0; place -= 1) {
    context.strokeStyle = RANKS[place].colour;
    context.stroke(paths[place]);
  }
  context.globalAlpha = 1;
}

function drawPoint(context, points, viewport, theme, layer, row, radius) {
  const [x, y] = placeOf(points, viewport, layer, row);
  context.beginPath();
  if (points.layers[layer] === "CMR") {
    const reach = radius * 1.25;
    for (const [dx, dy] of [[0, -reach], [reach, 0], [0, reach], [-reach, 0]]) context.lineTo(x + dx, y + dy);
    context.closePath();
  } else {
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.fillStyle = `rgb(${[...points.rgb(layer, row)].join()})`;
  context.fill();
  context.strokeStyle = theme.text;
  context.lineWidth = 1.2;
  context.stroke();
}

// The query: a ring in the colour of the text with a halo of the ground, seen on any point.
function drawRing(context, [x, y], theme) {
  for (const [colour, width] of [[theme.background, 7], [theme.text, 3]]) {
    context.beginPath();
    context.arc(x, y, 8, 0, 2 * Math.PI);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
  }
}

function drawHovered(context, points, viewport, theme, { layer, row }) {
  if (points.layers.length === 2) {
    context.beginPath();
    context.moveTo(...placeOf(points, viewport, 0, row));
    context.lineTo(...placeOf(points, viewport, 1, row));
    context.strokeStyle = theme.text;
    context.lineWidth = 1.5;
    context.stroke();
    drawPoint(context, points, viewport, theme, 1 - layer, row, 5);
  }
  drawPoint(context, points, viewport, theme, layer, row, 6);
}

// Everything outside the selection pales.
function shadeOutside(context, viewport, theme, corners) {
  const path = new Path2D();
  path.rect(0, 0, viewport.width, viewport.height);
  path.addPath(pathOf(corners));
  context.fillStyle = theme.background;
  context.globalAlpha = 0.65;
  context.fill(path, "evenodd");
  context.globalAlpha = 1;
  outline(context, theme, corners);
}

function outline(context, theme, corners) {
  context.strokeStyle = theme.text;
  context.lineWidth = 1.5;
  context.setLineDash([4, 3]);
  context.stroke(pathOf(corners));
  context.setLineDash([]);
}

function pathOf(corners) {
  const path = new Path2D();
  for (const corner of corners) path.lineTo(...corner);
  path.closePath();
  return path;
}
