// Lines that repeat the interval of the calipers along its strip, to both ends.

import { marchOut, panelAt } from "./measured.js";
import { MARGIN_MM } from "./layout.js";
import { element } from "../shared/element.js";

// `page`: { sheet, mm } as drawn; `box` in mm of the sheet, null where there are no calipers.
export function showMarch(root, page, box) {
  const layer = root.querySelector(".march");
  if (!box) {
    layer.replaceChildren();
    return;
  }
  const { sheet, mm } = page;
  const { row } = panelAt(sheet, box.left, (box.top + box.bottom) / 2);
  const end = sheet.widthMm - MARGIN_MM;
  const lines = marchOut(box.left, box.right, sheet.calibrationMm, end).map((atMm) => {
    const line = element("i", "march-line");
    Object.assign(line.style, {
      left: `${atMm * mm}px`,
      top: `${row.topMm * mm}px`,
      height: `${(row.bottomMm - row.topMm) * mm}px`,
    });
    return line;
  });
  layer.replaceChildren(...lines);
}
