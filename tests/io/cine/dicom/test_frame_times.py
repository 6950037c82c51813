"""Frames are put in order by the first clock that tells them apart, and into one heartbeat."""

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from ptacl.errors import BadInput
from ptacl.io import read_cine
from ptacl.types import Cine
from tests.io.made_cines import FRAMES, Edit, both, cine, even, multi_frame, pixels, series, values

EVEN = 55 * np.arange(16)


def _by_frame(**formats: str) -> Edit:
    """Elements that tell the frame: a text with ``{f}`` (0, 1 …), ``{n}`` (1, 2 …) or ``{t}``."""

    def edit(dataset: Dataset, place: int, frame: int) -> None:
        for key, text in formats.items():
            setattr(dataset, key, text.format(f=frame, n=frame + 1, t=55 * frame))

    return edit


UNTIMED = values(TriggerTime=None)


def _codes(read: Cine) -> list[str]:
    return [one.code for one in read.caveats]


def _expect_whole(read: Cine, rr_ms: float = 880) -> None:
    np.testing.assert_array_equal(read.frames[:, 0, 0], np.arange(16))
    np.testing.assert_allclose(read.frame_times_ms, EVEN * rr_ms / 880)
    assert read.rr_ms == pytest.approx(rr_ms)


WITHOUT_TRIGGER = {
    "temporal position": _by_frame(TemporalPositionIdentifier="{n}", InstanceNumber="1"),
    "positions against instances": both(
        _by_frame(TemporalPositionIdentifier="{n}"),
        lambda d, s, f: setattr(d, "InstanceNumber", 100 - f),
    ),
    "instance number": _by_frame(),
    "instance numbers of an interleaved stack": lambda d, s, f: setattr(
        d, "InstanceNumber", 7 + 9 * f
    ),
    "content time": _by_frame(InstanceNumber="1", ContentTime="1015{n:02}"),
    "all trigger times zero": values(TriggerTime=0),
    "trigger times that are no numbers": values(TriggerTime="nan"),
    "trigger time of some frames": lambda d, s, f: setattr(d, "TriggerTime", 5 if f < 3 else None),
}


@pytest.mark.parametrize("edit", WITHOUT_TRIGGER.values(), ids=WITHOUT_TRIGGER.keys())
@pytest.mark.parametrize("said", ["interval", "rate", "limits"])
def test_frames_without_trigger_times_are_even_over_the_beat(
    tmp_path: Path, edit: Edit, said: str
) -> None:
    says = {
        "interval": values(NominalInterval=880),
        "rate": values(NominalInterval=None, HeartRate=75),
        "limits": values(NominalInterval=None, LowRRValue=700, HighRRValue=900),
    }[said]
    rr_ms = {"interval": 880, "rate": 800, "limits": 800}[said]
    read = read_cine(cine(tmp_path / "s", UNTIMED, edit, says))
    _expect_whole(read, rr_ms)
    assert _codes(read) == ["frame_times_assumed"]
    assert f"R–R interval of {rr_ms} ms" in read.caveats[0].text


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        (lambda d, s, f: setattr(d, "AcquisitionTime", f"10150{0.055 * f:.3f}"), "acquisition"),
        (_by_frame(FrameReferenceTime="{t}"), "frame reference time"),
        (lambda d, s, f: setattr(d, "TemporalPositionTimeOffset", 0.055 * f), "time offset"),
    ],
)
def test_other_times_count_from_the_first_frame(tmp_path: Path, edit: Edit, named: str) -> None:
    read = read_cine(cine(tmp_path / "s", UNTIMED, values(InstanceNumber=1), edit))
    np.testing.assert_array_equal(read.frames[:, 0, 0], np.arange(16))
    assert _codes(read)[0] == "frame_times_assumed"
    assert named in read.caveats[0].text
    assert read.frame_times_ms[0] == 0
    assert read.rr_ms == 880


