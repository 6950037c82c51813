// Which bars of a histogram are picked: those from where a person began to where they are.

export class Picking {
  // `say(first, last)` says what some bars hold, `say(null)` nothing; `pick(first, last)` takes them.
  constructor(bins, { say, pick }) {
    this.bins = bins;
    this.say = say;
    this.pick = pick;
    /** @type {number | null} */
    this.from = null;
    /** @type {number | null} */
    this.at = null;
  }

  // Goes to a bar; `stretching` keeps where it began.
  go(bin, stretching) {
    this.at = Math.min(Math.max(bin, 0), this.bins.children.length - 1);
    if (!stretching || this.from === null) this.from = this.at;
    this.show();
  }

  leave() {
    this.from = this.at = null;
    this.show();
  }

  take() {
    if (this.at !== null) this.pick(...this.span);
  }

  get span() {
    const at = this.at ?? 0;
    const from = this.from ?? at;
    return [Math.min(from, at), Math.max(from, at)];
  }

  show() {
    const [first, last] = this.at === null ? [0, -1] : this.span;
    [...this.bins.children].forEach((bin, place) => {
      const picked = place >= first && place <= last;
      bin.classList.toggle("picked", picked);
      bin.setAttribute("aria-selected", picked);
    });
    if (this.at === null) {
      this.bins.removeAttribute("aria-activedescendant");
      this.say(null);
    } else {
      this.bins.setAttribute("aria-activedescendant", this.bins.children[this.at].id);
      this.say(first, last);
    }
  }
}

// A click takes a bar, a drag takes several.
export function attachPointer(bins, signal, picking) {
  const listen = (name, action) => bins.addEventListener(name, action, { signal });
  const under = (event) => {
    const frame = bins.getBoundingClientRect();
    return Math.floor(((event.clientX - frame.left) / frame.width) * bins.children.length);
  };
  const dragging = (event) => bins.hasPointerCapture(event.pointerId);
  listen("pointerdown", (event) => {
    bins.setPointerCapture(event.pointerId);
    picking.go(under(event), false);
  });
  listen("pointermove", (event) => picking.go(under(event), dragging(event)));
  listen("pointerup", (event) => {
    if (dragging(event)) picking.take();
    picking.leave();
  });
  listen("pointerleave", () => picking.leave());
  listen("pointercancel", () => picking.leave());
}

export function attachBarKeys(bins, signal, picking) {
  const last = bins.children.length - 1;
  const ways = {
    ArrowLeft: () => (picking.at ?? last + 1) - 1,
    ArrowRight: () => (picking.at ?? -1) + 1,
    Home: () => 0,
    End: () => last,
  };
  bins.addEventListener(
    "keydown",
    (event) => {
      if (ways[event.key]) picking.go(ways[event.key](), event.shiftKey);
      else if (event.key === "Enter" || event.key === " ") picking.take();
      else if (event.key === "Escape") picking.leave();
      else return;
      event.preventDefault();
    },
    { signal },
  );
  bins.addEventListener("blur", () => picking.leave(), { signal });
}
