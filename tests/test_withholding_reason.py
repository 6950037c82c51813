"""When predictions are withheld: one rule for the gallery, the pages and the reports."""

import pytest

from ptacl.types import Caveat, EcgQuality, withholding_reason

GOOD = EcgQuality((), usable=True, reason="")
CHECK = Caveat("assumed", "The order of the leads was assumed.", "check")
WITHHOLD = Caveat("no_heartbeat", "This is no heartbeat.", "withhold")


@pytest.mark.parametrize(
    ("quality", "caveats", "reason"),
    [
        (GOOD, (), ""),
        (GOOD, (CHECK,), ""),
        (GOOD, (CHECK, WITHHOLD), "This is no heartbeat."),
        (
            EcgQuality((), usable=False, reason="All leads are flat."),
            (WITHHOLD,),
            "All leads are flat.",
        ),
        (EcgQuality((), usable=False, reason=""), (), "The recording does not allow a prediction."),
    ],
)
def test_predictions_are_withheld_for_the_quality_or_a_caveat(quality, caveats, reason):
    assert withholding_reason(quality, caveats) == reason