@pytest.mark.parametrize("step_s", [0.01, 0.2])
def test_acquisition_times_that_are_no_times_of_a_beat_leave_the_order_to_instances(
    tmp_path: Path, step_s: float
) -> None:
    def acquired(dataset: Dataset, place: int, frame: int) -> None:
        dataset.AcquisitionTime = f"10150{step_s * ((7 * frame) % 16):.3f}"

    _expect_whole(read_cine(cine(tmp_path / "s", UNTIMED, acquired)))


def test_frames_that_each_have_a_series_of_their_own_are_one_take(tmp_path: Path) -> None:
    def apart(dataset: Dataset, place: int, frame: int) -> None:
        dataset.SeriesInstanceUID = f"1.2.{frame + 1}"

    _expect_whole(read_cine(cine(tmp_path / "s", apart)))


def test_moments_that_nearly_are_one_are_no_cine(tmp_path: Path) -> None:
    def jitter(dataset: Dataset, place: int, frame: int) -> None:
        dataset.TriggerTime = 120 + 2 * frame

    with pytest.raises(BadInput, match="one phase of many heartbeats"):
        read_cine(cine(tmp_path / "s", jitter))


def test_frames_after_an_inversion_pulse_are_told(tmp_path: Path) -> None:
    read = read_cine(cine(tmp_path / "s", values(InversionTime=250)))
    assert _codes(read) == ["inversion_pulse"]


def test_the_nominal_delay_of_a_plain_image_is_its_trigger_time(tmp_path: Path) -> None:
    def delay(dataset: Dataset, place: int, frame: int) -> None:
        dataset.NominalCardiacTriggerDelayTime = 55.0 * frame
        del dataset.TriggerTime

    read = read_cine(cine(tmp_path / "s", delay))
    _expect_whole(read)
    assert read.caveats == ()


def test_without_an_rr_interval_untimed_frames_ask_for_it(tmp_path: Path) -> None:
    folder = cine(tmp_path / "s", UNTIMED, values(NominalInterval=None))
    with pytest.raises(BadInput, match=r"neither trigger times nor an R–R interval.*--rr-ms"):
        read_cine(folder)
    _expect_whole(read_cine(folder, rr_ms=880.0))


def test_frames_in_no_order_ask_for_one(tmp_path: Path) -> None:
    folder = cine(tmp_path / "s", UNTIMED, values(InstanceNumber=1))
    with pytest.raises(BadInput, match=r"no trigger times, or repeated ones.*--order"):
        read_cine(folder)
    with pytest.raises(BadInput, match="cannot be ordered by temporal"):
        read_cine(folder, order="temporal")


def test_few_frames_without_trigger_times_are_no_cine_unless_it_is_said(tmp_path: Path) -> None:
    folder = series(tmp_path / "s", UNTIMED, slices=1)
    with pytest.raises(BadInput, match="no trigger times"):
        read_cine(folder)
    read = read_cine(folder, order="instance")
    np.testing.assert_allclose(read.frame_times_ms, 180 * np.arange(FRAMES))


def test_the_order_that_is_given_counts(tmp_path: Path) -> None:
    """Trigger times and temporal positions run backwards here, instance numbers do not."""

    def backwards(dataset: Dataset, place: int, frame: int) -> None:
        dataset.TriggerTime, dataset.TemporalPositionIdentifier = 55 * (15 - frame), 16 - frame

    folder = cine(tmp_path / "s", backwards)
    _expect_whole(read_cine(folder, order="instance"))
    for order in ("trigger", "temporal"):
        frames = read_cine(folder, order=order).frames
        np.testing.assert_array_equal(frames[:, 0, 0], np.arange(16)[::-1])
    np.testing.assert_array_equal(read_cine(folder).frames[:, 0, 0], np.arange(16)[::-1])


