// The card beside the pointer: the heart at end of diastole where there is a picture, and what is
// known of the subject. Words come from data: they are set as text, never as HTML.

const STILL_PX = 88;

function showCard(card, points, viewport, found, point) {
  card.hidden = !found;
  if (!found) return;
  card.querySelector(".words").textContent = points.words(found.layer, found.row);
  const canvas = card.querySelector(".still");
  const still = points.still(found.row);
  canvas.hidden = !still;
  if (still) drawStill(canvas, still);
  const left = Math.min(point[0] + 14, viewport.width - card.offsetWidth - 4);
  const above = point[1] - card.offsetHeight - 10;
  card.style.left = `${Math.max(left, 4)}px`;
  card.style.top = `${above > 0 ? above : point[1] + 14}px`;
}

function drawStill(canvas, { rows, columns, grey }) {
  Object.assign(canvas, { width: columns, height: rows });
  Object.assign(canvas.style, { width: `${STILL_PX}px`, height: `${(STILL_PX * rows) / columns}px` });
  const picture = new ImageData(columns, rows);
  grey.forEach((level, at) => picture.data.set([level, level, level, 255], at * 4));
  canvas.getContext("2d").putImageData(picture, 0, 0);
}
