// Contours over all hearts of the grid, hidden and shown together.

import { ContourLayer, contourArrays, linesOver } from "../shared/contour_layer.js";
import { attachToggles, showToggles } from "../shared/contour_toggles.js";
import { part } from "../shared/element.js";

/**
 * The contours of one tile; null where it has none.
 * @param {import("../shared/headers").GridTile} tile
 * @param {number} index
 * @param {Record<string, import("../shared/unpack.js").ShapedArray>} arrays
 */
export function layerOf(tile, index, arrays, view) {
  if (!view || !tile.contours) return null;
  const header =
    /** @type {import("../shared/headers").CineGeometry & { contours: import("../shared/headers").ContoursHeader }} */ (
      tile
    );
  return new ContourLayer(linesOver(view.canvas), header, contourArrays(arrays, index), view);
}

/**
 * @param {Element} root
 * @param {AbortSignal} signal
 * @param {Array<ContourLayer>} layers
 * @param {Array<string>} remembered keys of contours that were hidden
 * @param {() => void} refresh draws the moment again
 * @returns {Set<string>} keys of the contours that are hidden
 */
export function attachContours(root, signal, layers, remembered, refresh) {
  const hidden = new Set(remembered);
  part(root, ".contouring").hidden = layers.length === 0;
  const styles = layers.length ? layers[0].styles : [];
  const show = () => {
    for (const layer of layers) {
      layer.hidden = hidden;
      layer.changed();
    }
    showToggles(root, hidden);
  };
  attachToggles(root, signal, styles, (key) => {
    if (!hidden.delete(key)) hidden.add(key);
    show();
    refresh();
  });
  show();
  return hidden;
}
