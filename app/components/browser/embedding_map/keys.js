// The map by the keyboard: arrows go from point to point, with Shift they move the map.

const MOVE_PX = 60;
const ARROWS_LEAD = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function attachMapKeys(root, signal, map) {
  const { panel, viewport } = map;
  const actions = {
    "+": () => viewport.zoomBy(1.4),
    "=": () => viewport.zoomBy(1.4),
    "-": () => viewport.zoomBy(1 / 1.4),
    0: () => viewport.showAll(),
    Home: () => viewport.showMain(),
    Enter: () => map.openMarked(),
    Escape: () => map.clear(),
  };
  panel.addEventListener(
    "keydown",
    (event) => {
      if (event.target !== panel || event.ctrlKey || event.metaKey || event.altKey) return;
      const way = ARROWS_LEAD[event.key];
      if (way && event.shiftKey) viewport.moveBy(-way[0] * MOVE_PX, -way[1] * MOVE_PX);
      else if (way) map.step(way);
      else if (actions[event.key]) actions[event.key]();
      else return;
      map.redraw();
      event.preventDefault();
    },
    { signal },
  );
  // The mark and its card are seen while the panel has the keyboard.
  for (const name of ["focus", "blur"])
    panel.addEventListener(name, () => map.drawMarks(), { signal });
}
