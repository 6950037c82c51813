// The subjects on the map as the server packed them: places, colours, names.

import { channels, colourTable } from "../shared/colours.js";

export const UNKNOWN = 255;
const NOT_MEASURED = 65535;

export class MapPoints {
  /**
   * @param {import("../shared/unpack.js").Packed<import("../shared/headers").EmbeddingMapHeader>} packed
   * @param {{ dark: boolean }} theme
   */
  constructor({ header, arrays }, theme) {
    this.layers = header.layers;
    this.bounds = header.bounds;
    this.main = header.main;
    this.label = header.label;
    this.names = header.names;
    this.range = header.range;
    this.notes = header.notes;
    this.query = header.query;
    this.queryName = header.queryName;
    this.selectable = header.selectable;
    this.started = header.started;
    this.height = header.height;
    this.description = header.description;
    this.caption = header.caption;
    this.fileName = header.fileName;
    // The darkest of the scale would drown in a dark ground.
    const { sequence, sequenceOnDark } = header.colours;
    this.colours = { ...header.colours, sequence: theme.dark ? sequenceOnDark : sequence };
    const [layers, count] = arrays.places.shape;
    this.count = count;
    // One flat run of x, y a layer, in 65,535ths of the map's bounds.
    this.places = Array.from({ length: layers }, (_, layer) =>
      arrays.places.subarray(layer * count * 2, (layer + 1) * count * 2),
    );
    this.values = arrays.values;
    this.ranks = arrays.ranks;
    this.lit = arrays.lit;
    this.dimmed = arrays.lit.length > 0;
    this.idBytes = arrays.ids;
    this.noted = arrays.notes;
    /** @type {Array<string> | undefined} */
    this.decoded = undefined;
    this.hasNumbers = Boolean(this.values) && this.names.length === 0;
    this.entries = this.values && this.colourEntries();
    this.table = this.names.length ? this.categoryTable() : colourTable(this.colours.sequence);
    this.table.set(channels(this.colours.grey), UNKNOWN * 4);
    // The same as a word a colour, as pixels are written.
    this.inks = new Uint32Array(this.table.buffer);
    this.layerInks = this.layers.map((name) =>
      wordOf(this.dimmed ? this.colours.grey : this.colours[name]),
    );
    this.hidden = new Set();
    /** @type {Array<boolean>} */
    this.hiddenLayers = [];
    /** @type {Uint8Array | null} */
    this.hiddenEntries = null;
    this.hide([]);
  }

  // Which entry of the colour table each subject has; the last one is kept for unknown values.
  colourEntries() {
    const [low, high] = this.range;
    const scale = this.names.length ? 1 : (UNKNOWN - 1) / Math.max(high - low, 1e-9);
    const from = this.names.length ? 0 : low;
    return Uint8Array.from(this.values, (value) =>
      Number.isNaN(value)
        ? UNKNOWN
        : Math.round(Math.min(Math.max((value - from) * scale, 0), UNKNOWN - 1)),
    );
  }

  categoryTable() {
    const table = new Uint8ClampedArray(256 * 4);
    this.names.forEach((_, index) => table.set(channels(this.categoryColour(index)), index * 4));
    return table;
  }

  categoryColour(index) {
    return this.colours.categories[index % this.colours.categories.length];
  }

  // What a point is drawn with on the ground; of modalities only the bright ones keep their colour.
  ink(layer, row) {
    return this.entries ? this.inks[this.entries[row]] : this.layerInks[layer];
  }

  // The colour of a bright point, for the style sheet's language.
  brightColour(layer, row) {
    if (!this.entries) return this.colours[this.layers[layer]];
    const at = this.entries[row] * 4;
    return `rgb(${this.table.subarray(at, at + 3).join()})`;
  }

  // Puts the points of these layers and categories away, and shows all others.
  hide(names) {
    this.hidden = new Set(names);
    this.hiddenLayers = this.layers.map((name) => this.hidden.has(name));
    const away = this.names.map((name) => this.hidden.has(name));
    this.hiddenEntries = away.includes(true) ? Uint8Array.from(away) : null;
  }

  isHidden(layer, row) {
    return this.hiddenLayers[layer] || Boolean(this.hiddenEntries?.[this.entries[row]]);
  }

  // Calls `visit(layer, row, x, y)` for every point that is not put away; places as packed.
  forEachShown(visit) {
    const { places, entries, hiddenEntries, hiddenLayers, count } = this;
    for (let row = 0; row < count; row += 1) {
      if (hiddenEntries && hiddenEntries[entries[row]]) continue;
      for (let layer = 0; layer < places.length; layer += 1) {
        if (!hiddenLayers[layer])
          visit(layer, row, places[layer][2 * row], places[layer][2 * row + 1]);
      }
    }
  }

  // The point of a subject in a layer, where both are on the map and in sight.
  find({ layer, id }) {
    const found = { layer: this.layers.indexOf(layer), row: this.ids.indexOf(id) };
    return found.layer < 0 || found.row < 0 || this.isHidden(found.layer, found.row) ? null : found;
  }

  // Decoded when first asked for: a hundred thousand names take a while.
  get ids() {
    this.decoded ??= new TextDecoder().decode(this.idBytes).split("\n");
    return this.decoded;
  }

  id(row) {
    return this.ids[row];
  }

  // What the hover card says.
  words(layer, row) {
    const lines = [`${this.id(row)} · ${this.layers[layer]}`];
    if (this.values) {
      const value = this.values[row];
      const known =
        this.names[value] ?? (Number.isNaN(value) ? "unknown" : Number(value.toPrecision(4)));
      lines.push(`${this.label}: ${known}`);
    }
    this.notes.forEach(({ name, unit }, place) => {
      const value = this.noted[place * this.count + row];
      if (value !== NOT_MEASURED) lines.push(`${name} ${value} ${unit}`);
    });
    if (this.ranks) lines.push(`Rank of its own heart: ${this.ranks[row]}`);
    return lines.join("\n");
  }
}

function wordOf(colour) {
  const [red, green, blue] = channels(colour);
  return (blue << 16) | (green << 8) | red;
}
