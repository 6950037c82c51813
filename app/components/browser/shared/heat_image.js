// A matrix as a small picture, a pixel a value, from the first colour to the last.

import { contextOf } from "./canvas.js";
import { colourTable } from "./colours.js";

export function rangeOf(matrix) {
  return [
    matrix.reduce((least, value) => Math.min(least, value), Infinity),
    matrix.reduce((most, value) => Math.max(most, value), -Infinity),
  ];
}

export function heatImage(matrix, low, high, colours) {
  const [rows, columns] = matrix.shape;
  const table = colourTable(colours);
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  const image = new ImageData(columns, rows);
  matrix.forEach((value, index) => {
    const entry = Math.round(((value - low) / Math.max(high - low, 1e-9)) * 255);
    image.data.set(table.subarray(entry * 4, entry * 4 + 4), index * 4);
  });
  contextOf(canvas).putImageData(image, 0, 0);
  return canvas;
}
