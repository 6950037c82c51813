// Small similarity maps as buttons.

import { adoptTheme, sizeCanvas } from "../shared/canvas.js";
import { heatImage, rangeOf } from "../shared/heat_image.js";
import { redrawOnResize, replaceFormer } from "../shared/lifecycle.js";
import { unpack } from "../shared/unpack.js";

export default function heatTiles({ data, parentElement, setTriggerValue }) {
  return replaceFormer(parentElement, (_remembered, signal) => {
    const root = parentElement.querySelector(".heat-tiles");
    /** @type {import("../shared/unpack.js").Packed<import("../shared/headers").HeatTilesHeader>} */
    const { header, arrays } = unpack(data);
    const focused = root.getRootNode().activeElement?.dataset.tile;
    const buttons = header.tiles.map((tile) => {
      const button = heatTile(tile);
      button.addEventListener("click", () => setTriggerValue("choose", tile.id), { signal });
      return button;
    });
    root.replaceChildren(...buttons);
    buttons.find((button) => button.dataset.tile === focused)?.focus();
    redrawOnResize(root, signal, () => {
      adoptTheme(root);
      buttons.forEach((button, index) => drawTile(button, arrays[`map${index}`], header.colours));
    });
    return { memory: () => ({}) };
  });
}

function heatTile({ id, title, caption, chosen }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "tile";
  button.dataset.tile = id;
  button.setAttribute("aria-pressed", chosen);
  button.setAttribute("aria-label", `${title}: ${caption}`);
  const picture = document.createElement("span");
  picture.className = "picture";
  picture.append(document.createElement("canvas"));
  const state = document.createElement("i");
  state.textContent = chosen ? " · in the player" : "";
  const heading = line("title", title);
  heading.append(state);
  button.append(heading, picture, line("caption", caption));
  return button;
}

function line(name, words) {
  const element = document.createElement("span");
  element.className = name;
  element.textContent = words;
  return element;
}

function drawTile(button, matrix, colours) {
  const box = button.querySelector(".picture");
  const [width, height] = [box.clientWidth, box.clientHeight];
  const context = sizeCanvas(box.querySelector("canvas"), width, height);
  context.imageSmoothingEnabled = false;
  context.drawImage(heatImage(matrix, ...rangeOf(matrix), colours), 0, 0, width, height);
  context.setLineDash([2, 3]);
  context.strokeStyle = "rgba(255, 255, 255, 0.9)";
  context.beginPath();
  context.lineTo(0, 0);
  context.lineTo(width, height);
  context.stroke();
}
