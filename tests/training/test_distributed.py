"""A batch that spans two processes trains the same model as one process on the whole batch."""

import dataclasses
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from ptacl.checkpoint.files import Checkpoint
from ptacl.config.strict_json import to_dict
from ptacl.encoders.cmr import VideoMaeConfig
from ptacl.encoders.transformer import TransformerConfig
from ptacl.encoders.two_tower import TwoTower
from ptacl.errors import PtaclError
from ptacl.training import ContrastiveConfig, train
from ptacl.training.contrastive import find_gradients
from ptacl.training.distributed import Ranks
from tests.made.cohorts import simulated_store
from tests.training.one_step import CONFIGS, SMALL, SUBJECTS, assert_equal, made_batch, step

SHORT = ContrastiveConfig(epochs=2, batch_size=17, frames=4, precision="float32")


class Killed(Exception):
    pass


def kill_in_the_second_epoch(step: int, steps: int, figures: dict[str, float]) -> None:
    if step > steps // 2:
        raise Killed


def run_two_ranks(*arguments: str) -> None:
    """The script on two Gloo processes, joined as `torchrun` joins them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = [sys.executable, str(Path(__file__).with_name("one_rank.py")), *arguments]
    joined = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    joined |= {"PYTHONPATH": str(Path(__file__).parents[2]), "CUDA_VISIBLE_DEVICES": ""}
    ranks = [os.environ | joined | {"RANK": rank, "LOCAL_RANK": rank} for rank in ("0", "1")]
    started = [subprocess.Popen(script, env=environment) for environment in ranks]
    try:
        assert [process.wait(timeout=300) for process in started] == [0, 0]
    finally:
        for process in started:
            process.kill()


@pytest.fixture(scope="module")
def two_ranks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Their gradients, and a run that one process began and they finished, beside a whole one."""
    folder = tmp_path_factory.mktemp("ranks")
    store = simulated_store(folder / "store", 60)
    checkpoint = Checkpoint("small", True, SMALL, store.recipe, training=to_dict(SHORT))
    train(store, folder / "whole", checkpoint, SHORT)
    with pytest.raises(Killed):
        train(store, folder / "cut", checkpoint, SHORT, progress=kill_in_the_second_epoch)
    run_two_ranks(str(store.path), str(folder / "cut"), str(folder))
    return folder


@pytest.mark.parametrize("name", CONFIGS)
def test_two_ranks_find_the_gradients_of_the_whole_batch(two_ranks: Path, name: str) -> None:
    alone = step(dataclasses.replace(CONFIGS[name], chunk_size=None), Ranks())
    for rank in (0, 1):
        found = torch.load(two_ranks / f"rank{rank}.pt", weights_only=True)[name]
        assert_equal(alone, found, tolerance=1e-6)


def test_a_run_goes_on_with_another_number_of_ranks(two_ranks: Path) -> None:
    whole, cut = (
        [json.loads(line) for line in (two_ranks / name / "metrics.jsonl").read_text().splitlines()]
        for name in ("whole", "cut")
    )
    assert len(whole) == len(cut) == SHORT.epochs
    for key in ("loss", "patient_loss", "temporal_loss", "alignment_error_frames"):
        assert cut[-1][key] == pytest.approx(whole[-1][key], rel=1e-3), key


def test_parts_of_all_ranks_are_the_whole() -> None:
    parts = [Ranks(rank, 3).part(SUBJECTS) for rank in range(3)]
    assert [row for part in parts for row in range(SUBJECTS)[part]] == list(range(SUBJECTS))
    with pytest.raises(PtaclError, match="Start fewer"):
        Ranks(0, 3).part(2)


def test_end_systole_alone_is_no_anchor_for_an_encoder_of_tubelets() -> None:
    config = CONFIGS["two anchors, augmented like MMCL"]
    video = VideoMaeConfig(
        frames=20, frames_per_step=5, trunk=TransformerConfig(width=24, depth=1, heads=3)
    )
    model = TwoTower(dataclasses.replace(SMALL, cmr=video))
    with pytest.raises(PtaclError, match="light encoder"):
        find_gradients(model, made_batch(config), config, 0, Ranks(), SUBJECTS)
