// The map on the page: what is drawn when, and what goes back to the server.

const HOVER_PX = 9;

export default function embeddingMap({ data, parentElement, setStateValue, setTriggerValue }) {
  return replaceFormer(parentElement, (remembered, signal) => {
    const root = parentElement.querySelector(".embedding-map");
    const map = new EmbeddingMap(root, new MapPoints(unpack(data)), remembered);
    map.tell = () => setStateValue("drawn", { corners: map.polygon ?? [], hidden: [...map.points.hidden] });
    map.open = (subject) => setTriggerValue("open", subject ?? "");
    attachMapBar(root, signal, map);
    attachGestures(root, signal, map);
    root.querySelector(".points").setAttribute("aria-label", map.points.description);
    redrawOnResize(root.querySelector(".panel"), signal, () => map.resize());
    signal.addEventListener("abort", () => cancelAnimationFrame(map.request));
    return { memory: () => map.memory() };
  });
}

class EmbeddingMap {
  constructor(root, points, { view, query, chosenMode, touchDraws = false, started, drawn }) {
    Object.assign(this, { root, points, touchDraws, hovered: null, band: null, request: 0 });
    this.chosenMode = chosenMode ?? (points.selectable ? "lasso" : "pan");
    this.viewport = new Viewport(points.bounds, points.main, view);
    // What a link asks for comes before what was drawn here, but only once.
    const { corners, hidden } = started === points.started.stamp ? drawn : points.started;
    this.polygon = corners.length ? corners : null;
    points.hide(hidden.filter((name) => [...points.layers, ...points.names].includes(name)));
    this.inView = new InView(points);
    this.seesQuery = String(query) === String(points.query);
    this.panel = root.querySelector(".panel");
    this.panel.style.height = `${points.height}px`;
    legend(root.querySelector(".legend"), points, () => this.toggled());
  }

  mode() {
    return this.chosenMode;
  }

  resize() {
    this.theme = adoptTheme(this.root);
    this.viewport.resize(this.panel.clientWidth, this.panel.clientHeight);
    const { query } = this.points;
    if (query && !this.seesQuery && !this.viewport.holds(this.viewport.fromMap(query))) this.viewport.showAll();
    this.seesQuery = true;
    this.drawAll();
  }

  drawAll() {
    drawGround(this.root.querySelector(".points"), this.inView, this.viewport, this.theme);
    describeView(this.root, this.inView, this.viewport);
    this.drawMarks();
    this.root.dataset.zoom = this.viewport.zoom.toFixed(2);
  }

  drawMarks() {
    drawMarks(this.root.querySelector(".marks"), this.points, this.viewport, this.theme, this);
  }

  // Many events between two frames of the screen cost one drawing.
  redraw() {
    cancelAnimationFrame(this.request);
    this.request = requestAnimationFrame(() => this.drawAll());
  }

  hover(point) {
    this.hovered = point && this.inView.nearest(point, HOVER_PX);
    showCard(this.root.querySelector(".card"), this.points, this.viewport, this.hovered, point);
    this.drawMarks();
  }

  click(point) {
    const found = this.inView.nearest(point, HOVER_PX);
    if (found) this.open(this.points.id(found.row));
    else this.clear();
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

  clear() {
    if (this.polygon) {
      this.polygon = null;
      this.drawMarks();
      this.tell();
    } else if (this.points.selectable && this.points.query) {
      this.open(null);
    }
  }

  toggled() {
    this.drawAll();
    if (this.points.selectable) this.tell();
  }

  memory() {
    const { viewport: { centre, zoom }, chosenMode, touchDraws, polygon, points } = this;
    const drawn = { corners: polygon ?? [], hidden: [...points.hidden] };
    return { view: { centre, zoom }, query: points.query, chosenMode, touchDraws, drawn, started: points.started.stamp };
  }
}

function attachMapBar(root, signal, map) {
  const onClick = (selector, action) => {
    for (const button of root.querySelectorAll(selector)) {
      button.addEventListener("click", (event) => action(button, event), { signal });
    }
  };
  const showMode = () => {
    map.panel.dataset.mode = map.chosenMode;
    map.panel.dataset.touchDraws = map.touchDraws;
    for (const button of root.querySelectorAll("button[data-mode]")) {
      button.setAttribute("aria-pressed", button.dataset.mode === map.chosenMode);
    }
  };
  root.querySelector(".modes").hidden = !map.points.selectable;
  onClick("button[data-mode]", (button, event) => {
    // A second touch of the same tool gives the page its scrolling back.
    map.touchDraws = event.pointerType === "touch" && !(map.touchDraws && map.chosenMode === button.dataset.mode);
    map.chosenMode = button.dataset.mode;
    showMode();
  });
  const zooms = {
    in: () => map.viewport.zoomBy(1.5),
    out: () => map.viewport.zoomBy(1 / 1.5),
    main: () => map.viewport.showMain(),
    all: () => map.viewport.showAll(),
  };
  onClick("button[data-zoom]", (button) => { zooms[button.dataset.zoom](); map.redraw(); });
  onClick(".outside", () => { map.viewport.showAll(); map.redraw(); });
  onClick(".save", () => savePng(captioned(root, map), map.points.fileName));
  onClick(".enlarge", () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()));
  showMode();
}
