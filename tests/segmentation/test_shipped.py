"""The segmenter that comes with PTACL, on a simulated heart and on a real one."""

from dataclasses import replace

import numpy as np
import pytest

from ptacl.segmentation.network.weights import SEGMENTER
from ptacl.segmentation.segmenter import Segmenter, load_segmenter
from ptacl.signal.heart_labels import LV, MYOCARDIUM, RV
from ptacl.synthetic import simulate_masks, simulate_subject
from tests.benchmarks.cine import dice, expert_labels, own_labels, phase_stacks
from tests.real_files import SHARED

CMR = SHARED / "cmr"


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return load_segmenter()


def test_it_is_an_ensemble_of_two_whose_commands_are_recorded() -> None:
    config = SEGMENTER.read_config(SEGMENTER.shipped())
    assert config.training.networks == 2 and config.synthetic
    assert config.commands[0] == "ptacl train OUT --stage segment"
    assert all("--init" in command for command in config.commands[1:]) and config.initial
    assert config.minutes < 60


@pytest.mark.slow
def test_a_simulated_heart_that_it_has_not_seen_is_labelled(segmenter: Segmenter) -> None:
    cine = simulate_subject(31, 4, size=96).cine
    some = slice(None, None, 5)
    few = replace(cine, frames=cine.frames[some], frame_times_ms=cine.frame_times_ms[some])
    (found,) = segmenter.label([few])
    truth = simulate_masks(31, 4, size=96)[0][some]
    assert dice(truth, found, LV) > 0.92
    assert dice(truth, found, MYOCARDIUM) > 0.75
    assert dice(truth, found, RV) > 0.75


@pytest.mark.slow
def test_a_mirrored_heart_gets_mirrored_labels(segmenter: Segmenter) -> None:
    cine = simulate_subject(31, 5, size=96).cine
    few = replace(cine, frames=cine.frames[:2], frame_times_ms=cine.frame_times_ms[:2])
    mirrored = replace(few, frames=np.ascontiguousarray(few.frames[..., ::-1]))
    (one,), (other,) = segmenter.label([few]), segmenter.label([mirrored])
    assert dice(one, other[..., ::-1], LV) > 0.97


@pytest.mark.slow
@pytest.mark.skipif(not CMR.is_dir(), reason="no real recordings beside the repository")
def test_the_left_ventricle_of_a_real_heart_is_found(segmenter: Segmenter) -> None:
    stacks = {key: s for key, s in phase_stacks(CMR).items() if key.startswith("ACDC 005")}
    found = own_labels(segmenter, stacks)
    for key, frame in (("ACDC 005 ED", "01"), ("ACDC 005 ES", "13")):
        path = CMR / "nifti_acdc_patient005" / f"patient005_frame{frame}_gt.nii.gz"
        assert dice(expert_labels(path), found[key], LV) > 0.85
