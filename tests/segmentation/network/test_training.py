"""Training of a segmenter: the loss, resuming, the files."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from ptacl.cli import main
from ptacl.errors import PtaclError
from ptacl.segmentation.network import training
from ptacl.segmentation.network.config import SegmenterConfig, SegmenterTraining
from ptacl.segmentation.network.unet import CLASSES, NetworkConfig, SegmentationNetwork
from ptacl.segmentation.network.weights import SEGMENTER, load_networks, save_segmenter
from ptacl.segmentation.scenes.batch import SceneConfig
from ptacl.segmentation.segmenter import load_segmenter
from ptacl.segmentation.window import grid_of
from ptacl.signal.heart_labels import LV
from ptacl.synthetic import simulate_subject

SMALL = SegmenterTraining(
    steps=4, scenes_per_step=2, warmup_steps=1, scenes=SceneConfig(size=48),
    network=NetworkConfig(widths=(8, 16, 16, 16)),
)  # fmt: skip


def test_the_shipped_size_has_less_than_a_million_weights() -> None:
    network = SegmentationNetwork(NetworkConfig())
    assert 0.5e6 < sum(weight.numel() for weight in network.parameters()) < 1e6


def test_the_logits_have_the_size_of_the_window() -> None:
    network = SegmentationNetwork(SMALL.network)
    assert network(torch.zeros(2, 5, 48, 64)).shape == (2, CLASSES, 48, 64)


def test_the_loss_is_near_zero_for_the_truth_and_large_for_its_opposite() -> None:
    labels = torch.zeros(1, 8, 8, dtype=torch.uint8)
    labels[0, :3], labels[0, 3:5], labels[0, 5:6] = 1, 2, LV
    truth = torch.nn.functional.one_hot(labels.long(), CLASSES).movedim(-1, 1).float()
    assert training.segmentation_loss(20 * truth, labels) < 0.01
    assert training.segmentation_loss(-20 * truth, labels) > 2


def test_the_loss_is_cross_entropy_plus_dice_by_the_slow_formula() -> None:
    generator = torch.Generator().manual_seed(1)
    logits = torch.randn(2, CLASSES, 4, 4, generator=generator)
    labels = torch.randint(0, CLASSES, (2, 4, 4), generator=generator).to(torch.uint8)
    share = logits.softmax(1)
    entropy, dice = 0.0, []
    for image in range(2):
        for row in range(4):
            for column in range(4):
                entropy -= share[image, labels[image, row, column].item(), row, column].log() / 32
    for label in range(1, CLASSES):
        truth = (labels == label).float()
        both, either = (share[:, label] * truth).sum(), share[:, label].sum() + truth.sum()
        dice.append((2 * both + 1) / (either + 1))
    expected = entropy + 1 - sum(dice) / len(dice)
    assert training.segmentation_loss(logits, labels) == pytest.approx(float(expected), rel=1e-4)


def test_a_resumed_training_ends_with_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "SAVE_EVERY", 2)
    ignore = lambda step, loss: None  # noqa: E731
    whole, _ = training.train_network(SMALL, 0, tmp_path / "whole", ignore)

    def interrupt(step: int, loss: float) -> None:
        if step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        training.train_network(SMALL, 0, tmp_path / "broken", interrupt)
    resumed, _ = training.train_network(SMALL, 0, tmp_path / "broken", ignore, resume=True)
    for name, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name


def test_the_networks_of_an_ensemble_differ() -> None:
    first, second = (training.scenes_of_step(SMALL, index, 0) for index in range(2))
    assert not torch.equal(first.images, second.images)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A segmenter of two small networks after a few steps."""
    path = tmp_path_factory.mktemp("segmenter")
    states = [path / f"state{index}" for index in range(2)]
    for index, state in enumerate(states):
        training.train_network(SMALL, index, state, lambda step, loss: None)
    save_segmenter(path, states, SegmenterConfig("small", SMALL, 0.1, 1))
    return path


def test_a_saved_segmenter_opens_again(folder: Path) -> None:
    assert SEGMENTER.read_config(folder).training == SMALL
    networks = load_networks(folder)
    assert len(networks) == 2 and not networks[0].training
    assert load_segmenter(folder).info.synthetic


def test_a_segmenter_labels_each_pixel_of_a_cine(folder: Path) -> None:
    cine = simulate_subject(7, 1, size=96).cine
    cine = replace(cine, frames=cine.frames[:6], frame_times_ms=cine.frame_times_ms[:6])
    done: list[float] = []
    (labels,) = load_segmenter(folder).label([cine], done.append)
    assert labels.shape == cine.frames.shape and labels.max() < CLASSES
    assert done == [1.0]
    assert grid_of(cine, SMALL.scenes).rows == 96


def test_a_damaged_or_missing_segmenter_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(PtaclError, match="is no segmenter"):
        load_segmenter(tmp_path)
    (tmp_path / "config.json").write_bytes((folder / "config.json").read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"torn")
    with pytest.raises(PtaclError, match="does not hold the weights"):
        load_segmenter(tmp_path)


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(PtaclError, match="--steps is 0"):
        SegmenterTraining(steps=0)


@pytest.mark.slow
@pytest.mark.long
def test_the_command_trains_an_ensemble_and_resumes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["train", str(tmp_path / "made"), "--stage", "segment", "--batch-size", "1"]
    assert main([*command, "--steps", "1"]) == 0
    first = load_networks(tmp_path / "made")[0].state_dict()
    assert "Not measured yet" in (tmp_path / "made" / "README.md").read_text()
    assert main([*command, "--steps", "2", "--resume"]) == 0
    second = load_networks(tmp_path / "made")[0].state_dict()
    assert any(not torch.equal(first[name], second[name]) for name in first)
    on = ["train", str(tmp_path / "on"), "--stage", "segment", "--init", str(tmp_path / "made")]
    assert main([*on, "--batch-size", "1", "--steps", "1"]) == 0
    third = load_networks(tmp_path / "on")[0].state_dict()
    moved = max(float((third[name] - second[name]).abs().max()) for name in second)
    assert 0 < moved < 0.01, "one step from the initial weights"
    config = SEGMENTER.read_config(tmp_path / "on")
    assert "2 steps" in config.initial and len(config.commands) == 2
    assert main([*command, "--epochs", "3"]) == 2
    assert "--stage segment takes one folder" in capsys.readouterr().err
