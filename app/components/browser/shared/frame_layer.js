// A canvas over the cine, drawn anew where the frame, or what is drawn on it, changed.

import { sizeCanvas } from "./canvas.js";

export class FrameLayer {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    /** @type {CanvasRenderingContext2D | null} */
    this.context = null;
    this.size = { width: 0, height: 0 };
    this.drawn = -1;
  }

  resize(width, height) {
    this.context = sizeCanvas(this.canvas, width, height);
    this.size = { width, height };
    this.drawn = -1;
  }

  changed() {
    this.drawn = -1;
  }

  /**
   * The context, cleared for a frame; null where the frame is there already, or nothing has a size.
   * @param {number} frame
   */
  cleared(frame) {
    if (frame === this.drawn || !this.context) return null;
    this.drawn = frame;
    this.context.clearRect(0, 0, this.size.width, this.size.height);
    return this.context;
  }
}
