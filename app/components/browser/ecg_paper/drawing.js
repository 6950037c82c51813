// Draws one sheet. The canvas' unit is the CSS pixel; `mm` is how many of them make a millimetre.

const PIXELS_PER_MM = 96 / 25.4;

const PAPER_INKS = {
  light: { paper: "#FFFFFF", minor: "#F7DCDC", major: "#EBB0B0", trace: "#1A1A1A", flag: "#9A4A00", tint: "230, 159, 0" },
  dark: { paper: "#161012", minor: "#3A2424", major: "#5A3434", trace: "#F2F2F2", flag: "#F0B24A", tint: "230, 159, 0" },
};

function drawSheet(canvas, { header, arrays }, mm, theme) {
  const { sheet } = header;
  const context = sizeCanvas(canvas, sheet.width_mm * mm, sheet.height_mm * mm);
  const page = { context, mm, sheet, header, arrays, inks: PAPER_INKS[theme.dark ? "dark" : "light"], font: theme.font };
  drawGrid(page);
  if (arrays.shading) for (const panel of sheet.panels) drawShading(page, panel);
  for (const row of sheet.rows) drawCalibration(page, row);
  for (const panel of sheet.panels) drawTrace(page, panel);
  for (const panel of sheet.panels) drawLeadName(page, panel);
  drawBeats(page);
  drawFooter(page);
}

function drawGrid({ context, mm, sheet, inks }) {
  const width = sheet.width_mm * mm;
  const height = sheet.height_mm * mm;
  context.fillStyle = inks.paper;
  context.fillRect(0, 0, width, height);
  context.lineWidth = 1 / (window.devicePixelRatio || 1);
  for (const [ink, everyMm] of [[inks.minor, 1], [inks.major, 5]]) {
    context.strokeStyle = ink;
    context.beginPath();
    for (let x = 0; x <= sheet.width_mm; x += everyMm) {
      context.moveTo(crisp(x * mm), 0);
      context.lineTo(crisp(x * mm), height);
    }
    for (let y = 0; y <= sheet.height_mm; y += everyMm) {
      context.moveTo(0, crisp(y * mm));
      context.lineTo(width, crisp(y * mm));
    }
    context.stroke();
  }
}

// 1 mV for 200 ms, as every cardiograph prints it.
function drawCalibration({ context, mm, sheet, header, inks }, row) {
  const width = 0.2 * header.speedMmS;
  const left = Math.max(0.5, (sheet.calibration_mm - width) / 2 - 1);
  const top = row.baseline_mm - header.gainMmMv;
  context.beginPath();
  for (const [x, y] of [[left - 1, row.baseline_mm], [left, row.baseline_mm], [left, top], [left + width, top], [left + width, row.baseline_mm], [left + width + 1, row.baseline_mm]]) {
    context.lineTo(x * mm, y * mm);
  }
  inkLine(context, mm, inks.trace);
}

function drawTrace({ context, mm, header, arrays, inks }, panel) {
  const samples = arrays.signal.shape[1];
  const step = (header.speedMmS / header.sampleRateHz) * mm;
  const gain = header.gainMmMv * mm;
  context.beginPath();
  let penDown = false;
  for (let index = panel.first_sample; index < panel.last_sample; index += 1) {
    const value = arrays.signal[panel.lead * samples + index];
    if (Number.isFinite(value)) {
      const x = panel.x_mm * mm + (index - panel.first_sample) * step;
      const y = panel.baseline_mm * mm - value * gain;
      if (penDown) context.lineTo(x, y);
      else context.moveTo(x, y);
    }
    penDown = Number.isFinite(value);
  }
  inkLine(context, mm, inks.trace);
}

// A pen of 0.28 mm, never thinner than a device pixel.
function inkLine(context, mm, ink) {
  context.strokeStyle = ink;
  context.lineWidth = Math.max(0.28 * mm, 1 / (window.devicePixelRatio || 1));
  context.lineJoin = "round";
  context.lineCap = "butt";
  context.stroke();
}

function drawShading({ context, mm, sheet, header, arrays, inks }, panel) {
  const steps = arrays.shading.shape[1];
  const samplesPerStep = arrays.signal.shape[1] / steps;
  const row = sheet.rows.find((candidate) => candidate.baseline_mm === panel.baseline_mm);
  const toX = (sample) => (panel.x_mm + ((sample - panel.first_sample) / header.sampleRateHz) * header.speedMmS) * mm;
  for (let step = Math.floor(panel.first_sample / samplesPerStep); step * samplesPerStep < panel.last_sample; step += 1) {
    const from = toX(Math.max(panel.first_sample, step * samplesPerStep));
    const to = toX(Math.min(panel.last_sample, (step + 1) * samplesPerStep));
    context.fillStyle = `rgba(${inks.tint}, ${0.45 * arrays.shading[panel.lead * steps + step]})`;
    context.fillRect(from, row.top_mm * mm, to - from, (row.bottom_mm - row.top_mm) * mm);
  }
}

function drawLeadName({ context, mm, sheet, header, inks, font }, panel) {
  const row = sheet.rows.find((candidate) => candidate.baseline_mm === panel.baseline_mm);
  const x = panel.x_mm * mm;
  const y = (row.top_mm + 3.6) * mm;
  const reason = header.flagged[panel.name];
  if (panel.x_mm > sheet.calibration_mm) {
    context.fillStyle = inks.trace;
    context.fillRect(x, (panel.baseline_mm - 7) * mm, Math.max(1, 0.2 * mm), 4 * mm);
  }
  const name = reason ? `${panel.name} ⚠ ${reason}` : panel.name;
  context.font = `600 ${3.3 * mm}px ${font}`;
  context.textAlign = "left";
  context.lineWidth = 1.2 * mm;
  context.strokeStyle = inks.paper;
  context.lineJoin = "round";
  context.strokeText(name, x + 1 * mm, y, panel.width_mm * mm);
  context.fillStyle = reason ? inks.flag : inks.trace;
  context.fillText(name, x + 1 * mm, y, panel.width_mm * mm);
}

// A tick under each R peak of the last row, and the R-R interval between two ticks.
function drawBeats({ context, mm, sheet, header, arrays, inks, font }) {
  const row = sheet.rows[sheet.rows.length - 1];
  const panels = sheet.panels.filter((panel) => panel.baseline_mm === row.baseline_mm);
  context.font = `${2.5 * mm}px ${font}`;
  context.textAlign = "center";
  let former = null;
  for (const peak of arrays.peaks) {
    const panel = panels.find(({ first_sample, last_sample }) => first_sample <= peak && peak < last_sample);
    if (!panel) continue;
    const x = (panel.x_mm + ((peak - panel.first_sample) / header.sampleRateHz) * header.speedMmS) * mm;
    const y = row.bottom_mm * mm;
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

function drawFooter({ context, mm, sheet, header, arrays, inks, font }) {
  const y = sheet.footer_mm * mm;
  const percent = Math.round((100 * mm) / PIXELS_PER_MM);
  const left = [header.footer];
  if (percent !== 100) left.push(`drawn at ${percent} % of true size`);
  const right = [header.excerpt, arrays.peaks.length ? "▲ beat, R–R in ms" : "", arrays.shading ? header.shadingLabel : ""];
  context.font = `${3 * mm}px ${font}`;
  context.fillStyle = inks.trace;
  context.textAlign = "left";
  context.fillText(left.join(" · "), sheet.calibration_mm * mm, y + 0.8 * mm);
  context.textAlign = "right";
  context.fillText(right.filter(Boolean).join(" · "), (sheet.width_mm - 5) * mm, y + 0.8 * mm);
}
