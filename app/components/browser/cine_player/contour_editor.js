// What a person does to contours: hide them, and correct them by a drag or by a step wider or
// narrower. Each correction goes to Python, which measures again and sends the new contours.

import { attachChoice } from "../shared/transport.js";
import { attachToggles, showToggles } from "../shared/contour_toggles.js";
import { pulled, widened } from "../shared/contour_shape.js";
import { element, setText } from "../shared/element.js";

const STEP_PIXELS = 0.5;

export class ContourEditor {
  // `refresh` draws the moment again; `send(correction)` tells Python.
  constructor(root, signal, layer, transport, { remembered, refresh, send }) {
    this.root = root;
    this.signal = signal;
    this.layer = layer;
    this.transport = transport;
    this.refresh = refresh;
    this.send = send;
    this.editing = Boolean(remembered?.editing) && layer.header.contours.editable;
    this.key = remembered?.key ?? layer.styles[0].key;
    layer.hidden = new Set(remembered?.hidden ?? []);
    this.held = null;
    this.from = { points: new Float32Array(), place: [0, 0] };
    setText(root.querySelector(".told"), "");
    attachToggles(root, signal, layer.styles, (key) => this.toggle(key));
    this.showChoices();
    this.attachTools();
    this.attachDrag(root.querySelector(".cine"));
    this.show();
  }

  memory() {
    return { editing: this.editing, key: this.key, hidden: [...this.layer.hidden] };
  }

  get frame() {
    return this.transport.drawn;
  }

  // A button per contour that can be corrected.
  showChoices() {
    const choices = this.layer.styles.map(({ key, label }) => {
      const button = element("button", "", label);
      button.type = "button";
      button.dataset.moved = key;
      return button;
    });
    this.root.querySelector(".moved").replaceChildren(...choices);
    attachChoice(this.root, this.signal, "data-moved", this.key, (key) => this.choose(key));
  }

  toggle(key) {
    const { hidden } = this.layer;
    if (!hidden.delete(key)) hidden.add(key);
    this.show();
  }

  choose(key) {
    this.key = key;
    this.layer.hidden.delete(key);
    for (const button of this.root.querySelectorAll("[data-moved]"))
      button.setAttribute("aria-pressed", String(button.dataset.moved === key));
    this.show();
  }

  attachTools() {
    const onClick = (selector, action) =>
      this.root.querySelector(selector).addEventListener("click", action, { signal: this.signal });
    onClick(".edit", () => {
      this.editing = !this.editing;
      if (this.editing) this.transport.change({ playing: false });
      this.show();
    });
    onClick(".wider", () => this.step(STEP_PIXELS));
    onClick(".narrower", () => this.step(-STEP_PIXELS));
  }

  show() {
    showToggles(this.root, this.layer.hidden);
    const edit = this.root.querySelector(".edit");
    edit.hidden = !this.layer.header.contours.editable;
    edit.setAttribute("aria-pressed", String(this.editing));
    this.root.querySelector(".correcting").hidden = !this.editing;
    this.root.classList.toggle("editing", this.editing);
    this.layer.handles = this.editing ? this.key : "";
    this.layer.changed();
    this.refresh();
  }

  attachDrag(picture) {
    const { signal } = this;
    picture.addEventListener(
      "pointerdown",
      (event) => {
        this.held = this.editing && !event.shiftKey && this.layer.pointUnder(event, this.frame);
        if (!this.held) return;
        event.preventDefault();
        this.from = { points: this.held.ring.points, place: this.layer.placeUnder(event) };
        this.choose(this.layer.styles[this.held.ring.style].key);
      },
      { signal },
    );
    for (const end of ["pointerup", "pointercancel"])
      picture.addEventListener(end, () => this.letGo(), { signal });
  }

  // Called for every movement of a drag; returns whether a contour took it.
  move(event) {
    if (!this.held) return false;
    const [x, y] = this.layer.placeUnder(event);
    const [fromX, fromY] = this.from.place;
    this.held.ring.points = pulled(this.from.points, this.held.point, x - fromX, y - fromY);
    this.layer.changed();
    this.refresh();
    return true;
  }

  letGo() {
    const { held } = this;
    this.held = null;
    if (held && held.ring.points !== this.from.points) this.tell(held.ring);
  }

  // Every part of the chosen contour that is in the frame becomes wider or narrower.
  step(pixels) {
    const [largest] = this.layer.ringsOf(this.frame, this.key);
    if (!largest) return;
    largest.points = widened(largest.points, pixels);
    this.layer.changed();
    this.refresh();
    this.tell(largest);
  }

  tell(ring) {
    const { key } = this.layer.styles[ring.style];
    const points = [];
    for (let at = 0; at < ring.points.length; at += 2)
      points.push([ring.points[at], ring.points[at + 1]]);
    setText(this.root.querySelector(".told"), "measuring …");
    this.send({
      target: this.layer.header.contours.target,
      frame: this.frame,
      key,
      ring: this.layer.ringsOf(this.frame, key).indexOf(ring),
      points,
    });
  }
}
