// The player: one clock, and everything on the page that follows it.

export default function cinePlayer({ data, parentElement }) {
  return replaceFormer(parentElement, (remembered, signal) => {
    const root = parentElement.querySelector(".cine-player");
    const { header, arrays } = unpack(data);
    const view = new CineView(root.querySelector(".cine canvas"), arrays.frames, header);
    const panels = showPanels(root, arrays);
    let drawn = {};
    let pointed = null;

    const transport = new Transport(root, signal, {
      ...header,
      remembered,
      render: (phase, frame) => {
        view.draw(frame);
        showMoment(root, header, frame);
        moveCursors(root, drawn, { header, arrays, phase, frame, pointed });
      },
    });
    redrawOnResize(root, signal, () => {
      drawn = drawPanels(root, panels, header, arrays, view);
      transport.refresh();
    });
    attachWindowing(root, signal, view, transport);
    attachJumps(root, signal, header, transport);
    for (const panel of panels) {
      attachHover(panel, signal, transport, (event) => {
        pointed = panel.matches(".map") ? rowUnder(event, panel, drawn.map) : null;
        return phaseUnder(event, panel);
      });
      panel.addEventListener("pointerleave", () => { pointed = null; }, { signal });
    }
    return { memory: () => transport.memory() };
  });
}

// Hides what has no data; returns the panels that have.
function showPanels(root, { beat, similarity, volume }) {
  const has = { strip: beat, map: similarity, curve: volume };
  for (const [name, array] of Object.entries(has)) root.querySelector(`.${name}`).hidden = !array;
  root.classList.toggle("no-map", !similarity);
  root.classList.toggle("alone", !beat && !similarity && !volume);
  root.querySelector(".signals").hidden = !beat && !similarity && !volume;
  return Object.keys(has).filter((name) => has[name]).map((name) => root.querySelector(`.${name}`));
}

function drawPanels(root, panels, header, arrays, view) {
  const theme = adoptTheme(root);
  const cine = root.querySelector(".cine");
  root.querySelector(".title").textContent = header.title;
  root.querySelector("[data-speed='true']").textContent = `True rate, ${Math.round(60000 / header.rrMs)} /min`;
  view.resize(cine.clientWidth, cine.clientHeight);
  root.querySelector(".ruler i").style.width = `${(20 / (header.rows * header.spacing[0])) * view.box.height}px`;
  view.canvas.setAttribute("aria-label", header.descriptions.cine);
  const draw = {
    strip: (panel) => drawStrip(panel, theme, header, arrays.beat),
    map: (panel) => drawHeatMap(panel, theme, header, arrays.similarity, arrays.path),
    curve: (panel) => drawCurve(panel, theme, header, arrays.volume),
  };
  const drawn = {};
  for (const panel of panels) {
    const name = Object.keys(draw).find((candidate) => panel.matches(`.${candidate}`));
    drawn[name] = draw[name](panel);
    panel.querySelector("canvas").setAttribute("aria-label", header.descriptions[name]);
  }
  if (panels.length) drawAxis(root.querySelector(".axis"), theme, header);
  drawn.width = root.querySelector(".axis").clientWidth;
  return drawn;
}

function showMoment(root, { frames, rrMs, esFrame }, frame) {
  const time = Math.round((frame / frames) * rrMs);
  const words = `frame ${frame + 1} of ${frames} · ${time} ms`;
  const moment = root.querySelector(".moment");
  if (moment.textContent === words) return;
  moment.textContent = words;
  root.querySelector(".mark").textContent = heartPhase(frame, esFrame);
  root.querySelector(".scrub").setAttribute("aria-valuetext", words);
}

function heartPhase(frame, esFrame) {
  if (frame === 0) return "ED";
  if (esFrame === null) return "";
  if (frame === esFrame) return "ES";
  return frame < esFrame ? "systole" : "diastole";
}

