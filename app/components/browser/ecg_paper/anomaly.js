// What does not fit a normal heart: a strip under each lead, as dark as the deviation is large, and
// the restored trace in grey behind the recorded one.

import { xOfSample } from "./overlays.js";

export const LEAST_SD = 2;
export const FULL_SD = 8;
const STRIP_MM = 1.2;

// 0 below the least deviation that is shown, 1 from the full tint on; the sign is the deviation's.
export function strengthOf(sd) {
  const size = Math.abs(sd);
  if (!(size >= LEAST_SD)) return 0;
  return Math.sign(sd) * Math.min(0.15 + (0.85 * (size - LEAST_SD)) / (FULL_SD - LEAST_SD), 1);
}

export function drawStrip(page, panel) {
  const { context, mm, header, arrays, inks } = page;
  const { startSample, stepSamples } = header.anomaly;
  const count = arrays.anomaly.shape[1];
  const top = (panel.row.bottomMm - STRIP_MM - 0.2) * mm;
  for (let step = 0; step < count; step += 1) {
    const strength = panel.sign * strengthOf(arrays.anomaly[panel.lead * count + step]);
    const first = startSample + step * stepSamples;
    const from = Math.max(first, panel.firstSample);
    const to = Math.min(first + stepSamples, panel.lastSample);
    if (strength === 0 || to <= from) continue;
    const colour = strength > 0 ? inks.raises : inks.lowers;
    const left = xOfSample(page, panel, from);
    context.fillStyle = `rgba(${colour.join(",")},${Math.abs(strength)})`;
    context.fillRect(left, top, xOfSample(page, panel, to) - left + 0.3, STRIP_MM * mm);
  }
}

export function drawAnomalyLegend(page, atMm) {
  const { context, mm, sheet, inks, font } = page;
  const left = sheet.calibrationMm * mm;
  const width = 40 * mm;
  const steps = 24;
  for (let step = 0; step < steps; step += 1) {
    const strength = strengthOf(FULL_SD * ((2 * (step + 0.5)) / steps - 1));
    const colour = strength > 0 ? inks.raises : inks.lowers;
    context.fillStyle = `rgba(${colour.join(",")},${Math.abs(strength)})`;
    context.fillRect(
      left + (step * width) / steps,
      (atMm - 1.4) * mm,
      width / steps + 0.3,
      2.4 * mm,
    );
  }
  context.font = `${3 * mm}px ${font}`;
  context.textAlign = "left";
  context.fillStyle = inks.trace;
  const words =
    `−${FULL_SD} … +${FULL_SD} SD from a normal heart, under each lead (from ${LEAST_SD} SD)` +
    " · grey: restored";
  context.fillText(words, left + width + 2 * mm, (atMm + 0.8) * mm);
}
