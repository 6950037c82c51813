"""What a device printed."""

from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from ptacl.io import read_ecg
from ptacl.io.ecg.device_measurements import printed
from ptacl.measurements import DEVICE_RANGES
from tests.real_files import SHARED

REAL = [
    *(
        path
        for pattern in ("cardiosoft_xml", "muse_xml", "philips_sierra_xml")
        for path in sorted((SHARED / "ecg" / pattern).glob("*.xml"))
    ),
    Path(str(get_testdata_file("waveform_ecg.dcm"))),
]


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_rate_intervals_and_axes_of_every_real_printout_are_read(path: Path) -> None:
    assert set(read_ecg(path).measurements) == set(DEVICE_RANGES)


def test_values_that_stand_for_nothing_are_dropped() -> None:
    for sentinel in (0.0, -1.0, 32767.0, -32768.0, 29999.0, None, float("nan")):
        assert printed({"heart_rate_bpm": 60.0, "pr_ms": sentinel}) == {"heart_rate_bpm": 60.0}
    assert printed({"p_axis_deg": 0.0, "t_axis_deg": 32767.0}) == {"p_axis_deg": 0.0}


def test_what_a_heart_can_have_is_kept() -> None:
    ill = {
        "heart_rate_bpm": 31.0, "pr_ms": 420.0, "qrs_ms": 210.0, "qt_ms": 640.0, "qtc_ms": 610.0,
        "p_axis_deg": -88.0, "qrs_axis_deg": 260.0, "t_axis_deg": -175.0,
    }  # fmt: skip
    assert printed(ill) == ill
    assert set(ill) == set(DEVICE_RANGES)
