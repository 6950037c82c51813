// What lies over the points: bright neighbours, the query, the selection, the point under the
// pointer and the one that the keyboard is on.

import { FINEST } from "./in_view.js";
import { CMR_BLUE, sizeCanvas } from "../shared/canvas.js";

export function placeOf(points, viewport, layer, row) {
  const places = points.places[layer];
  return viewport.screen([places[row * 2] / FINEST, places[row * 2 + 1] / FINEST]);
}

export function drawMarks(canvas, points, viewport, theme, { hovered, focused, polygon, band }) {
  // A canvas with nothing on it would be drawn, too, in each frame of a drag.
  canvas.hidden = !(hovered || focused || polygon || band || points.query || points.lit.length);
  if (canvas.hidden) return;
  const context = sizeCanvas(canvas, viewport.width, viewport.height);
  if (polygon)
    shadeOutside(
      context,
      viewport,
      theme,
      polygon.map((corner) => viewport.fromMap(corner)),
    );
  const hearts = points.layers.indexOf("CMR");
  if (hearts >= 0) {
    for (const row of points.lit) drawPoint(context, points, viewport, theme, hearts, row, 6);
  }
  if (points.query) drawRing(context, viewport.fromMap(points.query), 8, theme.text, theme);
  if (hovered) drawWithPartner(context, points, viewport, theme, hovered);
  if (focused) drawFocused(context, points, viewport, theme, focused);
  if (band) outline(context, theme, band);
}

function drawPoint(context, points, viewport, theme, layer, row, radius) {
  const [x, y] = placeOf(points, viewport, layer, row);
  context.beginPath();
  if (points.layers[layer] === "CMR") {
    const reach = radius * 1.25;
    for (const [dx, dy] of [
      [0, -reach],
      [reach, 0],
      [0, reach],
      [-reach, 0],
    ])
      context.lineTo(x + dx, y + dy);
    context.closePath();
  } else {
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.fillStyle = points.brightColour(layer, row);
  context.fill();
  context.strokeStyle = theme.text;
  context.lineWidth = 1.2;
  context.stroke();
}

// With a halo of the ground, seen on any point. The query has one in the colour of the text.
function drawRing(context, [x, y], radius, ink, theme) {
  for (const [colour, width] of [
    [theme.background, 7],
    [ink, 3],
  ]) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
  }
}

function drawFocused(context, points, viewport, theme, found) {
  drawWithPartner(context, points, viewport, theme, found);
  drawRing(context, placeOf(points, viewport, found.layer, found.row), 12, CMR_BLUE, theme);
}

// The point, and a line to the same person's point in the other layer.
function drawWithPartner(context, points, viewport, theme, { layer, row }) {
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
  for (const [x, y] of corners) path.lineTo(x, y);
  path.closePath();
  return path;
}
