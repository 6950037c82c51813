"""What browser tests do with a page of one component: find it, wait until it plays, read it."""

from pathlib import Path
from typing import Any

import numpy as np

PAGE = Path(__file__).parent / "component_page.py"
READY_MS = 30_000

# Components live in shadow roots, which Playwright's locators enter and document.querySelector
# does not.
FIND = """
const find = (selector) => [...document.querySelectorAll('*')]
  .map((element) => element.shadowRoot && element.shadowRoot.querySelector(selector))
  .find(Boolean);
"""
DRAWN = f"""() => {{ {FIND}
  const canvas = find('.component canvas');
  return find('.component .bin') || (canvas && canvas.style.width);
}}"""


def frame_of(root: Any) -> int:
    return int(root.get_attribute("data-frame"))


def wait_for_frame_rate(page: Any, root: Any, least: float) -> float:
    """The best rate of a few looks: other work on the machine may take one of them."""
    best = 0.0
    for _ in range(5):
        page.wait_for_timeout(1200)
        best = max(best, float(root.get_attribute("data-fps")))
        if best >= least:
            break
    return best


def frames_shown(page: Any, selector: str, milliseconds: int = 1200) -> np.ndarray:
    """Frames that every matching element shows, a row a screen frame."""
    return np.array(
        page.evaluate(
            f"""async ([selector, milliseconds]) => {{ {FIND}
              const root = find(selector).getRootNode();
              const seen = [];
              const start = performance.now();
              while (performance.now() - start < milliseconds) {{
                await new Promise(requestAnimationFrame);
                seen.push([...root.querySelectorAll(selector)].map((e) => Number(e.dataset.frame)));
              }}
              return seen;
            }}""",
            [selector, milliseconds],
        )
    )
