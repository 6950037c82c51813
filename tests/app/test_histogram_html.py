import re

import numpy as np
import pytest
from histogram_html import BINS, histogram_html


def percents(html: str, name: str) -> list[int]:
    return [int(found) for found in re.findall(rf"{name} (\d+) %", html)]


def test_selection_and_rest_share_their_bins_and_each_adds_up():
    html = histogram_html(np.array([1.0, 2.0]), np.array([1.0, 5.0, np.nan]), "Age <years>")
    assert len(percents(html, "selection")) == len(percents(html, "rest")) == BINS
    assert sum(percents(html, "selection")) == sum(percents(html, "rest")) == 100
    assert percents(html, "selection")[0] == percents(html, "rest")[0] == 50
    assert "<span>1</span>" in html and "<span>5</span>" in html
    assert "Age &lt;years&gt;" in html and "<years>" not in html


@pytest.mark.parametrize("rest", [np.array([]), np.array([np.nan])])
def test_nobody_is_no_error(rest):
    assert percents(histogram_html(np.array([]), rest, "x"), "rest") == [0] * BINS
