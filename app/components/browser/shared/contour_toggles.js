// A button per contour, in its colour, pressed while it is shown: the legend, and what hides.

import { element, part } from "./element.js";

/**
 * @param {Element} root
 * @param {AbortSignal} signal
 * @param {Array<import("./headers").OutlineStyle>} styles
 * @param {(key: string) => void} toggle
 */
export function attachToggles(root, signal, styles, toggle) {
  const buttons = styles.map(({ key, label, colour }) => {
    const button = element("button", "outline", label);
    button.type = "button";
    button.dataset.outline = key;
    button.style.setProperty("--outline", colour);
    button.addEventListener("click", () => toggle(key), { signal });
    return button;
  });
  part(root, ".outlines").replaceChildren(...buttons);
}

/**
 * @param {Element} root
 * @param {Set<string>} hidden keys of the contours that are not shown
 */
export function showToggles(root, hidden) {
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (
    root.querySelectorAll("[data-outline]")
  ))
    button.setAttribute("aria-pressed", String(!hidden.has(button.dataset.outline ?? "")));
}
