// The measurements that were kept: a list under the paper, where each is named or removed, and their
// boxes on the sheet. They are kept with the recording in the tab's own memory.

import { LEAD_NAMES } from "./layout.js";
import { boxesOf, measuredCsv, readingWords, valuesOf } from "./measured.js";
import { element } from "../shared/element.js";

const KEPT_COLOUR = "#2b6cb0";
const LONGEST_NAME = 40;

// `changed()` is called when the sheet has to be drawn anew.
export function attachKept(root, signal, header, changed) {
  const store = `ptacl-measured-${header.recording}`;
  const list = root.querySelector(".kept");
  const save = root.querySelector(".save-measured");
  const kept = readKept(store);

  const changeTo = () => {
    window.sessionStorage.setItem(store, JSON.stringify(kept));
    show();
    changed();
  };
  const show = () => {
    save.hidden = kept.length === 0;
    list.replaceChildren(...kept.map((one, place) => line(one, place)));
  };
  const line = (one, place) => {
    const item = element("li", "measured-line");
    const name = element("input", "measured-name");
    name.value = one.name;
    name.maxLength = LONGEST_NAME;
    name.setAttribute("aria-label", `Name of measurement ${place + 1}`);
    name.addEventListener("change", () => {
      one.name = name.value.trim() || `${place + 1}`;
      changeTo();
    });
    const words = readingWords(valuesOf(one, header.sampleRateHz));
    const remove = element("button", "remove", "×");
    remove.type = "button";
    remove.setAttribute("aria-label", `Remove measurement ${one.name}`);
    remove.addEventListener("click", () => {
      kept.splice(kept.indexOf(one), 1);
      changeTo();
    });
    item.append(name, element("span", "values", `${LEAD_NAMES[one.lead]} · ${words}`), remove);
    return item;
  };
  save.addEventListener(
    "click",
    () => saveText(measuredCsv(kept, header, LEAD_NAMES), "ecg-measurements.csv"),
    { signal },
  );
  show();
  return {
    kept,
    keep: (measurement) => {
      const highest = Math.max(0, ...kept.map(({ name }) => Number(name) || 0));
      kept.push({ ...measurement, name: `${highest + 1}` });
      changeTo();
    },
  };
}

function readKept(store) {
  try {
    return JSON.parse(window.sessionStorage.getItem(store) || "[]");
  } catch {
    return [];
  }
}

function saveText(text, name) {
  const link = document.createElement("a");
  link.download = name;
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.click();
  URL.revokeObjectURL(link.href);
}

export function drawKept({ context, mm, sheet, header, font, kept }) {
  context.font = `600 ${3 * mm}px ${font}`;
  context.textAlign = "left";
  context.lineWidth = 1;
  for (const one of kept) {
    for (const { left, right, top, bottom } of boxesOf(sheet, header.sampleRateHz, one)) {
      const size = [(right - left) * mm, (bottom - top) * mm];
      context.strokeStyle = KEPT_COLOUR;
      context.fillStyle = "rgb(43 108 176 / 0.1)";
      context.fillRect(left * mm, top * mm, ...size);
      context.strokeRect(left * mm, top * mm, ...size);
      context.fillStyle = KEPT_COLOUR;
      context.fillText(one.name, left * mm, (top - 0.8) * mm);
    }
  }
}
