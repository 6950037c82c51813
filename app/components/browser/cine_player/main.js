// The player: one clock, and everything on the page that follows it.

export default function cinePlayer({ data, parentElement }) {
  return replaceFormer(parentElement, (remembered, signal) => {
    const root = parentElement.querySelector(".cine-player");
    const { header, arrays } = unpack(data);
    const view = new CineView(root.querySelector(".cine canvas"), arrays.frames, header);
    if (remembered.picture) Object.assign(view, remembered.picture);
    const panels = showPanels(root, arrays);
    let drawn = {};
    let pointed = null;
    let strip = arrays[remembered.strip] ? remembered.strip : arrays.beat ? "beat" : "mean";

    const transport = new Transport(root, signal, {
      ...header,
      remembered,
      render: (phase, frame) => {
        view.draw(frame);
        showMoment(root, header, frame);
        moveCursors(root, drawn, { header, arrays, phase, frame, pointed });
      },
    });
    const refresh = () => transport.refresh();
    const showRuler = () => {
      root.querySelector(".ruler i").style.width = `${(20 / (header.rows * header.spacing[0])) * view.box.height}px`;
    };
    const redraw = () => {
      drawn = drawPanels(root, panels, header, arrays, view, strip);
      showRuler();
      drawLoop();
      refresh();
    };
    const windowing = new Windowing(root, signal, [view], remembered.window, (words) => {
      setText(root.querySelector(".window"), words);
      refresh();
    });
    const drawLoop = attachLoop(root, signal, header, transport);
    const changed = () => { showRuler(); refresh(); };
    attachMagnifying(root, signal, view, changed);
    windowing.attachDrag(root.querySelector(".cine"), (event) => movePicture(event, view, changed));
    attachJumps(root, signal, header, transport);
    attachChoice(root, signal, "data-strip", strip, (name) => { strip = name; redraw(); });
    root.querySelector(".save").addEventListener("click", () => {
      const moment = [root.querySelector(".moment"), root.querySelector(".mark"), root.querySelector(".window")];
      const words = moment.map((part) => part.textContent).filter(Boolean).join(" · ");
      saveFrame(view, transport.drawn, [header.title, words, header.footnote].filter(Boolean));
    }, { signal });
    for (const panel of panels) {
      attachHover(panel, signal, transport, (event) => {
        pointed = panel.matches(".map") ? rowUnder(event, panel, drawn.map) : null;
        return phaseUnder(event, panel);
      });
      panel.addEventListener("pointerleave", () => { pointed = null; }, { signal });
    }
    redrawOnResize(root, signal, redraw);
    windowing.apply();
    const picture = () => ({ magnified: view.magnified, centre: view.centre });
    return { memory: () => ({ ...transport.memory(), window: windowing.window, picture: picture(), strip }) };
  });
}

// Hides what has no data; returns the panels that have.
function showPanels(root, { beat, mean, similarity, volume }) {
  const has = { strip: beat ?? mean, map: similarity, curve: volume };
  for (const [name, array] of Object.entries(has)) root.querySelector(`.${name}`).hidden = !array;
  root.querySelector(".strips").hidden = !(beat && mean);
  root.classList.toggle("no-map", !similarity);
  root.classList.toggle("alone", !has.strip && !similarity && !volume);
  root.querySelector(".signals").hidden = root.classList.contains("alone");
  root.querySelector(".looping").hidden = root.classList.contains("alone");
  return Object.keys(has).filter((name) => has[name]).map((name) => root.querySelector(`.${name}`));
}

function drawPanels(root, panels, header, arrays, view, strip) {
  const theme = adoptTheme(root);
  const cine = root.querySelector(".cine");
  root.querySelector(".title").textContent = header.title;
  root.querySelector("[data-speed='true']").textContent = `True rate, ${Math.round(60000 / header.rrMs)} /min`;
  view.resize(cine.clientWidth, cine.clientHeight);
  view.canvas.setAttribute("aria-label", header.descriptions.cine);
  const draw = {
    strip: (panel) => drawStrip(panel, theme, header.ecgLabels[strip], arrays[strip]),
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

function showMoment(root, header, frame) {
  const { frames, rrMs } = header;
  const time = Math.round((frame / frames) * rrMs);
  const words = `frame ${frame + 1} of ${frames} · ${time} ms`;
  const moment = root.querySelector(".moment");
  if (moment.textContent === words) return;
  moment.textContent = words;
  root.querySelector(".mark").textContent = heartPhase(frame, header);
  root.querySelector(".scrub").setAttribute("aria-valuetext", words);
}

function heartPhase(frame, { frames, edFrame, esFrame, inOrder }) {
  if (frame === edFrame) return "ED";
  if (frame === esFrame) return "ES";
  if (esFrame === null || !inOrder) return "";
  const since = (from, to) => (to - from + frames) % frames;
  return since(edFrame, frame) < since(edFrame, esFrame) ? "systole" : "diastole";
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

function attachJumps(root, signal, { edFrame, esFrame }, transport) {
  for (const [selector, frame] of [[".to-ed, .at-ed", edFrame], [".to-es, .at-es", esFrame]]) {
    for (const button of root.querySelectorAll(selector)) {
      button.hidden = frame === null;
      button.addEventListener("click", () => transport.goTo(frame), { signal });
    }
  }
}
