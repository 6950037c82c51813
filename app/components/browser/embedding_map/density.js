// Where too many points are in view to be told apart, each cell of the panel is shaded by their
// number (on a logarithmic scale) in the colour of what most of them are, or of their mean value.

const CELL_PX = 2;
const FAINTEST = 0.22;

function drawDensity(context, inView, viewport) {
  const columns = Math.ceil(viewport.width / CELL_PX);
  const lines = Math.ceil(viewport.height / CELL_PX);
  const cells = countCells(inView, columns, lines);
  const picture = new ImageData(columns, lines);
  const peak = cells.counts.reduce((most, count) => Math.max(most, count), 1);
  const ceiling = 255 * (inView.points.dimmed ? 0.35 : 1);
  for (let cell = 0; cell < columns * lines; cell += 1) {
    const count = cells.counts[cell];
    if (count === 0) continue;
    picture.data.set(cells.rgb(cell), cell * 4);
    const crowd = Math.log1p(count) / Math.log1p(peak);
    picture.data[cell * 4 + 3] = ceiling * (FAINTEST + (1 - FAINTEST) * crowd);
  }
  const small = document.createElement("canvas");
  Object.assign(small, { width: columns, height: lines });
  small.getContext("2d").putImageData(picture, 0, 0);
  context.drawImage(small, 0, 0, columns * CELL_PX, lines * CELL_PX);
}

function countCells(inView, columns, lines) {
  const { points } = inView;
  const counts = new Uint32Array(columns * lines);
  const tally = points.hasNumbers ? new NumberTally(points, counts) : new KindTally(points, counts);
  for (let at = 0; at < inView.count; at += 1) {
    const cell = ((inView.ys[at] / CELL_PX) | 0) * columns + ((inView.xs[at] / CELL_PX) | 0);
    counts[cell] += 1;
    tally.add(cell, inView.layers[at], inView.rows[at]);
  }
  return { counts, rgb: (cell) => tally.rgb(cell) };
}

// The mean place on the colour scale of the points whose value is known.
class NumberTally {
  constructor(points, counts) {
    this.points = points;
    this.known = new Uint32Array(counts.length);
    this.sums = new Float64Array(counts.length);
  }

  add(cell, layer, row) {
    const entry = this.points.entries[row];
    if (entry === UNKNOWN) return;
    this.known[cell] += 1;
    this.sums[cell] += entry;
  }

  rgb(cell) {
    const { points, known, sums } = this;
    return points.entryRgb(known[cell] ? Math.round(sums[cell] / known[cell]) : UNKNOWN);
  }
}

// What most of the points are: a mixture of two colours would be a third category's.
class KindTally {
  constructor(points, counts) {
    this.points = points;
    this.kinds = points.entries ? points.names.length + 1 : points.layers.length;
    this.tallies = new Uint16Array(counts.length * this.kinds);
  }

  add(cell, layer, row) {
    const kind = this.points.entries ? Math.min(this.points.entries[row], this.kinds - 1) : layer;
    this.tallies[cell * this.kinds + kind] += 1;
  }

  rgb(cell) {
    const { points, kinds, tallies } = this;
    let most = 0;
    for (let kind = 1; kind < kinds; kind += 1) {
      if (tallies[cell * kinds + kind] > tallies[cell * kinds + most]) most = kind;
    }
    if (!points.entries) return points.dimmed ? points.grey : points.layerInks[most];
    return points.entryRgb(most === kinds - 1 ? UNKNOWN : most);
  }
}
