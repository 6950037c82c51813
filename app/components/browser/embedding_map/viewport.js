// Which part of the map is on the screen. Shares run from 0 to 1 over the map's bounds, upwards.

const MAP_MARGIN = 16;
const DEEPEST_ZOOM = 60;

class Viewport {
  constructor(bounds, { centre = [0.5, 0.5], zoom = 1 } = {}) {
    Object.assign(this, { bounds, centre: [...centre], zoom });
  }

  resize(width, height) {
    Object.assign(this, { width, height });
  }

  // Screen = offset + scale × share, for each axis; y grows downwards on a screen.
  get scaleX() { return (this.width - 2 * MAP_MARGIN) * this.zoom; }
  get scaleY() { return -(this.height - 2 * MAP_MARGIN) * this.zoom; }
  get offsetX() { return this.width / 2 - this.centre[0] * this.scaleX; }
  get offsetY() { return this.height / 2 - this.centre[1] * this.scaleY; }

  screen([x, y]) {
    return [this.offsetX + x * this.scaleX, this.offsetY + y * this.scaleY];
  }

  share([x, y]) {
    return [(x - this.offsetX) / this.scaleX, (y - this.offsetY) / this.scaleY];
  }

  // Units of the map itself, as the server knows them.
  toMap(point) {
    const [left, bottom, right, top] = this.bounds;
    const [x, y] = this.share(point);
    return [left + x * (right - left), bottom + y * (top - bottom)];
  }

  fromMap([x, y]) {
    const [left, bottom, right, top] = this.bounds;
    return this.screen([(x - left) / (right - left || 1), (y - bottom) / (top - bottom || 1)]);
  }

  moveBy(dx, dy) {
    this.centre = [this.centre[0] - dx / this.scaleX, this.centre[1] - dy / this.scaleY]
      .map((share) => Math.min(Math.max(share, 0), 1));
  }

  // Zooms about a point of the screen, which stays where it is.
  zoomBy(factor, point = [this.width / 2, this.height / 2]) {
    const before = this.share(point);
    this.zoom = Math.min(Math.max(this.zoom * factor, 1), DEEPEST_ZOOM);
    const [x, y] = this.screen(before);
    this.moveBy(point[0] - x, point[1] - y);
    if (this.zoom === 1) this.centre = [0.5, 0.5];
  }

  showAll() {
    this.zoom = 1;
    this.centre = [0.5, 0.5];
  }
}
