"""Splits depend on the subject alone; batches hold what the store holds, in the right time."""

import numpy as np
import pytest

from ptacl.data.augment import AugmentConfig, Window, draw_window
from ptacl.data.batches import BatchFields, load_batch, segment_phase
from ptacl.data.splits import split_of, split_rows
from ptacl.store import Store


def test_splits_have_their_shares_and_never_move() -> None:
    splits = [split_of(f"S1-{n:05d}") for n in range(20_000)]
    shares = {split: splits.count(split) / len(splits) for split in ("train", "val", "test")}
    assert shares == pytest.approx({"train": 0.85, "val": 0.075, "test": 0.075}, abs=0.01)
    # Fixed for ever: a subject that changed sides would leak from training into the test.
    letters = "".join(split_of(f"fixed-{n}")[1] for n in range(24))
    assert letters == "rrrrrrrrrererrrrarrrarrr"  # t_r_ain, v_a_l, t_e_st


def test_the_splits_of_a_store_share_no_subject(tiny_store: Store) -> None:
    parts = [set(split_rows(tiny_store, split)) for split in ("train", "val", "test")]
    assert sum(map(len, parts)) == len(set.union(*parts))
    assert min(map(len, parts)) > 0


def test_the_phase_of_a_segment_is_that_of_its_centre() -> None:
    phase = segment_phase(np.array([100, 500, 900]), segments=25, segment_samples=40)
    assert phase[2] == pytest.approx(0.0)  # centre at sample 100, an R peak
    assert phase[7] == pytest.approx(0.5)  # centre at 300, half way to the next
    assert ((phase >= 0) & (phase < 1)).all()


def test_index_match_ignores_the_beats() -> None:
    phase = segment_phase(np.array([100, 500]), segments=4, segment_samples=40, match="index")
    assert phase.tolist() == [0.0, 0.25, 0.5, 0.75]


def test_shuffled_match_keeps_the_phases_and_loses_their_order() -> None:
    peaks, rng = np.array([100, 500, 900]), np.random.default_rng(0)
    plain = segment_phase(peaks, 25, 40)
    shuffled = segment_phase(peaks, 25, 40, "shuffled", rng)
    assert sorted(plain) == sorted(shuffled)
    assert (plain != shuffled).any()


def test_one_beat_is_the_middle_one() -> None:
    phase = segment_phase(np.array([100, 500, 900, 1300]), 35, 40, "beat")
    own = np.flatnonzero(np.isfinite(phase))
    assert own.tolist() == list(range(12, 22))  # centres from 500 to 860
    assert phase[12:22] == pytest.approx(segment_phase(np.array([500, 900]), 35, 40)[12:22])
    assert np.isnan(segment_phase(np.array([100]), 35, 40, "beat")).all()


def test_a_shuffled_subject_is_the_same_whoever_else_is_in_the_batch(tiny_store: Store) -> None:
    rows = np.array([4, 7, 9])
    pair, alone = (
        load_batch(tiny_store, some, 40, BatchFields("shuffled"), rng=np.random.default_rng(0))
        for some in (rows, rows[1:2])
    )
    assert alone.segment_phase[0].equal(pair.segment_phase[1])
    assert not pair.segment_phase[0].equal(load_batch(tiny_store, rows, 40).segment_phase[0])


def test_systole_is_scaled_to_the_rate_of_each_scan(tiny_store: Store) -> None:
    rows = np.flatnonzero((tiny_store.table["truth_af"] + tiny_store.table["truth_ectopy"]) == 0)
    plain, apart = (
        load_batch(tiny_store, rows[:40], 40, BatchFields(m)) for m in ("phase", "systole")
    )
    later = (apart.segment_phase - plain.segment_phase).nanmean(dim=1)
    table = tiny_store.table.iloc[rows[:40]]
    faster = table["truth_hr_scan_bpm"] - table["truth_hr_ecg_bpm"]
    # In a faster beat the same systole takes a larger share.
    assert np.corrcoef(later, faster)[0, 1] > 0.9


def test_phenotypes_and_instants_come_where_they_are_asked_for(tiny_store: Store) -> None:
    rows = np.array([0, 3])
    assert load_batch(tiny_store, rows, 40).phenotypes is None
    batch = load_batch(tiny_store, rows, 40, BatchFields(ed_es=True, phenotypes=True))
    assert batch.phenotypes is not None and batch.ed_es is not None
    volumes = tiny_store.table["lvedv_ml"].iloc[rows]
    assert batch.phenotypes[:, 0].tolist() == pytest.approx(((volumes - 145) / 26.5).tolist())
    assert batch.ed_es[:, 0].tolist() == [0, 0]
    assert (batch.ed_es[:, 1] > 10).all()


def test_a_rolled_cine_has_its_phases_rolled(tiny_store: Store) -> None:
    still = np.zeros((1, 2), dtype=np.int64)
    window = Window(np.array([0]), 5000, still, roll_frames=np.array([4]))
    whole = load_batch(tiny_store, np.array([0]), 40, BatchFields(ed_es=True))
    rolled = load_batch(tiny_store, np.array([0]), 40, BatchFields(ed_es=True), window=window)
    assert rolled.cine.equal(whole.cine.roll(4, dims=1))
    assert rolled.frame_phase.equal(whole.frame_phase.roll(4, dims=1))
    assert whole.ed_es is not None and rolled.ed_es is not None
    assert rolled.ed_es.equal(whole.ed_es + 4)


def test_a_window_moves_signal_and_phase_together(tiny_store: Store) -> None:
    rows = np.array([0, 1])
    whole = load_batch(tiny_store, rows, 40)
    window = Window(np.array([400, 400]), 2000, np.zeros((2, 2), dtype=np.int64))
    part = load_batch(tiny_store, rows, 40, window=window)
    assert (part.ecg == whole.ecg[:, :, 400:2400]).all()
    gap = part.segment_phase - whole.segment_phase[:, 10:60]
    assert float((gap - gap.round()).abs().max()) < 1e-5


def test_a_shifted_cine_is_moved_by_whole_pixels(tiny_store: Store) -> None:
    window = Window(np.array([0]), 5000, np.array([[2, -3]]))
    whole = load_batch(tiny_store, np.array([0]), 40).cine
    moved = load_batch(tiny_store, np.array([0]), 40, window=window).cine
    assert (moved[:, :, 2:, :-3] == whole[:, :, :-2, 3:]).all()


def test_windows_are_whole_segments_inside_the_recording() -> None:
    window = draw_window(AugmentConfig(), 100, 5000, 500.0, 40, np.random.default_rng(0))
    assert window.samples == 4000
    assert window.starts.min() >= 0
    assert window.starts.max() + window.samples <= 5000
    assert np.abs(window.shift_px).max() <= 3
