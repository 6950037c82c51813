// Which part of the map is seen. Places are shares of the map's bounds, 0 to 1 from left and from
// below, so that points, marks and the lasso share one scale whatever the map's own unit is. At
// zoom 1 the main extent fills the panel: most of the points, without the far islands.

const MAP_MARGIN = 16;
const EDGE_PX = 40;
const DEEPEST_ZOOM = 60;

export class Viewport {
  /**
   * @param {Array<number>} bounds left, bottom, right and top of all points
   * @param {Array<number>} main the same of most of them
   * @param {{ zoom: number, centre: Array<number> }} [view] where the person had gone
   */
  constructor(bounds, main, view) {
    this.bounds = bounds;
    const [left, bottom] = this.shareOfMap([main[0], main[1]]);
    const [right, top] = this.shareOfMap([main[2], main[3]]);
    this.mainCentre = [(left + right) / 2, (bottom + top) / 2];
    this.mainSize = [right - left || 1, top - bottom || 1];
    this.width = 0;
    this.height = 0;
    this.zoom = view ? view.zoom : 1;
    this.centre = view ? view.centre : [...this.mainCentre];
  }

  resize(width, height) {
    this.width = width;
    this.height = height;
  }

  // Screen = offset + scale × share, for each axis; y grows downwards on a screen.
  get scaleX() {
    return ((this.width - 2 * MAP_MARGIN) * this.zoom) / this.mainSize[0];
  }
  get scaleY() {
    return (-(this.height - 2 * MAP_MARGIN) * this.zoom) / this.mainSize[1];
  }
  get offsetX() {
    return this.width / 2 - this.centre[0] * this.scaleX;
  }
  get offsetY() {
    return this.height / 2 - this.centre[1] * this.scaleY;
  }
  get leastZoom() {
    return Math.min(...this.mainSize);
  }

  /**
   * @param {Array<number>} share of the map, across and up
   * @returns {[number, number]}
   */
  screen([x, y]) {
    return [this.offsetX + x * this.scaleX, this.offsetY + y * this.scaleY];
  }

  /**
   * @param {Array<number>} point of the screen
   * @returns {[number, number]}
   */
  share([x, y]) {
    return [(x - this.offsetX) / this.scaleX, (y - this.offsetY) / this.scaleY];
  }

  /**
   * @param {Array<number>} place in units of the map
   * @returns {[number, number]}
   */
  shareOfMap([x, y]) {
    const [left, bottom, right, top] = this.bounds;
    return [(x - left) / (right - left || 1), (y - bottom) / (top - bottom || 1)];
  }

  // Units of the map itself, as the server knows them: rounded as a link keeps them.
  toMap(point) {
    const [left, bottom, right, top] = this.bounds;
    const [x, y] = this.share(point);
    return [Math.fround(left + x * (right - left)), Math.fround(bottom + y * (top - bottom))];
  }

  fromMap(place) {
    return this.screen(this.shareOfMap(place));
  }

  /** @param {Array<number>} point of the screen */
  holds([x, y]) {
    return x >= 0 && y >= 0 && x <= this.width && y <= this.height;
  }

  moveBy(dx, dy) {
    this.centre = [this.centre[0] - dx / this.scaleX, this.centre[1] - dy / this.scaleY].map(
      (share) => Math.min(Math.max(share, 0), 1),
    );
  }

  // Moves no more than is needed for a point of the screen to lie well inside.
  bringIn([x, y]) {
    const inside = (place, length) =>
      Math.min(Math.max(place, EDGE_PX), Math.max(length - EDGE_PX, EDGE_PX));
    this.moveBy(inside(x, this.width) - x, inside(y, this.height) - y);
  }

  // Zooms about a point of the screen, which stays where it is.
  zoomBy(factor, point = [this.width / 2, this.height / 2]) {
    const before = this.share(point);
    this.zoom = Math.min(Math.max(this.zoom * factor, this.leastZoom), DEEPEST_ZOOM);
    const [x, y] = this.screen(before);
    this.moveBy(point[0] - x, point[1] - y);
    if (this.zoom === this.leastZoom) this.showAll();
  }

  showMain() {
    this.zoom = 1;
    this.centre = [...this.mainCentre];
  }

  showAll() {
    this.zoom = this.leastZoom;
    this.centre = [0.5, 0.5];
  }
}
