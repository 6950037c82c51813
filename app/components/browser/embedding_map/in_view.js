// The points of the panel, gathered once a drawing: what is drawn, counted and pointed at.

const FINEST = 65535;
const ARROWS = ["→", "↘", "↓", "↙", "←", "↖", "↑", "↗"];

class InView {
  constructor(points) {
    this.points = points;
    const most = points.count * points.layers.length;
    this.rows = new Uint32Array(most);
    this.layers = new Uint8Array(most);
    this.xs = new Float32Array(most);
    this.ys = new Float32Array(most);
  }

  // Goes through all points: two hundred thousand subjects take a few milliseconds.
  gather(viewport) {
    const { points } = this;
    const { offsetX, offsetY, width, height } = viewport;
    const [stepX, stepY] = [viewport.scaleX / FINEST, viewport.scaleY / FINEST];
    let count = 0;
    let outside = 0;
    let [outsideX, outsideY] = [0, 0];
    for (let row = 0; row < points.count; row += 1) {
      if (points.hiddenEntries && points.hiddenEntries[points.entries[row]]) continue;
      for (let layer = 0; layer < points.places.length; layer += 1) {
        if (points.hiddenLayers[layer]) continue;
        const x = offsetX + points.places[layer][row * 2] * stepX;
        const y = offsetY + points.places[layer][row * 2 + 1] * stepY;
        if (x >= 0 && y >= 0 && x < width && y < height) {
          this.rows[count] = row;
          this.layers[count] = layer;
          this.xs[count] = x;
          this.ys[count] = y;
          count += 1;
        } else {
          outside += 1;
          outsideX += x;
          outsideY += y;
        }
      }
    }
    this.count = count;
    this.outside = outside;
    this.towards = [outsideX / outside - width / 2, outsideY / outside - height / 2];
  }

  // The point nearest to a place on the screen, at most `reach` pixels away.
  nearest([x, y], reach) {
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

  // An arrow from the middle of the panel to the middle of what lies outside.
  arrow() {
    const eighth = Math.round((Math.atan2(this.towards[1], this.towards[0]) / Math.PI) * 4);
    return ARROWS[(eighth + 8) % 8];
  }
}
