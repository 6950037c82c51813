// Measurements on the ECG paper: they belong to the recording, not to the sheet.

import assert from "node:assert/strict";
import { test } from "node:test";

import { LEAD_NAMES, layOut } from "../../app/components/browser/ecg_paper/layout.js";
import {
  boxesOf,
  marchOut,
  measuredCsv,
  measurementOf,
  readingWords,
  valuesOf,
} from "../../app/components/browser/ecg_paper/measured.js";

const RATE_HZ = 500;
const SETTINGS = { layout: "3x4", order: "standard", speed: "25", gain: "10" };
const traces = [Object.assign(new Float32Array(12 * 5000), { shape: [12, 5000] })];
const sheetOf = (settings = {}, startS = 0) =>
  layOut(traces, RATE_HZ, { ...SETTINGS, ...settings }, startS);

/** A box of 20 × 5 mm that begins 10 mm into lead aVL, 8 mm above its baseline. */
function boxInAvl(sheet) {
  const { xMm, row } = sheet.panels.find(({ lead }) => LEAD_NAMES[lead] === "aVL");
  const [left, top] = [xMm + 10, row.baselineMm - 8];
  return { left, right: left + 20, top, bottom: top + 5 };
}

test("a measurement keeps its lead, its samples and its voltages", () => {
  const sheet = sheetOf();
  const measurement = measurementOf(sheet, RATE_HZ, boxInAvl(sheet));
  assert.equal(LEAD_NAMES[measurement.lead], "aVL");
  assert.equal(Math.round(measurement.fromSample), 1250 + 200);
  assert.deepEqual(
    measurement.mv.map((value) => value.toFixed(2)),
    ["0.80", "0.30"],
  );
  assert.deepEqual(valuesOf(measurement, RATE_HZ), { ms: 800, perMinute: 75, mv: "0.50" });
});

test("a measurement lies on the same wave at every speed, gain, layout and order", () => {
  const first = sheetOf();
  const measurement = measurementOf(first, RATE_HZ, boxInAvl(first));
  for (const settings of [
    {},
    { speed: "50" },
    { gain: "20" },
    { layout: "12x1" },
    { order: "cabrera" },
  ]) {
    const sheet = sheetOf(settings);
    const boxes = boxesOf(sheet, RATE_HZ, measurement);
    for (const box of boxes) {
      const again = measurementOf(sheet, RATE_HZ, box);
      assert.equal(again.lead, measurement.lead);
      assert.ok(Math.abs(again.fromSample - measurement.fromSample) < 1e-6);
      assert.deepEqual(valuesOf(again, RATE_HZ), valuesOf(measurement, RATE_HZ));
    }
  }
  assert.equal(boxesOf(sheetOf({ layout: "12x1" }), RATE_HZ, measurement).length, 1);
});

test("a measurement is not drawn on a sheet that does not show its samples", () => {
  const measurement = { lead: 4, fromSample: 4000, toSample: 4400, mv: [0.5, 0] };
  assert.equal(boxesOf(sheetOf({ layout: "12x1" }), RATE_HZ, measurement).length, 1);
  assert.equal(boxesOf(sheetOf(), RATE_HZ, measurement).length, 0);
});

test("a lead that is turned round in Cabrera's order keeps the sign of its voltages", () => {
  const measurement = { lead: 3, fromSample: 100, toSample: 200, mv: [-0.2, -0.9] };
  const sheet = sheetOf({ order: "cabrera", layout: "12x1" });
  const [box] = boxesOf(sheet, RATE_HZ, measurement);
  const values = measurementOf(sheet, RATE_HZ, box).mv.map((value) => value.toFixed(2));
  assert.deepEqual(values.sort(), ["-0.20", "-0.90"]);
});

test("an interval too short for a beat has no rate", () => {
  const words = readingWords(valuesOf({ fromSample: 0, toSample: 50, mv: [0, 1] }, RATE_HZ));
  assert.equal(words, "Δt 100 ms · ΔU 1.00 mV");
});

test("an interval marches to both ends of the strip and no further", () => {
  assert.deepEqual(marchOut(30, 50, 10, 100), [10, 30, 50, 70, 90]);
  assert.deepEqual(marchOut(30, 30.5, 10, 100), []);
});

test("a name in the table is quoted and no formula", () => {
  const kept = [{ lead: 1, fromSample: 500, toSample: 900, mv: [1, 0], name: '=A1,"x"' }];
  const lines = measuredCsv(kept, { sampleRateHz: RATE_HZ, offsetS: 140 }, LEAD_NAMES).split(
    "\r\n",
  );
  assert.equal(lines[1], `"'=A1,""x""",II,141.000,800,75,1.00`);
});
