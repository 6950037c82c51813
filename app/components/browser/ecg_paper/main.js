// The sheet on the page: which scale it has, and what is done with it.

export default function ecgPaper({ data, parentElement }) {
  return replaceFormer(parentElement, (remembered, signal) => {
    const root = parentElement.querySelector(".ecg-paper");
    const canvas = root.querySelector("canvas");
    const scroll = root.querySelector(".scroll");
    const message = unpack(data);
    let scale = remembered.scale || message.header.scale;
    let mm = PIXELS_PER_MM;

    const redraw = () => {
      mm = scale === "fit" ? scroll.clientWidth / message.header.sheet.width_mm : PIXELS_PER_MM;
      drawSheet(canvas, message, mm, adoptTheme(root));
      root.dataset.mm = mm;
    };
    const clearCalipers = attachCalipers(root, signal, () => ({ mm, ...message.header }));

    for (const button of root.querySelectorAll("[data-scale]")) {
      const show = () => button.setAttribute("aria-pressed", button.dataset.scale === scale);
      button.addEventListener("click", () => {
        scale = button.dataset.scale;
        for (const other of root.querySelectorAll("[data-scale]")) other.setAttribute("aria-pressed", other === button);
        clearCalipers();
        redraw();
      }, { signal });
      show();
    }
    root.querySelector(".save").addEventListener("click", () => savePng(canvas, "ecg.png"), { signal });
    canvas.setAttribute("aria-label", message.header.description);
    redrawOnResize(scroll, signal, redraw);
    return { memory: () => ({ scale }) };
  });
}
