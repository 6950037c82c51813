"""Sentences about a measured cine."""

from dataclasses import replace

import numpy as np
import pytest

from app.text.cine_sentences import (
    contours_verdict,
    corrected_sentence,
    difference_sentence,
    flag_lines,
    match_sentence,
    method_sentence,
    no_volume_sentence,
    refusal,
    slice_label,
    slices_sentence,
)
from ptacl.errors import BadInput, PtaclError
from ptacl.inference.measured_table import measured_rows
from ptacl.segmentation.records import QualityFlag
from ptacl.types import UNKNOWN_PERSON, CineMatch, Familiarity, Neighbour, Prediction
from tests.app.made_cines import inspected


@pytest.fixture(scope="module")
def heart():
    return inspected()


def with_flags(heart, *flags: QualityFlag):
    return replace(heart, flags=flags)


def test_what_was_read_is_said_in_slices_frames_and_distance(heart):
    count = len(heart.slices)
    assert slices_sentence(heart) == f"{count} slices of 25 frames, 10.0 mm apart."
    assert slices_sentence(inspected(chosen=slice(4, 5))) == "One slice of 25 frames."


def test_flags_name_their_slice_from_one_and_single_slices_need_none(heart):
    flag = QualityFlag("area_jump", "The area jumps.", "check", slice=2)
    assert flag_lines(with_flags(heart, flag)) == [("check", "Slice 3: The area jumps.")]
    single = with_flags(inspected(chosen=slice(4, 5)), replace(flag, slice=0))
    assert flag_lines(single) == [("check", "The area jumps.")]


def test_the_gravest_flag_decides_over_the_contours(heart):
    info, check, withhold = (
        QualityFlag("a", "b", severity) for severity in ("info", "check", "withhold")
    )
    assert contours_verdict(with_flags(heart, info))[0] == "good"
    assert contours_verdict(with_flags(heart, check, info))[0] == "check"
    assert contours_verdict(with_flags(heart, withhold, check))[0] == "withheld"


def test_a_slice_is_marked_for_findings_and_corrections(heart):
    last = len(heart.slices) - 1
    assert (slice_label(heart, 0), slice_label(heart, last)) == ("1 base", f"{last + 1} apex")
    measured = list(heart.slice_measurements)
    measured[2] = replace(measured[2], flags=(QualityFlag("a", "b", "check"),))
    marked = replace(heart, slice_measurements=tuple(measured), corrected=((3, 0),))
    assert slice_label(marked, 2) == "3 :material/warning:"
    assert slice_label(marked, 3) == "4 :material/draw:"


def test_slices_without_a_volume_say_why(heart):
    part = inspected(chosen=slice(7, 9))
    said = no_volume_sentence(part)
    assert said.startswith("No volume is given. ") and said.endswith(" Areas of each slice are.")
    assert part.measurement.coverage.text in said
    assert no_volume_sentence(heart) == ""


def test_a_single_slice_says_what_its_interval_holds(heart):
    single = inspected(chosen=slice(4, 5))
    said = method_sentence(measured_rows(single.measurement, UNKNOWN_PERSON), single=True)
    assert "area–length" in said and "how long the ventricle is" in said
    said = method_sentence(measured_rows(heart.measurement, UNKNOWN_PERSON), single=False)
    assert "summation of slices" in said and "how long" not in said


def test_corrections_are_counted_by_frame_and_slice(heart):
    assert corrected_sentence(heart) == ""
    one = corrected_sentence(replace(heart, corrected=((2, 5),)))
    assert one.startswith("Corrected by hand: one frame in one slice.")
    more = corrected_sentence(replace(heart, corrected=((2, 5), (2, 6), (3, 0))))
    assert more.startswith("Corrected by hand: 3 frames in 2 slices.")


def prediction(value: float, low: float, high: float) -> Prediction:
    return Prediction("lvef_pct", "LVEF", "%", value, low, high, {})


def test_what_the_ecg_missed_is_named_with_its_sign(heart):
    ef = heart.measurement.lvef_pct.value
    near = measured_rows(heart.measurement, UNKNOWN_PERSON, (prediction(ef, ef - 5, ef + 5),))
    assert difference_sentence(near).startswith("All 1 measured values are within")
    far = measured_rows(heart.measurement, UNKNOWN_PERSON, (prediction(ef - 20, 30, ef - 10),))
    assert "LVEF (+20 %)" in difference_sentence(far)
    assert difference_sentence(measured_rows(heart.measurement, UNKNOWN_PERSON)) == ""


def test_an_unlike_cine_gets_contours_but_no_similar_hearts():
    far = CineMatch(Familiarity(False, 80.0, 21.0, 100.0), None, ())
    assert "no embedding" in match_sentence(far) and "80.0" in match_sentence(far)
    near = CineMatch(
        Familiarity(True, 12.0, 21.0, 40.0), np.zeros(8, np.float32), (Neighbour("S1", 0.9),)
    )
    assert match_sentence(near).startswith("In distribution")
    assert "too few" in match_sentence(CineMatch(None, None, ()))


def test_flags_of_the_command_line_are_called_that_on_the_page():
    do = "give the short-axis cine, or accept any series (--any-series, column cine_any_series)"
    told = refusal(BadInput("a.dcm", "it is a perfusion series", do, code="cine.not_short_axis"))
    assert told.startswith("a.dcm: it is a perfusion series. Give the short-axis cine.")
    assert "`ptacl segment --any-series` reads it." in told and "column" not in told
    plain = BadInput("a.jpg", "this looks like a picture", "give a cine")
    assert refusal(plain) == str(plain)
    other = PtaclError("The upload holds no file.", code="upload.empty")
    assert refusal(other) == str(other)
