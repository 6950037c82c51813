// One clock for everything on a player. The phase of the heart cycle is a function of elapsed
// time alone: a slow machine drops frames, it never slows the heart.

export class HeartClock {
  // `period` tells the length of one beat in ms at a speed; `loop` is { from, to } in phases, or
  // null for the whole beat.
  constructor(period, { phase = 0, speed = "true", playing = true, loop = null }) {
    this.period = period;
    this.beats = phase;
    this.speed = speed;
    this.playing = playing;
    this.loop = loop;
    this.held = false;
    this.since = performance.now();
  }

  // Held: a pointer keeps the clock where it is, for as long as it stays.
  get running() {
    return this.playing && !this.held;
  }

  // Beats since the clock was last set to a phase; hearts of other rates follow this, not the phase.
  beatsAt(now) {
    if (!this.running) return this.beats;
    const beats = this.beats + Math.max(0, now - this.since) / this.period(this.speed);
    return this.loop ? intoLoop(beats, this.loop) : beats;
  }

  phaseAt(now) {
    return wrapPhase(this.beatsAt(now));
  }

  // Every change goes through here, so that the phase never jumps.
  set({ phase, speed, playing, held, loop }, now = performance.now()) {
    this.beats = phase === undefined ? this.beatsAt(now) : wrapPhase(phase);
    this.since = now;
    if (speed !== undefined) this.speed = speed;
    if (playing !== undefined) this.playing = playing;
    if (held !== undefined) this.held = held;
    if (loop !== undefined) this.loop = loop;
  }
}

export function wrapPhase(phase) {
  return phase - Math.floor(phase);
}

function intoLoop(beats, { from, to }) {
  const turns = (wrapPhase(beats) - from) / (to - from);
  return from + wrapPhase(turns) * (to - from);
}

export function frameAt(phase, frames) {
  // The small addend keeps phase i/frames on frame i in spite of rounding.
  return Math.min(frames - 1, Math.floor(phase * frames + 1e-6));
}

// Frames shown a second, over the last second or so.
export class FrameMeter {
  constructor() {
    this.times = [];
  }

  shown(now) {
    this.times.push(now);
    while (this.times.length > 1 && now - this.times[0] > 1000) this.times.shift();
  }

  get rate() {
    const span = this.times[this.times.length - 1] - this.times[0];
    return span > 0 ? ((this.times.length - 1) * 1000) / span : 0;
  }
}
