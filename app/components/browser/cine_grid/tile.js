// One heart of the grid: its picture, its beat where there is one, its words.

import { sizeCanvas } from "../shared/canvas.js";
import { wrapPhase } from "../shared/clock.js";

// Share of the beat drawn before its R wave, so that the QRS is not cut in two.
export const BEFORE_R = 0.25;

// Captions come from data: they are set as text, never as HTML. Without a cine, the beat stands
// where the picture would.
/**
 * @param {import("../shared/headers").GridTile} tile
 * @param {import("../shared/unpack.js").ShapedArray} [beat]
 * @returns {HTMLElement}
 */
export function tileElement({ id, caption, isQuery, opens, frames }, beat) {
  const element = opens ? tileButton(caption) : tileGroup(caption);
  element.classList.add("tile");
  element.classList.toggle("query", isQuery);
  element.dataset.tile = id;
  const pictures = frames
    ? [canvasBox("picture"), ...(beat ? [beatBox("beat")] : [])]
    : [beatBox("picture bare")];
  const lines = caption.map((words, index) => {
    const line = document.createElement("span");
    line.className = index === 0 ? "caption first" : "caption";
    line.textContent = words;
    return line;
  });
  element.append(...pictures, ...lines);
  return element;
}

function tileButton(caption) {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-label", `Open ${caption.join(", ")}`);
  return button;
}

function tileGroup(caption) {
  const group = document.createElement("div");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", caption.join(", "));
  return group;
}

function canvasBox(name) {
  const box = document.createElement("span");
  box.className = name;
  box.append(document.createElement("canvas"));
  return box;
}

function beatBox(name) {
  const box = canvasBox(name);
  const cursor = document.createElement("i");
  cursor.className = "cursor";
  box.append(cursor);
  return box;
}

// One beat, from `low` to `high` over the height of its box, less a margin of so many pixels.
export function drawBeat(box, beat, { low, high }, theme, margin = 3) {
  const { clientWidth: width, clientHeight: height } = box;
  const context = sizeCanvas(box.querySelector("canvas"), width, height);
  context.clearRect(0, 0, width, height);
  context.beginPath();
  for (let index = 0; index < beat.length; index += 1) {
    const value = beat[Math.floor(wrapPhase(index / beat.length - BEFORE_R) * beat.length)];
    const below = ((high - value) / Math.max(high - low, 1e-6)) * (height - 2 * margin);
    context.lineTo((index / (beat.length - 1)) * width, margin + below);
  }
  context.strokeStyle = theme.ecgText;
  context.lineWidth = 1.25;
  context.lineJoin = "round";
  context.stroke();
}
