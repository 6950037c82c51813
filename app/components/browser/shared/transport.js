// The transport bar: play, step, scrub, speed; and the same by keyboard on the whole player.
// `render(phase, now)` draws a moment. Returns what the player needs of the clock.

function attachTransport(root, signal, { frames, clock, render }) {
  const slider = root.querySelector(".scrub");
  const play = root.querySelector(".play");
  const speeds = [...root.querySelectorAll("[data-speed]")];
  const meter = new FrameMeter();
  let request = 0;
  let drawn = -1;

  const draw = (now) => {
    const phase = clock.phaseAt(now);
    const frame = frameAt(phase, frames);
    if (frame !== drawn) {
      drawn = frame;
      meter.shown(now);
      root.dataset.frame = frame;
      root.dataset.fps = clock.playing ? meter.rate.toFixed(1) : "0";
      slider.value = frame;
    }
    render(phase, frame);
  };
  const tick = (now) => {
    draw(now);
    request = root.isConnected ? requestAnimationFrame(tick) : 0;
  };
  const refresh = () => {
    cancelAnimationFrame(request);
    root.dataset.playing = clock.playing;
    root.dataset.fps = "0";
    play.setAttribute("aria-label", clock.playing ? "Pause" : "Play");
    for (const button of speeds) button.setAttribute("aria-pressed", button.dataset.speed === clock.speed);
    meter.reset();
    if (clock.playing) request = requestAnimationFrame(tick);
    else draw(performance.now());
  };
  const change = (settings) => {
    clock.set(settings);
    refresh();
  };
  const goTo = (frame) => change({ phase: frame / frames, playing: false });
  const step = (by) => goTo(frameAt(clock.phaseAt(performance.now()), frames) + by + frames);
  const toggle = () => change({ playing: !clock.playing });

  slider.max = frames - 1;
  slider.addEventListener("input", () => goTo(Number(slider.value)), { signal });
  play.addEventListener("click", toggle, { signal });
  root.querySelector(".back").addEventListener("click", () => step(-1), { signal });
  root.querySelector(".forward").addEventListener("click", () => step(1), { signal });
  for (const button of speeds) {
    button.addEventListener("click", () => change({ speed: button.dataset.speed }), { signal });
  }
  root.addEventListener("keydown", (event) => {
    // composedPath sees the focused control; the slider and the buttons keep their own keys.
    const control = event.composedPath()[0].closest?.("input, button");
    if (event.key === " " && control?.tagName !== "BUTTON") toggle();
    else if (event.key === "ArrowLeft" && control?.tagName !== "INPUT") step(-1);
    else if (event.key === "ArrowRight" && control?.tagName !== "INPUT") step(1);
    else return;
    event.preventDefault();
  }, { signal });
  signal.addEventListener("abort", () => cancelAnimationFrame(request));
  return { change, goTo, refresh };
}

// Moving the pointer over a panel holds the clock where it points; leaving lets it go on.
function attachHover(panel, signal, { clock, change, phaseOf, point }) {
  let resume = false;
  panel.addEventListener("pointerenter", () => { resume = clock.playing; }, { signal });
  panel.addEventListener("pointermove", (event) => {
    point?.(event);
    change({ phase: phaseOf(event), playing: false });
  }, { signal });
  panel.addEventListener("pointerleave", () => {
    point?.(null);
    change({ playing: resume });
  }, { signal });
}

function prefersStillness() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
