// Where a value lies on a panel.

const MARGIN = { left: 52, right: 10, top: 6, bottom: 38 };
const LEVEL_WORDS_PX = 92;
const ROOM = 0.04; // beside the outermost points, as a share of their range

export class Axes {
  constructor(panel, width, height) {
    const right = MARGIN.right + (panel.levels.length ? LEVEL_WORDS_PX : 0);
    this.width = width;
    this.height = height;
    this.left = MARGIN.left;
    this.top = MARGIN.top;
    this.right = width - right;
    this.bottom = height - MARGIN.bottom;
    const { x, y, low, high } = panel.arrays;
    const levels = panel.levels.map(({ value }) => value);
    this.across = widened(extent([x]));
    this.up = widened(extent([y, low, high, levels].filter(Boolean)));
  }

  x(value) {
    return this.left + share(value, this.across) * (this.right - this.left);
  }

  y(value) {
    return this.bottom - share(value, this.up) * (this.bottom - this.top);
  }
}

/** @returns {[number, number]} */
function extent(columns) {
  let [low, high] = [Infinity, -Infinity];
  for (const column of columns) {
    for (const value of column) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

/** @returns {[number, number]} */
function widened([low, high]) {
  const room = ROOM * (high - low) || 1;
  return [low - room, high + room];
}

function share(value, [low, high]) {
  return (value - low) / (high - low);
}
