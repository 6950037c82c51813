// What shapes and colours mean. Names come from data: they are set as text, never as HTML.

import { MOST_LINES, RANKS } from "./pairs.js";
import { UNKNOWN } from "./points.js";

export function legend(root, points, toggled) {
  const entries = points.layers.map((name) => shapeEntry(points, name, toggled));
  if (points.names.length) {
    entries.push(word(points.label));
    points.names.forEach((name, index) => {
      entries.push(toggle(points, name, swatch(points.categoryColour(index)), toggled));
    });
  } else if (points.values) {
    entries.push(scaleEntry(points));
  }
  if (points.entries?.includes(UNKNOWN))
    entries.push(entry(swatch(points.colours.grey), "unknown"));
  if (points.ranks) {
    const many = points.count * points.layers.length > MOST_LINES;
    entries.push(word(`own heart ranked${many ? " (lines once zoomed in)" : ""}`));
    entries.push(...RANKS.map(({ label, colour }) => entry(swatch(colour, "line"), label)));
  }
  if (points.query) entries.push(entry(swatch("transparent", "hollow"), points.queryName));
  root.replaceChildren(...entries);
}

// Coloured where the modality is what the colours say, else only its shape.
function shapeEntry(points, name, toggled) {
  const shape = name === "CMR" ? "diamond" : "disc";
  const mark = points.values
    ? swatch("transparent", `${shape} hollow`)
    : swatch(points.lit.length ? points.colours.grey : points.colours[name], shape);
  return toggle(points, name, mark, toggled);
}

function toggle(points, name, mark, toggled) {
  const button = document.createElement("button");
  button.type = "button";
  button.title = "Hide or show";
  button.setAttribute("aria-pressed", String(!points.hidden.has(name)));
  button.append(mark, name);
  button.addEventListener("click", () => {
    const others = [...points.hidden].filter((other) => other !== name);
    points.hide(points.hidden.has(name) ? others : [...others, name]);
    button.setAttribute("aria-pressed", String(!points.hidden.has(name)));
    toggled();
  });
  return button;
}

function scaleEntry({ label, range, colours }) {
  const ramp = document.createElement("span");
  ramp.className = "ramp";
  ramp.style.background = `linear-gradient(to right, ${colours.sequence.join()})`;
  const [low, high] = alike(range);
  const whole = document.createElement("span");
  whole.className = "entry";
  whole.append(`${label} ${low}`, ramp, `${high}`);
  return whole;
}

/** Two numbers of three digits or more, both with as many decimals. */
function alike(range) {
  const decimals = range.map(
    (value) => `${Number(value.toPrecision(3))}`.split(".")[1]?.length ?? 0,
  );
  return range.map((value) => value.toFixed(Math.max(...decimals)).replace("-", "−"));
}

export function entry(mark, words) {
  const whole = document.createElement("span");
  whole.className = "entry";
  whole.append(mark, words);
  return whole;
}

function word(words) {
  const whole = document.createElement("span");
  whole.textContent = words;
  return whole;
}

function swatch(colour, shape = "disc") {
  const mark = document.createElement("span");
  mark.className = `swatch ${shape}`;
  mark.style.backgroundColor = colour;
  return mark;
}
