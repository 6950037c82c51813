// Calipers: drag a box over the paper, read time, rate and voltage. Escape takes it away.

const CALIPER_HINT = "Drag across the paper to measure";

// `scale()` returns { mm, speedMmS, gainMmMv } of what is drawn at that moment.
function attachCalipers(root, signal, scale) {
  const sheet = root.querySelector(".sheet");
  const box = root.querySelector(".caliper");
  const reading = root.querySelector(".reading");
  let anchor = null;

  const place = (event) => {
    const frame = sheet.getBoundingClientRect();
    return {
      x: Math.min(Math.max(event.clientX - frame.left, 0), frame.width),
      y: Math.min(Math.max(event.clientY - frame.top, 0), frame.height),
    };
  };

  const clear = () => {
    box.hidden = true;
    reading.textContent = CALIPER_HINT;
    reading.classList.remove("measured");
  };

  const measure = (from, to) => {
    const text = caliperText(Math.abs(to.x - from.x), Math.abs(to.y - from.y), scale());
    box.style.left = `${Math.min(from.x, to.x)}px`;
    box.style.top = `${Math.min(from.y, to.y)}px`;
    box.style.width = `${Math.abs(to.x - from.x)}px`;
    box.style.height = `${Math.abs(to.y - from.y)}px`;
    box.classList.toggle("low", Math.max(from.y, to.y) > sheet.clientHeight - 28);
    box.firstElementChild.textContent = text;
    box.hidden = false;
    reading.textContent = text;
    reading.classList.add("measured");
  };

  sheet.addEventListener("pointerdown", (event) => {
    // A finger scrolls the sheet; a mouse or a pen measures.
    if (event.button !== 0 || event.pointerType === "touch") return;
    clear();
    anchor = place(event);
    sheet.setPointerCapture(event.pointerId);
  }, { signal });
  sheet.addEventListener("pointermove", (event) => {
    if (anchor) measure(anchor, place(event));
  }, { signal });
  sheet.addEventListener("pointerup", () => { anchor = null; }, { signal });
  sheet.addEventListener("pointercancel", () => { anchor = null; }, { signal });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") clear();
  }, { signal });
  clear();
  return clear;
}

function caliperText(width, height, { mm, speedMmS, gainMmMv }) {
  const milliseconds = (width / mm / speedMmS) * 1000;
  const millivolts = height / mm / gainMmMv;
  const rate = milliseconds >= 150 ? ` · ${Math.round(60000 / milliseconds)} /min` : "";
  return `Δt ${Math.round(milliseconds)} ms${rate} · ΔU ${millivolts.toFixed(2)} mV`;
}
