// Draws one sheet. The canvas' unit is the CSS pixel; `mm` is how many of them make a millimetre.

import { LEAD_NAMES, MARGIN_MM, SHEET_S } from "./layout.js";
import { tracePath } from "./trace.js";
import { drawAnomalyLegend, drawStrip } from "./anomaly.js";
import { drawEvidence } from "./lit_waves.js";
import { drawAttribution, drawBeats, drawSpikes, drawWaves, legendsOf } from "./overlays.js";
import { crisp, sizeCanvas } from "../shared/canvas.js";

export const PIXELS_PER_MM = 96 / 25.4;
const LEGEND_MM = 5;

const PAPER_INKS = {
  light: {
    paper: "#FFFFFF",
    minor: "#F7DCDC",
    major: "#EBB0B0",
    trace: "#1A1A1A",
    flag: "#9A4A00",
    other: "#00866A",
    restored: "#8A8F98",
    waves: "#5A6472",
    raises: [84, 39, 136],
    lowers: [224, 130, 20],
    spikes: "#0B57D0",
    lit: "rgb(43 108 176 / 0.14)",
    litWave: "rgb(43 108 176 / 0.3)",
    evidence: "#2B6CB0",
  },
  dark: {
    paper: "#161012",
    minor: "#3A2424",
    major: "#5A3434",
    trace: "#F2F2F2",
    flag: "#F0B24A",
    other: "#4FCBA6",
    restored: "#8E939C",
    waves: "#A9B2BF",
    raises: [150, 130, 215],
    lowers: [235, 140, 40],
    spikes: "#8AB4F8",
    lit: "rgb(138 180 248 / 0.2)",
    litWave: "rgb(138 180 248 / 0.4)",
    evidence: "#8AB4F8",
  },
};

// `page`: { header, arrays, sheet, mm }, the sheet as `layOut` placed it.
export function drawSheet(canvas, page, theme) {
  const { sheet, mm, header } = page;
  const legends = legendsOf(page);
  if (header.anomaly) legends.push(drawAnomalyLegend);
  sheet.heightMm += legends.length * LEGEND_MM;
  const context = sizeCanvas(canvas, sheet.widthMm * mm, sheet.heightMm * mm);
  const ink = {
    ...page,
    context,
    inks: PAPER_INKS[theme.dark ? "dark" : "light"],
    font: theme.font,
  };
  drawGrid(ink);
  drawEvidence(ink);
  if (header.attribution) for (const panel of sheet.panels) drawAttribution(ink, panel);
  for (const row of sheet.rows) drawCalibration(ink, row);
  if (ink.arrays.other)
    for (const panel of sheet.panels) drawTrace(ink, panel, ink.arrays.other, ink.inks.other);
  if (header.anomaly)
    for (const panel of sheet.panels) drawTrace(ink, panel, ink.arrays.restored, ink.inks.restored);
  for (const panel of sheet.panels) drawTrace(ink, panel, ink.arrays.signal, ink.inks.trace);
  if (header.anomaly) for (const panel of sheet.panels) drawStrip(ink, panel);
  if (header.markWaves) drawWaves(ink);
  for (const panel of sheet.panels) drawLeadName(ink, panel);
  if (header.markBeats) drawBeats(ink);
  drawSpikes(ink);
  drawFooter(ink);
  legends.forEach((legend, place) => legend(ink, sheet.footerMm + (place + 1) * LEGEND_MM));
}

function drawGrid({ context, mm, sheet, inks }) {
  const width = sheet.widthMm * mm;
  const height = sheet.heightMm * mm;
  context.fillStyle = inks.paper;
  context.fillRect(0, 0, width, height);
  context.lineWidth = 1 / (window.devicePixelRatio || 1);
  for (const [ink, everyMm] of [
    [inks.minor, 1],
    [inks.major, 5],
  ]) {
    context.strokeStyle = ink;
    context.beginPath();
    for (let x = 0; x <= sheet.widthMm; x += everyMm) {
      context.moveTo(crisp(x * mm), 0);
      context.lineTo(crisp(x * mm), height);
    }
    for (let y = 0; y <= sheet.heightMm; y += everyMm) {
      context.moveTo(0, crisp(y * mm));
      context.lineTo(width, crisp(y * mm));
    }
    context.stroke();
  }
}

