// What a person does to the picture: magnify it, move it, save it.

import { setText } from "../shared/element.js";
import { contextOf, savePng } from "../shared/canvas.js";

const TIMES = [1, 1.5, 2, 3, 4];

export function attachMagnifying(root, signal, view, redraw) {
  const change = (step) => {
    const place = Math.min(Math.max(TIMES.indexOf(view.magnified) + step, 0), TIMES.length - 1);
    view.magnify(TIMES[place]);
    setText(root.querySelector(".times"), `${TIMES[place]}×`);
    redraw();
  };
  root.querySelector(".smaller").addEventListener("click", () => change(-1), { signal });
  root.querySelector(".larger").addEventListener("click", () => change(1), { signal });
  root.addEventListener(
    "keydown",
    ({ key }) => {
      if (key === "+") change(1);
      if (key === "-") change(-1);
    },
    { signal },
  );
}

// With Shift the picture follows the pointer; returns whether it did.
export function movePicture(event, view, redraw) {
  if (!event.shiftKey) return false;
  const [x, y] = view.centre;
  view.magnify(view.magnified, [
    x - event.movementX / view.box.width,
    y - event.movementY / view.box.height,
  ]);
  redraw();
  return true;
}

/** @param {import("../shared/headers").CinePlayerHeader} header */
export function attachSaving(root, signal, view, header, transport) {
  const { title, footnote } = header;
  root.querySelector(".save").addEventListener(
    "click",
    () => {
      const moment = [".moment", ".mark", ".window"].map(
        (name) => root.querySelector(name).textContent,
      );
      const lines = [title, moment.filter(Boolean).join(" · "), footnote].filter(Boolean);
      const pictures = [view.canvas, ...root.querySelectorAll(".ring, .lines")];
      saveFrame(pictures, transport.drawn, lines);
    },
    { signal },
  );
}

// The picture as shown over the lines that say what it is; a picture travels without its page.
function saveFrame(pictures, frame, lines) {
  const [{ width, height }] = pictures;
  const size = Math.round(width / 30);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height + Math.round(size * (1.5 * lines.length + 1));
  const context = contextOf(canvas);
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const picture of pictures) context.drawImage(picture, 0, 0);
  context.font = `${size}px system-ui, sans-serif`;
  context.fillStyle = "#FFFFFF";
  lines.forEach((line, index) => {
    context.fillText(line, size, height + size * 1.5 * (index + 1), width - 2 * size);
  });
  savePng(canvas, `cine-frame-${frame + 1}.png`);
}
