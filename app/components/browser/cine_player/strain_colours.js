// Colours of a signed value: one colour at −limit, another at +limit, pale at 0.

/**
 * @param {number} value NaN is grey
 * @param {number} limit
 * @param {Array<string>} colours from −limit to +limit, "#RRGGBB", at even distances
 * @returns {string}
 */
export function colourOf(value, limit, colours) {
  if (!Number.isFinite(value)) return "#8A8F98";
  const place = (Math.min(Math.max(value / limit, -1), 1) * 0.5 + 0.5) * (colours.length - 1);
  const below = Math.min(Math.floor(place), colours.length - 2);
  const share = place - below;
  const mixed = [1, 3, 5].map((at) => {
    const [from, to] = [colours[below], colours[below + 1]].map((colour) =>
      Number.parseInt(colour.slice(at, at + 2), 16),
    );
    return Math.round(from + share * (to - from));
  });
  return `rgb(${mixed.join(", ")})`;
}
