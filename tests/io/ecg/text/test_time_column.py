"""Times beside the samples."""

import numpy as np
import pytest

from ptacl.io.ecg.text.time_column import clock_seconds, rate_of, rises_evenly


@pytest.mark.parametrize("rate_hz", [100, 125, 128, 250, 257, 360, 500, 1000])
@pytest.mark.parametrize(
    "style",
    [
        "{m}:{s:06.3f}", "0:{m:02}:{s:06.3f}", "[10:{m:02}:{s:06.3f} 04/05/2010]",
        "2010-05-04 10:{m:02}:{s:06.3f}", "2010-05-04T10:{m:02}:{s:06.3f}Z",
        "2010-05-04T10:{m:02}:{s:06.3f}+02:00", "04.05.2010 10:{m:02}:{s:06.3f}",
    ],
)  # fmt: skip
def test_clock_times_tell_the_rate_though_they_are_rounded(rate_hz: int, style: str) -> None:
    times_ms = [1000 * n // rate_hz for n in range(70 * rate_hz)]
    cells = [style.format(m=t // 60_000, s=t % 60_000 / 1000) for t in times_ms]
    seconds = clock_seconds(cells)
    assert seconds is not None
    assert rises_evenly(seconds)
    assert rate_of(seconds, "s") == rate_hz


def test_midnight_is_passed() -> None:
    seconds = clock_seconds(["23:59:59.996", "23:59:59.998", "00:00:00.000", "00:00:00.002"])
    assert seconds is not None
    np.testing.assert_allclose(np.diff(seconds), 0.002, atol=1e-9)


@pytest.mark.parametrize("cell", ["12.5", "", "yesterday", "2003-04-05", "1:2:3:4"])
def test_other_cells_are_no_clock(cell: str) -> None:
    assert clock_seconds(["0:00.000", cell]) is None


def test_a_rate_that_is_not_whole_stays() -> None:
    assert rate_of(np.arange(5000) / 500.25, "s") == pytest.approx(500.25, abs=1e-3)
