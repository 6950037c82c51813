// Pointer, wheel and keys. A press without a drag is a click; a finger scrolls the page.

const DRAG_PX = 4;
const CORNER_PX = 3;
const KEY_STEP_PX = 60;

// `map` answers with mode(), viewport, redraw(), hover(point), click(point), preview(corners),
// select(corners) and clear().
function attachGestures(root, signal, map) {
  const panel = root.querySelector(".panel");
  const listen = (target, name, action, options = {}) => target.addEventListener(name, action, { signal, ...options });
  let trail = null;

  const place = (event) => {
    const frame = panel.getBoundingClientRect();
    return [event.clientX - frame.left - panel.clientLeft, event.clientY - frame.top - panel.clientTop];
  };

  listen(panel, "pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    panel.setPointerCapture(event.pointerId);
    trail = { corners: [place(event)], dragged: false };
  });
  listen(panel, "pointermove", (event) => {
    const point = place(event);
    if (!trail) return map.hover(point);
    const last = trail.corners[trail.corners.length - 1];
    const way = Math.hypot(point[0] - last[0], point[1] - last[1]);
    if (!trail.dragged && way < DRAG_PX) return undefined;
    trail.dragged = true;
    if (map.mode() === "pan") {
      map.viewport.moveBy(point[0] - last[0], point[1] - last[1]);
      trail.corners = [point];
      return map.redraw();
    }
    if (map.mode() === "box") trail.corners = [trail.corners[0], point];
    else if (way >= CORNER_PX) trail.corners.push(point);
    return map.preview(shapeOf(trail, map.mode()));
  });
  listen(panel, "pointerup", (event) => {
    const done = trail;
    trail = null;
    if (!done) return;
    if (!done.dragged) map.click(place(event));
    else if (map.mode() !== "pan") map.select(shapeOf(done, map.mode()));
  });
  listen(panel, "pointercancel", () => { trail = null; map.preview(null); });
  listen(panel, "pointerleave", () => map.hover(null));
  listen(panel, "wheel", (event) => {
    // The plain wheel scrolls the page; pinching on a trackpad arrives as Ctrl and wheel.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    map.viewport.zoomBy(Math.exp(-event.deltaY / 200), place(event));
    map.redraw();
  }, { passive: false });
  attachMapKeys(root, signal, map);
}

function shapeOf({ corners }, mode) {
  if (mode !== "box") return corners;
  const [[x0, y0], [x1, y1]] = [corners[0], corners[corners.length - 1]];
  return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
}

function attachMapKeys(root, signal, map) {
  const { viewport } = map;
  const actions = {
    ArrowLeft: () => viewport.moveBy(KEY_STEP_PX, 0),
    ArrowRight: () => viewport.moveBy(-KEY_STEP_PX, 0),
    ArrowUp: () => viewport.moveBy(0, KEY_STEP_PX),
    ArrowDown: () => viewport.moveBy(0, -KEY_STEP_PX),
    "+": () => viewport.zoomBy(1.4),
    "=": () => viewport.zoomBy(1.4),
    "-": () => viewport.zoomBy(1 / 1.4),
    0: () => viewport.showAll(),
    Escape: () => map.clear(),
  };
  root.addEventListener("keydown", (event) => {
    if (!actions[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    actions[event.key]();
    map.redraw();
    event.preventDefault();
  }, { signal });
}
