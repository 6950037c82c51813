// Where too many points are in view to be told apart, each cell of the ground is shaded by their
// number (on a logarithmic scale) in the colour of what most of them are, or of their mean value.

import { UNKNOWN } from "./points.js";
import { contextOf } from "../shared/canvas.js";

const CELL_PX = 2;
const FAINTEST = 0.22;
const RGB = 0xffffff;

export function drawDensity(context, inView) {
  const columns = Math.ceil(inView.width / CELL_PX);
  const lines = Math.ceil(inView.height / CELL_PX);
  const cells = cellsOf(inView, columns);
  const counts = countsOf(cells, columns * lines);
  const shades = shadesByCount(counts, inView.points.dimmed ? 0.35 : 1);
  const inkOf = inView.points.hasNumbers
    ? meanInk(inView, cells, counts)
    : commonestInk(inView, cells, counts);
  const picture = new ImageData(columns, lines);
  const pixels = new Uint32Array(picture.data.buffer);
  for (let cell = 0; cell < pixels.length; cell += 1) {
    if (counts[cell] > 0) pixels[cell] = shades[counts[cell]] | (inkOf(cell) & RGB);
  }
  const small = document.createElement("canvas");
  Object.assign(small, { width: columns, height: lines });
  contextOf(small).putImageData(picture, 0, 0);
  context.drawImage(small, 0, 0, columns * CELL_PX, lines * CELL_PX);
}

// The cell in which each point lies.
function cellsOf({ count, xs, ys }, columns) {
  const cells = new Uint32Array(count);
  for (let at = 0; at < count; at += 1)
    cells[at] = ((ys[at] / CELL_PX) | 0) * columns + ((xs[at] / CELL_PX) | 0);
  return cells;
}

function countsOf(cells, length) {
  const counts = new Uint32Array(length);
  for (let at = 0; at < cells.length; at += 1) counts[cells[at]] += 1;
  return counts;
}

// Opacity, as the highest byte of a pixel, by the number of points in a cell.
function shadesByCount(counts, ceiling) {
  let peak = 1;
  for (let cell = 0; cell < counts.length; cell += 1) if (counts[cell] > peak) peak = counts[cell];
  return Uint32Array.from({ length: peak + 1 }, (_, count) => {
    const crowd = Math.log1p(count) / Math.log1p(peak);
    return (255 * ceiling * (FAINTEST + (1 - FAINTEST) * crowd)) << 24;
  });
}

// The mean place on the colour scale of the points whose value is known.
function meanInk({ points: { entries, inks }, rows }, cells, counts) {
  const known = new Uint32Array(counts.length);
  const sums = new Float64Array(counts.length);
  for (let at = 0; at < cells.length; at += 1) {
    const entry = entries[rows[at]];
    if (entry === UNKNOWN) continue;
    known[cells[at]] += 1;
    sums[cells[at]] += entry;
  }
  return (cell) => inks[known[cell] ? Math.round(sums[cell] / known[cell]) : UNKNOWN];
}

// What most of the points are: a mixture of two colours would be a third category's.
function commonestInk({ points, layers, rows }, cells, counts) {
  const { entries } = points;
  const inks = entries
    ? [...points.inks.subarray(0, points.names.length), points.inks[UNKNOWN]]
    : points.layerInks;
  const kinds = inks.length;
  const tallies = new Uint16Array(counts.length * kinds);
  for (let at = 0; at < cells.length; at += 1) {
    const kind = entries ? Math.min(entries[rows[at]], kinds - 1) : layers[at];
    tallies[cells[at] * kinds + kind] += 1;
  }
  return (cell) => {
    let most = 0;
    for (let kind = 1; kind < kinds; kind += 1) {
      if (tallies[cell * kinds + kind] > tallies[cell * kinds + most]) most = kind;
    }
    return inks[most];
  };
}
