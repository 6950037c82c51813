// Beats of groups in twelve leads: one moment is read in all of them, by the pointer or the keys.
// Words come from data: they are set as text, never as HTML.

import { MARGIN, beatScale, drawLead } from "./drawing.js";
import { adoptTheme, sizeCanvas } from "../shared/canvas.js";
import { part } from "../shared/element.js";
import { redrawOnResize, replaceFormer } from "../shared/lifecycle.js";
import { unpack } from "../shared/unpack.js";

const KEY_STEP_MS = 10;

export default function leadBeats({ data, parentElement }) {
  return replaceFormer(parentElement, (remembered, signal) => {
    const root = parentElement.querySelector(".lead-beats");
    const panel = new LeadBeats(root, unpack(data));
    attachReading(root, signal, panel);
    redrawOnResize(root.querySelector(".leads"), signal, () => panel.draw());
    return { memory: () => ({}) };
  });
}

class LeadBeats {
  /**
   * @param {HTMLElement} root
   * @param {import("../shared/unpack.js").Packed<import("../shared/headers").LeadBeatsHeader>} beats
   */
  constructor(root, beats) {
    this.root = root;
    this.beats = beats;
    this.scale = beatScale(beats);
    this.lead = 1;
    /** @type {number | null} */
    this.sample = null;
    const { header } = beats;
    root.setAttribute(
      "aria-label",
      `${header.description}. Arrow keys read the groups at a moment of the beat.`,
    );
    part(root, ".legend").replaceChildren(...header.groups.map(legendEntry));
    const boxes = header.leads.map(() => document.createElement("div"));
    for (const box of boxes) {
      box.className = "lead";
      box.append(document.createElement("canvas"));
    }
    part(root, ".leads").replaceChildren(...boxes);
    this.boxes = boxes;
  }

  draw() {
    const theme = adoptTheme(this.root);
    this.boxes.forEach((box, lead) => {
      drawLead(box.firstChild, box, lead, this.beats, this.scale, theme, this.sample);
    });
    part(this.root, ".reading").textContent = this.words();
  }

  read(lead, sample) {
    this.lead = lead;
    this.sample =
      sample === null ? null : Math.min(Math.max(Math.round(sample), 0), this.scale.samples - 1);
    this.draw();
  }

  words() {
    const { sample } = this;
    if (sample === null) return "";
    const { header, arrays } = this.beats;
    const time = Math.round(this.scale.from + (1000 * sample) / header.rateHz);
    const at = this.lead * this.scale.samples + sample;
    const values = header.groups.map(
      ({ title }, number) => `${title} ${signed(arrays[`median${number}`][at].toFixed(2))}`,
    );
    return `${header.leads[this.lead]}, ${signed(time)} ms after the R wave: ${values.join(" · ")} ${header.unit}`;
  }
}

function attachReading(root, signal, panel) {
  const { samples } = panel.scale;
  panel.boxes.forEach((box, lead) => {
    box.addEventListener(
      "pointermove",
      (event) => {
        const frame = box.getBoundingClientRect();
        const span = frame.width - MARGIN.left - MARGIN.right;
        panel.read(lead, ((event.clientX - frame.left - MARGIN.left) / span) * (samples - 1));
      },
      { signal },
    );
    box.addEventListener("pointerleave", () => panel.read(lead, null), { signal });
  });
  const step = Math.round((KEY_STEP_MS / 1000) * panel.beats.header.rateHz);
  const last = panel.boxes.length - 1;
  root.addEventListener(
    "keydown",
    (event) => {
      const now =
        panel.sample ?? Math.round(panel.beats.header.beforeS * panel.beats.header.rateHz);
      if (event.key === "ArrowLeft") panel.read(panel.lead, now - step);
      else if (event.key === "ArrowRight") panel.read(panel.lead, now + step);
      else if (event.key === "ArrowUp") panel.read(Math.max(panel.lead - 1, 0), now);
      else if (event.key === "ArrowDown") panel.read(Math.min(panel.lead + 1, last), now);
      else if (event.key === "Escape") panel.read(panel.lead, null);
      else return;
      event.preventDefault();
    },
    { signal },
  );
}

function legendEntry({ title, colour, dash }) {
  const entry = document.createElement("span");
  entry.className = "entry";
  const line = document.createElement("canvas");
  const context = sizeCanvas(line, 26, 8);
  context.setLineDash(dash);
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(0, 4);
  context.lineTo(26, 4);
  context.stroke();
  entry.append(line, document.createTextNode(title));
  return entry;
}

function signed(value) {
  return `${value}`.replace("-", "−");
}
