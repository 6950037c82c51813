// The map as an image to keep: points and marks in one picture over the line that says what it is.

import { contextOf } from "../shared/canvas.js";

const CAPTION_PX = 28;

export function captioned(root, { points, viewport, theme, ground }) {
  const ratio = ground.canvas.width / ground.inView.width;
  const { x, y } = ground.drawn.beyond;
  const marks = root.querySelector(".marks");
  const whole = document.createElement("canvas");
  whole.width = viewport.width * ratio;
  whole.height = (viewport.height + CAPTION_PX) * ratio;
  const context = contextOf(whole);
  context.scale(ratio, ratio);
  context.drawImage(ground.canvas, -x, -y, ground.inView.width, ground.inView.height);
  if (!marks.hidden) context.drawImage(marks, 0, 0, viewport.width, viewport.height);
  context.fillStyle = theme.background;
  context.fillRect(0, viewport.height, viewport.width, CAPTION_PX);
  context.fillStyle = theme.text;
  context.font = `13px ${theme.font}`;
  context.fillText(points.caption, 8, viewport.height + 19, viewport.width - 16);
  return whole;
}
