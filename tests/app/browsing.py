"""What browser tests do with the app's pages: open one, wait until it stands, read its console."""

from contextlib import suppress

from playwright.sync_api import TimeoutError as NotYet

DRAWN_MS = 30_000
BEGUN_MS = 10_000
"""Within which a run has begun, on a busy machine too."""
FOOTER = "Research use only, not a medical device · model"
"""How the last line of every page begins."""

QUESTIONS = {
    "": "What would the MRI show?",
    "inspect_cine": "What does the cine measure?",
    "cohort": "Which hearts are similar?",
    "groups": "Where do two groups differ?",
    "alignment": "Does the ECG know the beat?",
    "retrieval": "Who has a heart like this one?",
    "volumes": "How far may I trust the numbers?",
    "model": "Where does this come from?",
    "runs": "How does the training go?",
}
"""Path of each page → the question that is its title."""


STYLED = "getComputedStyle(document.querySelector('.stApp')).fontVariantNumeric === 'tabular-nums'"
"""The style sheet of the app applies: the browser may draw the sidebar, which holds it, last."""


def opened(page, address: str, path: str = ""):
    page.goto(f"{address}/{path}")
    page.get_by_text(FOOTER).wait_for(timeout=DRAWN_MS)
    settled(page)
    page.wait_for_function(STYLED, timeout=DRAWN_MS)
    return page


def drawn(page, path: str):
    """Wait until the page that was just gone to stands as a whole."""
    page.get_by_role("heading", name=QUESTIONS[path]).wait_for(timeout=DRAWN_MS)
    settled(page)
    return page


def settled(page) -> None:
    """Wait for the end of a run: while it goes on, it may replace a button under a click."""
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'",
        timeout=DRAWN_MS,
    )


def go_by_keys(page, path: str) -> None:
    """Go to a page as a person does who knows the keys: no document is loaded anew."""
    page.get_by_role("button", name="Keys").wait_for(timeout=DRAWN_MS)
    page.keyboard.press("g")
    page.keyboard.press({"inspect_cine": "n", "runs": "t", "": "i"}.get(path, path[:1]))
    drawn(page, path)


COUNT_RUNS = """() => {
  if (window.runs !== undefined) return window.runs;
  window.runs = 0;
  const app = document.querySelector('[data-testid=stApp]');
  // A short run may have ended before the observer is called: each change is a record of its own.
  const count = (changes) => {
    const states = [...changes.slice(1).map((change) => change.oldValue),
                    app.dataset.testScriptState];
    window.runs += states.filter((state) => state === 'running').length;
  };
  new MutationObserver(count).observe(app, {
    attributes: true, attributeOldValue: true, attributeFilter: ['data-test-script-state'],
  });
  return 0;
}"""


def after_run(page, act) -> None:
    """Do what makes the page run anew, and wait for the end of that run.

    Of a run of less than a tenth of a second the browser may draw the end alone.
    """
    former = page.evaluate(COUNT_RUNS)
    act()
    with suppress(NotYet):
        page.wait_for_function(f"window.runs > {former}", timeout=BEGUN_MS)
    settled(page)


def unexpected(errors: list[str]) -> list[str]:
    """Console errors, less the probes by which Streamlit finds its own base path on a deep link."""
    return [line for line in errors if "404 (Not Found)" not in line]
