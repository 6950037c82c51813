"""The page of limits has the figures of the card."""

import json

from docs.site.limits import DEMO, page
from tests.docs.fences import REPOSITORY

METRICS = json.loads((DEMO / "metrics.json").read_text())


def test_the_page_of_limits_is_that_of_the_shipped_model() -> None:
    written = (REPOSITORY / "docs" / "limits.md").read_text()
    assert written == page(METRICS), "python -m docs.site.limits > docs/limits.md"


def test_the_figures_of_the_page_follow_the_card() -> None:
    changed = json.loads(json.dumps(METRICS))
    changed["evaluation"]["phenotypes"]["demo"]["lvef_pct"]["r2"]["value"] = -0.125
    assert "−0.12 [" in page(changed) and "−0.12 [" not in page(METRICS)
