// What can be laid on the traces: beats, waves, another ECG, and what drove a prediction.

import { tracePath } from "./trace.js";
import { ECG_RED } from "../shared/canvas.js";

const STRONGEST_TINT = 0.75;
const FAINTEST_TINT = 0.06;
const SPIKE_POLE_MM = 4;

export function xOfSample({ mm, sheet, header }, panel, sample) {
  return (panel.xMm + ((sample - panel.firstSample) / header.sampleRateHz) * sheet.speedMmS) * mm;
}

// A tick under each R peak of the last row, and the R-R interval between two ticks.
export function drawBeats(page) {
  const { context, mm, sheet, header, arrays, inks, font } = page;
  const row = sheet.rows[sheet.rows.length - 1];
  const panels = sheet.panels.filter((panel) => panel.row === row);
  context.font = `${2.5 * mm}px ${font}`;
  context.textAlign = "center";
  /** @type {{ x: number, peak: number } | null} */
  let former = null;
  for (const peak of arrays.peaks) {
    const panel = panels.find(
      ({ firstSample, lastSample }) => firstSample <= peak && peak < lastSample,
    );
    if (!panel) continue;
    const x = xOfSample(page, panel, peak);
    const y = row.bottomMm * mm;
    context.fillStyle = ECG_RED;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x - 0.9 * mm, y + 2 * mm);
    context.lineTo(x + 0.9 * mm, y + 2 * mm);
    context.fill();
    if (former !== null && x - former.x > 8 * mm) {
      context.fillStyle = inks.trace;
      const interval = Math.round(((peak - former.peak) / header.sampleRateHz) * 1000);
      context.fillText(`${interval}`, (x + former.x) / 2, y + 2.2 * mm);
    }
    former = { x, peak };
  }
}

// A flag on a short pole at the top of each row where a pacemaker stimulates the heart.
export function drawSpikes(page) {
  const { context, mm, sheet, arrays, inks } = page;
  context.fillStyle = inks.spikes;
  for (const panel of sheet.panels) {
    for (const spike of arrays.spikes) {
      if (spike < panel.firstSample || spike >= panel.lastSample) continue;
      const x = xOfSample(page, panel, spike);
      const top = panel.row.topMm * mm;
      context.fillRect(x - 0.1 * mm, top, 0.2 * mm, SPIKE_POLE_MM * mm);
      context.beginPath();
      context.moveTo(x, top);
      context.lineTo(x + 1.4 * mm, top + 0.7 * mm);
      context.lineTo(x, top + 1.4 * mm);
      context.fill();
    }
  }
}

// A bar from the start to the end of P, QRS and T of the typical beats, under each row; the names of the
// waves stand under the last row only.
export function drawWaves(page) {
  const { context, mm, sheet, header, arrays, inks, font } = page;
  const lastRow = sheet.rows[sheet.rows.length - 1];
  context.fillStyle = inks.waves;
  context.font = `${2.2 * mm}px ${font}`;
  context.textAlign = "center";
  for (const panel of sheet.panels) {
    const y = (panel.row.bottomMm - 2.6) * mm;
    for (const peak of arrays.wavePeaks) {
      for (const [name, [startMs, endMs]] of Object.entries(header.waves)) {
        const [first, last] = [startMs, endMs].map(
          (ms) => peak + (ms / 1000) * header.sampleRateHz,
        );
        if (first < panel.firstSample || last >= panel.lastSample) continue;
        const [from, to] = [first, last].map((sample) => xOfSample(page, panel, sample));
        context.fillRect(from, y, to - from, 0.4 * mm);
        for (const edge of [from, to])
          context.fillRect(edge - 0.1 * mm, y - 0.8 * mm, 0.2 * mm, 2 * mm);
        if (panel.row === lastRow) context.fillText(name, (from + to) / 2, y + 2.4 * mm);
      }
    }
  }
}

// Each stretch of a lead under a broad pen: purple raises, orange lowers, the stronger the darker.
export function drawAttribution(page, panel) {
  const { context, mm, header, arrays } = page;
  const { startSample, segmentSamples, strongest } = header.attribution;
  const count = arrays.attribution.shape[1];
  context.lineWidth = 2.4 * mm;
  context.lineJoin = "round";
  context.lineCap = "butt";
  for (let segment = 0; segment < count; segment += 1) {
    const first = startSample + segment * segmentSamples;
    const from = Math.max(panel.firstSample, Math.round(first));
    const to = Math.min(panel.lastSample, Math.round(first + segmentSamples) + 1);
    const share = arrays.attribution[panel.lead * count + segment] / strongest;
    if (to - from < 2 || Math.abs(share) < FAINTEST_TINT) continue;
    tracePath(page, panel, arrays.signal, from, to);
    context.strokeStyle = tint(page.inks, share);
    context.stroke();
  }
}

function tint(inks, share) {
  const colour = share > 0 ? inks.raises : inks.lowers;
  return `rgba(${colour.join(",")},${STRONGEST_TINT * Math.min(Math.abs(share), 1)})`;
}

// One function a line of the legend; each draws itself at a height.
export function legendsOf({ header, arrays }) {
  const lines = [];
  if (arrays.other) lines.push(drawOtherLegend);
  if (header.attribution) lines.push(drawAttributionLegend);
  return lines;
}

function drawOtherLegend(page, atMm) {
  const { context, mm, sheet, header, inks, font } = page;
  let x = sheet.calibrationMm * mm;
  context.font = `${3 * mm}px ${font}`;
  context.textAlign = "left";
  for (const [ink, words] of [
    [inks.trace, header.ownLabel],
    [inks.other, header.otherLabel],
  ]) {
    context.fillStyle = ink;
    context.fillRect(x, (atMm - 0.4) * mm, 8 * mm, 0.5 * mm);
    context.fillText(words, x + 10 * mm, (atMm + 0.8) * mm);
    x += context.measureText(words).width + 18 * mm;
  }
}

function drawAttributionLegend(page, atMm) {
  const { context, mm, sheet, header, inks, font } = page;
  const { name, unit, strongest, segmentMs } = header.attribution;
  const steps = 24;
  const left = sheet.calibrationMm * mm;
  const width = 40 * mm;
  for (let step = 0; step < steps; step += 1) {
    context.fillStyle = tint(inks, (2 * (step + 0.5)) / steps - 1);
    context.fillRect(
      left + (step * width) / steps,
      (atMm - 1.4) * mm,
      width / steps + 0.5,
      2.4 * mm,
    );
  }
  context.font = `${3 * mm}px ${font}`;
  context.fillStyle = inks.trace;
  context.textAlign = "left";
  const most = strongest.toPrecision(2);
  const words = `lowers (−${most} ${unit}) … raises (+${most} ${unit}) ${name}, each ${segmentMs} ms, against an average beat`;
  context.fillText(words, left + width + 2 * mm, (atMm + 0.8) * mm);
}
