// Histograms whose bars answer to the pointer: hovered they say their shares, clicked or dragged
// over they narrow who is shown. The sliders of the filters do the same from the keyboard. Labels
// come from data: they are set as text, never as HTML.

export default function histogramBars({ data, parentElement, setTriggerValue }) {
  return replaceFormer(parentElement, (remembered, signal) => {
    const root = parentElement.querySelector(".histogram-bars");
    const narrow = (column, range) => setTriggerValue("narrow", { column, range });
    root.replaceChildren(...data.bars.map((bars) => figure(bars, data, signal, narrow)));
    return { memory: () => ({}) };
  });
}

function figure(bars, colours, signal, narrow) {
  const highest = Math.max(...bars.selection, ...bars.rest) || 1;
  const bins = element("div", "bins");
  bins.setAttribute("role", "img");
  bins.setAttribute("aria-label", `${bars.label}: ${bars.selection.map((_, bin) => words(bars, bin)).join("; ")}`);
  bins.append(...bars.selection.map((_, bin) => {
    const column = element("span", "bin");
    for (const name of ["rest", "selection"]) {
      const bar = element("i", name);
      bar.style.height = `${(100 * bars[name][bin]) / highest}%`;
      bar.style.background = colours[name];
      column.append(bar);
    }
    return column;
  }));
  const middle = element("span", "reading", "");
  attachPicking(bins, signal, {
    say: (first, last) => { middle.textContent = first === null ? "" : words(bars, first, last); },
    pick: (first, last) => narrow(bars.column, [bars.edges[first], bars.edges[last + 1]]),
  });
  const whole = document.createElement("figure");
  const ends = element("div", "ends");
  ends.append(element("span", "end", round(bars.edges[0])), middle, element("span", "end", round(bars.edges.at(-1))));
  whole.append(head(bars, narrow), bins, ends);
  return whole;
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

function attachPicking(bins, signal, { say, pick }) {
  let from = null;
  const listen = (name, action) => bins.addEventListener(name, action, { signal });
  const at = (event) => {
    const frame = bins.getBoundingClientRect();
    const place = Math.floor(((event.clientX - frame.left) / frame.width) * bins.children.length);
    return Math.min(Math.max(place, 0), bins.children.length - 1);
  };
  const span = (event) => [Math.min(from ?? at(event), at(event)), Math.max(from ?? at(event), at(event))];
  const mark = (first, last) => [...bins.children].forEach((bin, place) =>
    bin.classList.toggle("picked", from !== null && place >= first && place <= last));
  listen("pointerdown", (event) => {
    from = at(event);
    bins.setPointerCapture(event.pointerId);
    mark(from, from);
  });
  listen("pointermove", (event) => { say(...span(event)); mark(...span(event)); });
  listen("pointerleave", () => say(null));
  listen("pointercancel", () => { from = null; mark(0, -1); });
  listen("pointerup", (event) => {
    if (from !== null) pick(...span(event));
    from = null;
    mark(0, -1);
  });
}

function words({ edges, selection, rest }, first, last = first) {
  const share = (values) => Math.round(values.slice(first, last + 1).reduce((sum, value) => sum + value, 0));
  return `${round(edges[first])}–${round(edges[last + 1])}: selection ${share(selection)} %, rest ${share(rest)} %`;
}

function round(value) {
  return `${Math.abs(value) < 10 ? Number(value.toPrecision(2)) : Math.round(value)}`;
}

function element(tag, name, text) {
  const made = document.createElement(tag);
  made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}
