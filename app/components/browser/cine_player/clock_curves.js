// Further curves on the player's clock, a panel each: areas, strain.

import { element } from "../shared/element.js";
import { Plot } from "./plot.js";

const TOP = 20;
const BOTTOM = 20;
const GREY = "#8A8F98";

/**
 * The panels of these curves, in their order; those of a former cine are replaced.
 * @param {HTMLElement} root
 * @param {Array<import("../shared/headers").ClockPanel>} curves
 * @returns {Array<HTMLElement>}
 */
export function makeCurvePanels(root, curves) {
  for (const former of root.querySelectorAll(".followed")) former.remove();
  const made = curves.map((panelOf, index) => {
    const box = element("div", "followed");
    const panel = element("div", "panel follows");
    panel.dataset.index = String(index);
    const canvas = element("canvas", "");
    canvas.setAttribute("role", "img");
    panel.append(canvas, element("i", "loop"), element("i", "cursor"));
    box.append(legendOf(panelOf), panel);
    return box;
  });
  root.querySelector(".axis")?.before(...made);
  return made.map((box) => /** @type {HTMLElement} */ (box.lastChild));
}

// The title, and the name of each line after a stroke of its own; one line needs no name.
function legendOf({ title, unit, lines }) {
  const legend = element("div", "legend");
  legend.append(element("b", "", unit ? `${title}, ${unit}` : title));
  if (lines.length < 2) return legend;
  for (const { name, colour, onDark, dash } of lines) {
    const entry = element("span", "", name);
    const stroke = element("i", dash.length ? "stroke dashed" : "stroke");
    stroke.style.setProperty("--light", colour || "var(--st-text-color)");
    stroke.style.setProperty("--dark", onDark || "var(--st-text-color)");
    entry.prepend(stroke);
    legend.append(entry);
  }
  return legend;
}

/**
 * Draws one panel: its lines, zero where it is in range, and marked frames.
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
  // The first line last: it lies over the others.
  for (let number = lines - 1; number >= 0; number -= 1) {
    const own = values.subarray(number * frames, (number + 1) * frames);
    const style = curves.lines[number];
    for (const piece of pieces(own)) {
      const points = piece.map(([frame, value]) => [plot.x(frame / frames), y(value)]);
      plot.line(points, inkOf(style), number ? 1.5 : 2, style.dash);
    }
  }
  for (const value of [high, low])
    plot.text(inWords(value, curves.digits), plot.left - 10, y(value), { align: "right" });
  for (const { label, frame } of curves.marks) {
    const value = values[frame];
    if (!Number.isFinite(value)) continue;
    const x = plot.x(frame / frames);
    plot.dot(x, y(value), inkOf(curves.lines[0]));
    // Away from the curve, which turns there.
    const below = value < (low + high) / 2;
    const left = x > plot.x(0.75);
    plot.text(
      `${label} ${inWords(value, curves.digits)}`,
      x + (left ? -8 : 8),
      y(value) + (below ? 13 : -13),
      {
        align: left ? "right" : "left",
        weight: 600,
      },
    );
  }
}

// A number with a true minus sign.
function inWords(value, digits) {
  return value.toFixed(digits).replace("-", "−");
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
