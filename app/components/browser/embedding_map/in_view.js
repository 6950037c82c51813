// The points of the ground, gathered once a drawing: what is drawn, counted and pointed at.

export const FINEST = 65535;
const ARROWS = ["→", "↘", "↓", "↙", "←", "↖", "↑", "↗"];
const AROUND_PX = 60;
const MOST_AROUND = 15;

export class InView {
  constructor(points) {
    this.points = points;
    const most = points.count * points.layers.length;
    this.rows = new Uint32Array(most);
    this.layers = new Uint8Array(most);
    // In pixels of the ground, whose corner lies `beyond` the panel's.
    this.xs = new Float32Array(most);
    this.ys = new Float32Array(most);
    this.count = 0;
    this.outside = 0;
    this.beyond = { x: 0, y: 0 };
    this.width = 0;
    this.height = 0;
    this.towards = [0, 0];
  }

  // Goes through all points: two hundred thousand subjects take some milliseconds.
  gather(viewport, beyond) {
    const { rows, layers, xs, ys } = this;
    const [width, height] = [viewport.width + 2 * beyond.x, viewport.height + 2 * beyond.y];
    const [left, top] = [viewport.offsetX + beyond.x, viewport.offsetY + beyond.y];
    const [stepX, stepY] = [viewport.scaleX / FINEST, viewport.scaleY / FINEST];
    let [count, outside, outsideX, outsideY] = [0, 0, 0, 0];
    this.points.forEachShown((layer, row, placeX, placeY) => {
      const x = left + placeX * stepX;
      const y = top + placeY * stepY;
      if (x >= 0 && y >= 0 && x < width && y < height) {
        rows[count] = row;
        layers[count] = layer;
        xs[count] = x;
        ys[count] = y;
        count += 1;
      }
      if (x < beyond.x || y < beyond.y || x >= width - beyond.x || y >= height - beyond.y) {
        outside += 1;
        outsideX += x;
        outsideY += y;
      }
    });
    this.count = count;
    this.outside = outside;
    this.beyond = beyond;
    this.width = width;
    this.height = height;
    this.towards = [outsideX / outside - width / 2, outsideY / outside - height / 2];
  }

  // The point nearest to a place of the panel, at most `reach` pixels away.
  nearest(place, reach) {
    const [x, y] = this.onGround(place);
    /** @type {{ layer: number, row: number } | null} */
    let best = null;
    let least = reach * reach;
    for (let at = 0; at < this.count; at += 1) {
      const distance = (this.xs[at] - x) ** 2 + (this.ys[at] - y) ** 2;
      if (distance < least) {
        least = distance;
        best = { layer: this.layers[at], row: this.rows[at] };
      }
    }
    return best;
  }

  // Rows of some subjects around a place of the panel, the nearest first.
  around(place) {
    const [x, y] = this.onGround(place);
    const near = [];
    for (let at = 0; at < this.count; at += 1) {
      const distance = Math.hypot(this.xs[at] - x, this.ys[at] - y);
      if (distance < AROUND_PX) near.push({ distance, row: this.rows[at] });
    }
    near.sort((one, other) => one.distance - other.distance);
    return [...new Set(near.map(({ row }) => row))].slice(0, MOST_AROUND);
  }

  onGround([x, y]) {
    return [x + this.beyond.x, y + this.beyond.y];
  }

  // An arrow from the middle of the panel to the middle of what lies outside.
  arrow() {
    const eighth = Math.round((Math.atan2(this.towards[1], this.towards[0]) / Math.PI) * 4);
    return ARROWS[(eighth + 8) % 8];
  }
}
