// The wall of the left ventricle over the cine, each segment in the colour of its strain.

import { linesOver, pictureScale } from "../shared/contour_layer.js";
import { part } from "../shared/element.js";
import { FrameLayer } from "../shared/frame_layer.js";
import { colourOf } from "./strain_colours.js";

const OPACITY = 0.8;

export class StrainRing extends FrameLayer {
  /**
   * @param {import("../shared/headers").CinePlayerHeader & { ring: import("../shared/headers").RingHeader }} header
   * @param {Record<string, import("../shared/unpack.js").ShapedArray>} arrays
   */
  constructor(header, { ringPoints, ringSegments, ringStrain }, view) {
    super(linesOver(view.canvas, "ring"));
    this.header = header;
    this.view = view;
    this.points = ringPoints; // inner and outer border × angles × frames × (column, row)
    this.angles = ringPoints.shape[1];
    this.segments = ringSegments;
    this.strain = ringStrain; // segments × frames, in percent
    this.shown = true;
  }

  /** Place of a material point in the picture, at a frame. */
  place(border, angle, frame, { x, y, across, down }) {
    const { frames } = this.header;
    const at = 2 * ((border * this.angles + (angle % this.angles)) * frames + frame);
    return [x + this.points[at] * across, y + this.points[at + 1] * down];
  }

  draw(frame) {
    const context = this.cleared(frame);
    if (!context || !this.shown) return;
    const scale = pictureScale(this.header, this.view, this.header.ring.offset);
    const { frames } = this.header;
    const { limit, colours } = this.header.ring;
    for (const { segment, first, count } of runs(this.segments)) {
      const edge = [];
      for (let step = 0; step <= count; step += 1) edge.push(first + step);
      const inner = edge.map((angle) => this.place(0, angle, frame, scale));
      const outer = edge.map((angle) => this.place(1, angle, frame, scale));
      context.beginPath();
      for (const [x, y] of [...inner, ...outer.reverse()]) context.lineTo(x, y);
      context.closePath();
      context.globalAlpha = OPACITY;
      context.fillStyle = colourOf(this.strain[segment * frames + frame], limit, colours);
      context.fill();
      context.globalAlpha = 1;
      context.strokeStyle = "#000";
      context.lineWidth = 1;
      context.stroke();
      this.name(segment, first + Math.floor(count / 2), frame, scale);
    }
  }

  // The number of a segment in the middle of its wall.
  name(segment, angle, frame, scale) {
    const { context } = this;
    if (!context) return;
    const [fromX, fromY] = this.place(0, angle, frame, scale);
    const [toX, toY] = this.place(1, angle, frame, scale);
    context.font = "600 11px system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineWidth = 3;
    context.strokeStyle = "#000";
    context.fillStyle = "#fff";
    const words = this.header.ring.segments[segment];
    context.strokeText(words, (fromX + toX) / 2, (fromY + toY) / 2);
    context.fillText(words, (fromX + toX) / 2, (fromY + toY) / 2);
  }
}

/**
 * Runs of equal numbers around a ring; the run over its end is one.
 * @param {ArrayLike<number>} segments of each piece of the ring
 * @returns {Array<{ segment: number, first: number, count: number }>}
 */
export function runs(segments) {
  const start = Math.max(
    Array.from(segments).findIndex(
      (own, at) => own !== segments[(at + segments.length - 1) % segments.length],
    ),
    0,
  );
  /** @type {Array<{ segment: number, first: number, count: number }>} */
  const found = [];
  for (let step = 0; step < segments.length; step += 1) {
    const at = (start + step) % segments.length;
    const last = found[found.length - 1];
    if (last && last.segment === segments[at]) last.count += 1;
    else found.push({ segment: segments[at], first: at, count: 1 });
  }
  return found;
}

/**
 * The ring that the header tells of, with its button and scale; without one, none of a former
 * cine stays.
 * @param {HTMLElement} root
 * @param {import("../shared/headers").CinePlayerHeader} header
 * @param {Record<string, import("../shared/unpack.js").ShapedArray>} arrays
 * @returns {StrainRing | null}
 */
export function ringOver(root, header, arrays, view) {
  const { ring, ...other } = header;
  part(root, ".straining").hidden = !ring;
  if (!ring) {
    root.querySelector(".ring")?.remove();
    return null;
  }
  const { limit, colours, what } = ring;
  part(root, ".straining .low").textContent = `−${limit} %`;
  part(root, ".straining .high").textContent = `+${limit} %`;
  part(root, ".straining .what").textContent = what;
  part(root, ".straining .bar").style.background =
    `linear-gradient(to right, ${colours.join(", ")})`;
  return new StrainRing({ ...other, ring }, arrays, view);
}

/** Lets its button hide and show the ring. */
export function attachRing(root, signal, ring, shown, refresh) {
  if (!ring) return;
  const button = part(root, ".ring-shown");
  const show = () => {
    button.setAttribute("aria-pressed", String(ring.shown));
    ring.changed();
    refresh();
  };
  button.addEventListener(
    "click",
    () => {
      ring.shown = !ring.shown;
      show();
    },
    { signal },
  );
  ring.shown = shown;
  show();
}
