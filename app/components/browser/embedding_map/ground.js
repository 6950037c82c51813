// The ground of the map: points one by one, or their density where there are too many in view.
// It reaches beyond the panel on all sides. While somebody drags or zooms, what is drawn already is
// moved and scaled; it is drawn anew once it rests, or no longer fills the panel.

import { drawDensity } from "./density.js";
import { InView } from "./in_view.js";
import { MOST_LINES, drawPairs } from "./pairs.js";
import { drawStamps } from "./stamps.js";
import { sizeCanvas } from "../shared/canvas.js";

export const CROWD = 20000;
const BEYOND = 0.25;
const SHARP_AFTER_MS = 120;

export class Ground {
  // `rested` is called when the ground is to be drawn anew.
  constructor(canvas, points, signal, rested) {
    this.canvas = canvas;
    this.rested = rested;
    this.inView = new InView(points);
    this.drawn = { beyond: { x: 0, y: 0 }, offsetX: 0, offsetY: 0, zoom: 1 };
    this.isSharp = false;
    signal.addEventListener("abort", () => clearTimeout(this.rest));
  }

  draw(viewport, theme) {
    clearTimeout(this.rest);
    const { canvas, inView } = this;
    const { width, height, offsetX, offsetY, zoom } = viewport;
    const beyond = { x: Math.round(width * BEYOND), y: Math.round(height * BEYOND) };
    Object.assign(canvas.style, { left: `${-beyond.x}px`, top: `${-beyond.y}px`, transform: "" });
    canvas.style.transformOrigin = `${beyond.x}px ${beyond.y}px`;
    const context = sizeCanvas(canvas, width + 2 * beyond.x, height + 2 * beyond.y);
    context.fillStyle = theme.background;
    context.fillRect(0, 0, canvas.width, canvas.height);
    inView.gather(viewport, beyond);
    if (inView.count > CROWD) drawDensity(context, inView);
    else drawStamps(context, inView, viewport);
    if (inView.points.ranks && inView.count <= MOST_LINES) drawPairs(context, inView, viewport);
    this.drawn = { beyond, offsetX, offsetY, zoom };
    this.isSharp = true;
  }

  // Moves what is drawn to where it lies now; false where that would leave a part of the panel bare.
  follow({ width, height, offsetX, offsetY, zoom }) {
    const {
      drawn: { beyond, ...former },
      canvas,
    } = this;
    const times = zoom / former.zoom;
    const [x, y] = [offsetX - times * former.offsetX, offsetY - times * former.offsetY];
    const fills = (start, length, margin) =>
      start - times * margin <= 0 && start + times * (length + margin) >= length;
    if (!fills(x, width, beyond.x) || !fills(y, height, beyond.y)) return false;
    this.isSharp = times === 1 && x === 0 && y === 0;
    canvas.style.transform = `translate(${x}px, ${y}px) scale(${times})`;
    clearTimeout(this.rest);
    if (!this.isSharp) this.rest = setTimeout(this.rested, SHARP_AFTER_MS);
    return true;
  }
}
