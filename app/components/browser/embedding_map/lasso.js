// A lasso with as few corners as it needs: a link carries each of them.

const LASSO_TOLERANCE_PX = 1.5;

// Leaves out corners that lie within the tolerance of the line between those that stay.
// Source: Ramer 1972; Douglas and Peucker 1973.
export function simplified(corners, tolerance = LASSO_TOLERANCE_PX) {
  if (corners.length < 4) return corners;
  const last = corners.length - 1;
  let farthest = 0;
  let most = 0;
  for (let at = 1; at < last; at += 1) {
    const distance = distanceToSegment(corners[at], corners[0], corners[last]);
    if (distance > most) [farthest, most] = [at, distance];
  }
  if (most <= tolerance) return [corners[0], corners[last]];
  const before = simplified(corners.slice(0, farthest + 1), tolerance);
  return [...before.slice(0, -1), ...simplified(corners.slice(farthest), tolerance)];
}

function distanceToSegment([x, y], [x0, y0], [x1, y1]) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1);
  const share = Math.min(Math.max(along, 0), 1);
  return Math.hypot(x - x0 - share * dx, y - y0 - share * dy);
}
