// The card beside a point: the heart at end of diastole where there is a picture, and what is
// known of the subject. Words come from data: they are set as text, never as HTML.

// `expects` keeps the picture's place until it arrives.
export function fillCard(card, words, expects, still) {
  card.querySelector(".words").textContent = words;
  const canvas = card.querySelector(".still");
  canvas.hidden = !expects;
  canvas.dataset.drawn = Boolean(still);
  if (still) drawStill(canvas, still);
  else Object.assign(canvas, { width: 1, height: 1 });
}

export function placeCard(card, [x, y], { width }) {
  const left = Math.min(x + 14, width - card.offsetWidth - 4);
  const above = y - card.offsetHeight - 12;
  card.style.left = `${Math.max(left, 4)}px`;
  card.style.top = `${above > 0 ? above : y + 14}px`;
}

function drawStill(canvas, { rows, columns, grey }) {
  Object.assign(canvas, { width: columns, height: rows });
  const picture = new ImageData(columns, rows);
  grey.forEach((level, at) => picture.data.set([level, level, level, 255], at * 4));
  canvas.getContext("2d").putImageData(picture, 0, 0);
}
