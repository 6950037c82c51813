// The way from point to point: to the nearest one that lies ahead, within 45 degrees of the way.

import { FINEST } from "./in_view.js";
import { placeOf } from "./marks.js";

// Where points pile up, a step is one that is seen; closer ones are reached after zooming in.
const LEAST_STEP_PX = 5;

export function nearestAhead(points, viewport, { layer, row }, [wayX, wayY]) {
  const [fromX, fromY] = placeOf(points, viewport, layer, row);
  const { offsetX, offsetY } = viewport;
  const [stepX, stepY] = [viewport.scaleX / FINEST, viewport.scaleY / FINEST];
  /** @type {{ layer: number, row: number } | null} */
  let best = null;
  let least = Infinity;
  points.forEachShown((nextLayer, nextRow, placeX, placeY) => {
    const x = offsetX + placeX * stepX - fromX;
    const y = offsetY + placeY * stepY - fromY;
    const ahead = x * wayX + y * wayY;
    const aside = Math.abs(x * wayY - y * wayX);
    const distance = x * x + y * y;
    if (ahead < LEAST_STEP_PX || aside > ahead || distance >= least) return;
    least = distance;
    best = { layer: nextLayer, row: nextRow };
  });
  return best;
}
