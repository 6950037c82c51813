// One heart of the grid: its picture, its beat where there is one, its words.

const BEAT_HEIGHT = 44;

// Captions come from data: they are set as text, never as HTML.
function tileElement({ id, caption, isQuery }, beat) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = isQuery ? "tile query" : "tile";
  button.dataset.tile = id;
  button.setAttribute("aria-label", `Open ${caption.join(", ")}`);
  const picture = canvasBox("picture");
  const lines = caption.map((words, index) => {
    const line = document.createElement("span");
    line.className = index === 0 ? "caption first" : "caption";
    line.textContent = words;
    return line;
  });
  button.append(picture, ...(beat ? [beatBox()] : []), ...lines);
  return button;
}

function canvasBox(name) {
  const box = document.createElement("span");
  box.className = name;
  box.append(document.createElement("canvas"));
  return box;
}

function beatBox() {
  const box = canvasBox("beat");
  const cursor = document.createElement("i");
  cursor.className = "cursor";
  box.append(cursor);
  return box;
}

// From R to R; `low` and `high` are those of all tiles, so that heights may be compared.
function drawBeat(box, beat, { low, high }, theme) {
  const context = sizeCanvas(box.querySelector("canvas"), box.clientWidth, BEAT_HEIGHT);
  context.clearRect(0, 0, box.clientWidth, BEAT_HEIGHT);
  context.beginPath();
  beat.forEach((value, index) => {
    const height = ((high - value) / Math.max(high - low, 1e-6)) * (BEAT_HEIGHT - 6);
    context.lineTo((index / (beat.length - 1)) * box.clientWidth, 3 + height);
  });
  context.strokeStyle = theme.ecgText;
  context.lineWidth = 1.25;
  context.lineJoin = "round";
  context.stroke();
}
