// The parts of the components that only compute, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { HeartClock, frameAt, wrapPhase } from "../../app/components/browser/shared/clock.js";
import { channels, colourTable } from "../../app/components/browser/shared/colours.js";
import { roundValues } from "../../app/components/browser/shared/ticks.js";
import { unpack } from "../../app/components/browser/shared/unpack.js";
import { Enlarger } from "../../app/components/browser/shared/upsample.js";
import { layOut } from "../../app/components/browser/ecg_paper/layout.js";
import { simplified } from "../../app/components/browser/embedding_map/lasso.js";
import { Viewport } from "../../app/components/browser/embedding_map/viewport.js";

const SETTINGS = { layout: "3x4", order: "standard", speed: "25", gain: "10" };

/** Bytes as `packing.pack` writes them. */
function packed(header, blocks) {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil((4 + text.length) / 8) * 8 - 4;
  const bytes = new Uint8Array(4 + length + blocks.length).fill(32, 4, 4 + length);
  new DataView(bytes.buffer).setUint32(0, length, true);
  bytes.set(text, 4);
  bytes.set(blocks, 4 + length);
  return bytes;
}

test("a phase stays within one beat", () => {
  assert.equal(wrapPhase(1.25), 0.25);
  assert.equal(wrapPhase(-0.25), 0.75);
});

test("every frame is reached at its own phase", () => {
  for (let frame = 0; frame < 50; frame += 1) assert.equal(frameAt(frame / 50, 50), frame);
  assert.equal(frameAt(0.999, 50), 49);
});

test("a clock goes on from where its speed was changed", () => {
  const clock = new HeartClock((speed) => (speed === "half" ? 2000 : 1000), { phase: 0 });
  clock.set({ phase: 0 }, 0);
  clock.set({ speed: "half" }, 500);
  assert.equal(clock.phaseAt(500), 0.5);
  assert.equal(clock.phaseAt(1500), 0);
});

test("a loop keeps the clock between its ends", () => {
  const clock = new HeartClock(() => 1000, { phase: 0.3, loop: { from: 0.2, to: 0.4 } });
  clock.set({ phase: 0.3 }, 0);
  for (const now of [0, 90, 150, 990]) {
    const phase = clock.phaseAt(now);
    assert.ok(phase >= 0.2 - 1e-9 && phase <= 0.4 + 1e-9, `${phase} at ${now} ms`);
  }
});

test("axis values are round and within the range", () => {
  assert.deepEqual(roundValues([0, 100], 5), { values: [0, 20, 40, 60, 80, 100], decimals: 0 });
  assert.equal(roundValues([0, 0.5], 5).decimals, 1);
});

test("a colour table begins and ends with its stops", () => {
  const table = colourTable(["#00224E", "#FEE838"]);
  assert.deepEqual([...table.slice(0, 3)], channels("#00224E"));
  assert.deepEqual([...table.slice(-4, -1)], channels("#FEE838"));
});

test("packed arrays come back with their shape", () => {
  const place = { type: "uint8", shape: [2, 3], offset: 0 };
  const { header, arrays } = unpack(
    packed({ title: "a", arrays: { frames: place } }, [1, 2, 3, 4, 5, 6]),
  );
  assert.equal(header.title, "a");
  assert.deepEqual([...arrays.frames], [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(arrays.frames.shape, [2, 3]);
});

test("an even picture stays even when it is enlarged", () => {
  const grey = new Enlarger(4, 4, 3).enlarge(new Uint8Array(16).fill(77));
  assert.equal(grey.length, 144);
  assert.ok(grey.every((value) => value === 77));
});

test("a straight line of a lasso keeps its ends alone", () => {
  const line = Array.from({ length: 50 }, (_, at) => [at, 2 * at]);
  assert.deepEqual(simplified(line), [
    [0, 0],
    [49, 98],
  ]);
});

test("a viewport zooms about the point under the pointer", () => {
  const viewport = new Viewport([0, 0, 10, 10], [2, 2, 8, 8]);
  viewport.resize(400, 300);
  const before = viewport.share([100, 100]);
  viewport.zoomBy(2, [100, 100]);
  const after = viewport.share([100, 100]);
  assert.ok(Math.hypot(after[0] - before[0], after[1] - before[1]) < 1e-9);
});

test("columns of a sheet follow each other without a gap", () => {
  const trace = Object.assign(new Float32Array(12 * 5000), { shape: [12, 5000] });
  const { panels, widthMm } = layOut([trace], 500, SETTINGS, 0);
  const first = panels.slice(0, 4);
  assert.deepEqual(
    first.map(({ firstSample }) => firstSample),
    [0, 1250, 2500, 3750],
  );
  assert.equal(first[3].lastSample, 5000);
  assert.ok(widthMm > 250);
});
