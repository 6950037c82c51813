// The buttons above the map: what dragging does, zoom, image, full screen.

import { captioned } from "./saved.js";
import { savePng } from "../shared/canvas.js";

export function attachMapBar(root, signal, map) {
  const onClick = (selector, action) => {
    for (const button of root.querySelectorAll(selector)) {
      button.addEventListener("click", (event) => action(button, event), { signal });
    }
  };
  root.querySelector(".modes").hidden = !map.points.selectable;
  onClick("button[data-mode]", (button, event) => {
    // A second touch of the same tool gives the page its scrolling back.
    map.touchDraws =
      event.pointerType === "touch" && !(map.touchDraws && map.chosenMode === button.dataset.mode);
    map.chosenMode = button.dataset.mode;
    showMode(root, map);
  });
  const zooms = {
    in: () => map.viewport.zoomBy(1.5),
    out: () => map.viewport.zoomBy(1 / 1.5),
    main: () => map.viewport.showMain(),
    all: () => map.viewport.showAll(),
  };
  onClick("button[data-zoom]", (button) => {
    zooms[button.dataset.zoom]();
    map.redraw();
  });
  onClick(".outside", () => {
    map.viewport.showAll();
    map.redraw();
  });
  onClick(".save", () => {
    map.drawAll();
    savePng(captioned(root, map), map.points.fileName);
  });
  onClick(".enlarge", () =>
    document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen(),
  );
  showMode(root, map);
}

function showMode(root, { panel, chosenMode, touchDraws }) {
  panel.dataset.mode = chosenMode;
  panel.dataset.touchDraws = touchDraws;
  for (const button of root.querySelectorAll("button[data-mode]")) {
    button.setAttribute("aria-pressed", button.dataset.mode === chosenMode);
  }
}
