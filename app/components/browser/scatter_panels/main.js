// Scatter plots side by side; each redraws itself when its width changes.

import { Axes } from "./axes.js";
import { drawPanel } from "./drawing.js";
import { attachPointing } from "./pointing.js";
import { adoptTheme } from "../shared/canvas.js";
import { element } from "../shared/element.js";
import { redrawOnResize, replaceFormer } from "../shared/lifecycle.js";
import { unpack } from "../shared/unpack.js";

export default function scatterPanels({ data, parentElement, setTriggerValue }) {
  return replaceFormer(parentElement, (remembered, signal) => {
    const root = parentElement.querySelector(".scatter-panels");
    /** @type {import("../shared/unpack.js").Packed<import("../shared/headers").ScatterPanelsHeader>} */
    const { header, arrays } = unpack(data);
    const ids = new TextDecoder().decode(arrays.ids).split("\n");
    root.style.setProperty("--columns", header.columns);
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", header.description);
    const open = (subject) => setTriggerValue("open", subject);
    const panels = header.panels.map((panel, number) => ({
      ...panel,
      arrays: arraysOf(arrays, number),
    }));
    root.replaceChildren(...panels.map((panel) => scatterFigure(panel, header)));
    root
      .querySelectorAll(".panel")
      .forEach((box, number) => start(box, panels[number], header, ids, signal, open));
    return { memory: () => ({}) };
  });
}

function arraysOf(arrays, number) {
  const names = ["x", "y", "low", "high"].filter((name) => arrays[`${name}${number}`]);
  return Object.fromEntries(names.map((name) => [name, arrays[`${name}${number}`]]));
}

function start(box, panel, header, ids, signal, open) {
  /** @type {Axes | null} */
  let axes = null;
  redrawOnResize(box, signal, () => {
    axes = new Axes(panel, box.clientWidth, header.height);
    drawPanel(box.querySelector("canvas"), panel, axes, adoptTheme(box), header);
  });
  attachPointing(box, panel, () => axes, ids, signal, open);
}

function scatterFigure(panel, { height }) {
  const caption = element("figcaption", "caption");
  caption.append(element("span", "title", panel.title), element("span", "note", panel.note));
  const box = element("div", "panel");
  box.style.height = `${height}px`;
  box.tabIndex = 0;
  box.setAttribute("role", "application");
  box.setAttribute(
    "aria-label",
    `${panel.title}, ${panel.note}. Arrow keys go from point to point, Enter opens one.`,
  );
  const card = element("div", "card");
  card.setAttribute("aria-live", "polite");
  const ring = element("i", "mark");
  card.hidden = ring.hidden = true;
  box.append(document.createElement("canvas"), ring, card);
  const figure = document.createElement("figure");
  figure.append(caption, box);
  return figure;
}
