// One cine on one canvas: 8-bit frames, smooth scaling, true proportions, window and level,
// magnified about a point.

import { contextOf, sizeCanvas } from "./canvas.js";
import { Enlarger } from "./upsample.js";

const LARGEST_FACTOR = 4;

export class CineView {
  // `pixels` holds all frames one after the other; spacing is [row, column] in mm.
  constructor(canvas, pixels, { frames, rows, columns, spacing }) {
    this.canvas = canvas;
    this.pixels = pixels;
    this.frames = frames;
    this.rows = rows;
    this.columns = columns;
    this.aspect = (columns * spacing[1]) / (rows * spacing[0]);
    this.source = document.createElement("canvas");
    this.magnified = 1;
    this.centre = [0.5, 0.5];
    this.size = { width: 0, height: 0 };
    this.box = { x: 0, y: 0, width: 0, height: 0 };
    this.image = new ImageData(1, 1);
    this.words = new Uint32Array(this.image.data.buffer);
    this.greys = new Uint32Array(256);
    /** @type {Enlarger | null} */
    this.enlarger = null;
    /** @type {Array<ArrayLike<number>>} */
    this.enlarged = [];
    this.setWindow(255, 127.5);
  }

  // Grey values from level - width/2 to level + width/2 run from black to white.
  setWindow(width, level) {
    this.window = { width, level };
    this.greys = Uint32Array.from({ length: 256 }, (_, value) => {
      const scaled = ((value - level) / width + 0.5) * 255;
      const grey = Math.max(0, Math.min(255, Math.round(scaled)));
      return (255 << 24) | (grey << 16) | (grey << 8) | grey;
    });
    this.shown = -1;
  }

  // Fits the field of view into the box and centres it on black.
  resize(width, height) {
    this.context = sizeCanvas(this.canvas, width, height);
    this.size = { width, height };
    this.place();
  }

  // Shows the picture so many times larger, about a point given in shares of its width and height.
  magnify(times, [x, y] = this.centre) {
    const margin = 0.5 / times;
    const inside = (share) => Math.min(Math.max(share, margin), 1 - margin);
    this.magnified = times;
    this.centre = [inside(x), inside(y)];
    this.place();
  }

  place() {
    const { width, height } = this.size;
    const tall = Math.min(width / this.aspect, height) * this.magnified;
    const wide = tall * this.aspect;
    const [x, y] = this.centre;
    this.box = { x: width / 2 - x * wide, y: height / 2 - y * tall, width: wide, height: tall };
    this.shown = -1;
    this.enlargeBy(Math.ceil((this.canvas.height * tall) / height / this.rows / 2));
  }

  // Enlarged frames are made when first shown, and kept: one loop pays, the others do not.
  enlargeBy(wanted) {
    const factor = Math.min(Math.max(wanted, 1), LARGEST_FACTOR);
    if (this.enlarger?.factor === factor) return;
    this.enlarger = new Enlarger(this.rows, this.columns, factor);
    this.enlarged = new Array(this.frames);
    this.source.width = this.columns * factor;
    this.source.height = this.rows * factor;
    this.image = new ImageData(this.source.width, this.source.height);
    this.words = new Uint32Array(this.image.data.buffer);
  }

  draw(frame) {
    if (frame === this.shown || !this.context || !this.enlarger) return;
    this.shown = frame;
    const size = this.rows * this.columns;
    this.enlarged[frame] ??= this.enlarger.enlarge(
      this.pixels.subarray(frame * size, (frame + 1) * size),
    );
    const picture = this.enlarged[frame];
    for (let index = 0; index < this.words.length; index += 1)
      this.words[index] = this.greys[picture[index]];
    contextOf(this.source).putImageData(this.image, 0, 0);
    const { x, y, width, height } = this.box;
    // Black first: a box between two pixels would let the former frame shine through its rim.
    this.context.fillStyle = "#000";
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.context.drawImage(this.source, x, y, width, height);
  }
}
