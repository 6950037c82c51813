// The map itself: what is seen of it, pointed at, marked and drawn around, and what is drawn when.

import { Album } from "./album.js";
import { fillCard, placeCard } from "./card.js";
import { Ground } from "./ground.js";
import { simplified } from "./lasso.js";
import { legend } from "./legend.js";
import { drawMarks, placeOf } from "./marks.js";
import { describeView } from "./unseen.js";
import { Viewport } from "./viewport.js";
import { nearestAhead } from "./walk.js";
import { adoptTheme } from "../shared/canvas.js";

const HOVER_PX = 9;

export class EmbeddingMap {
  /**
   * @param {HTMLElement} root
   * @param {AbortSignal} signal ends everything that the map has set going
   * @param {import("./points.js").MapPoints} points
   * @param {any} remembered what a former map on the same element gave as `memory`
   * @param {{ tell: () => void, open: (subject: string | null) => void }} server what is sent back
   */
  constructor(root, signal, points, remembered, { tell, open }) {
    this.tell = tell;
    this.open = open;
    const { view, query, chosenMode, touchDraws = false, started, drawn, marked } = remembered;
    this.root = root;
    this.points = points;
    this.touchDraws = touchDraws;
    /** @type {{ layer: number, row: number } | null} */
    this.hovered = null;
    this.band = null;
    this.request = 0;
    this.chosenMode = chosenMode ?? (points.selectable ? "lasso" : "pan");
    this.viewport = new Viewport(points.bounds, points.main, view);
    // What a link asks for comes before what was drawn here, but only once.
    const { corners, hidden } = started === points.started.stamp ? drawn : points.started;
    this.polygon = corners.length ? corners : null;
    points.hide(hidden.filter((name) => [...points.layers, ...points.names].includes(name)));
    this.marked = marked ? points.find(marked) : null;
    this.seesQuery = String(query) === String(points.query);
    this.panel = /** @type {HTMLElement} */ (root.querySelector(".panel"));
    this.panel.style.height = `${points.height}px`;
    this.ground = new Ground(root.querySelector(".points"), points, signal, () => this.drawAll());
    this.album = new Album(signal, () => this.showCard());
    legend(root.querySelector(".legend"), points, () => this.toggled());
    signal.addEventListener("abort", () => cancelAnimationFrame(this.request));
  }

  mode() {
    return this.chosenMode;
  }

  resize() {
    this.theme = adoptTheme(this.root);
    this.viewport.resize(this.panel.clientWidth, this.panel.clientHeight);
    const { query } = this.points;
    if (query && !this.seesQuery && !this.viewport.holds(this.viewport.fromMap(query)))
      this.viewport.showAll();
    this.seesQuery = true;
    this.drawAll();
  }

  drawAll() {
    this.ground.draw(this.viewport, this.theme);
    describeView(this.root, this.ground.inView, this.viewport);
    this.drawMarks();
    this.root.dataset.zoom = this.viewport.zoom.toFixed(2);
  }

  drawMarks() {
    drawMarks(this.root.querySelector(".marks"), this.points, this.viewport, this.theme, this);
    this.showCard();
  }

  // Many events between two frames of the screen cost one step of what is drawn already.
  redraw() {
    cancelAnimationFrame(this.request);
    this.request = requestAnimationFrame(() => {
      if (this.ground.follow(this.viewport)) this.drawMarks();
      else this.drawAll();
    });
  }

  // The point under the pointer; what is still on its way is drawn first, where it has come to.
  under(point) {
    if (!this.ground.isSharp) this.drawAll();
    return this.ground.inView.nearest(point, HOVER_PX);
  }

  hover(point) {
    this.hovered = point && this.under(point);
    this.askForPictures(this.hovered);
    this.drawMarks();
  }

  click(point) {
    const found = this.under(point);
    if (found) this.open(this.points.id(found.row));
    else this.clear();
  }

  // The point that the keyboard is on, seen while the panel has the keyboard.
  get focused() {
    return this.marked && this.panel.matches(":focus-visible") ? this.marked : null;
  }

  // Goes from the marked point to the next one that way; at first to the one nearest the middle.
  step(way) {
    const { marked, points, viewport } = this;
    const next = marked ? nearestAhead(points, viewport, marked, way) : this.nearestTheMiddle();
    if (next) this.mark(next);
  }

  nearestTheMiddle() {
    return this.ground.inView.nearest(
      [this.viewport.width / 2, this.viewport.height / 2],
      Infinity,
    );
  }

  mark(found) {
    this.marked = found;
    this.hovered = null;
    this.viewport.bringIn(placeOf(this.points, this.viewport, found.layer, found.row));
    this.askForPictures(found);
    const words = this.points.words(found.layer, found.row).replaceAll("\n", ", ");
    /** @type {HTMLElement} */ (this.root.querySelector(".said")).textContent = words;
    this.redraw();
  }

  openMarked() {
    const { focused } = this;
    if (focused) this.open(this.points.id(focused.row));
  }

  askForPictures(found) {
    const { points, viewport, ground } = this;
    this.album.askAtRest(
      found &&
        (() => [
          points.id(found.row),
          ...ground.inView
            .around(placeOf(points, viewport, found.layer, found.row))
            .map((row) => points.id(row)),
        ]),
    );
  }

  showCard() {
    const found = this.hovered ?? this.focused;
    const card = /** @type {HTMLElement} */ (this.root.querySelector(".card"));
    card.hidden = !found;
    if (!found) return;
    const { points, viewport, album } = this;
    fillCard(
      card,
      points.words(found.layer, found.row),
      album.offered,
      album.still(points.id(found.row)),
    );
    placeCard(card, placeOf(points, viewport, found.layer, found.row), viewport);
  }

  preview(corners) {
    this.band = corners;
    this.drawMarks();
  }

  select(corners) {
    this.band = null;
    this.polygon = simplified(corners).map((corner) => this.viewport.toMap(corner));
    this.drawMarks();
    this.tell();
  }

  // Lets go of one thing a time: the marked point, what was drawn, the subject that is open.
  clear() {
    if (this.focused) {
      this.marked = null;
      this.drawMarks();
    } else if (this.polygon) {
      this.polygon = null;
      this.drawMarks();
      this.tell();
    } else if (this.points.selectable && this.points.query) {
      this.open(null);
    }
  }

  toggled() {
    const { marked, points } = this;
    if (marked && points.isHidden(marked.layer, marked.row)) this.marked = null;
    this.drawAll();
    if (points.selectable) this.tell();
  }

  memory() {
    const {
      viewport: { centre, zoom },
      chosenMode,
      touchDraws,
      polygon,
      points,
      marked,
    } = this;
    const drawn = { corners: polygon ?? [], hidden: [...points.hidden] };
    return {
      view: { centre, zoom },
      query: points.query,
      chosenMode,
      touchDraws,
      drawn,
      started: points.started.stamp,
      marked: marked && { layer: points.layers[marked.layer], id: points.id(marked.row) },
    };
  }
}
