// Window and level of one cine or of several at once: drag sideways and up and down, sliders, keys.

const AS_RECORDED = { width: 255, level: 127.5 };
const KEY_STEP = 8;
const CLICK_PX = 4;

export class Windowing {
  // `shown(window)` draws what has changed; `remembered` is a former window.
  constructor(root, signal, views, remembered, shown) {
    this.root = root;
    this.signal = signal;
    this.views = views;
    this.shown = shown;
    this.window = remembered ?? AS_RECORDED;
    this.travelled = 0;
    for (const name of ["width", "level"]) {
      const slider = this.slider(name);
      slider.addEventListener("input", () => this.set({ [name]: Number(slider.value) }), {
        signal,
      });
    }
    root
      .querySelector(".windowing .reset")
      .addEventListener("click", () => this.set(AS_RECORDED), { signal });
    root.addEventListener("keydown", (event) => this.key(event), { signal });
  }

  slider(name) {
    return this.root.querySelector(`.windowing .${name}`);
  }

  set({ width = this.window.width, level = this.window.level }) {
    this.window = {
      width: Math.min(Math.max(width, 8), 510),
      level: Math.min(Math.max(level, 0), 255),
    };
    this.apply();
  }

  apply() {
    const { width, level } = this.window;
    for (const view of this.views) view.setWindow(width, level);
    this.slider("width").value = width;
    this.slider("level").value = level;
    this.root.querySelector(".windowing .reset").disabled = !this.changed;
    this.shown(this.words);
  }

  get changed() {
    return this.window.width !== AS_RECORDED.width || this.window.level !== AS_RECORDED.level;
  }

  get words() {
    return this.changed
      ? `W ${Math.round(this.window.width)} L ${Math.round(this.window.level)}`
      : "";
  }

  key(event) {
    const step = {
      ArrowLeft: { width: this.window.width - KEY_STEP },
      ArrowRight: { width: this.window.width + KEY_STEP },
      ArrowUp: { level: this.window.level - KEY_STEP },
      ArrowDown: { level: this.window.level + KEY_STEP },
    }[event.key];
    if (event.key === "Escape") this.set(AS_RECORDED);
    else if (event.shiftKey && step) this.set(step);
    else return;
    event.preventDefault();
  }

  // Where a person may drag. What follows a drag is no click: `dragged` tells.
  /**
   * @param {HTMLElement} picture
   * @param {(event: PointerEvent) => boolean} [moved] whether it took the movement for itself
   */
  attachDrag(picture, moved = () => false) {
    const { signal } = this;
    picture.addEventListener(
      "pointerdown",
      (event) => {
        picture.setPointerCapture(event.pointerId);
        this.travelled = 0;
      },
      { signal },
    );
    picture.addEventListener(
      "pointermove",
      (event) => {
        if (!picture.hasPointerCapture(event.pointerId)) return;
        this.travelled += Math.abs(event.movementX) + Math.abs(event.movementY);
        if (moved(event)) return;
        this.set({
          width: this.window.width + event.movementX,
          level: this.window.level + event.movementY,
        });
      },
      { signal },
    );
    picture.addEventListener("dblclick", () => this.set(AS_RECORDED), { signal });
  }

  get dragged() {
    return this.travelled > CLICK_PX;
  }
}
