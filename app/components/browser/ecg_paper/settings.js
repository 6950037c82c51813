// How the paper is set: words such as "6x2" or "cabrera", the first of each choice by default.
// They stand in the address, so that a link shows the same sheet, and in the tab's own memory,
// which outlives a change of page. Every paper on the page follows.

const PAPER_CHOICES = {
  layout: ["3x4", "6x2", "12x1"],
  order: ["standard", "cabrera"],
  speed: ["25", "12.5", "50"],
  gain: ["10", "5", "20"],
  scale: ["true", "fit"],
};
const PAPER_PARAMETER = "paper";
export const PAPER_CHANGED = "ptacl-paper-changed";

// { layout, order, speed, gain, scale }; what is no word of a choice is passed over.
function parsePaper(text) {
  const words = (text || "").split(",");
  const chosen = ([name, options]) => [
    name,
    options.find((option) => words.includes(option)) || options[0],
  ];
  return Object.fromEntries(Object.entries(PAPER_CHOICES).map(chosen));
}

function paperWords(settings) {
  return Object.entries(PAPER_CHOICES)
    .filter(([name, options]) => settings[name] !== options[0])
    .map(([name]) => settings[name])
    .join(",");
}

export function readPaper() {
  const linked = new URL(window.location.href).searchParams.get(PAPER_PARAMETER);
  return parsePaper(linked === null ? window.sessionStorage.getItem(PAPER_PARAMETER) : linked);
}

// Streamlit reads the address again with every question to the server, so what is written here
// stays when it adds its own.
export function keepPaper(settings) {
  const words = paperWords(settings);
  window.sessionStorage.setItem(PAPER_PARAMETER, words);
  const address = new URL(window.location.href);
  if (words) address.searchParams.set(PAPER_PARAMETER, words);
  else address.searchParams.delete(PAPER_PARAMETER);
  if (address.href !== window.location.href)
    window.history.replaceState(window.history.state, "", address);
}

export function changePaper(settings) {
  keepPaper(settings);
  window.dispatchEvent(new CustomEvent(PAPER_CHANGED));
}
