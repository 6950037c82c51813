// The ring of strain, as numbers and colours.

import assert from "node:assert/strict";
import { test } from "node:test";

import { colourOf } from "../../app/components/browser/cine_player/strain_colours.js";
import { runs } from "../../app/components/browser/cine_player/strain_ring.js";

const COLOURS = ["#FF0000", "#FFFFFF", "#0000FF"];

test("colours are mixed between the ends, and strain beyond the limit stays at them", () => {
  assert.equal(colourOf(0, 20, COLOURS), "rgb(255, 255, 255)");
  assert.equal(colourOf(-10, 20, COLOURS), "rgb(255, 128, 128)");
  assert.equal(colourOf(-60, 20, COLOURS), "rgb(255, 0, 0)");
  assert.equal(colourOf(60, 20, COLOURS), "rgb(0, 0, 255)");
  assert.equal(colourOf(NaN, 20, COLOURS), "#8A8F98");
});

test("a segment over the end of the ring is one run", () => {
  assert.deepEqual(runs([2, 2, 0, 0, 1, 2]), [
    { segment: 0, first: 2, count: 2 },
    { segment: 1, first: 4, count: 1 },
    { segment: 2, first: 5, count: 3 },
  ]);
  assert.deepEqual(runs([4, 4, 4]), [{ segment: 4, first: 0, count: 3 }]);
});
