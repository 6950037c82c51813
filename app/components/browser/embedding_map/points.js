// The subjects on the map as the server packed them: places, colours, names.

const UNKNOWN = 255;
const RANKS = [
  { most: 1, label: "1", colour: "#009E73" },
  { most: 10, label: "2–10", colour: "#56B4E9" },
  { most: 100, label: "11–100", colour: "#E69F00" },
  { most: Infinity, label: "beyond", colour: "#D55E00" },
];

class MapPoints {
  constructor({ header, arrays }) {
    Object.assign(this, header);
    const [layers, count] = arrays.places.shape;
    this.count = count;
    // One flat run of x, y a layer, in 65,535ths of the map's bounds.
    this.places = Array.from({ length: layers }, (_, layer) =>
      arrays.places.subarray(layer * count * 2, (layer + 1) * count * 2));
    this.values = arrays.values;
    this.ranks = arrays.ranks;
    this.lit = arrays.lit;
    this.idBytes = arrays.ids;
    this.hidden = new Set();
    this.entries = this.values && this.colourEntries();
    this.table = this.names.length ? this.categoryTable() : colourTable(this.colours.sequence);
    this.grey = channels(this.colours.grey);
    this.table.set(this.grey, UNKNOWN * 4);
    this.layerInks = this.layers.map((name) => channels(this.colours[name]));
  }

  // Which entry of the colour table each subject has; the last one is kept for unknown values.
  colourEntries() {
    const [low, high] = this.range;
    const scale = this.names.length ? 1 : (UNKNOWN - 1) / Math.max(high - low, 1e-9);
    const from = this.names.length ? 0 : low;
    return Uint8Array.from(this.values, (value) =>
      Number.isNaN(value) ? UNKNOWN : Math.round(Math.min(Math.max((value - from) * scale, 0), UNKNOWN - 1)));
  }

  categoryTable() {
    const table = new Uint8ClampedArray(256 * 4);
    this.names.forEach((_, index) => table.set(channels(this.categoryColour(index)), index * 4));
    return table;
  }

  categoryColour(index) {
    return this.colours.categories[index % this.colours.categories.length];
  }

  // Red, green and blue of a point.
  rgb(layer, row) {
    if (!this.entries) return this.layerInks[layer];
    const at = this.entries[row] * 4;
    return this.table.subarray(at, at + 3);
  }

  // The same, or grey where only the bright ones keep the colour of their modality.
  ink(layer, row, dimmed) {
    return dimmed && !this.entries ? this.grey : this.rgb(layer, row);
  }

  isHidden(layer, row) {
    if (this.hidden.size === 0) return false;
    return this.hidden.has(this.layers[layer]) || this.hidden.has(this.names[this.values?.[row]]);
  }

  // Decoded when first asked for: a hundred thousand names take a while.
  id(row) {
    this.ids ??= new TextDecoder().decode(this.idBytes).split("\n");
    return this.ids[row];
  }

  // What the hover card says.
  words(layer, row) {
    const lines = [`${this.id(row)} · ${this.layers[layer]}`];
    if (this.values) {
      const value = this.values[row];
      const known = this.names[value] ?? (Number.isNaN(value) ? "unknown" : Number(value.toPrecision(4)));
      lines.push(`${this.label}: ${known}`);
    }
    if (this.ranks) lines.push(`Rank of the own heart: ${this.ranks[row]}`);
    return lines.join("\n");
  }
}
