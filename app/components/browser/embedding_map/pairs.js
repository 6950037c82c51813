// Pair lines: from each ECG to its own heart, coloured by the rank that the model gives that heart.

import { placeOf } from "./marks.js";

export const MOST_LINES = 10000;
export const RANKS = [
  { most: 1, label: "1", colour: "#009E73" },
  { most: 10, label: "2–10", colour: "#56B4E9" },
  { most: 100, label: "11–100", colour: "#E69F00" },
  { most: Infinity, label: "beyond", colour: "#D55E00" },
];

// The worst ranks under the best.
export function drawPairs(context, inView, viewport) {
  const { points } = inView;
  if (points.hiddenLayers[1]) return;
  const paths = RANKS.map(() => new Path2D());
  for (let at = 0; at < inView.count; at += 1) {
    if (inView.layers[at] !== 0) continue;
    const row = inView.rows[at];
    const path = paths[RANKS.findIndex(({ most }) => points.ranks[row] <= most)];
    const [fromX, fromY] = placeOf(points, viewport, 0, row);
    const [toX, toY] = placeOf(points, viewport, 1, row);
    path.moveTo(fromX, fromY);
    path.lineTo(toX, toY);
  }
  context.translate(inView.beyond.x, inView.beyond.y);
  context.globalAlpha = Math.min(Math.max(300 / inView.count, 0.15), 0.7);
  for (let place = RANKS.length - 1; place >= 0; place -= 1) {
    context.strokeStyle = RANKS[place].colour;
    context.stroke(paths[place]);
  }
}
