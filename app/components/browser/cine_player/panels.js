// The panels beside the cine: which there are, and their drawings beneath what moves.

import { drawClockCurves, makeCurvePanels } from "./clock_curves.js";
import { drawHeatMap } from "./heat_map.js";
import { PLOT_LEFT, PLOT_RIGHT, drawAxis, drawCurve, drawStrip } from "./plot.js";
import { adoptTheme } from "../shared/canvas.js";

/**
 * Hides what has no data; returns the panels that have.
 * @param {HTMLElement} root
 * @param {Record<string, import("../shared/unpack.js").ShapedArray>} arrays
 * @param {Array<import("../shared/headers").ClockPanel>} curves
 * @returns {Array<HTMLElement>}
 */
export function showPanels(root, { beat, mean, similarity, volume }, curves) {
  /** @type {(name: string) => HTMLElement} */
  const part = (name) => /** @type {HTMLElement} */ (root.querySelector(name));
  const has = { strip: beat ?? mean, map: similarity, curve: volume };
  for (const [name, array] of Object.entries(has)) part(`.${name}`).hidden = !array;
  part(".strips").hidden = !(beat && mean);
  root.classList.toggle("no-map", !similarity);
  root.classList.toggle("alone", !has.strip && !similarity && !volume && !curves.length);
  part(".signals").hidden = root.classList.contains("alone");
  part(".looping").hidden = root.classList.contains("alone");
  const known = Object.keys(has).filter((name) => has[name]);
  return [...known.map((name) => part(`.${name}`)), ...makeCurvePanels(root, curves)];
}

export function drawPanels(root, panels, header, arrays, view, strip) {
  const theme = adoptTheme(root);
  const cine = root.querySelector(".cine");
  root.querySelector(".title").textContent = header.title;
  root.querySelector("[data-speed='true']").textContent = header.timed
    ? `True rate, ${Math.round(60000 / header.rrMs)} /min`
    : "60 /min";
  view.resize(cine.clientWidth, cine.clientHeight);
  view.canvas.setAttribute("aria-label", header.descriptions.cine);
  const draw = {
    strip: (panel) => drawStrip(panel, theme, header.ecgLabels[strip], arrays[strip]),
    map: (panel) => drawHeatMap(panel, theme, header, arrays.similarity, arrays.path),
    curve: (panel) => drawCurve(panel, theme, header, arrays),
    follows: (panel) =>
      drawClockCurves(
        panel,
        theme,
        header.curves[panel.dataset.index],
        arrays[`curves${panel.dataset.index}`],
      ),
  };
  const drawn = {};
  for (const panel of panels) {
    const name = Object.keys(draw).find((candidate) => panel.matches(`.${candidate}`)) ?? "";
    drawn[name] = draw[name](panel);
    panel.querySelector("canvas").setAttribute("aria-label", descriptionOf(header, panel, name));
  }
  if (panels.length) drawAxis(root.querySelector(".axis"), theme, header);
  drawn.width = root.querySelector(".axis").clientWidth;
  return drawn;
}

function descriptionOf(header, panel, name) {
  return name === "follows"
    ? header.curves[panel.dataset.index].description
    : header.descriptions[name];
}

// Where a pointer is, on the time axis that all panels share and down the map.
export function phaseUnder(event, panel) {
  const x = event.clientX - panel.getBoundingClientRect().left;
  return Math.min(
    Math.max((x - PLOT_LEFT) / (panel.clientWidth - PLOT_LEFT - PLOT_RIGHT), 0),
    0.9999,
  );
}

export function rowUnder(event, panel, { top, height, bins }) {
  const y = event.clientY - panel.getBoundingClientRect().top - top;
  return Math.min(Math.max(Math.floor((y / height) * bins), 0), bins - 1);
}
