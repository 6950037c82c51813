// One panel on its canvas: grid and axes, then whiskers and points, then the lines among them.

import { crisp, sizeCanvas } from "../shared/canvas.js";
import { roundValues } from "../shared/ticks.js";

const FINE = 2000; // from so many points on they are drawn smaller, as squares

export function drawPanel(canvas, panel, axes, theme, colours) {
  const context = sizeCanvas(canvas, axes.width, axes.height);
  context.clearRect(0, 0, axes.width, axes.height);
  context.font = `11px ${theme.font}`;
  drawGrid(context, panel, axes, theme);
  context.strokeStyle = context.fillStyle = colours.point;
  if (panel.arrays.low) drawWhiskers(context, panel, axes);
  drawPoints(context, panel, axes);
  context.globalAlpha = 1;
  context.strokeStyle = colours.line;
  context.lineWidth = 1.5;
  if (panel.identity) drawIdentity(context, axes);
  for (const level of panel.levels) drawLevel(context, level, axes, theme);
}

function drawGrid(context, panel, axes, theme) {
  const up = roundValues(axes.up, (axes.bottom - axes.top) / 44);
  const across = roundValues(axes.across, (axes.right - axes.left) / 64);
  context.fillStyle = theme.text;
  context.strokeStyle = theme.border;
  context.lineWidth = 1;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const value of up.values) {
    const y = crisp(axes.y(value));
    stroke(context, [
      [axes.left, y],
      [axes.right, y],
    ]);
    context.fillText(value.toFixed(up.decimals), axes.left - 6, y);
  }
  context.textAlign = "center";
  for (const value of across.values)
    context.fillText(value.toFixed(across.decimals), axes.x(value), axes.bottom + 10);
  context.fillText(panel.across, (axes.left + axes.right) / 2, axes.bottom + 27);
  context.save();
  context.translate(9, (axes.top + axes.bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(panel.up, 0, 0);
  context.restore();
}

function drawWhiskers(context, { arrays: { x, low, high } }, axes) {
  context.globalAlpha = 0.3;
  context.beginPath();
  for (let row = 0; row < x.length; row += 1) {
    context.moveTo(axes.x(x[row]), axes.y(low[row]));
    context.lineTo(axes.x(x[row]), axes.y(high[row]));
  }
  context.stroke();
}

function drawPoints(context, { arrays: { x, y } }, axes) {
  context.globalAlpha = 0.65;
  for (let row = 0; row < x.length; row += 1) {
    const [left, top] = [axes.x(x[row]), axes.y(y[row])];
    if (Number.isNaN(left + top)) continue;
    if (x.length > FINE) {
      context.fillRect(left - 1, top - 1, 2, 2);
      continue;
    }
    context.beginPath();
    context.arc(left, top, 3, 0, 2 * Math.PI);
    context.fill();
  }
}

function drawIdentity(context, axes) {
  const low = Math.max(axes.across[0], axes.up[0]);
  const high = Math.min(axes.across[1], axes.up[1]);
  if (low < high)
    stroke(
      context,
      [
        [axes.x(low), axes.y(low)],
        [axes.x(high), axes.y(high)],
      ],
      [6, 6],
    );
}

function drawLevel(context, { value, words, dashed }, axes, theme) {
  const y = crisp(axes.y(value));
  stroke(
    context,
    [
      [axes.left, y],
      [axes.right, y],
    ],
    dashed ? [6, 6] : [],
  );
  context.fillStyle = theme.text;
  context.textAlign = "left";
  context.fillText(words, axes.right + 6, y);
}

function stroke(context, points, dash = []) {
  context.setLineDash(dash);
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
  context.setLineDash([]);
}
