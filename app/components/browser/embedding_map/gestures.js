// Pointer, fingers and wheel. A press without a drag is a click.

const DRAG_PX = 4;
const CORNER_PX = 3;

// `map` answers with mode(), viewport, redraw(), hover(point), click(point), preview(corners),
// select(corners), clear() and touchDraws (whether one finger does what a mouse does).
export function attachGestures(root, signal, map) {
  const panel = root.querySelector(".panel");
  const listen = (target, name, action, options = {}) =>
    target.addEventListener(name, action, { signal, ...options });
  const fingers = new Fingers(map);
  /** @type {{ corners: Array<Array<number>>, dragged: boolean } | null} */
  let trail = null;

  const place = (event) => {
    const frame = panel.getBoundingClientRect();
    return [
      event.clientX - frame.left - panel.clientLeft,
      event.clientY - frame.top - panel.clientTop,
    ];
  };

  listen(panel, "pointerdown", (event) => {
    // A button over the map keeps its click, which a captured pointer would give to the panel.
    if (event.button !== 0 || event.target.closest("button")) return;
    if (event.pointerType === "touch" && fingers.down(event.pointerId, place(event)) > 1) {
      trail = null;
      map.preview(null);
      return;
    }
    if (event.pointerType !== "touch" || map.touchDraws) panel.setPointerCapture(event.pointerId);
    trail = { corners: [place(event)], dragged: false };
  });
  listen(panel, "pointermove", (event) => {
    const point = place(event);
    if (fingers.moved(event.pointerId, point)) return map.redraw();
    if (!trail) return map.hover(point);
    return drag(map, trail, point);
  });
  listen(panel, "pointerup", (event) => {
    const done = trail;
    trail = null;
    fingers.up(event.pointerId);
    if (!done) return;
    if (!done.dragged) map.click(place(event));
    else if (map.mode() !== "pan") map.select(shapeOf(done, map.mode()));
  });
  listen(panel, "pointercancel", (event) => {
    trail = null;
    fingers.up(event.pointerId);
    map.preview(null);
  });
  listen(panel, "pointerleave", () => map.hover(null));
  listen(
    panel,
    "wheel",
    (event) => {
      // The plain wheel scrolls the page; pinching on a trackpad arrives as Ctrl and wheel.
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      map.viewport.zoomBy(Math.exp(-event.deltaY / 200), place(event));
      map.redraw();
    },
    { passive: false },
  );
}

function drag(map, trail, point) {
  const last = trail.corners[trail.corners.length - 1];
  const way = Math.hypot(point[0] - last[0], point[1] - last[1]);
  if (!trail.dragged && way < DRAG_PX) return;
  trail.dragged = true;
  if (map.mode() === "pan") {
    map.viewport.moveBy(point[0] - last[0], point[1] - last[1]);
    trail.corners = [point];
    map.redraw();
    return;
  }
  if (map.mode() === "box") trail.corners = [trail.corners[0], point];
  else if (way >= CORNER_PX) trail.corners.push(point);
  map.preview(shapeOf(trail, map.mode()));
}

function shapeOf({ corners }, mode) {
  if (mode !== "box") return corners;
  const [[x0, y0], [x1, y1]] = [corners[0], corners[corners.length - 1]];
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ];
}

// Two fingers move and zoom the map; one scrolls the page, unless a tool was chosen by touch.
class Fingers {
  constructor(map) {
    this.map = map;
    this.places = new Map();
  }

  down(id, point) {
    this.places.set(id, point);
    return this.places.size;
  }

  up(id) {
    this.places.delete(id);
  }

  // Whether this was one of two fingers, and the map has followed it.
  moved(id, point) {
    if (this.places.size !== 2 || !this.places.has(id)) return false;
    const [centre, spread] = this.pinch();
    this.places.set(id, point);
    const [to, wider] = this.pinch();
    this.map.viewport.moveBy(to[0] - centre[0], to[1] - centre[1]);
    this.map.viewport.zoomBy(wider / Math.max(spread, 1), to);
    return true;
  }

  /** @returns {[[number, number], number]} centre and distance of the two fingers */
  pinch() {
    const [[x0, y0], [x1, y1]] = [...this.places.values()];
    return [[(x0 + x1) / 2, (y0 + y1) / 2], Math.hypot(x1 - x0, y1 - y0)];
  }
}
