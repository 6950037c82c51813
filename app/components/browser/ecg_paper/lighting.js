// Leads that the page points at: an element with `data-ecg-leads`, under the pointer or in focus.

// Calls `light` with the names of the leads, or with none, when they change.
export function attachLighting(signal, light) {
  let former = "";
  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(
      kind,
      (event) => {
        const leads = leadsAt(event.target);
        if (leads === former) return;
        former = leads;
        light(leads.split(" ").filter(Boolean));
      },
      { signal },
    );
  }
}

function leadsAt(target) {
  const marked = target instanceof Element ? target.closest("[data-ecg-leads]") : null;
  return marked instanceof HTMLElement ? (marked.dataset.ecgLeads ?? "") : "";
}

// A tint behind each panel of a lit lead.
export function drawLight({ context, mm, inks, lit }, panel, name) {
  if (!lit.includes(name)) return;
  const { row, xMm, widthMm } = panel;
  context.fillStyle = inks.lit;
  context.fillRect(xMm * mm, row.topMm * mm, widthMm * mm, (row.bottomMm - row.topMm) * mm);
}
