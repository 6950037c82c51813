// The transport bar: play, step, scrub, speed; and the same by keyboard on the whole player.
// On the root element, data-frame, data-fps and data-playing tell what is going on.

import { FrameMeter, HeartClock, frameAt, wrapPhase } from "./clock.js";

export class Transport {
  // `render(phase, frame, beats)` draws a moment; `remembered` is a former player's clock.
  constructor(root, signal, { frames, rrMs, autoplay, remembered, render }) {
    this.root = root;
    this.frames = frames;
    this.render = render;
    this.meter = new FrameMeter();
    this.request = 0;
    this.drawn = -1;
    this.slider = root.querySelector(".scrub");
    this.slider.max = frames - 1;
    this.clock = new HeartClock((speed) => beatLength(speed, rrMs, frames), {
      ...remembered,
      playing: remembered.playing ?? (autoplay && !prefersStillness()),
    });
    attachBar(root, signal, this);
    attachKeys(root, signal, this);
    this.moveWhileSeen(root, signal);
    signal.addEventListener("abort", () => cancelAnimationFrame(this.request));
  }

  // What has scrolled away costs nothing; its clock goes on, so it comes back in step.
  moveWhileSeen(root, signal) {
    this.seen = false;
    const watch = new IntersectionObserver((entries) => {
      this.seen = entries[entries.length - 1].isIntersecting;
      this.refresh();
    });
    watch.observe(root);
    signal.addEventListener("abort", () => watch.disconnect());
  }

  draw(now) {
    const beats = this.clock.beatsAt(now);
    const phase = wrapPhase(beats);
    const frame = frameAt(phase, this.frames);
    if (frame !== this.drawn) {
      this.drawn = frame;
      this.meter.shown(now);
      this.root.dataset.frame = frame;
      this.root.dataset.fps = this.clock.running ? this.meter.rate.toFixed(1) : "0";
      this.slider.value = frame;
    }
    this.render(phase, frame, beats);
  }

  tick(now) {
    this.draw(now);
    this.request = this.root.isConnected ? requestAnimationFrame((next) => this.tick(next)) : 0;
  }

  // Shows the clock's state and sees that exactly one loop runs, or none where nobody sees it.
  refresh() {
    cancelAnimationFrame(this.request);
    const { playing, running, speed } = this.clock;
    this.root.dataset.playing = playing;
    this.root.dataset.fps = "0";
    this.root.querySelector(".play").setAttribute("aria-label", playing ? "Pause" : "Play");
    for (const button of this.root.querySelectorAll("[data-speed]")) {
      button.setAttribute("aria-pressed", button.dataset.speed === speed);
    }
    this.meter = new FrameMeter();
    if (running && this.seen) this.request = requestAnimationFrame((now) => this.tick(now));
    else this.draw(performance.now());
  }

  change(settings) {
    this.clock.set(settings);
    this.refresh();
  }

  toggle() {
    this.change({ playing: !this.clock.playing });
  }

  goTo(frame) {
    this.change({ phase: frame / this.frames, playing: false });
  }

  step(by) {
    this.goTo(frameAt(this.clock.phaseAt(performance.now()), this.frames) + by);
  }

  // What a new start of the same player takes over.
  memory() {
    const { speed, playing, loop } = this.clock;
    return { phase: this.clock.phaseAt(performance.now()), speed, playing, loop };
  }
}

// The true rate, half of it, or 30 frames a second whatever the heart does.
function beatLength(speed, rrMs, frames) {
  return { half: 2 * rrMs, true: rrMs, fixed: (frames / 30) * 1000 }[speed];
}

function attachBar(root, signal, transport) {
  const onClick = (selector, action) => {
    root.querySelector(selector).addEventListener("click", action, { signal });
  };
  onClick(".play", () => transport.toggle());
  onClick(".back", () => transport.step(-1));
  onClick(".forward", () => transport.step(1));
  for (const speed of ["half", "true", "fixed"]) {
    onClick(`[data-speed="${speed}"]`, () => transport.change({ speed }));
  }
  transport.slider.addEventListener("input", () => transport.goTo(Number(transport.slider.value)), {
    signal,
  });
}

function attachKeys(root, signal, transport) {
  root.addEventListener(
    "keydown",
    (event) => {
      // A focused button or slider keeps its own keys.
      const control = event.target.closest("button, input, summary")?.tagName;
      if (event.shiftKey) return; // window and level
      if (event.key === " " && (control === undefined || control === "INPUT")) transport.toggle();
      else if (event.key === "ArrowLeft" && control !== "INPUT") transport.step(-1);
      else if (event.key === "ArrowRight" && control !== "INPUT") transport.step(1);
      else return;
      event.preventDefault();
    },
    { signal },
  );
}

// Moving the pointer over a panel holds the clock where it points; leaving lets it go on, unless a
// click said to stay.
export function attachHover(panel, signal, transport, phaseUnder) {
  panel.addEventListener(
    "pointermove",
    (event) => {
      transport.change({ phase: phaseUnder(event), held: true });
    },
    { signal },
  );
  panel.addEventListener("pointerleave", () => transport.change({ held: false }), { signal });
  panel.addEventListener(
    "click",
    (event) => {
      if (!event.target.closest("button")) transport.change({ playing: false });
    },
    { signal },
  );
}

// Buttons of which one is pressed: `chosen(name)` is called with what the pressed one is for.
export function attachChoice(root, signal, attribute, initial, chosen) {
  const buttons = [...root.querySelectorAll(`[${attribute}]`)];
  const press = (name) => {
    for (const button of buttons) {
      button.setAttribute("aria-pressed", button.getAttribute(attribute) === name);
    }
  };
  for (const button of buttons) {
    button.addEventListener(
      "click",
      () => {
        press(button.getAttribute(attribute));
        chosen(button.getAttribute(attribute));
      },
      { signal },
    );
  }
  press(initial);
  return press;
}

function prefersStillness() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
