// While a run of the page is going, a question to the server has to wait for its end anyway. One
// that arrives as a run ends makes Streamlit 1.67 drop what the run drew last: it hands questions to
// a new thread, and no longer listens to the one whose words are still under way. So it waits here.

const STATE = "data-test-script-state";

// `act` is called whenever a run of the page begins or ends; the answer tells if one is going.
export function watchRuns(signal, act) {
  const app = document.querySelector(`[${STATE}]`);
  if (app) {
    const observer = new MutationObserver(() => act());
    observer.observe(app, { attributeFilter: [STATE] });
    signal.addEventListener("abort", () => observer.disconnect());
  }
  return () => app?.getAttribute(STATE) === "running";
}
