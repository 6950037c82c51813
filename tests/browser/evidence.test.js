// What a statement rests on, and which wave is under the pointer.

import assert from "node:assert/strict";
import { test } from "node:test";

import { evidenceOf, related } from "../../app/components/browser/ecg_paper/evidence.js";
import { waveAt, waveSpan } from "../../app/components/browser/ecg_paper/lit_waves.js";

const WAVES = { P: [-200, -100], QRS: [-50, 50], T: [200, 350] };

test("an element names its leads, its waves and a stretch in numbers", () => {
  assert.deepEqual(evidenceOf({ ecgLeads: "V5 V6", ecgWaves: "ST T", ecgSpan: "-12 40" }), {
    leads: ["V5", "V6"],
    waves: ["ST", "T"],
    spanMs: [-12, 40],
  });
  assert.deepEqual(evidenceOf({}), { leads: [], waves: [] });
});

test("statements are related by a wave in a common lead, and by nothing without a wave", () => {
  const flatT = { leads: ["V5", "V6"], waves: ["T"] };
  assert.ok(related(flatT, { leads: ["V5"], waves: ["ST", "T"] }));
  assert.ok(!related(flatT, { leads: ["V1"], waves: ["T"] }));
  assert.ok(!related(flatT, { leads: ["V5"], waves: ["QRS"] }));
  assert.ok(related(flatT, { leads: [], waves: ["QT"] }));
  assert.ok(!related(flatT, { leads: [], waves: [] }));
  assert.ok(related({ leads: [], waves: ["P", "RR"] }, { leads: ["II"], waves: ["PR"] }));
});

test("an interval spans from the start of its first wave to the end of its last", () => {
  assert.deepEqual(waveSpan(WAVES, "PR"), [-200, -50]);
  assert.deepEqual(waveSpan(WAVES, "ST"), [50, 200]);
  assert.deepEqual(waveSpan(WAVES, "QT"), [-50, 350]);
  assert.equal(waveSpan({ QRS: WAVES.QRS }, "PR"), null);
  assert.equal(waveSpan(WAVES, "RR"), null);
});

test("the wave under the pointer is that of its lead's nearest beat", () => {
  const row = { topMm: 0, bottomMm: 20 };
  const panels = [
    { row, lead: 0, xMm: 10, widthMm: 50, firstSample: 0, lastSample: 1000 },
    { row, lead: 6, xMm: 60, widthMm: 50, firstSample: 1000, lastSample: 2000 },
  ];
  const page = {
    sheet: { panels, speedMmS: 25 },
    header: { sampleRateHz: 500, waves: WAVES },
    arrays: { wavePeaks: [500, 1500] },
  };
  // 25 mm after the start of a panel is 1 s, where the R peak is.
  assert.deepEqual(waveAt(page, 35, 5), { leads: ["I"], waves: ["QRS"] });
  assert.deepEqual(waveAt(page, 60 + 25 + 6, 5), { leads: ["V1"], waves: ["T"] });
  assert.equal(waveAt(page, 60 + 2, 5), null);
  assert.equal(waveAt(page, 5, 5), null);
  assert.equal(waveAt({ ...page, header: { sampleRateHz: 500 } }, 35, 5), null);
});
