// One moment of the heart cycle: its words, and the cursors that stand at it on every panel.

import { PLOT_LEFT, PLOT_RIGHT } from "./plot.js";
import { setText } from "../shared/element.js";

export function showMoment(root, header, frame) {
  const { frames, rrMs, timed } = header;
  const time = timed ? ` · ${Math.round((frame / frames) * rrMs)} ms` : "";
  const words = `frame ${frame + 1} of ${frames}${time}`;
  const corrected = header.contours?.correctedFrames.includes(frame) ? "corrected by hand" : "";
  const mark = [heartPhase(frame, header), corrected].filter(Boolean).join(" · ");
  setText(root.querySelector(".mark"), mark);
  const moment = root.querySelector(".moment");
  if (moment.textContent === words) return;
  moment.textContent = words;
  root.querySelector(".scrub").setAttribute("aria-valuetext", words);
}

function heartPhase(frame, { frames, edFrame, esFrame, inOrder }) {
  if (frame === edFrame) return "ED";
  if (frame === esFrame) return "ES";
  if (esFrame === null || !inOrder) return "";
  const since = (from, to) => (to - from + frames) % frames;
  return since(edFrame, frame) < since(edFrame, esFrame) ? "systole" : "diastole";
}

// Cursors are elements that move: the panels beneath them are drawn once.
export function moveCursors(root, drawn, { header, arrays, phase, frame, pointed }) {
  const span = Math.max(1, drawn.width - PLOT_LEFT - PLOT_RIGHT);
  for (const cursor of root.querySelectorAll(".cursor")) {
    cursor.style.transform = `translateX(${PLOT_LEFT + phase * span}px)`;
  }
  if (!drawn.map) return;
  const { top, height, bins } = drawn.map;
  const bin = pointed ?? segmentOf(frame, header.frames, bins, arrays.path);
  const column = root.querySelector(".column");
  column.style.top = `${top}px`;
  column.style.height = `${height}px`;
  column.style.width = `${span / header.frames}px`;
  column.style.transform = `translateX(${PLOT_LEFT + (frame / header.frames) * span}px)`;
  const row = root.querySelector(".row");
  row.style.left = `${PLOT_LEFT}px`;
  row.style.width = `${span}px`;
  row.style.height = `${height / bins}px`;
  row.style.transform = `translateY(${top + (bin / bins) * height}px)`;
  const lit = root.querySelector(".lit");
  lit.style.width = `${span / bins}px`;
  lit.style.transform = `translateX(${PLOT_LEFT + (bin / bins) * span}px)`;
  const value = arrays.similarity[bin * header.frames + frame];
  setText(
    root.querySelector(".reading"),
    `ECG segment at ${percent(bin, bins)} of the beat · cine frame at ${percent(frame, header.frames)} · cosine ${value.toFixed(2)}`,
  );
}

// The segment that the best path gives this frame; without a path, the one of the same phase.
function segmentOf(frame, frames, bins, path) {
  if (!path) return Math.floor((frame / frames) * bins);
  let best = 0;
  const distance = (bin) => {
    const apart = Math.abs(path[bin] - frame);
    return Math.min(apart, frames - apart);
  };
  for (let bin = 1; bin < bins; bin += 1) if (distance(bin) < distance(best)) best = bin;
  return best;
}

export function percent(index, count) {
  return `${Math.round((100 * index) / count)} %`;
}
