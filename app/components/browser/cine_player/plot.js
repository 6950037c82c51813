// The panels that share one time axis: phase 0 (the R wave) to 1 (the next), left to right.

import { setText } from "../shared/element.js";
import { CMR_BLUE, crisp, sizeCanvas } from "../shared/canvas.js";
import { wrapPhase } from "../shared/clock.js";

export const PLOT_LEFT = 52;
export const PLOT_RIGHT = 14;

export class Plot {
  constructor(panel, theme) {
    this.width = panel.clientWidth;
    this.height = panel.clientHeight;
    this.context = sizeCanvas(panel.querySelector("canvas"), this.width, this.height);
    this.context.clearRect(0, 0, this.width, this.height);
    this.theme = theme;
    this.left = PLOT_LEFT;
    this.span = Math.max(1, this.width - PLOT_LEFT - PLOT_RIGHT);
  }

  x(phase) {
    return this.left + phase * this.span;
  }

  /**
   * @param {string} words
   * @param {number} x
   * @param {number} y
   * @param {{ align?: CanvasTextAlign, ink?: string, size?: number, weight?: number }} [look]
   */
  text(words, x, y, { align = "left", ink = this.theme.text, size = 11, weight = 400 } = {}) {
    this.context.font = `${weight} ${size}px ${this.theme.font}`;
    this.context.textAlign = align;
    this.context.textBaseline = "middle";
    this.context.fillStyle = ink;
    this.context.fillText(words, x, y);
  }

  line(points, ink, width, dash = []) {
    const { context } = this;
    context.beginPath();
    for (const [x, y] of points) context.lineTo(x, y);
    context.setLineDash(dash);
    context.strokeStyle = ink;
    context.lineWidth = width;
    context.lineJoin = "round";
    context.stroke();
    context.setLineDash([]);
  }

  dot(x, y, ink) {
    const { context } = this;
    context.beginPath();
    context.arc(x, y, 4.5, 0, 2 * Math.PI);
    context.fillStyle = this.theme.background;
    context.fill();
    context.strokeStyle = ink;
    context.lineWidth = 2;
    context.stroke();
  }
}

// Time after the R wave under all panels.
export function drawAxis(panel, theme, { rrMs }) {
  const plot = new Plot(panel, theme);
  const every = [50, 100, 200, 500].find((step) => (plot.span * step) / rrMs >= 46) || 1000;
  // The last label needs its room.
  for (let time = 0; plot.x(time / rrMs) < plot.x(1) - 60; time += every) {
    const x = plot.x(time / rrMs);
    plot.line(
      [
        [crisp(x), 0],
        [crisp(x), 4],
      ],
      theme.text,
      1,
    );
    plot.text(time === 0 ? "R" : `${time}`, x, 11, {
      align: "center",
      weight: time === 0 ? 600 : 400,
    });
  }
  plot.text(`${Math.round(rrMs)} ms`, plot.x(1) + PLOT_RIGHT, 11, { align: "right" });
}

// The beat from a little before its R wave (in the margin, paler) to the next R wave.
export function drawStrip(panel, theme, label, beat) {
  const plot = new Plot(panel, theme);
  const low = Math.min(...beat);
  const high = Math.max(...beat);
  const room = plot.height - 26;
  const scale = room / Math.max(high - low, 0.5);
  const y = (value) => 20 + (high - value) * scale;
  const at = (phase) => {
    const place = wrapPhase(phase) * beat.length;
    const below = Math.floor(place);
    const from = beat[below % beat.length];
    return from + (place - below) * (beat[(below + 1) % beat.length] - from);
  };
  const trace = (from, to, opacity) => {
    const points = [];
    for (let x = plot.x(from); x <= plot.x(to); x += 0.5)
      points.push([x, y(at((x - plot.left) / plot.span))]);
    plot.context.globalAlpha = opacity;
    plot.line(points, theme.dark ? PAPER_TRACE.dark : PAPER_TRACE.light, 1.5);
    plot.context.globalAlpha = 1;
  };
  const before = Math.min(0.18, (PLOT_LEFT - 14) / plot.span);
  trace(-before, 0, 0.4);
  trace(0, 1, 1);
  drawMillivolt(plot, scale);
  plot.text(label, plot.left + 34, 8, { ink: theme.ecgText, weight: 600 });
}

const PAPER_TRACE = { light: "#1A1A1A", dark: "#F2F2F2" };

// A bar of 1 mV, or of the largest round voltage that fits.
function drawMillivolt(plot, scale) {
  const voltage =
    [1, 0.5, 0.2, 0.1].find((candidate) => candidate * scale <= plot.height - 20) || 0.1;
  const bottom = plot.height - 6;
  plot.line(
    [
      [6, bottom],
      [6, bottom - voltage * scale],
    ],
    plot.theme.text,
    1.5,
  );
  plot.text(`${voltage} mV`, 2, bottom - voltage * scale - 8, { size: 10 });
}

// Volumes over the beat: the left ventricle with its marks, the right one dashed.
export function drawCurve(panel, theme, { frames, edFrame, esFrame, curve }, arrays) {
  const plot = new Plot(panel, theme);
  const { volume, rightVolume = [] } = arrays;
  const values = [...volume, ...rightVolume];
  const low = Math.min(...values);
  const high = Math.max(...values);
  // Two curves have their names in a line of its own, above the marks.
  const top = rightVolume.length ? 34 : 20;
  const y = (value) =>
    top + ((high - value) / Math.max(high - low, 1e-6)) * (plot.height - top - 14);
  const trace = (curveOf, dash) => {
    const points = Array.from(curveOf, (value, frame) => [plot.x(frame / frames), y(value)]);
    points.push([plot.x(1), y(curveOf[0])]);
    plot.line(points, theme.dark ? theme.cmrText : CMR_BLUE, dash ? 1.5 : 2, dash);
  };
  if (rightVolume.length) trace(rightVolume, [5, 4]);
  trace(volume, []);
  for (const [label, frame] of [
    ["ED", edFrame],
    ["ES", esFrame],
  ]) {
    if (frame === null) continue;
    const [x, height] = [plot.x(frame / frames), y(volume[frame])];
    plot.dot(x, height, CMR_BLUE);
    placeLandmark(
      panel.querySelector(`.at-${label.toLowerCase()}`),
      plot,
      x,
      height,
      `${label} ${volume[frame].toFixed(curve.digits)} ${curve.unit}`,
      top - 20,
    );
  }
  plot.text(high.toFixed(curve.digits), plot.left - 10, y(high), { align: "right" });
  plot.text(low.toFixed(curve.digits), plot.left - 10, y(low), { align: "right" });
  plot.text(`${curve.left}, ${curve.unit}`, 0, 8, { ink: theme.cmrText, weight: 600 });
  if (rightVolume.length)
    plot.text(`┄ ${curve.right}`, plot.x(1), 8, {
      align: "right",
      ink: theme.cmrText,
      weight: 600,
    });
}

// A button over the mark; it leads there.
function placeLandmark(button, plot, x, y, words, highest) {
  setText(button, words);
  button.title = `Go to ${words}`;
  button.style.left = `${Math.min(x + 4, plot.width - button.offsetWidth)}px`;
  button.style.top = `${Math.max(y - 24, highest)}px`;
}
