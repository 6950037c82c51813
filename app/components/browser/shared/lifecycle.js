// When data or theme change, Streamlit calls a component's function again on the same element
// without cleaning up after the former call. So each start stops its predecessor, and takes over
// what the person had set.

export const running = new WeakMap();

// `start(remembered, signal)` returns { memory }, a function that tells what to remember;
// everything it sets going must end when `signal` aborts.
export function replaceFormer(parentElement, start) {
  const former = running.get(parentElement);
  const remembered = former ? former.memory() : {};
  if (former) former.ending.abort();
  const ending = new AbortController();
  const { memory } = start(remembered, ending.signal);
  running.set(parentElement, { ending, memory });
  return () => ending.abort();
}

// Calls `redraw` at once, and whenever the element's width or the screen's pixel ratio changes.
export function redrawOnResize(element, signal, redraw) {
  let drawn = "";
  const check = () => {
    const state = `${element.clientWidth} ${window.devicePixelRatio}`;
    if (state === drawn || element.clientWidth === 0) return;
    drawn = state;
    redraw();
  };
  const observer = new ResizeObserver(check);
  observer.observe(element);
  window.addEventListener("resize", check, { signal });
  signal.addEventListener("abort", () => observer.disconnect());
  check();
}
