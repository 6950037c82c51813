// Contours over the player's cine, where there are any.

import { ContourLayer, contourArrays, linesOver } from "../shared/contour_layer.js";
import { part } from "../shared/element.js";

/**
 * The contours that the header tells of; without them, none of a former cine stay.
 * @param {HTMLElement} root
 * @param {import("../shared/headers").CinePlayerHeader} header
 * @param {Record<string, import("../shared/unpack.js").ShapedArray>} arrays
 * @returns {ContourLayer | null}
 */
export function layerOver(root, header, arrays, view) {
  const { contours, ...geometry } = header;
  part(root, ".contouring").hidden = !contours;
  if (!contours) {
    root.querySelector(".lines")?.remove();
    return null;
  }
  const shown = { ...geometry, contours };
  return new ContourLayer(linesOver(view.canvas), shown, contourArrays(arrays), view);
}
