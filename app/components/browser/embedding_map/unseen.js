// The line over the map that says what cannot be seen.

import { CROWD } from "./ground.js";

// Nothing is said of the rest while somebody looks closely: then most of the map is outside.
export function describeView(root, inView, viewport) {
  const whole = viewport.zoom <= 1 && inView.outside > 0;
  const outside = root.querySelector(".outside");
  outside.hidden = !whole;
  if (whole) {
    const points = inView.outside === 1 ? "point lies" : "points lie";
    outside.textContent = `${inView.arrow()} ${inView.outside.toLocaleString("en")} ${points} outside · show all`;
  }
  root.querySelector(".shaded").hidden = inView.count <= CROWD;
}
