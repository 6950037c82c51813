// The ground of the map: points one by one, or their density where there are too many in view; and
// the line that says what cannot be seen.

const CROWD = 20000;

function drawGround(canvas, inView, viewport, theme) {
  const context = sizeCanvas(canvas, viewport.width, viewport.height);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, viewport.width, viewport.height);
  inView.gather(viewport);
  if (inView.count > CROWD) drawDensity(context, inView, viewport);
  else drawStamps(context, inView, viewport);
}

// Nothing is said of the rest while somebody looks closely: then most of the map is outside.
function describeView(root, inView, viewport) {
  const whole = viewport.zoom <= 1 && inView.outside > 0;
  const outside = root.querySelector(".outside");
  outside.hidden = !whole;
  if (whole) {
    const points = inView.outside === 1 ? "point lies" : "points lie";
    outside.textContent = `${inView.arrow()} ${inView.outside.toLocaleString("en")} ${points} outside · show all`;
  }
  root.querySelector(".shaded").hidden = inView.count <= CROWD;
}