def test_one_moment_of_many_beats_is_not_made_a_cine_by_its_instance_numbers(
    tmp_path: Path,
) -> None:
    edit = _by_frame(AcquisitionTime="1015{n:02}.5")
    for times in (values(TriggerTime=120), UNTIMED):
        folder = cine(tmp_path / f"{times is UNTIMED}", times, edit)
        with pytest.raises(
            BadInput, match="one phase of many heartbeats, as in a perfusion series"
        ):
            read_cine(folder)


@pytest.mark.parametrize("beats", [2, 3])
def test_an_interval_of_several_beats_is_told(tmp_path: Path, beats: int) -> None:
    read = read_cine(cine(tmp_path / "s", values(NominalInterval=880 * beats)))
    _expect_whole(read)
    assert _codes(read) == ["rr_of_several_beats"]


def test_a_slow_heart_of_which_half_was_taken_keeps_its_interval(tmp_path: Path) -> None:
    read = read_cine(cine(tmp_path / "s", values(NominalInterval=1760, HeartRate=34)))
    assert read.rr_ms == 1760
    assert _codes(read) == ["beat_not_covered"]


def test_of_two_intervals_the_one_that_the_frames_span_counts(tmp_path: Path) -> None:
    read = read_cine(cine(tmp_path / "s", values(NominalInterval=1250, HeartRate=68)))
    assert read.rr_ms == pytest.approx(60_000 / 68)
    assert _codes(read) == ["rr_contradicted"]


