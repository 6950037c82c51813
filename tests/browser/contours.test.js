// Moving contours, as numbers.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  nearestPoint,
  pulled,
  widened,
} from "../../app/components/browser/shared/contour_shape.js";

/** Points around (10, 20). */
function circle(radius, count = 40) {
  return Float32Array.from({ length: 2 * count }, (_, at) => {
    const turn = (2 * Math.PI * (at >> 1)) / count;
    return at % 2 ? 20 + radius * Math.sin(turn) : 10 + radius * Math.cos(turn);
  });
}

const reachOf = (ring, point) => Math.hypot(ring[2 * point] - 10, ring[2 * point + 1] - 20);

test("the nearest point is found over all rings, or none within reach", () => {
  const rings = [circle(5), circle(9)];
  assert.deepEqual(nearestPoint(rings, 10 + 8.5, 20, 2), { ring: 1, point: 0 });
  assert.deepEqual(nearestPoint(rings, 10, 20 + 5.2, 2), { ring: 0, point: 10 });
  assert.equal(nearestPoint(rings, 10, 20, 2), null);
  assert.equal(nearestPoint([], 10, 20, 2), null);
});

test("a pulled point goes where it is pulled, its neighbours follow and the far side stays", () => {
  const ring = circle(10);
  const moved = pulled(ring, 0, 3, 0);
  assert.ok(Math.abs(reachOf(moved, 0) - 13) < 1e-4);
  const gains = [0, 1, 2, 3, 4, 5].map((point) => reachOf(moved, point) - 10);
  for (let point = 1; point < gains.length; point += 1) assert.ok(gains[point] < gains[point - 1]);
  for (const point of [10, 20, 30]) assert.ok(Math.abs(reachOf(moved, point) - 10) < 1e-4);
  assert.ok(Math.abs(reachOf(moved, 39) - reachOf(moved, 1)) < 1e-4); // the ring is closed
  assert.equal(ring[0], 20); // the former ring stays, for a drag that goes on
});

test("a wider ring is wider by as many pixels everywhere", () => {
  for (const pixels of [0.5, -0.5]) {
    const moved = widened(circle(10), pixels);
    for (let point = 0; point < 40; point += 1)
      assert.ok(Math.abs(reachOf(moved, point) - (10 + pixels)) < 1e-4);
  }
});
