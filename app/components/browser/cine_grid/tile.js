// One heart of the grid: its picture, its beat where there is one, its words.

const BEAT_HEIGHT = 44;
// Share of the beat drawn before its R wave, so that the QRS is not cut in two.
const BEFORE_R = 0.25;

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

// One beat; `low` and `high` are those of all tiles, so that heights may be compared.
function drawBeat(box, beat, { low, high }, theme) {
  const context = sizeCanvas(box.querySelector("canvas"), box.clientWidth, BEAT_HEIGHT);
  context.clearRect(0, 0, box.clientWidth, BEAT_HEIGHT);
  context.beginPath();
  for (let index = 0; index < beat.length; index += 1) {
    const value = beat[Math.floor(wrapPhase(index / beat.length - BEFORE_R) * beat.length)];
    const height = ((high - value) / Math.max(high - low, 1e-6)) * (BEAT_HEIGHT - 6);
    context.lineTo((index / (beat.length - 1)) * box.clientWidth, 3 + height);
  }
  context.strokeStyle = theme.ecgText;
  context.lineWidth = 1.25;
  context.lineJoin = "round";
  context.stroke();
}
