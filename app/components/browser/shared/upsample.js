// Enlarges 8-bit pictures by cubic convolution (Catmull-Rom): the browser's own smoothing is
// bilinear, which shows every pixel of a 64 x 64 cine as a lozenge.

// For each target place: its four source places (clamped at the border) and their weights.
function cubicTaps(size, factor) {
  const places = new Int32Array(size * factor * 4);
  const weights = new Float32Array(size * factor * 4);
  for (let target = 0; target < size * factor; target += 1) {
    const centre = (target + 0.5) / factor - 0.5;
    const base = Math.floor(centre);
    const t = centre - base;
    const kernel = [
      (((2 - t) * t - 1) * t) / 2,
      ((3 * t - 5) * t * t + 2) / 2,
      (((4 - 3 * t) * t + 1) * t) / 2,
      ((t - 1) * t * t) / 2,
    ];
    for (let tap = 0; tap < 4; tap += 1) {
      places[target * 4 + tap] = Math.min(Math.max(base + tap - 1, 0), size - 1);
      weights[target * 4 + tap] = kernel[tap];
    }
  }
  return { places, weights };
}

export class Enlarger {
  constructor(rows, columns, factor) {
    this.rows = rows;
    this.columns = columns;
    this.factor = factor;
    this.across = cubicTaps(columns, factor);
    this.down = cubicTaps(rows, factor);
    this.wide = new Float32Array(rows * columns * factor);
  }

  // Returns the enlarged picture; Uint8ClampedArray rounds and clips the overshoot of the cubic.
  enlarge(pixels) {
    if (this.factor === 1) return pixels;
    const { rows, columns, factor, wide } = this;
    const width = columns * factor;
    for (let row = 0; row < rows; row += 1) {
      applyTaps(this.across, pixels, row * columns, 1, wide, row * width, 1, width);
    }
    const picture = new Uint8ClampedArray(rows * factor * width);
    for (let column = 0; column < width; column += 1) {
      applyTaps(this.down, wide, column, width, picture, column, width, rows * factor);
    }
    return picture;
  }
}

function applyTaps({ places, weights }, source, from, sourceStep, target, to, targetStep, count) {
  for (let index = 0, tap = 0; index < count; index += 1, tap += 4) {
    target[to + index * targetStep] =
      weights[tap] * source[from + places[tap] * sourceStep] +
      weights[tap + 1] * source[from + places[tap + 1] * sourceStep] +
      weights[tap + 2] * source[from + places[tap + 2] * sourceStep] +
      weights[tap + 3] * source[from + places[tap + 3] * sourceStep];
  }
}
