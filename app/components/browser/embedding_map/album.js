// Pictures of hearts for the card. Another part of the page brings them (shared/stills.js): the
// map asks once the pointer or the mark rests, for the point's heart and for those around it.

import { STILLS_OFFERED, STILLS_WANTED } from "../shared/stills.js";

const REST_MS = 150;

export class Album {
  constructor(signal, arrived) {
    this.stills = null; // until somebody offers some
    window.addEventListener(
      STILLS_OFFERED,
      (event) => {
        this.stills = /** @type {CustomEvent} */ (event).detail;
        arrived();
      },
      { signal },
    );
    signal.addEventListener("abort", () => clearTimeout(this.rest));
    this.ask([]);
  }

  get offered() {
    return this.stills !== null;
  }

  still(subject) {
    return this.stills?.get(subject);
  }

  ask(subjects) {
    window.dispatchEvent(new CustomEvent(STILLS_WANTED, { detail: subjects }));
  }

  // Each call takes the former one back; `subjects` is a function, or null where nothing is wanted.
  askAtRest(subjects) {
    clearTimeout(this.rest);
    if (subjects) this.rest = setTimeout(() => this.ask(subjects()), REST_MS);
  }
}
