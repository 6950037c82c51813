// ECG segments (down) against cine frames (across): how alike the model finds each pair.

import { Plot } from "./plot.js";
import { heatImage, rangeOf } from "../shared/heat_image.js";

const MAP_TOP = 18;

export function drawHeatMap(panel, theme, { frames, colours }, similarity, path) {
  const plot = new Plot(panel, theme);
  const [bins] = similarity.shape;
  const height = plot.height - MAP_TOP;
  const [low, high] = rangeOf(similarity);
  plot.context.imageSmoothingEnabled = false;
  plot.context.drawImage(
    heatImage(similarity, low, high, colours),
    plot.left,
    MAP_TOP,
    plot.span,
    height,
  );
  const y = (phase) => MAP_TOP + phase * height;
  plot.line(
    [
      [plot.x(0), y(0)],
      [plot.x(1), y(1)],
    ],
    "rgba(255, 255, 255, 0.75)",
    1.2,
    [4, 4],
  );
  if (path) {
    for (const [ink, width] of [
      ["rgba(0, 0, 0, 0.75)", 4],
      ["#FFFFFF", 2],
    ]) {
      for (const stretch of pathStretches(path, frames, bins)) {
        plot.line(
          stretch.map(([column, row]) => [plot.x(column), y(row)]),
          ink,
          width,
        );
      }
    }
  }
  for (const percent of [0, 50, 100]) {
    const at = Math.min(Math.max(y(percent / 100), MAP_TOP + 6), plot.height - 6);
    plot.text(`${percent} %`, plot.left - 8, at, { align: "right" });
  }
  plot.text("ECG segment ↓  cine frame →", plot.left, 8);
  drawScale(plot, low, high, colours);
  return { top: MAP_TOP, height, bins };
}

// The path in phases, cut where it runs round from the last frame to the first.
function pathStretches(path, frames, bins) {
  /** @type {Array<Array<Array<number>>>} */
  const stretches = [[]];
  path.forEach((frame, bin) => {
    const jump = bin > 0 && Math.abs(frame - path[bin - 1]) > frames / 2;
    if (jump) stretches.push([]);
    stretches[stretches.length - 1].push([(frame + 0.5) / frames, (bin + 0.5) / bins]);
  });
  return stretches;
}

function drawScale(plot, low, high, colours) {
  const width = 90;
  const right = plot.x(1) - 34;
  const gradient = plot.context.createLinearGradient(right - width, 0, right, 0);
  colours.forEach((colour, index) => gradient.addColorStop(index / (colours.length - 1), colour));
  plot.context.fillStyle = gradient;
  plot.context.fillRect(right - width, 4, width, 8);
  plot.text(low.toFixed(2).replace("-", "−"), right - width - 4, 8, { align: "right", size: 10 });
  plot.text(high.toFixed(2), right + 4, 8, { size: 10 });
  if (plot.span > 420) plot.text("cosine", right - width - 38, 8, { align: "right", size: 10 });
}