// Cursors are elements that move: the panels beneath them are drawn once.
function moveCursors(root, drawn, { header, arrays, phase, frame, pointed }) {
  const span = Math.max(1, drawn.width - PLOT_LEFT - PLOT_RIGHT);
  for (const cursor of root.querySelectorAll(".cursor")) {
    cursor.style.transform = `translateX(${PLOT_LEFT + phase * span}px)`;
  }
  if (!drawn.map) return;
  const { top, height, bins } = drawn.map;
  const bin = pointed ?? segmentOf(frame, header.frames, bins, arrays.path);
  const column = root.querySelector(".column");
  column.style.top = `${top}px`;
  column.style.height = `${height}px`;
  column.style.width = `${span / header.frames}px`;
  column.style.transform = `translateX(${PLOT_LEFT + (frame / header.frames) * span}px)`;
  const row = root.querySelector(".row");
  row.style.left = `${PLOT_LEFT}px`;
  row.style.width = `${span}px`;
  row.style.height = `${height / bins}px`;
  row.style.transform = `translateY(${top + (bin / bins) * height}px)`;
  const lit = root.querySelector(".lit");
  lit.style.width = `${span / bins}px`;
  lit.style.transform = `translateX(${PLOT_LEFT + (bin / bins) * span}px)`;
  const value = arrays.similarity[bin * header.frames + frame];
  setText(root.querySelector(".reading"),
    `ECG segment at ${percent(bin, bins)} of the beat · cine frame at ${percent(frame, header.frames)} · cosine ${value.toFixed(2)}`);
}

// The segment that the best path gives this frame; without a path, the one of the same phase.
function segmentOf(frame, frames, bins, path) {
  if (!path) return Math.floor((frame / frames) * bins);
  let best = 0;
  const distance = (bin) => {
    const apart = Math.abs(path[bin] - frame);
    return Math.min(apart, frames - apart);
  };
  for (let bin = 1; bin < bins; bin += 1) if (distance(bin) < distance(best)) best = bin;
  return best;
}

function percent(index, count) {
  return `${Math.round((100 * index) / count)} %`;
}

function setText(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

function phaseUnder(event, panel) {
  const x = event.clientX - panel.getBoundingClientRect().left;
  return Math.min(Math.max((x - PLOT_LEFT) / (panel.clientWidth - PLOT_LEFT - PLOT_RIGHT), 0), 0.9999);
}

function rowUnder(event, panel, { top, height, bins }) {
  const y = event.clientY - panel.getBoundingClientRect().top - top;
  return Math.min(Math.max(Math.floor((y / height) * bins), 0), bins - 1);
}

// Drag on the cine: sideways the window's width, up and down its level; double click resets.
function attachWindowing(root, signal, view, transport) {
  const cine = root.querySelector(".cine");
  const label = root.querySelector(".window");
  const apply = (width, level) => {
    view.setWindow(Math.min(Math.max(width, 8), 510), Math.min(Math.max(level, 0), 255));
    const changed = view.window.width !== 255 || view.window.level !== 127.5;
    label.textContent = changed ? `W ${Math.round(view.window.width)} L ${Math.round(view.window.level)}` : "";
    transport.refresh();
  };
  cine.addEventListener("pointerdown", (event) => cine.setPointerCapture(event.pointerId), { signal });
  cine.addEventListener("pointermove", (event) => {
    if (!cine.hasPointerCapture(event.pointerId)) return;
    apply(view.window.width + event.movementX, view.window.level + event.movementY);
  }, { signal });
  cine.addEventListener("dblclick", () => apply(255, 127.5), { signal });
  label.textContent = "";
}

function attachJumps(root, signal, { esFrame }, transport) {
  const toEs = root.querySelector(".to-es");
  toEs.hidden = esFrame === null;
  toEs.addEventListener("click", () => transport.goTo(esFrame), { signal });
  root.querySelector(".to-ed").addEventListener("click", () => transport.goTo(0), { signal });
}