@pytest.mark.parametrize("late", [110, 396, 825])
def test_times_that_begin_late_go_round_the_beat(tmp_path: Path, late: int) -> None:
    def time(dataset: Dataset, place: int, frame: int) -> None:
        dataset.TriggerTime = 55 * frame + late

    read = read_cine(cine(tmp_path / "s", time))
    assert read.rr_ms == pytest.approx(880)
    assert _codes(read) == ["trigger_times_begin_late"]
    first = -(-(880 - late) // 55)  # of the frames past the next R wave
    np.testing.assert_array_equal(read.frames[:, 0, 0], np.roll(np.arange(16), -first))
    assert 0 <= read.frame_times_ms[0] < 55
    np.testing.assert_allclose(np.diff(read.frame_times_ms), 55)


def test_a_cine_of_two_beats_gives_the_first(tmp_path: Path) -> None:
    def long(dataset: Dataset, place: int, frame: int) -> None:
        dataset.TriggerTime, dataset.NominalInterval = 55 * frame, 880

    read = read_cine(series(tmp_path / "s", long, slices=1, frames=32))
    _expect_whole(read)
    assert _codes(read) == ["several_beats"]


@pytest.mark.parametrize(("nominal", "severity"), [(820, "info"), (700, "check")])
def test_times_past_the_interval_are_told(tmp_path: Path, nominal: int, severity: str) -> None:
    read = read_cine(cine(tmp_path / "s", values(NominalInterval=nominal)))
    _expect_whole(read)
    assert [(one.code, one.severity) for one in read.caveats] == [("times_past_rr", severity)]


def test_without_an_interval_the_span_of_the_frames_is_told(tmp_path: Path) -> None:
    read = read_cine(cine(tmp_path / "s", values(NominalInterval=None)))
    _expect_whole(read)
    assert _codes(read) == ["rr_from_times"]


@pytest.mark.parametrize(("factor", "unit"), [(0.001, "seconds"), (1000, "microseconds")])
def test_times_in_another_unit_are_told(tmp_path: Path, factor: float, unit: str) -> None:
    def time(dataset: Dataset, place: int, frame: int) -> None:
        dataset.TriggerTime = f"{55 * frame * factor:.6f}"

    read = read_cine(cine(tmp_path / "s", time))
    _expect_whole(read)
    assert _codes(read) == ["trigger_time_unit"]
    assert unit in read.caveats[0].text


def test_many_seconds_without_an_interval_are_no_microseconds(tmp_path: Path) -> None:
    def time(dataset: Dataset, place: int, frame: int) -> None:
        dataset.TriggerTime = 55_000 * frame
        del dataset.NominalInterval

    with pytest.raises(BadInput, match="many heartbeats"):
        read_cine(cine(tmp_path / "s", time))


@pytest.mark.parametrize("said", [True, False])
def test_frames_that_are_there_twice_are_taken_once(tmp_path: Path, said: bool) -> None:
    """Two frames were exported once more, under other UIDs."""

    def copied(dataset: Dataset, place: int, frame: int) -> None:
        dataset.ImagePositionPatient = [0, 0, 0] if frame in (3, 4) or not place else [300, 0, 0]
        dataset.InstanceNumber = frame + 1
        dataset.PixelData = pixels(0, frame).tobytes()
        if said:
            dataset.CardiacNumberOfImages = 16

    read = read_cine(cine(tmp_path / "s", copied, slices=2))
    _expect_whole(read)
    assert _codes(read) == ["slices_left_out", "duplicate_frames"]


def test_two_interleaved_rounds_give_the_last(tmp_path: Path) -> None:
    def interleaved(dataset: Dataset, place: int, frame: int) -> None:
        dataset.ImagePositionPatient = [0, 0, 0]
        dataset.InstanceNumber = 2 * frame + place + 1

    read = read_cine(cine(tmp_path / "s", interleaved, slices=2))
    np.testing.assert_array_equal(read.frames[:, 0, 0], 100 + np.arange(16))


def test_two_acquisitions_without_trigger_times_give_the_last(tmp_path: Path) -> None:
    def twice(dataset: Dataset, place: int, frame: int) -> None:
        dataset.ImagePositionPatient = [0, 0, 0]
        dataset.CardiacNumberOfImages, dataset.AcquisitionNumber = 16, 1 + place
        del dataset.TriggerTime

    read = read_cine(cine(tmp_path / "s", twice, slices=2))
    np.testing.assert_array_equal(read.frames[:, 0, 0], 100 + np.arange(16))


def test_one_time_that_is_there_twice_does_not_lose_a_frame(tmp_path: Path) -> None:
    """Sixteen frames, as many as the scanner says, of which two claim one moment."""

    def likely_mistake(dataset: Dataset, place: int, frame: int) -> None:
        dataset.CardiacNumberOfImages = 16
        if frame == 7:
            dataset.TriggerTime = 55 * 6

    read = read_cine(cine(tmp_path / "s", likely_mistake))
    _expect_whole(read)
    assert _codes(read) == ["frame_times_assumed"]


def test_enhanced_frames_in_temporal_order_need_no_trigger_delay(tmp_path: Path) -> None:
    order = [(0, (5 * f) % 16) for f in range(16)]
    dataset = multi_frame(order)
    for (_, frame), group in zip(order, dataset.PerFrameFunctionalGroupsSequence, strict=True):
        content = Dataset()
        content.TemporalPositionIndex = frame + 1
        group.FrameContentSequence = [content]
        del group.CardiacSynchronizationSequence[0].NominalCardiacTriggerDelayTime
    dataset.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    _expect_whole(read_cine(tmp_path / "a.dcm"))


def test_the_times_of_a_real_scanner_are_left_as_they_are(shared_data: Path) -> None:
    read = read_cine(shared_data / "cmr/dicom_siemens_stack/study.zip")
    assert (read.slice_position, read.slice_count, read.caveats) == (3, 6, ())
    np.testing.assert_allclose(read.frame_times_ms, 31.04 * np.arange(25), atol=1e-3)
    assert read.rr_ms == pytest.approx(776, abs=1e-3)


def test_an_even_beat_is_read_without_a_word(tmp_path: Path) -> None:
    read = read_cine(series(tmp_path / "s", even(), slices=1, frames=16))
    _expect_whole(read)
    assert read.caveats == ()
