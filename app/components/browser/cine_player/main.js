// The player: one clock, and everything on the page that follows it.

import { ContourEditor } from "./contour_editor.js";
import { attachLoop } from "./loop.js";
import { moveCursors, showMoment } from "./moment.js";
import { setText } from "../shared/element.js";
import { drawPanels, phaseUnder, rowUnder, showPanels } from "./panels.js";
import { attachMagnifying, attachSaving, movePicture } from "./picture.js";
import { CineView } from "../shared/cine_view.js";
import { layerOver } from "./contours.js";
import { attachRing, ringOver } from "./strain_ring.js";
import { redrawOnResize, replaceFormer } from "../shared/lifecycle.js";
import { Transport, attachChoice, attachHover } from "../shared/transport.js";
import { unpack } from "../shared/unpack.js";
import { Windowing } from "../shared/windowing.js";

export default function cinePlayer({ data, parentElement, setTriggerValue }) {
  return replaceFormer(parentElement, (remembered, signal) => {
    const root = parentElement.querySelector(".cine-player");
    /** @type {import("../shared/unpack.js").Packed<import("../shared/headers").CinePlayerHeader>} */
    const { header, arrays } = unpack(data);
    const view = new CineView(root.querySelector(".cine canvas"), arrays.frames, header);
    const ring = ringOver(root, header, arrays, view);
    const layer = layerOver(root, header, arrays, view);
    if (remembered.picture) Object.assign(view, remembered.picture);
    const panels = showPanels(root, arrays, header.curves);
    let drawn = {};
    /** @type {number | null} */
    let pointed = null;
    let strip = arrays[remembered.strip] ? remembered.strip : arrays.beat ? "beat" : "mean";

    const transport = new Transport(root, signal, {
      ...header,
      remembered,
      render: (phase, frame) => {
        view.draw(frame);
        ring?.draw(frame);
        layer?.draw(frame);
        showMoment(root, header, frame);
        moveCursors(root, drawn, { header, arrays, phase, frame, pointed });
      },
    });
    const refresh = () => transport.refresh();
    const showRuler = () => {
      root.querySelector(".ruler i").style.width =
        `${(20 / (header.rows * header.spacing[0])) * view.box.height}px`;
    };
    const redraw = () => {
      drawn = drawPanels(root, panels, header, arrays, view, strip);
      ring?.resize(view.size.width, view.size.height);
      layer?.resize(view.size.width, view.size.height);
      showRuler();
      drawLoop();
      refresh();
    };
    const windowing = new Windowing(root, signal, [view], remembered.window, (words) => {
      setText(root.querySelector(".window"), words);
      refresh();
    });
    const drawLoop = attachLoop(root, signal, header, transport);
    const changed = () => {
      ring?.changed();
      layer?.changed();
      showRuler();
      refresh();
    };
    attachMagnifying(root, signal, view, changed);
    attachRing(root, signal, ring, remembered.ring ?? true, refresh);
    const editor = layer
      ? new ContourEditor(root, signal, layer, transport, {
          remembered: remembered.contours,
          refresh,
          send: (correction) => setTriggerValue("corrected", correction),
        })
      : null;
    windowing.attachDrag(
      root.querySelector(".cine"),
      (event) => movePicture(event, view, changed) || Boolean(editor?.move(event)),
    );
    attachJumps(root, signal, header, transport);
    attachChoice(root, signal, "data-strip", strip, (name) => {
      strip = name;
      redraw();
    });
    attachSaving(root, signal, view, header, transport);
    for (const panel of panels) {
      attachHover(panel, signal, transport, (event) => {
        pointed = panel.matches(".map") ? rowUnder(event, panel, drawn.map) : null;
        return phaseUnder(event, panel);
      });
      panel.addEventListener(
        "pointerleave",
        () => {
          pointed = null;
        },
        { signal },
      );
    }
    redrawOnResize(root, signal, redraw);
    windowing.apply();
    const picture = () => ({ magnified: view.magnified, centre: view.centre });
    return {
      memory: () => ({
        ...transport.memory(),
        window: windowing.window,
        picture: picture(),
        contours: editor ? editor.memory() : remembered.contours,
        ring: ring ? ring.shown : remembered.ring,
        strip,
      }),
    };
  });
}

function attachJumps(root, signal, { edFrame, esFrame }, transport) {
  for (const [selector, frame] of [
    [".to-ed, .at-ed", edFrame],
    [".to-es, .at-es", esFrame],
  ]) {
    for (const button of root.querySelectorAll(selector)) {
      button.hidden = frame === null;
      button.addEventListener("click", () => transport.goTo(frame), { signal });
    }
  }
}
