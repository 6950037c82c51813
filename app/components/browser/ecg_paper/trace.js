// The path of a lead on the sheet.

// A lead's path from one sample to before another; a sample that is no number lifts the pen.
export function tracePath({ context, mm, sheet, header }, panel, values, first, last) {
  const step = (sheet.speedMmS / header.sampleRateHz) * mm;
  const gain = panel.sign * sheet.gainMmMv * mm;
  const row = panel.lead * values.shape[1];
  context.beginPath();
  let penDown = false;
  for (let index = first; index < last; index += 1) {
    const value = values[row + index];
    if (Number.isFinite(value)) {
      const x = panel.xMm * mm + (index - panel.firstSample) * step;
      const y = panel.row.baselineMm * mm - value * gain;
      if (penDown) context.lineTo(x, y);
      else context.moveTo(x, y);
    }
    penDown = Number.isFinite(value);
  }
}
