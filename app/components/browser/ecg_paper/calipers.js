// Calipers: a box over the paper that reads time, rate and voltage. A mouse or a pen drags it; on
// the keyboard Enter lays it down, arrows move it, Shift and arrows size it, Enter keeps what it
// measures. Escape takes it away. A finger scrolls the sheet until `Touch measures` is pressed.

import { between } from "./layout.js";
import { showMarch } from "./march.js";
import { measurementOf, readingWords, valuesOf } from "./measured.js";

const CALIPER_HINT =
  "Drag across the paper to measure; or Enter, then arrows (Shift: size), Enter to keep";
const FINE_STEP_MM = 0.25;
const HELD_STEP_MM = 1;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// `page()` returns { header, sheet, mm } of what is drawn at that moment; `keep(measurement)` keeps one.
export function attachCalipers(root, signal, page, keep) {
  const scroll = root.querySelector(".scroll");
  const sheet = root.querySelector(".sheet");
  const box = root.querySelector(".caliper");
  const reading = root.querySelector(".reading");
  const keepButton = root.querySelector(".keep");
  const marchButton = root.querySelector(".march-out");
  const touchButton = root.querySelector(".touch");
  /** @type {{ x: number, y: number } | null} */
  let anchor = null;
  /** @type {{ left: number, right: number, top: number, bottom: number } | null} */
  let placed = null;

  const place = (event) => {
    const frame = sheet.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  };

  const isPressed = (button) => button.getAttribute("aria-pressed") === "true";
  const boxMm = () => {
    if (!placed) return null;
    const { mm } = page();
    const { left, right, top, bottom } = placed;
    return { left: left / mm, right: right / mm, top: top / mm, bottom: bottom / mm };
  };
  const measurement = () => measurementOf(page().sheet, page().header.sampleRateHz, boxMm());
  const march = () => showMarch(root, page(), isPressed(marchButton) ? boxMm() : null);

  const clear = () => {
    placed = null;
    box.hidden = true;
    keepButton.disabled = true;
    march();
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
    const text = readingWords(valuesOf(measurement(), page().header.sampleRateHz));
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
    keepButton.disabled = false;
    march();
  };

  const keepPlaced = () => {
    if (!placed) return;
    keep(measurement());
    clear();
    scroll.focus({ preventScroll: true });
  };

  // A large box in the middle of what is seen of the sheet.
  const layDown = () => {
    const side = 5 * page().mm;
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
      const scrolls = event.pointerType === "touch" && !isPressed(touchButton);
      if (event.button !== 0 || scrolls || !event.isPrimary) return;
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
      if (event.key === "Enter" && placed) keepPlaced();
      else if (event.key === "Enter") layDown();
      else if (placed && ARROWS[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
        const step = (event.repeat ? HELD_STEP_MM : FINE_STEP_MM) * page().mm;
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
  keepButton.addEventListener("click", keepPlaced, { signal });
  for (const [button, onPress] of [
    [marchButton, march],
    [touchButton, () => sheet.classList.toggle("touch-measures", isPressed(touchButton))],
  ]) {
    button.addEventListener(
      "click",
      () => {
        button.setAttribute("aria-pressed", `${!isPressed(button)}`);
        onPress();
      },
      { signal },
    );
  }
  clear();
  return clear;
}
