// Calipers: a box over the paper that reads time, rate and voltage. A mouse or a pen drags it; on
// the keyboard Enter lays it down, arrows move it, Shift and arrows size it. Escape takes it away.

import { between } from "./layout.js";

const CALIPER_HINT = "Drag across the paper to measure; or Enter, then arrows (Shift: size)";
const FINE_STEP_MM = 0.25;
const HELD_STEP_MM = 1;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// `scale()` returns { mm, speedMmS, gainMmMv } of what is drawn at that moment.
export function attachCalipers(root, signal, scale) {
  const scroll = root.querySelector(".scroll");
  const sheet = root.querySelector(".sheet");
  const box = root.querySelector(".caliper");
  const reading = root.querySelector(".reading");
  /** @type {{ x: number, y: number } | null} */
  let anchor = null;
  /** @type {{ left: number, right: number, top: number, bottom: number } | null} */
  let placed = null;

  const place = (event) => {
    const frame = sheet.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  };

  const clear = () => {
    placed = null;
    box.hidden = true;
    reading.textContent = CALIPER_HINT;
    reading.classList.remove("measured");
  };

  // Two corners in pixels of the sheet, whichever way they were drawn.
  const measure = (from, to) => {
    const [left, right] = [from.x, to.x]
      .map((x) => between(x, 0, sheet.clientWidth))
      .sort((a, b) => a - b);
    const [top, bottom] = [from.y, to.y]
      .map((y) => between(y, 0, sheet.clientHeight))
      .sort((a, b) => a - b);
    placed = { left, right, top, bottom };
    const text = caliperText(right - left, bottom - top, scale());
    Object.assign(box.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${right - left}px`,
      height: `${bottom - top}px`,
    });
    box.classList.toggle("low", bottom > sheet.clientHeight - 28);
    box.firstElementChild.textContent = text;
    box.hidden = false;
    reading.textContent = text;
    reading.classList.add("measured");
  };

  // A large box in the middle of what is seen of the sheet.
  const layDown = () => {
    const side = 5 * scale().mm;
    const x = scroll.scrollLeft + (Math.min(scroll.clientWidth, sheet.clientWidth) - side) / 2;
    const y = (sheet.clientHeight - side) / 2;
    measure({ x, y }, { x: x + side, y: y + side });
  };

  const move = ([right, down], resize, step) => {
    if (!placed) return;
    const { left, right: end, top, bottom } = placed;
    const [byX, byY] = [right * step, down * step];
    if (resize) {
      measure(
        { x: left, y: top },
        { x: Math.max(end + byX, left), y: Math.max(bottom + byY, top) },
      );
    } else {
      const x = between(left + byX, 0, sheet.clientWidth - (end - left));
      const y = between(top + byY, 0, sheet.clientHeight - (bottom - top));
      measure({ x, y }, { x: x + end - left, y: y + bottom - top });
    }
    box.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  sheet.addEventListener(
    "pointerdown",
    (event) => {
      // A finger scrolls the sheet; a mouse or a pen measures.
      if (event.button !== 0 || event.pointerType === "touch") return;
      clear();
      anchor = place(event);
      sheet.setPointerCapture(event.pointerId);
    },
    { signal },
  );
  sheet.addEventListener(
    "pointermove",
    (event) => {
      if (anchor) measure(anchor, place(event));
    },
    { signal },
  );
  sheet.addEventListener(
    "pointerup",
    () => {
      anchor = null;
    },
    { signal },
  );
  sheet.addEventListener(
    "pointercancel",
    () => {
      anchor = null;
    },
    { signal },
  );
  scroll.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" && !placed) layDown();
      else if (placed && ARROWS[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
        const step = (event.repeat ? HELD_STEP_MM : FINE_STEP_MM) * scale().mm;
        move(ARROWS[event.key], event.shiftKey, step);
      } else return;
      event.preventDefault();
    },
    { signal },
  );
  root.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape") clear();
    },
    { signal },
  );
  clear();
  return clear;
}

function caliperText(width, height, { mm, speedMmS, gainMmMv }) {
  const milliseconds = (width / mm / speedMmS) * 1000;
  const millivolts = height / mm / gainMmMv;
  const rate = milliseconds >= 150 ? ` · ${Math.round(60000 / milliseconds)} /min` : "";
  return `Δt ${Math.round(milliseconds)} ms${rate} · ΔU ${millivolts.toFixed(2)} mV`;
}
