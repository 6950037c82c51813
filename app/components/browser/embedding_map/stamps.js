// Draws the points one by one into one picture, pixel by pixel. Points are translucent the more of
// them there are, so that where they pile up the map is dense.

// Size and opacity of a point: large and solid where there are few, or where one looks closely.
function pointLook(count, zoom) {
  const crowd = Math.max(count / zoom ** 1.5, 1);
  return {
    radius: Math.min(Math.max(3.2 * (2000 / crowd) ** 0.25, 0.9), 3.4),
    opacity: Math.min(Math.max(0.85 * (6000 / crowd) ** 0.4, 0.2), 0.85),
  };
}

// Coverage (0–1) of the pixels around a point by a disc or a diamond, with soft edges.
function stamp(shape, radius) {
  const reach = Math.ceil(radius * 1.3);
  const side = 2 * reach + 1;
  const cover = new Float32Array(side * side);
  for (let y = -reach; y <= reach; y += 1) {
    for (let x = -reach; x <= reach; x += 1) {
      const distance = shape === "CMR" ? (Math.abs(x) + Math.abs(y)) / 1.25 : Math.hypot(x, y);
      cover[(y + reach) * side + x + reach] = Math.min(Math.max(radius + 0.5 - distance, 0), 1);
    }
  }
  return { cover, reach, side };
}

export function drawStamps(context, inView, viewport) {
  const { points } = inView;
  const { canvas } = context;
  const ratio = canvas.width / inView.width;
  const { radius, opacity } = pointLook(points.count * points.layers.length, viewport.zoom);
  const picture = context.getImageData(0, 0, canvas.width, canvas.height);
  const stamps = points.layers.map((name) => stamp(name, radius * ratio));
  const cover = points.dimmed ? opacity * 0.35 : opacity;
  for (let at = 0; at < inView.count; at += 1) {
    const layer = inView.layers[at];
    const [left, top] = [Math.round(inView.xs[at] * ratio), Math.round(inView.ys[at] * ratio)];
    press(picture, stamps[layer], left, top, points.ink(layer, inView.rows[at]), cover);
  }
  context.putImageData(picture, 0, 0);
}

function press({ data, width, height }, { cover, reach, side }, left, top, ink, opacity) {
  if (left < reach || top < reach || left >= width - reach || top >= height - reach) return;
  const [red, green, blue] = [ink & 255, (ink >> 8) & 255, (ink >> 16) & 255];
  for (let line = 0; line < side; line += 1) {
    let at = ((top - reach + line) * width + left - reach) * 4;
    for (let column = line * side; column < (line + 1) * side; column += 1, at += 4) {
      const share = cover[column] * opacity;
      if (share === 0) continue;
      data[at] += (red - data[at]) * share;
      data[at + 1] += (green - data[at + 1]) * share;
      data[at + 2] += (blue - data[at + 2]) * share;
    }
  }
}
