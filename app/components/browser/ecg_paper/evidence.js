// What the statements and the findings of the page rest on: an element with `data-ecg-key` names its
// leads and waves. Under the pointer or in focus it lights them on the paper, a click or Enter keeps
// them lit; a wave under the pointer marks the statements and findings that rest on it.

// Waves that show a change of an interval: PR at the P wave, QT at the T wave.
const PARTS = {
  P: ["P"],
  PR: ["P"],
  QRS: ["QRS"],
  ST: ["ST"],
  T: ["T"],
  QT: ["T"],
  RR: ["RR"],
};

/**
 * @typedef {{ leads: string[], waves: string[], spanMs?: number[], atS?: number[] }} Evidence
 * `spanMs`: after each R peak; `atS`: after the start of the part that was read.
 */

// The evidence that an element of the page names.
export function evidenceOf({ ecgLeads = "", ecgWaves = "", ecgSpan = "", ecgAt = "" }) {
  /** @type {Evidence} */
  const evidence = { leads: wordsIn(ecgLeads), waves: wordsIn(ecgWaves) };
  if (ecgSpan) evidence.spanMs = wordsIn(ecgSpan).map(Number);
  if (ecgAt) evidence.atS = wordsIn(ecgAt).map(Number);
  return evidence;
}

// Whether two of them share a wave in a lead; one without leads concerns all, one without waves none.
export function related(one, other) {
  const parts = new Set(one.waves.flatMap((wave) => PARTS[wave] ?? []));
  const sameWave = other.waves.some((wave) => (PARTS[wave] ?? []).some((part) => parts.has(part)));
  const anywhere = one.leads.length === 0 || other.leads.length === 0;
  return sameWave && (anywhere || other.leads.some((lead) => one.leads.includes(lead)));
}

// Calls `show` with the evidence to light, or null; returns a function that takes the wave under the
// pointer on the paper, or null. `scrolls`: a statement that is kept lit brings the paper into view.
export function attachEvidence(root, signal, scrolls, show) {
  /** @type {HTMLElement | null} */
  let pointed = null;
  let pinned = "";
  /** @type {Evidence | null} */
  let onPaper = null;
  let former = "";

  const update = () => {
    const lit = pointed ?? statementOf(pinned);
    const evidence = lit ? evidenceOf(lit.dataset) : null;
    markRelated(lit, pinned, evidence ?? onPaper);
    tellRelated(root, lit ? null : onPaper);
    const text = JSON.stringify(evidence);
    if (text !== former) show(evidence);
    former = text;
  };
  const listen = (kind, act) => document.addEventListener(kind, act, { signal });
  for (const kind of ["pointerover", "focusin"]) {
    listen(kind, ({ target }) => {
      pointed = statementAt(target);
      update();
    });
  }
  const pin = (target) => {
    const element = statementAt(target);
    if (!element) return;
    pinned = element.dataset.ecgKey === pinned ? "" : (element.dataset.ecgKey ?? "");
    pointed = null;
    update();
    if (pinned && scrolls) root.scrollIntoView({ block: "nearest" });
  };
  listen("click", ({ target }) => pin(target));
  listen("keydown", ({ key, target }) => {
    if (key === "Enter") pin(target);
    if (key !== "Escape" || !pinned) return;
    pinned = "";
    pointed = null;
    update();
  });
  return (evidence) => {
    if (JSON.stringify(evidence) === JSON.stringify(onPaper)) return;
    onPaper = evidence;
    update();
  };
}

// Marks the one that is kept lit, and all that rest on the same wave in the same lead.
function markRelated(lit, pinned, evidence) {
  for (const element of everyStatement()) {
    const isPinned = pinned !== "" && element.dataset.ecgKey === pinned;
    element.classList.toggle("ecg-pinned", isPinned);
    element.setAttribute("aria-current", `${isPinned}`);
    const isRelated = evidence && element !== lit && related(evidence, evidenceOf(element.dataset));
    element.classList.toggle("ecg-related", Boolean(isRelated));
  }
}

// The statements on the wave under the pointer, in words beside the paper.
function tellRelated(root, evidence) {
  const output = root.querySelector(".related");
  const found = evidence
    ? everyStatement().filter((element) => related(evidence, evidenceOf(element.dataset)))
    : [];
  const place = evidence ? `${evidence.leads.join(", ")} · ${evidence.waves.join(", ")}` : "";
  const texts = found.map((element) => element.querySelector("b")?.textContent ?? "");
  output.textContent = found.length ? `${place}: ${texts.join("; ")}` : place;
}

/** @returns {HTMLElement[]} */
function everyStatement() {
  return Array.from(document.querySelectorAll("[data-ecg-key]"));
}

function statementOf(key) {
  return (key && everyStatement().find((element) => element.dataset.ecgKey === key)) || null;
}

function statementAt(target) {
  const found = target instanceof Element ? target.closest("[data-ecg-key]") : null;
  return found instanceof HTMLElement ? found : null;
}

function wordsIn(text) {
  return text.split(" ").filter(Boolean);
}
