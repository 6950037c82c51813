// One lead: band and median of every group, the moment that is read, and the axes at the border.

import { crisp, sizeCanvas } from "../shared/canvas.js";
import { roundValues } from "../shared/ticks.js";

export const MARGIN = { left: 36, right: 4, top: 14, bottom: 18 };
const BAND_OPACITY = 0.16;

// What all leads share: the scale, so that they may be compared, and the time after the R wave.
export function beatScale({ header, arrays }) {
  let [low, high] = [Infinity, -Infinity];
  for (const number of header.groups.keys()) {
    for (const value of arrays[`low${number}`]) if (value < low) low = value;
    for (const value of arrays[`high${number}`]) if (value > high) high = value;
  }
  const samples = header.groups.length ? arrays.median0.shape[1] : 1;
  const from = -1000 * header.beforeS;
  return { low, high, samples, from, to: from + (1000 * (samples - 1)) / header.rateHz };
}

export function drawLead(canvas, box, lead, beats, scale, theme, sample) {
  const [width, height] = [box.clientWidth, box.clientHeight];
  const context = sizeCanvas(canvas, width, height);
  context.clearRect(0, 0, width, height);
  context.font = `11px ${theme.font}`;
  const x = (at) => MARGIN.left + (at / (scale.samples - 1)) * (width - MARGIN.left - MARGIN.right);
  const y = (value) =>
    MARGIN.top +
    ((scale.high - value) / (scale.high - scale.low)) * (height - MARGIN.top - MARGIN.bottom);
  drawScales(context, lead, beats.header, scale, theme, { x, y, width, height });
  beats.header.groups.forEach((group, number) => {
    const part = (name) =>
      beats.arrays[`${name}${number}`].subarray(lead * scale.samples, (lead + 1) * scale.samples);
    drawBand(context, part("low"), part("high"), group.colour, x, y);
    drawMedian(context, part("median"), group, x, y);
  });
  if (sample !== null) upright(context, crisp(x(sample)), height, theme.text);
}

function drawScales(context, lead, header, scale, theme, { x, y, width, height }) {
  const [first, bottom] = [lead < 3, lead % 3 === 2];
  context.strokeStyle = theme.border;
  context.fillStyle = theme.text;
  context.lineWidth = 1;
  context.textBaseline = "middle";
  const up = roundValues([scale.low, scale.high], 4);
  context.textAlign = "right";
  for (const value of up.values) {
    context.beginPath();
    context.moveTo(MARGIN.left, crisp(y(value)));
    context.lineTo(width - MARGIN.right, crisp(y(value)));
    context.stroke();
    if (first) context.fillText(value.toFixed(up.decimals), MARGIN.left - 5, y(value));
  }
  context.textAlign = "center";
  const across = roundValues([scale.from, scale.to], Math.max(2, width / 70));
  for (const time of bottom ? across.values : []) {
    context.fillText(
      time === 0 ? "R" : `${time}`,
      x(((time - scale.from) / 1000) * header.rateHz),
      height - 8,
    );
  }
  context.textAlign = "left";
  context.font = `600 12px ${theme.font}`;
  context.fillText(header.leads[lead], MARGIN.left + 3, 8);
  context.font = `11px ${theme.font}`;
}

function drawBand(context, low, high, colour, x, y) {
  context.beginPath();
  high.forEach((value, at) => context.lineTo(x(at), y(value)));
  for (let at = low.length - 1; at >= 0; at -= 1) context.lineTo(x(at), y(low[at]));
  context.globalAlpha = BAND_OPACITY;
  context.fillStyle = colour;
  context.fill();
  context.globalAlpha = 1;
}

function drawMedian(context, median, { colour, dash }, x, y) {
  context.beginPath();
  median.forEach((value, at) => context.lineTo(x(at), y(value)));
  context.strokeStyle = colour;
  context.lineWidth = 1.8;
  context.lineJoin = "round";
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}

function upright(context, x, height, ink) {
  context.beginPath();
  context.moveTo(x, MARGIN.top);
  context.lineTo(x, height - MARGIN.bottom);
  context.strokeStyle = ink;
  context.lineWidth = 1;
  context.stroke();
}
