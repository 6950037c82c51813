// Several cines on one clock. In step by phase, systole falls together whatever the heart rates;
// each at its own rate, they begin together at the R wave and drift apart as the hearts did.

import { attachContours, layerOf } from "./contours.js";
import { BEFORE_R, drawBeat, tileElement } from "./tile.js";
import { adoptTheme } from "../shared/canvas.js";
import { CineView } from "../shared/cine_view.js";
import { frameAt, wrapPhase } from "../shared/clock.js";
import { redrawOnResize, replaceFormer } from "../shared/lifecycle.js";
import { Transport, attachChoice } from "../shared/transport.js";
import { unpack } from "../shared/unpack.js";
import { Windowing } from "../shared/windowing.js";

const NARROWEST_TILE = 140;
const WIDEST_TILE = 240;
const TILE_GAP = 16;

export default function cineGrid({ data, parentElement, setTriggerValue }) {
  return replaceFormer(parentElement, (remembered, signal) => {
    const root = parentElement.querySelector(".cine-grid");
    /** @type {import("../shared/unpack.js").Packed<import("../shared/headers").CineGridHeader>} */
    const { header, arrays } = unpack(data);
    const tiles = header.tiles.map((tile, index) => {
      const beat = arrays[`beat${index}`];
      const element = tileElement(tile, beat);
      const pixels = arrays[`frames${index}`];
      const geometry = /** @type {import("../shared/headers").CineGeometry} */ (tile);
      const view =
        pixels && new CineView(element.querySelector(".picture canvas"), pixels, geometry);
      const layer = layerOf(tile, index, arrays, view);
      return { element, view, layer, beat, id: tile.id, opens: tile.opens, rrMs: tile.rrMs };
    });
    const layers = tiles.flatMap(({ layer }) => layer ?? []);
    const views = tiles.flatMap(({ view }) => view ?? []);
    root.querySelector(".tiles").replaceChildren(...tiles.map(({ element }) => element));
    root.querySelector(".jumps").hidden = true;
    root.querySelector("[data-speed='true']").textContent =
      `Mean rate, ${Math.round(60000 / header.rrMs)} /min`;

    let pace = remembered.pace ?? "phase";
    const transport = new Transport(root, signal, {
      ...header,
      frames: Math.max(...views.map((view) => view.frames)),
      remembered,
      render: (_phase, _frame, beats) => {
        for (const tile of tiles) {
          showTile(tile, wrapPhase(pace === "own" ? (beats * header.rrMs) / tile.rrMs : beats));
        }
      },
    });
    const windowing = new Windowing(root, signal, views, remembered.window, () =>
      transport.refresh(),
    );
    const hidden = attachContours(root, signal, layers, remembered.hidden ?? [], () =>
      transport.refresh(),
    );
    for (const { element, view, id, opens } of tiles) {
      if (view) windowing.attachDrag(element);
      // A key press is a click without a pointer: `detail` is 0.
      if (opens)
        element.addEventListener(
          "click",
          ({ detail }) => {
            if (detail === 0 || !windowing.dragged) setTriggerValue("open", id);
          },
          { signal },
        );
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
    return {
      memory: () => ({
        ...transport.memory(),
        window: windowing.window,
        pace,
        hidden: [...hidden],
      }),
    };
  });
}

function showTile({ element, view, layer }, phase) {
  if (view) {
    view.draw(frameAt(phase, view.frames));
    layer?.draw(frameAt(phase, view.frames));
    element.dataset.frame = view.shown;
  }
  const cursor = element.querySelector(".cursor");
  if (cursor)
    cursor.style.transform = `translateX(${wrapPhase(phase + BEFORE_R) * cursor.parentElement.clientWidth}px)`;
}

function drawTiles(root, tiles) {
  const theme = adoptTheme(root);
  root.querySelector(".tiles").style.gridTemplateColumns =
    `repeat(${evenColumns(tiles.length, root.clientWidth)}, minmax(0, ${WIDEST_TILE}px))`;
  // One range for all beats, so that their heights may be compared.
  const values = tiles.flatMap(({ beat }) => (beat ? Array.from(beat) : []));
  const range = { low: Math.min(...values), high: Math.max(...values) };
  for (const { element, view, layer, beat } of tiles) {
    const picture = element.querySelector(".picture");
    view?.resize(picture.clientWidth, picture.clientHeight);
    layer?.resize(picture.clientWidth, picture.clientHeight);
    if (!view) drawBeat(picture, beat, range, theme, picture.clientHeight / 4);
    else if (beat) drawBeat(element.querySelector(".beat"), beat, range, theme);
  }
}

// As many columns as fit, but no row left nearly empty: six tiles stand as 6, 3 + 3 or 2 + 2 + 2.
function evenColumns(tiles, width) {
  const fitting = Math.max(1, Math.floor((width + TILE_GAP) / (NARROWEST_TILE + TILE_GAP)));
  return Math.ceil(tiles / Math.ceil(tiles / fitting));
}
