// The map on the page: what it remembers, and what goes back to the server.

import { attachMapBar } from "./bar.js";
import { attachGestures } from "./gestures.js";
import { attachMapKeys } from "./keys.js";
import { EmbeddingMap } from "./map.js";
import { MapPoints } from "./points.js";
import { readTheme } from "../shared/canvas.js";
import { redrawOnResize, replaceFormer } from "../shared/lifecycle.js";
import { unpack } from "../shared/unpack.js";

export default function embeddingMap({ data, parentElement, setStateValue, setTriggerValue }) {
  return replaceFormer(parentElement, (remembered, signal) => {
    const root = parentElement.querySelector(".embedding-map");
    const points = new MapPoints(unpack(data), readTheme(root));
    const map = new EmbeddingMap(root, signal, points, remembered, {
      tell: () =>
        setStateValue("drawn", { corners: map.polygon ?? [], hidden: [...points.hidden] }),
      open: (subject) => setTriggerValue("open", subject ?? ""),
    });
    attachMapBar(root, signal, map);
    attachGestures(root, signal, map);
    attachMapKeys(root, signal, map);
    root.querySelector(".points").setAttribute("aria-label", map.points.description);
    redrawOnResize(map.panel, signal, () => map.resize());
    return { memory: () => map.memory() };
  });
}
