import re
from dataclasses import replace

import numpy as np

from app.text.strain_sentences import (
    is_doubtful,
    segment_labels,
    strain_flags,
    strain_sentence,
    strain_table,
)
from ptacl.motion.records import SEGMENTS
from ptacl.segmentation.records import QualityFlag
from tests.app.made_motion import made_motion


def test_the_table_has_every_segment_with_units_and_a_true_minus() -> None:
    table = strain_table(made_motion(shortening=0.2))
    assert [label for label in segment_labels() if f"Segment {label}" in table.index] == list(
        segment_labels()
    )
    assert table.loc["Global circumferential, mid-wall"].tolist() == ["−20.0 %", "500 ms"]
    assert re.fullmatch(r"\d+ ms", table.loc["Mechanical dispersion", "Peak"])
    assert len(table) == 2 + len(SEGMENTS) + 5  # this heart has no right ventricle
    assert "RV free wall" not in table.index


def test_without_times_no_time_is_given() -> None:
    motion = made_motion()
    nan = float("nan")
    peaks = replace(motion.peaks, gcs=replace(motion.peaks.gcs, time_ms=nan), dispersion_ms=nan)
    untimed = replace(motion, peaks=peaks)
    assert "ms" not in strain_sentence(untimed) and "−20.0 %" in strain_sentence(untimed)
    row = strain_table(untimed).loc["Global circumferential, mid-wall"]
    assert row["Time to peak"] == "–"
    assert np.isfinite(motion.peaks.gcs.time_ms) and "500 ms" in strain_sentence(motion)


def test_flags_make_a_slice_doubtful_unless_they_only_inform() -> None:
    check = QualityFlag("motion_not_closed", "Points miss their start.", "check")
    info = QualityFlag("few_frames", "Times are coarse.", "info")
    assert strain_flags(made_motion(flags=(check,))) == [("check", "Points miss their start.")]
    assert is_doubtful(made_motion(flags=(check, info))) and not is_doubtful(
        made_motion(flags=(info,))
    )
