// A part of the beat that plays over and over: by name, by a drag on the time axis, or with the
// keys [ and ], which set start and end at the frame shown.

import { setText } from "../shared/element.js";
import { phaseUnder } from "./panels.js";
import { PLOT_LEFT, PLOT_RIGHT } from "./plot.js";
import { attachChoice } from "../shared/transport.js";

const SHORTEST_LOOP = 0.03;

export function attachLoop(root, signal, header, transport) {
  const { frames, edFrame, esFrame, inOrder } = header;
  const named = edFrame === 0 && esFrame > 0 && inOrder;
  const parts = { beat: null };
  if (named) {
    parts.systole = { from: 0, to: esFrame / frames };
    parts.diastole = { from: esFrame / frames, to: 1 };
  }
  for (const button of root.querySelectorAll("[data-loop]"))
    button.hidden = !(button.dataset.loop in parts);
  const nameOf = (loop) => Object.keys(parts).find((name) => same(parts[name], loop));
  const press = attachChoice(root, signal, "data-loop", nameOf(transport.clock.loop), (name) =>
    set(parts[name]),
  );

  function set(loop) {
    transport.change({ loop });
    press(nameOf(loop));
    showLoop(root, header, loop);
  }

  attachLoopDrag(root.querySelector(".axis"), signal, set);
  root.addEventListener(
    "keydown",
    ({ key }) => {
      const { from, to } = transport.clock.loop ?? { from: 0, to: 1 };
      const phase = transport.clock.phaseAt(performance.now());
      if (key === "[" && to - phase >= SHORTEST_LOOP) set({ from: phase, to });
      if (key === "]" && phase - from >= SHORTEST_LOOP) set({ from, to: phase });
    },
    { signal },
  );
  return () => showLoop(root, header, transport.clock.loop);
}

// From where the pointer went down to where it is; a click without a drag gives the whole beat.
function attachLoopDrag(axis, signal, set) {
  let start = 0;
  axis.addEventListener(
    "pointerdown",
    (event) => {
      axis.setPointerCapture(event.pointerId);
      start = phaseUnder(event, axis);
    },
    { signal },
  );
  axis.addEventListener(
    "pointermove",
    (event) => {
      if (!axis.hasPointerCapture(event.pointerId)) return;
      const [from, to] = [start, phaseUnder(event, axis)].sort((a, b) => a - b);
      if (to - from >= SHORTEST_LOOP) set({ from, to });
    },
    { signal },
  );
  axis.addEventListener(
    "click",
    (event) => {
      if (Math.abs(phaseUnder(event, axis) - start) < SHORTEST_LOOP) set(null);
    },
    { signal },
  );
}

function showLoop(root, { rrMs }, loop) {
  const { from, to } = loop ?? { from: 0, to: 0 };
  for (const band of root.querySelectorAll(".loop")) {
    const span = Math.max(1, band.parentElement.clientWidth - PLOT_LEFT - PLOT_RIGHT);
    band.hidden = !loop;
    band.style.width = `${(to - from) * span}px`;
    band.style.transform = `translateX(${PLOT_LEFT + from * span}px)`;
  }
  const words = loop ? `${Math.round(from * rrMs)}–${Math.round(to * rrMs)} ms` : "";
  setText(root.querySelector(".looped"), words);
}

function same(one, other) {
  return (
    one === other ||
    (one !== null && other !== null && one.from === other.from && one.to === other.to)
  );
}
