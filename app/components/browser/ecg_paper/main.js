// The sheet on the page: how it is set, which part of the recording it shows, what is measured.

import { attachCalipers } from "./calipers.js";
import { attachKept } from "./kept.js";
import { PIXELS_PER_MM, drawSheet, excerptWords, footerWords } from "./drawing.js";
import { attachEvidence } from "./evidence.js";
import { SHEET_S, between, layOut } from "./layout.js";
import { waveAt } from "./lit_waves.js";
import { PAPER_CHANGED, changePaper, keepPaper, readPaper } from "./settings.js";
import { adoptTheme, savePng } from "../shared/canvas.js";
import { redrawOnResize, replaceFormer } from "../shared/lifecycle.js";
import { unpack } from "../shared/unpack.js";

const KEPT_MS = 500;

export default function ecgPaper({ data, parentElement }) {
  return replaceFormer(parentElement, (remembered, signal) => {
    const root = parentElement.querySelector(".ecg-paper");
    const canvas = root.querySelector("canvas");
    const scroll = root.querySelector(".scroll");
    /** @type {import("../shared/unpack.js").Packed<import("../shared/headers").EcgPaperHeader>} */
    const { header, arrays } = unpack(data);
    const traces = arrays.other ? [arrays.signal, arrays.other] : [arrays.signal];
    const sameRecording = remembered.recording === header.recording;
    let startS = sameRecording ? remembered.startS : header.openS;
    let settings = readPaper();
    /** @type {import("./evidence.js").Evidence | null} */
    let lit = null;
    /** @type {any} */
    let drawn = null;

    const redraw = () => {
      const sheet = layOut(traces, header.sampleRateHz, settings, startS);
      const fitting = settings.scale === "fit";
      const mm = fitting ? scroll.clientWidth / sheet.widthMm : PIXELS_PER_MM;
      drawn = { header, arrays, sheet, mm, startS, lit, kept: measured.kept };
      drawSheet(canvas, drawn, adoptTheme(root));
      root.dataset.mm = mm;
      root.dataset.lit = lit ? lit.leads.join(" ") : "";
      root.dataset.litWaves = lit ? lit.waves.join(" ") : "";
      describeSheet(root, drawn, settings);
    };
    const measured = attachKept(root, signal, header, redraw);
    const clearCalipers = attachCalipers(root, signal, () => drawn, measured.keep);
    const anew = () => {
      clearCalipers();
      redraw();
    };

    const point = attachEvidence(root, signal, Boolean(header.waves), (evidence) => {
      lit = evidence;
      redraw();
    });
    attachPointing(root, signal, () => drawn, point);
    attachSettings(root, signal, () => settings);
    window.addEventListener(
      PAPER_CHANGED,
      () => {
        settings = readPaper();
        showSettings(root, settings);
        anew();
      },
      { signal },
    );
    attachPaging(
      root,
      signal,
      header,
      () => startS,
      (next) => {
        startS = next;
        anew();
      },
    );
    root
      .querySelector(".save")
      .addEventListener("click", () => savePng(canvas, "ecg.png"), { signal });
    showSettings(root, settings);
    redrawOnResize(scroll, signal, redraw);
    keepPaper(settings);
    // The end of a long run writes the address anew, without what was added here.
    const kept = window.setInterval(() => keepPaper(settings), KEPT_MS);
    signal.addEventListener("abort", () => window.clearInterval(kept));
    return { memory: () => ({ startS, recording: header.recording }) };
  });
}

// Tells which wave is under the pointer, unless calipers are being drawn.
function attachPointing(root, signal, drawn, point) {
  const canvas = root.querySelector("canvas");
  canvas.addEventListener(
    "pointermove",
    (event) => {
      if (event.buttons) return;
      const { left, top } = canvas.getBoundingClientRect();
      const { mm } = drawn();
      point(waveAt(drawn(), (event.clientX - left) / mm, (event.clientY - top) / mm));
    },
    { signal },
  );
  canvas.addEventListener("pointerleave", () => point(null), { signal });
}

function attachSettings(root, signal, settings) {
  for (const select of root.querySelectorAll("select[data-choice]")) {
    select.addEventListener(
      "change",
      () => {
        changePaper({ ...settings(), [select.dataset.choice]: select.value });
      },
      { signal },
    );
  }
  for (const button of root.querySelectorAll("[data-scale]")) {
    button.addEventListener(
      "click",
      () => {
        changePaper({ ...settings(), scale: button.dataset.scale });
      },
      { signal },
    );
  }
}

function showSettings(root, settings) {
  for (const select of root.querySelectorAll("select[data-choice]"))
    select.value = settings[select.dataset.choice];
  for (const button of root.querySelectorAll("[data-scale]")) {
    button.setAttribute("aria-pressed", button.dataset.scale === settings.scale);
  }
}

// Earlier and later sheets of a recording that is longer than one.
function attachPaging(root, signal, header, startS, show) {
  const paging = root.querySelector(".paging");
  const last = Math.max(header.sentS - SHEET_S, 0);
  paging.hidden = last === 0;
  const turn = (byS) => {
    show(between(startS() + byS, 0, last));
    mark();
  };
  const mark = () => {
    paging.querySelector(".earlier").disabled = startS() <= 0;
    paging.querySelector(".later").disabled = startS() >= last;
    paging.querySelector(".excerpt").textContent = excerptWords(header, startS());
  };
  paging.querySelector(".earlier").addEventListener("click", () => turn(-SHEET_S), { signal });
  paging.querySelector(".later").addEventListener("click", () => turn(SHEET_S), { signal });
  mark();
}

// The sheet in words, and whether a part of it lies beyond the window.
function describeSheet(root, drawn, settings) {
  const scroll = root.querySelector(".scroll");
  const hidden = drawn.sheet.widthMm * drawn.mm - scroll.clientWidth;
  const note = root.querySelector(".beyond");
  note.hidden = hidden < 4;
  note.textContent = `${(drawn.sheet.widthMm / 10).toFixed(0)} cm of paper: scroll sideways, or fit it to the width`;
  const { left, excerpt } = footerWords(drawn);
  const words = [
    drawn.header.description,
    settings.layout.replace("x", " × "),
    settings.order === "cabrera" ? "Cabrera order" : "",
    left,
    excerpt,
  ];
  root.querySelector("canvas").setAttribute("aria-label", words.filter(Boolean).join("; "));
}
