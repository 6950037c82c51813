// Histograms whose bars answer to pointer and keys: they say their shares, and narrow who is shown.
// Labels come from data: they are set as text, never as HTML.

import { Picking, attachBarKeys, attachPointer } from "./picking.js";
import { element } from "../shared/element.js";
import { replaceFormer } from "../shared/lifecycle.js";

export default function histogramBars({ data, parentElement, setTriggerValue }) {
  return replaceFormer(parentElement, (_remembered, signal) => {
    const root = parentElement.querySelector(".histogram-bars");
    const narrow = (column, range) => setTriggerValue("narrow", { column, range });
    const focused = root.getRootNode().activeElement?.dataset.column;
    root.replaceChildren(...data.bars.map((bars) => figure(bars, data, signal, narrow)));
    [...root.querySelectorAll(".bins")].find((bins) => bins.dataset.column === focused)?.focus();
    return { memory: () => ({}) };
  });
}

function figure(bars, colours, signal, narrow) {
  const bins = element("div", "bins");
  bins.dataset.column = bars.column;
  bins.tabIndex = 0;
  bins.setAttribute("role", "listbox");
  bins.setAttribute("aria-orientation", "horizontal");
  bins.setAttribute("aria-multiselectable", "true");
  bins.setAttribute(
    "aria-label",
    `${bars.label}. Arrows go from bar to bar, with Shift over several; Enter shows only those hearts.`,
  );
  bins.append(...bars.selection.map((_, bin) => barPair(bars, bin, colours)));
  const reading = element("span", "reading", "");
  const picking = new Picking(bins, {
    say: (first, last) => {
      reading.textContent = first === null ? "" : words(bars, first, last);
    },
    pick: (first, last) => narrow(bars.column, [bars.edges[first], bars.edges[last + 1]]),
  });
  attachPointer(bins, signal, picking);
  attachBarKeys(bins, signal, picking);
  const ends = element("div", "ends");
  ends.append(
    element("span", "end", round(bars.edges[0])),
    reading,
    element("span", "end", round(bars.edges.at(-1))),
  );
  const whole = document.createElement("figure");
  whole.append(head(bars, narrow), bins, ends);
  return whole;
}

// The bar of the selection before that of the rest.
function barPair(bars, bin, colours) {
  const highest = Math.max(...bars.selection, ...bars.rest) || 1;
  const pair = element("span", "bin");
  pair.id = `${bars.column}-${bin}`;
  pair.setAttribute("role", "option");
  pair.setAttribute("aria-selected", "false");
  pair.setAttribute("aria-label", words(bars, bin));
  for (const name of ["rest", "selection"]) {
    const bar = element("i", name);
    bar.style.height = `${(100 * bars[name][bin]) / highest}%`;
    bar.style.background = colours[name];
    pair.append(bar);
  }
  return pair;
}

function head({ column, label, narrowed }, narrow) {
  const line = element("div", "head");
  line.append(element("span", "label", label));
  if (narrowed) {
    const button = element("button", "widen", "Whole range");
    button.type = "button";
    button.addEventListener("click", () => narrow(column, null));
    line.append(button);
  }
  return line;
}

function words({ edges, selection, rest }, first, last = first) {
  const share = (values) =>
    Math.round(values.slice(first, last + 1).reduce((sum, value) => sum + value, 0));
  return `${round(edges[first])}–${round(edges[last + 1])}: selection ${share(selection)} %, rest ${share(rest)} %`;
}

function round(value) {
  return `${Math.abs(value) < 10 ? Number(value.toPrecision(2)) : Math.round(value)}`;
}
