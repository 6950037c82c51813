// Several cines on one clock by phase: systole falls together whatever their heart rates.

export default function cineGrid({ data, parentElement, setTriggerValue }) {
  return replaceFormer(parentElement, (remembered, signal) => {
    const root = parentElement.querySelector(".cine-grid");
    const { header, arrays } = unpack(data);
    const tiles = header.tiles.map((tile, index) => {
      const { button, canvas } = tileElement(tile);
      button.addEventListener("click", () => setTriggerValue("open", tile.id), { signal });
      return { button, view: new CineView(canvas, arrays[`frames${index}`], tile) };
    });
    root.querySelector(".tiles").replaceChildren(...tiles.map(({ button }) => button));
    root.querySelector(".jumps").hidden = true;
    root.querySelector("[data-speed='true']").textContent = `Mean rate, ${Math.round(60000 / header.rrMs)} /min`;

    const frames = Math.max(...header.tiles.map((tile) => tile.frames));
    const clock = new HeartClock((speed) => ({ half: 2 * header.rrMs, true: header.rrMs, fixed: (frames / 30) * 1000 })[speed], {
      ...remembered,
      playing: remembered.playing ?? (header.autoplay && !prefersStillness()),
    });
    const render = (phase) => {
      for (const { view } of tiles) view.draw(frameAt(phase, view.frames));
    };
    const transport = attachTransport(root, signal, { frames, clock, render });
    redrawOnResize(root, signal, () => {
      for (const { button, view } of tiles) {
        const picture = button.firstElementChild;
        view.resize(picture.clientWidth, picture.clientHeight);
      }
      transport.refresh();
    });
    return { memory: () => ({ phase: clock.phaseAt(performance.now()), speed: clock.speed, playing: clock.playing }) };
  });
}

// Captions come from data: they are set as text, never as HTML.
function tileElement({ id, caption }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "tile";
  button.dataset.tile = id;
  button.setAttribute("aria-label", `Open ${caption.join(", ")}`);
  const picture = document.createElement("span");
  picture.className = "picture";
  const canvas = document.createElement("canvas");
  picture.append(canvas);
  button.append(picture, ...caption.map((words, index) => {
    const line = document.createElement("span");
    line.className = index === 0 ? "caption first" : "caption";
    line.textContent = words;
    return line;
  }));
  return { button, canvas };
}
