// A measurement on the paper in the recording's own terms: lead, samples and mV. So it stays on its
// wave when speed, gain, layout or sheet change. Nothing is drawn here.

const LEAST_MS_FOR_RATE = 150;
const LEAST_MARCH_MM = 1;

// The panel at a point of the sheet in millimetres: of its row, or of the nearest one.
export function panelAt(sheet, xMm, yMm) {
  const away = ({ topMm, bottomMm }) => Math.max(topMm - yMm, yMm - bottomMm, 0);
  const row = sheet.rows.reduce((best, next) => (away(next) < away(best) ? next : best));
  const panels = sheet.panels.filter((panel) => panel.row === row);
  return panels.findLast((panel) => panel.xMm <= xMm) || panels[0];
}

// `box`: { left, right, top, bottom } in mm of the sheet. The lead is that under its middle.
export function measurementOf(sheet, sampleRateHz, box) {
  const { speedMmS, gainMmMv } = sheet;
  const panel = panelAt(sheet, box.left, (box.top + box.bottom) / 2);
  const sampleAt = (xMm) => panel.firstSample + ((xMm - panel.xMm) / speedMmS) * sampleRateHz;
  const mvAt = (yMm) => (panel.sign * (panel.row.baselineMm - yMm)) / gainMmMv;
  return {
    lead: panel.lead,
    fromSample: sampleAt(box.left),
    toSample: sampleAt(box.right),
    mv: [mvAt(box.top), mvAt(box.bottom)],
  };
}

// Where a measurement lies on a sheet, once for each strip that shows its beginning.
export function boxesOf(sheet, sampleRateHz, measurement) {
  const { lead, fromSample, toSample, mv } = measurement;
  return sheet.panels
    .filter(
      (panel) =>
        panel.lead === lead && panel.firstSample <= fromSample && fromSample < panel.lastSample,
    )
    .map((panel) => {
      const xAt = (sample) =>
        panel.xMm + ((sample - panel.firstSample) / sampleRateHz) * sheet.speedMmS;
      const edges = mv.map((value) => panel.row.baselineMm - panel.sign * value * sheet.gainMmMv);
      return {
        left: xAt(fromSample),
        right: xAt(toSample),
        top: Math.min(...edges),
        bottom: Math.max(...edges),
      };
    });
}

// Milliseconds, beats a minute (null for what is too short to be an R–R interval), millivolts.
export function valuesOf({ fromSample, toSample, mv }, sampleRateHz) {
  const ms = ((toSample - fromSample) / sampleRateHz) * 1000;
  const perMinute = ms >= LEAST_MS_FOR_RATE ? Math.round(60000 / ms) : null;
  return { ms: Math.round(ms), perMinute, mv: Math.abs(mv[0] - mv[1]).toFixed(2) };
}

export function readingWords({ ms, perMinute, mv }) {
  const rate = perMinute === null ? "" : ` · ${perMinute} /min`;
  return `Δt ${ms} ms${rate} · ΔU ${mv} mV`;
}

// The interval repeated to both ends of a strip, in mm: the two edges of the box are among the lines.
export function marchOut(leftMm, rightMm, fromMm, toMm) {
  const stepMm = rightMm - leftMm;
  if (stepMm < LEAST_MARCH_MM) return [];
  const first = Math.ceil((fromMm - leftMm) / stepMm - 1e-9);
  const last = Math.floor((toMm - leftMm) / stepMm + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, place) => leftMm + (first + place) * stepMm);
}

// A row for each kept measurement; a name is quoted, and never begins a spreadsheet's formula.
export function measuredCsv(kept, { sampleRateHz, offsetS }, leadNames) {
  const rows = kept.map((one) => {
    const { ms, perMinute, mv } = valuesOf(one, sampleRateHz);
    const atS = (offsetS + one.fromSample / sampleRateHz).toFixed(3);
    const name = one.name.replace(/^(?=[=+@\t-])/, "'").replaceAll('"', '""');
    return [`"${name}"`, leadNames[one.lead], atS, ms, perMinute ?? "", mv].join(",");
  });
  return ["name,lead,start_s,interval_ms,rate_per_min,amplitude_mv", ...rows, ""].join("\r\n");
}
