// Contours over the cine: lines on a canvas of their own, drawn for the frame that is shown.

import { element } from "./element.js";
import { nearestPoint } from "./contour_shape.js";
import { FrameLayer } from "./frame_layer.js";

const HANDLE_PX = 3.5;
const HANDLE_EVERY = 4;
const REACH_PX = 14;

// The canvas of the lines, over that of the picture.
export function linesOver(picture, name = "lines") {
  const former = picture.parentElement.querySelector(`.${name}`);
  if (former) return former;
  const lines = element("canvas", name);
  lines.setAttribute("aria-hidden", "true");
  picture.after(lines);
  return lines;
}

/**
 * From pixels of the slice to the picture as it is magnified: x + column · across, y + row · down.
 * @param {import("./headers").CineGeometry} geometry
 * @param {[number, number]} offset row and column of the slice at which the picture begins
 */
export function pictureScale({ rows, columns }, view, offset) {
  const [row, column] = offset;
  const { x, y, width, height } = view.box;
  return {
    x: x + ((0.5 - column) * width) / columns,
    y: y + ((0.5 - row) * height) / rows,
    across: width / columns,
    down: height / rows,
  };
}

/**
 * The arrays of one layer of a message.
 * @param {Record<string, import("./unpack.js").ShapedArray>} arrays
 * @param {number | ""} index of the tile; empty where there is one layer
 */
export function contourArrays(arrays, index = "") {
  return {
    contourPoints: /** @type {Float32Array} */ (arrays[`contourPoints${index}`]),
    contourRings: /** @type {Int32Array} */ (arrays[`contourRings${index}`]),
  };
}

export class ContourLayer extends FrameLayer {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import("./headers").CineGeometry & { contours: import("./headers").ContoursHeader }} header
   * @param {{ contourPoints: Float32Array, contourRings: Int32Array }} arrays
   */
  constructor(canvas, header, { contourPoints, contourRings }, view) {
    super(canvas);
    this.header = header;
    this.contours = header.contours;
    this.view = view;
    this.hidden = new Set();
    this.handles = ""; // key of the contour whose points are shown
    /** @type {Array<Array<{ style: number, points: Float32Array }>>} */
    this.frames = Array.from({ length: header.frames }, () => []);
    for (let place = 0; place < contourRings.length; place += 4) {
      const [frame, style, start, count] = contourRings.subarray(place, place + 4);
      const points = Float32Array.from(contourPoints.subarray(2 * start, 2 * (start + count)));
      this.frames[frame].push({ style, points });
    }
  }

  get styles() {
    return this.contours.outlines;
  }

  styleOf(key) {
    return this.styles.findIndex((style) => style.key === key);
  }

  // The rings of one contour in a frame, in the order in which Python counts them.
  ringsOf(frame, key) {
    const style = this.styleOf(key);
    return this.frames[frame].filter((ring) => ring.style === style);
  }

  // From pixels of the slice to the picture as it is magnified.
  get scale() {
    return pictureScale(this.header, this.view, this.contours.offset);
  }

  draw(frame) {
    if (!this.cleared(frame)) return;
    for (const ring of this.frames[frame]) {
      const { key, colour } = this.styles[ring.style];
      if (this.hidden.has(key)) continue;
      this.stroke(ring.points, "rgba(0, 0, 0, 0.55)", 3.5);
      this.stroke(ring.points, colour, 1.75);
      if (key === this.handles) this.drawHandles(ring.points, colour);
    }
  }

  stroke(points, ink, width) {
    const { context } = this;
    if (!context) return;
    const { x, y, across, down } = this.scale;
    context.beginPath();
    for (let at = 0; at < points.length; at += 2)
      context.lineTo(x + points[at] * across, y + points[at + 1] * down);
    context.closePath();
    context.strokeStyle = ink;
    context.lineWidth = width;
    context.lineJoin = "round";
    context.stroke();
  }

  drawHandles(points, colour) {
    const { context } = this;
    if (!context) return;
    const { x, y, across, down } = this.scale;
    for (let at = 0; at < points.length; at += 2 * HANDLE_EVERY) {
      context.beginPath();
      context.arc(x + points[at] * across, y + points[at + 1] * down, HANDLE_PX, 0, 2 * Math.PI);
      context.fillStyle = colour;
      context.fill();
      context.strokeStyle = "#000";
      context.lineWidth = 1;
      context.stroke();
    }
  }

  // Where a pointer is, in pixels of the slice.
  placeUnder(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    const { x, y, across, down } = this.scale;
    return [(event.clientX - left - x) / across, (event.clientY - top - y) / down];
  }

  // The point under a pointer: of the visible contour that is nearest.
  pointUnder(event, frame) {
    const visible = this.frames[frame].filter(
      ({ style }) => !this.hidden.has(this.styles[style].key),
    );
    const [x, y] = this.placeUnder(event);
    const found = nearestPoint(
      visible.map(({ points }) => points),
      x,
      y,
      REACH_PX / this.scale.across,
    );
    return found && { ring: visible[found.ring], point: found.point };
  }
}
