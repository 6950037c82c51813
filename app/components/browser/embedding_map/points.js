// The subjects on the map as the server packed them: places, colours, names.

const UNKNOWN = 255;
const NOT_MEASURED = 65535;
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
    this.dimmed = arrays.lit.length > 0;
    this.idBytes = arrays.ids;
    this.noted = arrays.notes;
    this.stills = arrays.stills;
    this.stillRows = arrays.stillRows;
    this.hasNumbers = Boolean(this.values) && this.names.length === 0;
    this.entries = this.values && this.colourEntries();
    this.table = this.names.length ? this.categoryTable() : colourTable(this.colours.sequence);
    this.grey = channels(this.colours.grey);
    this.table.set(this.grey, UNKNOWN * 4);
    this.layerInks = this.layers.map((name) => channels(this.colours[name]));
    this.hidden = new Set();
    this.hide([]);
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

  entryRgb(entry) {
    return this.table.subarray(entry * 4, entry * 4 + 3);
  }

  // Red, green and blue of a point.
  rgb(layer, row) {
    return this.entries ? this.entryRgb(this.entries[row]) : this.layerInks[layer];
  }

  // The same, or grey where only the bright ones keep the colour of their modality.
  ink(layer, row) {
    return this.dimmed && !this.entries ? this.grey : this.rgb(layer, row);
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
    this.notes.forEach(({ name, unit }, place) => {
      const value = this.noted[place * this.count + row];
      if (value !== NOT_MEASURED) lines.push(`${name} ${value} ${unit}`);
    });
    if (this.ranks) lines.push(`Rank of its own heart: ${this.ranks[row]}`);
    return lines.join("\n");
  }

  // Grey levels of the heart at end of diastole; nothing where no picture was sent.
  still(row) {
    const place = this.stillRows ? this.stillRows.indexOf(row) : -1;
    if (place < 0) return null;
    const [, rows, columns] = this.stills.shape;
    return { rows, columns, grey: this.stills.subarray(place * rows * columns, (place + 1) * rows * columns) };
  }
}