// 1 mV for 200 ms, as every cardiograph prints it, its edges on lines of the grid.
function drawCalibration({ context, mm, sheet, inks }, row) {
  const width = 0.2 * sheet.speedMmS;
  const left = Math.floor((sheet.calibrationMm - width) / 2);
  const top = row.baselineMm - sheet.gainMmMv;
  context.beginPath();
  for (const [x, y] of [
    [left - 1, row.baselineMm],
    [left, row.baselineMm],
    [left, top],
    [left + width, top],
    [left + width, row.baselineMm],
    [left + width + 1, row.baselineMm],
  ]) {
    context.lineTo(x * mm, y * mm);
  }
  inkLine(context, mm, inks.trace);
}

function drawTrace(page, panel, values, ink) {
  tracePath(page, panel, values, panel.firstSample, panel.lastSample);
  inkLine(page.context, page.mm, ink);
}

// A pen of 0.28 mm, never thinner than a device pixel.
function inkLine(context, mm, ink) {
  context.strokeStyle = ink;
  context.lineWidth = Math.max(0.28 * mm, 1 / (window.devicePixelRatio || 1));
  context.lineJoin = "round";
  context.lineCap = "butt";
  context.stroke();
}

function drawLeadName({ context, mm, sheet, header, inks, font }, panel) {
  const x = panel.xMm * mm;
  const y = (panel.row.topMm + 3.6) * mm;
  const reason = header.flagged[LEAD_NAMES[panel.lead]];
  if (panel.xMm > sheet.calibrationMm) {
    context.fillStyle = inks.trace;
    context.fillRect(x, (panel.row.baselineMm - 7) * mm, Math.max(1, 0.2 * mm), 4 * mm);
  }
  const name = reason ? `${panel.name} ⚠ ${reason}` : panel.name;
  context.font = `600 ${3.3 * mm}px ${font}`;
  context.textAlign = "left";
  context.lineWidth = 1.2 * mm;
  context.strokeStyle = inks.paper;
  context.lineJoin = "round";
  context.strokeText(name, x + 1 * mm, y, panel.widthMm * mm);
  context.fillStyle = reason ? inks.flag : inks.trace;
  context.fillText(name, x + 1 * mm, y, panel.widthMm * mm);
}

// Speed, gain and filter as the clinic prints them, and what of a longer recording is shown.
export function footerWords({ sheet, header, mm, startS }) {
  const percent = Math.round((100 * mm) / PIXELS_PER_MM);
  const left = [`${sheet.speedMmS} mm/s`, `${sheet.gainMmMv} mm/mV`, header.filter];
  if (percent !== 100) left.push(`drawn at ${percent} % of true size`);
  return { left: left.filter(Boolean).join(" · "), excerpt: excerptWords(header, startS) };
}

// Empty where the sheet shows all of the recording.
export function excerptWords({ durationS, offsetS }, startS) {
  if (durationS <= SHEET_S) return "";
  const from = offsetS + startS;
  return `${round1(from)}–${round1(Math.min(from + SHEET_S, durationS))} s of ${round1(durationS)} s`;
}

function round1(value) {
  return Math.round(value * 10) / 10;
}

function drawFooter(page) {
  const { context, mm, sheet, header, arrays, inks, font } = page;
  const { left, excerpt } = footerWords(page);
  const y = (sheet.footerMm + 0.8) * mm;
  context.font = `${3 * mm}px ${font}`;
  context.fillStyle = inks.trace;
  context.textAlign = "left";
  context.fillText(left, sheet.calibrationMm * mm, y);
  context.textAlign = "right";
  const right = [excerpt, header.markBeats && arrays.peaks.length ? "▲ beat, R–R in ms" : ""];
  if (arrays.spikes.length) right.push("⚑ pacemaker spike");
  context.fillText(right.filter(Boolean).join(" · "), (sheet.widthMm - MARGIN_MM) * mm, y);
}
