import numpy as np

from app.components.cine_player import describe, geometry, typical_beat


def test_the_typical_beat_has_the_median_interval() -> None:
    assert typical_beat(np.zeros(2000), [0, 400, 600, 1100]) == (0, 400)


def test_peaks_outside_the_recording_are_no_beats() -> None:
    assert typical_beat(np.zeros(900), [-5, 100, 500, 950]) == (100, 500)
    assert typical_beat(np.zeros(300), [100, 500]) is None


def test_geometry_keeps_rows_and_columns_apart() -> None:
    frames = np.zeros((50, 64, 48), np.uint8)
    place = geometry(frames, (2.4, 1.8))
    assert (place["rows"], place["columns"], place["spacing"]) == (64, 48, (2.4, 1.8))


def test_only_panels_with_data_are_described() -> None:
    volumes = np.array([150.0, 60.0, 120.0])
    words = describe(3, 800.0, None, volumes, "ECG lead II")
    assert "map" not in words
    assert words["curve"].endswith("150 mL at end of diastole, least 60 mL.")
