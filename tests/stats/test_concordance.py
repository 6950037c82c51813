"""Harrell's C by matrices is Harrell's C by pairs."""

import numpy as np
import pytest

from ptacl.stats import concordance
from ptacl.stats.bootstrap import draw_counts
from ptacl.stats.concordance import concordance_interval, concordance_of_draws


def by_pairs(time: np.ndarray, event: np.ndarray, risk: np.ndarray) -> float:
    concordant = comparable = 0.0
    for i in range(len(time)):
        for j in range(len(time)):
            if event[i] and (time[i] < time[j] or (time[i] == time[j] and not event[j])):
                comparable += 1
                concordant += 1.0 if risk[i] > risk[j] else 0.5 * (risk[i] == risk[j])
    return concordant / comparable


def test_every_draw_is_the_count_over_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concordance, "CHUNK_SUBJECTS", 7)
    rng = np.random.default_rng(0)
    time = rng.integers(1, 12, 40).astype(np.float64)
    event, risk = rng.random(40) < 0.4, rng.integers(0, 6, 40).astype(np.float64)
    counts = draw_counts(40, 5, rng)
    drawn = concordance_of_draws(time, event, risk, counts)
    slow = []
    for draw in counts.astype(int):
        rows = np.repeat(np.arange(40), draw)
        slow.append(by_pairs(time[rows], event[rows], risk[rows]))
    np.testing.assert_allclose(drawn, slow)
    assert concordance_interval(time, event, risk, counts).value == by_pairs(time, event, risk)


def test_the_right_order_has_one_and_without_events_there_is_no_figure() -> None:
    time = np.arange(1.0, 30.0)
    counts = draw_counts(29, 50, np.random.default_rng(1))
    interval = concordance_interval(time, time < 15, -time, counts)
    assert (interval.value, interval.low, interval.high) == (1.0, 1.0, 1.0)
    assert np.isnan(concordance_interval(time, time < 0, -time, counts).value)
