// Brings pictures of hearts to the map (shared/stills.js). It is a part of the page of its own, so
// that a question to the server runs this part alone, and shows nothing itself.

import { watchRuns } from "./rest.js";
import { replaceFormer } from "../shared/lifecycle.js";
import { STILLS_OFFERED, STILLS_WANTED } from "../shared/stills.js";
import { unpack } from "../shared/unpack.js";

const MOST_STILLS = 1000; // the oldest are forgotten: 2 kB each

export default function hoveredHeart({ data, parentElement, setStateValue }) {
  return replaceFormer(parentElement, (remembered, signal) => {
    /** @type {import("../shared/unpack.js").Packed<import("../shared/headers").HoveredHeartHeader>} */
    const { header, arrays } = unpack(data);
    const stills = remembered.source === header.source ? remembered.stills : new Map();
    header.subjects.forEach((subject, place) => stills.set(subject, stillAt(arrays.stills, place)));
    for (const subject of [...stills.keys()].slice(0, -MOST_STILLS)) stills.delete(subject);
    const offer = () => window.dispatchEvent(new CustomEvent(STILLS_OFFERED, { detail: stills }));
    let question = remembered.question ?? [];
    const ask = () => {
      const missing = question.filter((subject) => !stills.has(subject));
      if (missing.length && runs()) return;
      question = [];
      if (missing.length) setStateValue("wanted", missing);
    };
    const runs = watchRuns(signal, ask);
    window.addEventListener(
      STILLS_WANTED,
      (event) => {
        const { detail } = /** @type {CustomEvent} */ (event);
        if (detail.every((subject) => stills.has(subject))) return offer();
        question = detail;
        ask();
      },
      { signal },
    );
    offer();
    ask();
    return { memory: () => ({ source: header.source, stills, question }) };
  });
}

function stillAt(stills, place) {
  const [, rows, columns] = stills.shape;
  return {
    rows,
    columns,
    grey: stills.subarray(place * rows * columns, (place + 1) * rows * columns),
  };
}
