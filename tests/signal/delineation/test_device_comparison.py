import pytest

from ptacl.signal.delineation.device_comparison import device_caveats, differences
from ptacl.types import EcgIntervals

OURS = EcgIntervals(60.0, 150.0, 90.0, 400.0, 400.0, 30.0, 10.0)


def test_what_agrees_is_not_said():
    printed = {"heart_rate_bpm": 62.0, "pr_ms": 178.0, "qrs_ms": 100.0, "qt_ms": 371.0}
    assert differences(OURS, printed) == {}
    assert device_caveats(OURS, printed) == () == device_caveats(OURS, {})


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ({"qt_ms": 440.0}, "QT 400 here and 440 there"),
        ({"heart_rate_bpm": 119.0}, "rate 60 here and 119 there"),
        ({"pr_ms": 190.0, "qrs_ms": 130.0}, "PR 150 here and 190 there, QRS 90 here and 130 there"),
    ],
)
def test_each_difference_is_said(printed, words):
    (caveat,) = device_caveats(OURS, printed)
    assert caveat.code == "differs_from_device"
    assert caveat.severity == "check"
    assert words in caveat.text


def test_what_was_not_measured_differs_from_nothing():
    unmeasured = EcgIntervals(*[float("nan")] * 7)
    assert differences(unmeasured, {"pr_ms": 160.0, "qt_ms": 400.0}) == {}
