// The map as an image to keep: points and marks in one picture over the line that says what it is.

const CAPTION_PX = 28;

function captioned(root, { points, viewport, theme }) {
  const layers = ["points", "marks"].map((name) => root.querySelector(`.${name}`));
  const ratio = layers[0].width / viewport.width;
  const whole = document.createElement("canvas");
  whole.width = layers[0].width;
  whole.height = layers[0].height + CAPTION_PX * ratio;
  const context = whole.getContext("2d");
  context.fillStyle = theme.background;
  context.fillRect(0, 0, whole.width, whole.height);
  for (const layer of layers) context.drawImage(layer, 0, 0);
  context.fillStyle = theme.text;
  context.font = `${13 * ratio}px ${theme.font}`;
  context.fillText(points.caption, 8 * ratio, layers[0].height + 19 * ratio, whole.width - 16 * ratio);
  return whole;
}
