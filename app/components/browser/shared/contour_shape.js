// Rings of points [x, y, x, y, …]: which point is near, and what a pull or a push makes of them.

export const PULLED_SHARE = 0.12; // of the ring's length, on either side of the point

/**
 * The point that is nearest to a place, over several rings; null if none is within reach.
 * @param {Array<ArrayLike<number>>} rings
 * @returns {{ ring: number, point: number } | null}
 */
export function nearestPoint(rings, x, y, reach) {
  /** @type {{ ring: number, point: number } | null} */
  let best = null;
  let least = reach;
  rings.forEach((ring, index) => {
    for (let point = 0; point * 2 < ring.length; point += 1) {
      const distance = Math.hypot(ring[2 * point] - x, ring[2 * point + 1] - y);
      if (distance < least) {
        least = distance;
        best = { ring: index, point };
      }
    }
  });
  return best;
}

/**
 * The ring after one point was moved: its neighbours follow, the farther the less.
 * @param {ArrayLike<number>} ring
 */
export function pulled(ring, point, dx, dy) {
  const count = ring.length / 2;
  const reach = Math.max(2, Math.round(count * PULLED_SHARE));
  const moved = Float32Array.from(ring);
  for (let step = -reach; step <= reach; step += 1) {
    const share = (1 + Math.cos((Math.PI * step) / (reach + 1))) / 2;
    const at = (((point + step) % count) + count) % count;
    moved[2 * at] += share * dx;
    moved[2 * at + 1] += share * dy;
  }
  return moved;
}

/**
 * The ring with every point moved away from (or towards) its centre by so many pixels.
 * @param {ArrayLike<number>} ring
 */
export function widened(ring, pixels) {
  const [x, y] = centreOf(ring);
  const moved = Float32Array.from(ring);
  for (let at = 0; at < moved.length; at += 2) {
    const [dx, dy] = [moved[at] - x, moved[at + 1] - y];
    const scale = pixels / (Math.hypot(dx, dy) || 1);
    moved[at] += scale * dx;
    moved[at + 1] += scale * dy;
  }
  return moved;
}

function centreOf(ring) {
  const sum = [0, 0];
  for (let at = 0; at < ring.length; at += 2) {
    sum[0] += ring[at];
    sum[1] += ring[at + 1];
  }
  return sum.map((total) => (2 * total) / ring.length);
}
