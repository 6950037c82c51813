import numpy as np

from app.components.clock_curves import ClockCurves, ClockLine


def test_curves_are_sent_with_the_range_of_each_for_screen_readers() -> None:
    area = np.array([20.0, 10.0, 15.0])
    gaps = np.array([np.nan, -3.0, -1.0])
    panel = ClockCurves(
        "Area",
        "cm²",
        [ClockLine("LV", area, "#112233"), ClockLine("RV", gaps, "#445566", "#778899", (2, 3))],
        marks=[("ED", 0), ("ES", None)],
    )
    header = panel.header()
    assert header["marks"] == [{"label": "ED", "frame": 0}]
    assert [line["onDark"] for line in header["lines"]] == ["#112233", "#778899"]
    assert "LV 10.0 to 20.0, RV −3.0 to −1.0" in header["description"]
    values = panel.values()
    assert values.dtype == np.float32 and values.shape == (2, 3) and np.isnan(values[1, 0])
