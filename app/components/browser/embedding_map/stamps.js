// Draws all points into one picture, pixel by pixel: two hundred thousand in a few hundredths of a
// second, on any machine. Points are translucent the more of them there are, so that where they
// pile up the map is dense.

const FINEST = 65535;

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

function drawPoints(canvas, points, viewport, theme) {
  const context = sizeCanvas(canvas, viewport.width, viewport.height);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, viewport.width, viewport.height);
  const ratio = canvas.width / viewport.width;
  const dimmed = points.lit.length > 0;
  const { radius, opacity } = pointLook(points.count * points.layers.length, viewport.zoom);
  const picture = context.getImageData(0, 0, canvas.width, canvas.height);
  const stamps = points.layers.map((name) => stamp(name, radius * ratio));
  const ink = dimmed ? opacity * 0.35 : opacity;
  for (let row = 0; row < points.count; row += 1) {
    for (let layer = 0; layer < stamps.length; layer += 1) {
      if (points.isHidden(layer, row)) continue;
      const x = (viewport.offsetX + (points.places[layer][row * 2] / FINEST) * viewport.scaleX) * ratio;
      const y = (viewport.offsetY + (points.places[layer][row * 2 + 1] / FINEST) * viewport.scaleY) * ratio;
      press(picture, stamps[layer], Math.round(x), Math.round(y), points.ink(layer, row, dimmed), ink);
    }
  }
  context.putImageData(picture, 0, 0);
}

function press({ data, width, height }, { cover, reach, side }, left, top, ink, opacity) {
  if (left < reach || top < reach || left >= width - reach || top >= height - reach) return;
  for (let line = 0; line < side; line += 1) {
    let at = ((top - reach + line) * width + left - reach) * 4;
    for (let column = line * side; column < (line + 1) * side; column += 1, at += 4) {
      const share = cover[column] * opacity;
      if (share === 0) continue;
      data[at] += (ink[0] - data[at]) * share;
      data[at + 1] += (ink[1] - data[at + 1]) * share;
      data[at + 2] += (ink[2] - data[at + 2]) * share;
    }
  }
}

// The visible point nearest to a place on the screen, at most `reach` pixels away.
function nearestPoint(points, viewport, [x, y], reach) {
  let best = null;
  let least = reach * reach;
  const { offsetX, offsetY, scaleX, scaleY } = viewport;
  points.places.forEach((places, layer) => {
    for (let row = 0; row < points.count; row += 1) {
      const dx = offsetX + (places[row * 2] / FINEST) * scaleX - x;
      const dy = offsetY + (places[row * 2 + 1] / FINEST) * scaleY - y;
      const distance = dx * dx + dy * dy;
      if (distance < least && !points.isHidden(layer, row)) {
        least = distance;
        best = { layer, row };
      }
    }
  });
  return best;
}
