// The keys that every page knows: g and a letter opens a page, / seeks a subject, ? lists them all.

import { replaceFormer } from "../shared/lifecycle.js";

const SECOND_KEY_MS = 1500;
const FIELD_MS = 8000;
const SUBJECT_FIELD = ".st-key-subject input";
const WRITTEN_IN = "input, textarea, select, [contenteditable=true], [role=textbox], [role=dialog]";
const NOT_WRITTEN_IN = "[type=range], [type=checkbox], [type=radio], [type=button]";

export default function keyboard({ data, parentElement }) {
  return replaceFormer(parentElement, (remembered, signal) => {
    const dialog = parentElement.querySelector("dialog");
    let begunAt = -Infinity; // when g was pressed

    const press = (key) => {
      const begun = performance.now() - begunAt < SECOND_KEY_MS;
      begunAt = -Infinity;
      if (begun) return openPage(data.letters.indexOf(key.toLowerCase()));
      if (key === "g") begunAt = performance.now();
      else if (key === "/") seekSubject(signal);
      else if (key === "?") dialog.showModal();
      else return false;
      return true;
    };
    // Caught before Streamlit's own keys, of which r runs the page again.
    window.addEventListener(
      "keydown",
      (event) => {
        if (dialog.open || isWriting(event) || !press(event.key)) return;
        event.preventDefault();
        event.stopImmediatePropagation();
      },
      { signal, capture: true },
    );

    parentElement.querySelector("tbody").replaceChildren(...data.keys.map(keyRow));
    parentElement
      .querySelector(".open")
      .addEventListener("click", () => dialog.showModal(), { signal });
    return { memory: () => ({}) };
  });
}

function isWriting(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  const field = event.composedPath()[0].closest?.(WRITTEN_IN);
  return Boolean(field) && !field.matches(NOT_WRITTEN_IN);
}

// The links stand in the order of the pages; a click keeps the session, an address would not.
function openPage(place) {
  /** @type {NodeListOf<HTMLElement>} */
  const links = document.querySelectorAll("[data-testid=stSidebarNavLink]");
  const link = links[place];
  if (link) link.click();
  return Boolean(link);
}

// A page that shows no subject leads to the first one, which does.
function seekSubject(signal) {
  const focused = () => {
    /** @type {HTMLElement | null} */
    const field = document.querySelector(SUBJECT_FIELD);
    if (field) field.focus();
    return Boolean(field);
  };
  if (focused() || !openPage(0)) return;
  const observer = new MutationObserver(() => focused() && observer.disconnect());
  observer.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => observer.disconnect(), FIELD_MS);
  signal.addEventListener("abort", () => observer.disconnect());
}

function keyRow([keys, does]) {
  const row = document.createElement("tr");
  const head = row.appendChild(document.createElement("th"));
  head.scope = "row";
  for (const key of keys) head.appendChild(document.createElement("kbd")).textContent = key;
  row.appendChild(document.createElement("td")).textContent = does;
  return row;
}
