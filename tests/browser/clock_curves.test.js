// Curves on the player's clock, as numbers.

import assert from "node:assert/strict";
import { test } from "node:test";

import { pieces, valueRange } from "../../app/components/browser/cine_player/clock_curves.js";

test("a whole curve closes at the end of the beat", () => {
  assert.deepEqual(pieces([5, 6, 7]), [
    [
      [0, 5],
      [1, 6],
      [2, 7],
      [3, 5],
    ],
  ]);
});

test("a curve breaks where a value is unknown, and a lone value draws nothing", () => {
  assert.deepEqual(pieces([1, 2, NaN, 4, NaN, 6]), [
    [
      [0, 1],
      [1, 2],
    ],
    [
      [5, 6],
      [6, 1],
    ],
  ]);
  assert.deepEqual(pieces([NaN, NaN]), []);
});

test("the range leaves unknown values out and is never empty", () => {
  assert.deepEqual(valueRange([NaN, 3, -2]), { low: -2, high: 3 });
  assert.deepEqual(valueRange([4, 4]), { low: 3.5, high: 4.5 });
  assert.deepEqual(valueRange([NaN]), { low: 0, high: 1 });
});
