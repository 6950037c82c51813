// Several cines on one clock by phase: systole falls together whatever their heart rates.

const NARROWEST_TILE = 140;
const WIDEST_TILE = 240;
const TILE_GAP = 16;

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

    const transport = new Transport(root, signal, {
      ...header,
      frames: Math.max(...header.tiles.map((tile) => tile.frames)),
      remembered,
      render: (phase) => {
        for (const { view } of tiles) view.draw(frameAt(phase, view.frames));
      },
    });
    redrawOnResize(root, signal, () => {
      adoptTheme(root);
      root.querySelector(".tiles").style.gridTemplateColumns =
        `repeat(${evenColumns(tiles.length, root.clientWidth)}, minmax(0, ${WIDEST_TILE}px))`;
      for (const { button, view } of tiles) {
        const picture = button.firstElementChild;
        view.resize(picture.clientWidth, picture.clientHeight);
      }
      transport.refresh();
    });
    return { memory: () => transport.memory() };
  });
}

// As many columns as fit, but no row left nearly empty: six tiles stand as 6, 3 + 3 or 2 + 2 + 2.
function evenColumns(tiles, width) {
  const fitting = Math.max(1, Math.floor((width + TILE_GAP) / (NARROWEST_TILE + TILE_GAP)));
  return Math.ceil(tiles / Math.ceil(tiles / fitting));
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
