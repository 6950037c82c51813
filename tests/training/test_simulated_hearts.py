"""Simulated hearts drawn during a training: each again with another ECG, never one of a held-out
split, and the same ones in a resumed run."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from ptacl.checkpoint.files import Checkpoint
from ptacl.data.batches import BatchFields
from ptacl.data.simulated import SimulatedHearts, build_validation_store, draw_subjects
from ptacl.data.splits import split_of
from ptacl.encoders.light import LightCmrConfig, LightEcgConfig
from ptacl.encoders.two_tower import TwoTowerConfig
from ptacl.errors import PtaclError
from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.recipe import Recipe
from ptacl.store import Store
from ptacl.synthetic import simulate_ecg, simulate_subject
from ptacl.training import ContrastiveConfig, train
from ptacl.training.simulated_reader import DrawnBatch, SimulatedReader, SimulatedSteps

SMALL = TwoTowerConfig(LightEcgConfig(width=32, depth=1), LightCmrConfig(width=32), embedding=16)
HEARTS = SimulatedHearts(24, passes=3, seed=5)
CONFIG = ContrastiveConfig(
    epochs=2, batch_size=4, validate_every=2, validate_subjects=6, simulated=HEARTS
)


def steps_of(rank: int = 0, ranks: int = 1, fields: BatchFields | None = None) -> SimulatedSteps:
    return SimulatedSteps(CONFIG, Recipe(), 40, fields or BatchFields(), (rank, ranks))


@pytest.fixture(scope="module")
def validation(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("validation")
    return build_validation_store(HEARTS, folder, subjects=6, workers=0)


def test_the_first_ecg_is_that_of_the_cohort_and_others_are_of_the_same_heart() -> None:
    pair = simulate_subject(5, 3, ages="adults")
    first, times_s = simulate_ecg(5, 3, ages="adults")
    assert np.array_equal(first.signal_mv, pair.ecg.signal_mv)
    other, _ = simulate_ecg(5, 3, 1, ages="adults")
    assert np.abs(other.signal_mv - first.signal_mv).max() > 0.1
    again, _ = simulate_ecg(5, 3, 1, ages="adults")
    assert np.array_equal(again.signal_mv, other.signal_mv)
    found = find_r_peaks(first.signal_mv, 500.0)
    assert np.abs(found - times_s[:, None] * 500).min(axis=0).max() < 20


def test_only_training_hearts_are_drawn(validation: Store) -> None:
    drawn = {HEARTS.subject_id(index) for index in HEARTS.indices().tolist()}
    assert len(drawn) == 24
    assert {split_of(subject) for subject in drawn} == {"train"}
    assert {split_of(subject) for subject in validation.table["subject_id"]} == {"val"}


def test_each_pass_has_every_heart_once_and_the_ecg_differs() -> None:
    reader = SimulatedReader(steps_of(), workers=0)
    batches = [batch for _, batch in reader.epoch(1)]
    passes = np.stack([batch.rows.numpy() for batch in batches]).reshape(3, -1)
    for one in passes:
        assert sorted(one) == list(range(12, 24))
    ecgs, cines = {}, {}
    for number, batch in enumerate(batches):
        for row, ecg, cine in zip(batch.rows.tolist(), batch.ecg, batch.cine, strict=True):
            ecgs[row, number // 3] = ecg
            cines[row, number // 3] = cine
    assert not torch.equal(ecgs[12, 0], ecgs[12, 1])
    middle = (slice(None), slice(8, -8), slice(8, -8))
    differing = cines[12, 0][middle].float() - cines[13, 0][middle].float()
    assert differing.abs().mean() > 3  # other hearts differ by more than a shift of a few pixels


def test_a_cine_is_sent_once_an_epoch() -> None:
    steps = steps_of()
    drawn = [steps[number] for number in range(steps.steps_of_epoch)]
    sent = np.concatenate([batch.new for batch in drawn])
    assert sorted(sent) == list(range(12))
    assert all(len(batch.new) == 0 for batch in drawn[3:])


def test_ranks_divide_the_batch_of_one() -> None:
    def arrays(batch: DrawnBatch) -> dict[str, np.ndarray]:
        return batch.arrays

    whole, parts = arrays(steps_of()[4]), [arrays(steps_of(rank, 2)[4]) for rank in (0, 1)]
    for name in ("rows", "ecg", "segment_phase"):
        joined = np.concatenate([part[name] for part in parts])
        assert np.array_equal(whole[name], joined, equal_nan=True), name


def test_a_batch_has_the_phenotypes_and_no_pixels_if_none_are_wanted() -> None:
    drawn = steps_of(fields=BatchFields(cine=False, phenotypes=True))[0]
    assert drawn.cines.size == 0
    assert drawn.arrays["phenotypes"].shape == (4, 9)
    assert np.isfinite(drawn.arrays["phenotypes"]).all()
    subjects = draw_subjects(HEARTS, HEARTS.indices()[:1], 0, Recipe())
    pair = simulate_subject(5, int(HEARTS.indices()[0]), ages="adults")
    assert subjects.table["lvedv_ml"].iloc[0] == pytest.approx(pair.subject.phenotypes["lvedv_ml"])
    assert subjects.table["rr_ms"].iloc[0] == pytest.approx(pair.cine.rr_ms)


def test_a_resumed_training_draws_the_same_hearts(
    validation: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ptacl.training.simulated_reader.drawing_processes", lambda: 0)
    checkpoint = Checkpoint("small", synthetic=True, model=SMALL, recipe=validation.recipe)
    whole = train(validation, tmp_path / "whole", checkpoint, CONFIG)

    class Killed(Exception):
        pass

    def kill(step: int, of: int, figures: dict[str, float]) -> None:
        if step > of // 2:
            raise Killed

    with pytest.raises(Killed):
        train(validation, tmp_path / "cut", checkpoint, CONFIG, progress=kill)
    cut = train(validation, tmp_path / "cut", checkpoint, CONFIG, resume=True)
    for key, value in whole.model.state_dict().items():
        assert torch.equal(value, cut.model.state_dict()[key]), key
    last = json.loads((tmp_path / "cut" / "metrics.jsonl").read_text().splitlines()[-1])
    assert 0 <= last["waited_for_data"] < 1


def test_processes_draw_the_same_batches() -> None:
    alone = SimulatedReader(steps_of(), workers=0)
    helped = SimulatedReader(steps_of(), workers=1)
    for (_, one), (_, other) in zip(alone.epoch(0), helped.epoch(0), strict=True):
        assert torch.equal(one.ecg, other.ecg)
        assert torch.equal(one.cine, other.cine)


def test_fewer_hearts_than_a_batch_are_refused() -> None:
    config = dataclasses.replace(CONFIG, batch_size=16)
    with pytest.raises(PtaclError, match="Give more with --simulate, or fewer --epochs"):
        SimulatedSteps(config, Recipe(), 40, BatchFields())
