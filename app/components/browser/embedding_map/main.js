// The map on the page: what is drawn when, and what goes back to the server.

const HOVER_PX = 9;

export default function embeddingMap({ data, parentElement, setStateValue, setTriggerValue }) {
  return replaceFormer(parentElement, (remembered, signal) => {
    const root = parentElement.querySelector(".embedding-map");
    const map = new EmbeddingMap(root, new MapPoints(unpack(data)), remembered);
    map.tell = (polygon) =>
      setStateValue("selection", polygon && { polygon, hidden: [...map.points.hidden] });
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
  constructor(root, points, { view, chosenMode, polygon = null, hidden = [] }) {
    Object.assign(this, { root, points, polygon, hovered: null, band: null, request: 0 });
    this.chosenMode = chosenMode ?? (points.selectable ? "lasso" : "pan");
    this.viewport = new Viewport(points.bounds, view);
    this.panel = root.querySelector(".panel");
    this.panel.style.height = `${points.height}px`;
    for (const name of hidden) {
      if ([...points.layers, ...points.names].includes(name)) points.hidden.add(name);
    }
    legend(root.querySelector(".legend"), points, () => this.toggled());
  }

  mode() {
    return this.chosenMode;
  }

  resize() {
    this.theme = adoptTheme(this.root);
    this.viewport.resize(this.panel.clientWidth, this.panel.clientHeight);
    this.drawAll();
  }

  drawAll() {
    drawPoints(this.root.querySelector(".points"), this.points, this.viewport, this.theme);
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
    this.hovered = point && nearestPoint(this.points, this.viewport, point, HOVER_PX);
    const card = this.root.querySelector(".card");
    card.hidden = !this.hovered;
    if (this.hovered) {
      card.textContent = this.points.words(this.hovered.layer, this.hovered.row);
      const left = Math.min(point[0] + 14, this.viewport.width - card.offsetWidth - 4);
      const above = point[1] - card.offsetHeight - 10;
      card.style.left = `${Math.max(left, 4)}px`;
      card.style.top = `${above > 0 ? above : point[1] + 14}px`;
    }
    this.drawMarks();
  }

  click(point) {
    const found = nearestPoint(this.points, this.viewport, point, HOVER_PX);
    if (found) this.open(this.points.id(found.row));
    else this.clear();
  }

  preview(corners) {
    this.band = corners;
    this.drawMarks();
  }

  select(corners) {
    this.band = null;
    this.polygon = corners.map((corner) => this.viewport.toMap(corner));
    this.drawMarks();
    this.tell(this.polygon);
  }

  clear() {
    if (this.polygon) {
      this.polygon = null;
      this.drawMarks();
      this.tell(null);
    } else if (this.points.selectable && this.points.query) {
      this.open(null);
    }
  }

  toggled() {
    this.drawAll();
    if (this.polygon) this.tell(this.polygon);
  }

  // Points and marks in one picture, to be saved.
  flattened() {
    const [points, marks] = ["points", "marks"].map((name) => this.root.querySelector(`.${name}`));
    const whole = document.createElement("canvas");
    whole.width = points.width;
    whole.height = points.height;
    for (const layer of [points, marks]) whole.getContext("2d").drawImage(layer, 0, 0);
    return whole;
  }

  memory() {
    const { viewport: { centre, zoom }, chosenMode, polygon, points } = this;
    return { view: { centre, zoom }, chosenMode, polygon, hidden: [...points.hidden] };
  }
}

function attachMapBar(root, signal, map) {
  const onClick = (selector, action) => {
    for (const button of root.querySelectorAll(selector)) {
      button.addEventListener("click", () => action(button), { signal });
    }
  };
  const showMode = () => {
    map.panel.dataset.mode = map.chosenMode;
    for (const button of root.querySelectorAll("button[data-mode]")) {
      button.setAttribute("aria-pressed", button.dataset.mode === map.chosenMode);
    }
  };
  root.querySelector(".modes").hidden = !map.points.selectable;
  onClick("button[data-mode]", (button) => {
    map.chosenMode = button.dataset.mode;
    showMode();
  });
  onClick("button[data-zoom]", (button) => {
    if (button.dataset.zoom === "all") map.viewport.showAll();
    else map.viewport.zoomBy(button.dataset.zoom === "in" ? 1.5 : 1 / 1.5);
    map.redraw();
  });
  onClick(".save", () => savePng(map.flattened(), "map.png"));
  onClick(".enlarge", () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()));
  showMode();
}
