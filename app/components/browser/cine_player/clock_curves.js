// Further curves on the player's clock, a panel each: areas, strain.

import { CMR_BLUE } from "../shared/canvas.js";
import { element } from "../shared/element.js";
import { Plot } from "./plot.js";

const TOP = 36;
const BOTTOM = 10;
const GREY = "#8A8F98";

/**
 * The panels of these curves, in their order; those of a former cine are replaced.
 * @param {HTMLElement} root
 * @param {Array<import("../shared/headers").ClockPanel>} curves
 * @returns {Array<HTMLElement>}
 */
export function makeCurvePanels(root, curves) {
  for (const former of root.querySelectorAll(".followed")) former.remove();
  const panels = curves.map((_, index) => {
    const panel = element("div", "panel followed");
    panel.dataset.index = String(index);
    const canvas = element("canvas", "");
    canvas.setAttribute("role", "img");
    panel.append(canvas, element("i", "loop"), element("i", "cursor"));
    return panel;
  });
  root.querySelector(".axis")?.before(...panels);
  return panels;
}

/**
 * Draws one panel: its name, a legend of its lines, zero where it is in range, marked frames.
 * @param {HTMLElement} panel
 * @param {import("../shared/headers").ClockPanel} curves
 * @param {import("../shared/unpack.js").ShapedArray} values lines × frames
 */
export function drawClockCurves(panel, theme, curves, values) {
  const plot = new Plot(panel, theme);
  const [lines, frames] = values.shape;
  const { low, high } = valueRange(values);
  const y = (value) => TOP + ((high - value) / (high - low)) * (plot.height - TOP - BOTTOM);
  const inkOf = (style) => (theme.dark ? style.onDark : style.colour) || theme.text;
  if (low < 0 && high > 0)
    plot.line(
      [
        [plot.left, y(0)],
        [plot.x(1), y(0)],
      ],
      GREY,
      1,
    );
  for (let number = 0; number < lines; number += 1) {
    const own = values.subarray(number * frames, (number + 1) * frames);
    const style = curves.lines[number];
    for (const piece of pieces(own)) {
      const points = piece.map(([frame, value]) => [plot.x(frame / frames), y(value)]);
      plot.line(points, inkOf(style), style.dash.length ? 1.5 : 2, style.dash);
    }
  }
  for (const value of [high, low])
    plot.text(value.toFixed(curves.digits), plot.left - 10, y(value), { align: "right" });
  const unit = curves.unit ? `, ${curves.unit}` : "";
  plot.text(`${curves.title}${unit}`, 0, 8, { ink: theme.cmrText || CMR_BLUE, weight: 600 });
  drawLegend(plot, curves.lines, inkOf);
  for (const { label, frame } of curves.marks) {
    const value = values[frame];
    if (!Number.isFinite(value)) continue;
    const x = plot.x(frame / frames);
    plot.dot(x, y(value), inkOf(curves.lines[0]));
    const right = x > plot.x(0.75);
    plot.text(
      `${label} ${value.toFixed(curves.digits)}`,
      x + (right ? -8 : 8),
      Math.min(Math.max(y(value) - 12, TOP - 6), plot.height - 8),
      { align: right ? "right" : "left", weight: 600 },
    );
  }
}

// Names of the lines under the title, each after a stroke of its own; one line needs none.
function drawLegend(plot, lines, inkOf) {
  if (lines.length < 2) return;
  const room = (plot.x(1) - plot.left) / lines.length;
  lines.forEach((style, number) => {
    const x = plot.left + number * room;
    plot.line(
      [
        [x, 24],
        [x + 14, 24],
      ],
      inkOf(style),
      style.dash.length ? 1.5 : 2,
      style.dash,
    );
    plot.text(style.name, x + 18, 24);
  });
}

/**
 * Lowest and highest value, a little apart where all are equal or none is known.
 * @param {ArrayLike<number>} values
 */
export function valueRange(values) {
  const known = Array.from(values).filter(Number.isFinite);
  if (!known.length) return { low: 0, high: 1 };
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return high > low ? { low, high } : { low: low - 0.5, high: high + 0.5 };
}

/**
 * A closed curve as runs of [frame, value] without a gap; the beat's end is its start again.
 * @param {ArrayLike<number>} values
 * @returns {Array<Array<[number, number]>>}
 */
export function pieces(values) {
  /** @type {Array<Array<[number, number]>>} */
  const found = [];
  let open = false;
  for (let frame = 0; frame <= values.length; frame += 1) {
    const value = values[frame % values.length];
    if (!Number.isFinite(value)) open = false;
    else if (open) found[found.length - 1].push([frame, value]);
    else {
      found.push([[frame, value]]);
      open = true;
    }
  }
  return found.filter((piece) => piece.length > 1);
}
