// Several cines on one clock. In step by phase, systole falls together whatever the heart rates;
// each at its own rate, they begin together at the R wave and drift apart as the hearts did.

const NARROWEST_TILE = 140;
const WIDEST_TILE = 240;
const TILE_GAP = 16;

export default function cineGrid({ data, parentElement, setTriggerValue }) {
  return replaceFormer(parentElement, (remembered, signal) => {
    const root = parentElement.querySelector(".cine-grid");
    const { header, arrays } = unpack(data);
    const tiles = header.tiles.map((tile, index) => {
      const beat = arrays[`beat${index}`];
      const button = tileElement(tile, beat);
      const view = new CineView(button.querySelector(".picture canvas"), arrays[`frames${index}`], tile);
      return { button, view, beat, id: tile.id, rrMs: tile.rrMs };
    });
    root.querySelector(".tiles").replaceChildren(...tiles.map(({ button }) => button));
    root.querySelector(".jumps").hidden = true;
    root.querySelector("[data-speed='true']").textContent = `Mean rate, ${Math.round(60000 / header.rrMs)} /min`;

    let pace = remembered.pace ?? "phase";
    const transport = new Transport(root, signal, {
      ...header,
      frames: Math.max(...header.tiles.map((tile) => tile.frames)),
      remembered,
      render: (_phase, _frame, beats) => {
        for (const tile of tiles) {
          showTile(tile, wrapPhase(pace === "own" ? (beats * header.rrMs) / tile.rrMs : beats));
        }
      },
    });
    const windowing = new Windowing(root, signal, tiles.map(({ view }) => view), remembered.window, () => transport.refresh());
    for (const { button, id } of tiles) {
      windowing.attachDrag(button);
      // A key press is a click without a pointer: `detail` is 0.
      button.addEventListener("click", ({ detail }) => {
        if (detail === 0 || !windowing.dragged) setTriggerValue("open", id);
      }, { signal });
    }
    attachChoice(root, signal, "data-pace", pace, (name) => {
      pace = name;
      transport.change({ phase: 0 });
    });
    redrawOnResize(root, signal, () => {
      drawTiles(root, tiles);
      transport.refresh();
    });
    windowing.apply();
    return { memory: () => ({ ...transport.memory(), window: windowing.window, pace }) };
  });
}

function showTile({ button, view }, phase) {
  view.draw(frameAt(phase, view.frames));
  button.dataset.frame = view.shown;
  const cursor = button.querySelector(".cursor");
  if (cursor) cursor.style.transform = `translateX(${wrapPhase(phase + BEFORE_R) * cursor.parentElement.clientWidth}px)`;
}

function drawTiles(root, tiles) {
  const theme = adoptTheme(root);
  root.querySelector(".tiles").style.gridTemplateColumns =
    `repeat(${evenColumns(tiles.length, root.clientWidth)}, minmax(0, ${WIDEST_TILE}px))`;
  const values = tiles.flatMap(({ beat }) => (beat ? Array.from(beat) : []));
  const range = { low: Math.min(...values), high: Math.max(...values) };
  for (const { button, view, beat } of tiles) {
    const picture = button.querySelector(".picture");
    view.resize(picture.clientWidth, picture.clientHeight);
    if (beat) drawBeat(button.querySelector(".beat"), beat, range, theme);
  }
}

// As many columns as fit, but no row left nearly empty: six tiles stand as 6, 3 + 3 or 2 + 2 + 2.
function evenColumns(tiles, width) {
  const fitting = Math.max(1, Math.floor((width + TILE_GAP) / (NARROWEST_TILE + TILE_GAP)));
  return Math.ceil(tiles / Math.ceil(tiles / fitting));
}
