// Which point is meant: the nearest to the pointer, or by the arrow keys the next one across.
// Words come from data: they are set as text, never as HTML.

const HOVER_PX = 9;

export function attachPointing(box, panel, axes, ids, signal, open) {
  const listen = (name, action) => box.addEventListener(name, action, { signal });
  /** @type {number | null} */
  let marked = null;
  const mark = (row) => {
    marked = row;
    showMarked(box, panel, axes(), ids, row);
  };
  const under = (event) => {
    const frame = box.getBoundingClientRect();
    return nearestPoint(panel, axes(), event.clientX - frame.left, event.clientY - frame.top);
  };
  listen("pointermove", (event) => mark(under(event)));
  listen("pointerleave", () => mark(null));
  listen("blur", () => mark(null));
  listen("click", (event) => {
    const row = under(event);
    if (row !== null) open(ids[row]);
  });
  listen("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (step) mark(neighbourAcross(panel, marked, step));
    else if (event.key === "Enter" && marked !== null) open(ids[marked]);
    else if (event.key === "Escape") mark(null);
    else return;
    event.preventDefault();
  });
}

function nearestPoint({ arrays: { x, y } }, axes, left, top) {
  /** @type {number | null} */
  let nearest = null;
  let way = HOVER_PX;
  for (let row = 0; row < x.length; row += 1) {
    const away = Math.hypot(axes.x(x[row]) - left, axes.y(y[row]) - top);
    if (away < way) [nearest, way] = [row, away];
  }
  return nearest;
}

function neighbourAcross(panel, row, step) {
  const { x, y } = panel.arrays;
  panel.order ??= [...x.keys()]
    .filter((at) => !Number.isNaN(x[at] + y[at]))
    .sort((a, b) => x[a] - x[b]);
  const last = panel.order.length - 1;
  if (last < 0) return null;
  const place = row === null ? (step > 0 ? -1 : last + 1) : panel.order.indexOf(row);
  return panel.order[Math.min(Math.max(place + step, 0), last)];
}

function showMarked(box, panel, axes, ids, row) {
  const [ring, card] = [box.querySelector(".mark"), box.querySelector(".card")];
  ring.hidden = card.hidden = row === null;
  if (row === null) return;
  const [left, top] = [axes.x(panel.arrays.x[row]), axes.y(panel.arrays.y[row])];
  Object.assign(ring.style, { left: `${left}px`, top: `${top}px` });
  card.textContent = pointWords(panel, ids, row);
  const fits = left + 12 + card.offsetWidth < axes.width;
  card.style.left = `${fits ? left + 12 : Math.max(left - 12 - card.offsetWidth, 0)}px`;
  card.style.top = `${Math.max(top - card.offsetHeight - 6, 0)}px`;
}

function pointWords({ arrays: { x, y, low, high }, says, unit }, ids, row) {
  const interval = low ? ` (${low[row].toFixed(0)}–${high[row].toFixed(0)})` : "";
  return `${ids[row]}\n${says[0]} ${x[row].toFixed(0)} ${unit}\n${says[1]} ${y[row].toFixed(0)}${interval} ${unit}`;
}
