// Colour maps: from a few stops, such as "#00224E", to a table of bytes.

export function channels(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

// 256 colours (red, green, blue, 255) evenly between the stops.
export function colourTable(colours) {
  const stops = colours.map(channels);
  const table = new Uint8ClampedArray(256 * 4);
  for (let entry = 0; entry < 256; entry += 1) {
    const place = (entry / 255) * (stops.length - 1);
    const below = Math.min(Math.floor(place), stops.length - 2);
    for (let channel = 0; channel < 3; channel += 1) {
      const from = stops[below][channel];
      table[entry * 4 + channel] = from + (place - below) * (stops[below + 1][channel] - from);
    }
    table[entry * 4 + 3] = 255;
  }
  return table;
}
