// The evidence of a statement on the paper: its leads tinted, its waves as bands over every beat, the
// R-R intervals between beats, and the premature beats among them.

import { LEAD_NAMES } from "./layout.js";
import { xOfSample } from "./overlays.js";

const RR_MM = 3;
const OF_RHYTHM = ["P", "RR"];

// Start and end in ms after the R peak; null where the wave was not found.
export function waveSpan(waves, name) {
  const { P, QRS, T } = waves;
  const spans = {
    P,
    QRS,
    T,
    PR: P && QRS && [P[0], QRS[0]],
    ST: QRS && T && [QRS[1], T[0]],
    QT: QRS && T && [QRS[0], T[1]],
  };
  return spans[name] ?? null;
}

export function drawEvidence(page) {
  const { lit, sheet, header } = page;
  if (!lit) return;
  const ofRhythm = lit.leads.length === 0 && lit.waves.every((wave) => OF_RHYTHM.includes(wave));
  const lastRow = sheet.rows[sheet.rows.length - 1];
  const spans = lit.spanMs
    ? [lit.spanMs]
    : lit.waves.map((wave) => waveSpan(header.waves ?? {}, wave)).filter(Boolean);
  for (const panel of sheet.panels) {
    const named = lit.leads.includes(LEAD_NAMES[panel.lead]);
    if (named) fillSpan(page, panel, panel.firstSample, panel.lastSample, page.inks.lit);
    if (ofRhythm ? panel.row !== lastRow : lit.leads.length > 0 && !named) continue;
    if (lit.atS) drawStretch(page, panel, lit.atS);
    else drawBands(page, panel, spans);
  }
  if (lit.waves.includes("RR") && lit.leads.length === 0) drawIntervals(page, lastRow);
}

// The wave at a point of the paper in mm, with its lead; null beside the traces.
export function waveAt({ sheet, header, arrays }, xMm, yMm) {
  const panel = sheet.panels.find(
    ({ row, ...each }) =>
      row.topMm <= yMm && yMm < row.bottomMm && each.xMm <= xMm && xMm < each.xMm + each.widthMm,
  );
  if (!panel || !header.waves) return null;
  const sample = panel.firstSample + ((xMm - panel.xMm) / sheet.speedMmS) * header.sampleRateHz;
  for (const peak of arrays.wavePeaks) {
    const ms = ((sample - peak) / header.sampleRateHz) * 1000;
    for (const wave of ["P", "QRS", "ST", "T"]) {
      const span = waveSpan(header.waves, wave);
      if (span && span[0] <= ms && ms < span[1])
        return { leads: [LEAD_NAMES[panel.lead]], waves: [wave] };
    }
  }
  return null;
}

function drawBands(page, panel, spans) {
  const { header, arrays, inks } = page;
  for (const peak of arrays.wavePeaks ?? []) {
    for (const [startMs, endMs] of spans) {
      const [from, to] = [startMs, endMs].map((ms) => peak + (ms / 1000) * header.sampleRateHz);
      fillSpan(page, panel, from, to, inks.litWave);
    }
  }
}

function drawStretch(page, panel, [startS, endS]) {
  const { header, inks } = page;
  const [from, to] = [startS, endS].map((s) => (header.openS + s) * header.sampleRateHz);
  fillSpan(page, panel, from, to, inks.litWave);
}

function fillSpan(page, panel, first, last, ink) {
  const from = Math.max(first, panel.firstSample);
  const to = Math.min(last, panel.lastSample);
  if (to <= from) return;
  const { context, mm } = page;
  const { row, xMm, widthMm } = panel;
  const whole = first <= panel.firstSample && last >= panel.lastSample;
  const left = whole ? xMm * mm : xOfSample(page, panel, from);
  const right = whole ? (xMm + widthMm) * mm : xOfSample(page, panel, to);
  context.fillStyle = ink;
  context.fillRect(left, row.topMm * mm, right - left, (row.bottomMm - row.topMm) * mm);
}

// A line from each R peak to the next with its length, at the top of the rhythm strip.
function drawIntervals(page, row) {
  const { context, mm, sheet, header, arrays, inks, font } = page;
  const y = (row.topMm + RR_MM) * mm;
  const premature = new Set(arrays.premature ?? []);
  context.strokeStyle = context.fillStyle = inks.evidence;
  context.lineWidth = 0.3 * mm;
  context.font = `600 ${2.4 * mm}px ${font}`;
  context.textAlign = "center";
  for (const panel of sheet.panels.filter((each) => each.row === row)) {
    const inside = Array.from(arrays.peaks).filter(
      (peak) => panel.firstSample <= peak && peak < panel.lastSample,
    );
    inside.forEach((peak, index) => {
      const x = xOfSample(page, panel, peak);
      context.fillRect(x - 0.15 * mm, y - mm, 0.3 * mm, 2 * mm);
      if (premature.has(peak)) context.fillText("premature", x, y + 4 * mm);
      if (index === 0) return;
      const before = xOfSample(page, panel, inside[index - 1]);
      context.fillRect(before, y - 0.1 * mm, x - before, 0.2 * mm);
      const ms = Math.round(((peak - inside[index - 1]) / header.sampleRateHz) * 1000);
      if (x - before > 9 * mm) context.fillText(`${ms} ms`, (x + before) / 2, y - 0.6 * mm);
    });
  }
}
