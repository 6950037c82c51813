"""The encoder of three frames reads those, and nothing else of a cine."""

import dataclasses

import numpy as np
import pytest
import torch

from ptacl.config.strict_json import from_dict, to_dict
from ptacl.encoders.autoencoder import cmr_autoencoder
from ptacl.encoders.decoder import DecoderConfig
from ptacl.encoders.light import LightEcgConfig
from ptacl.encoders.three_frames import ThreeFrameConfig, ThreeFrameEncoder, three_frames
from ptacl.encoders.two_tower import TwoTower, TwoTowerConfig
from ptacl.errors import PtaclError
from ptacl.training.config import ContrastiveConfig
from ptacl.training.contrastive import check_time_steps
from ptacl.training.presets import MMCL

FRAMES = 20
SMALL = TwoTowerConfig(
    LightEcgConfig(width=24, depth=1), ThreeFrameConfig(frames=FRAMES, width=8), embedding=8
)


def cines() -> torch.Tensor:
    """Two cines: a disk that contracts until frame 8 and 6, and dilates again."""
    y, x = np.mgrid[:64, :64] - 31.5
    frame = np.arange(FRAMES)
    made = []
    for end_systole in (8, 6):
        systole, diastole = frame / end_systole, (FRAMES - frame) / (FRAMES - end_systole)
        radius = 24 - 10 * np.minimum(systole, diastole)
        made.append(np.hypot(y, x)[None] < radius[:, None, None])
    return torch.from_numpy(np.stack(made).astype(np.uint8) * 200)


def test_the_frames_are_end_diastole_mid_systole_and_end_systole() -> None:
    assert three_frames(cines().numpy()).tolist() == [[0, 4, 8], [0, 3, 6]]


def test_it_has_the_weights_of_a_resnet_18() -> None:
    encoder = ThreeFrameEncoder(ThreeFrameConfig())
    # He et al.: 11,689,512 with the classifier of 1,000 classes, which has 513,000.
    assert sum(weights.numel() for weights in encoder.parameters()) == 11_689_512 - 513_000
    assert encoder.width == 512


def test_a_tower_of_three_frames_ignores_the_others() -> None:
    torch.manual_seed(0)
    model = TwoTower(SMALL).eval()
    cine = cines()
    phase = torch.arange(FRAMES).div(FRAMES).expand(2, FRAMES)
    output = model.encode_cmr(cine, phase)
    assert output.features.shape == (2, 64) and output.steps.shape == (2, FRAMES, 8)
    other = cine.clone()
    other[:, 15] += 20
    assert torch.equal(model.encode_cmr(other, phase).embedding, output.embedding)
    other[0, 4] += 20
    assert not torch.equal(model.encode_cmr(other, phase).embedding[0], output.embedding[0])


def test_the_config_is_read_back_by_its_kind() -> None:
    assert from_dict(TwoTowerConfig, to_dict(SMALL)) == SMALL


def test_a_cine_of_another_length_and_a_width_without_groups_are_refused() -> None:
    with pytest.raises(PtaclError, match="expected a cine of 50 frames, got 20"):
        ThreeFrameEncoder(ThreeFrameConfig(width=8)).images(cines())
    with pytest.raises(PtaclError, match="multiple of 8"):
        ThreeFrameConfig(width=20)


def test_a_temporal_loss_is_refused() -> None:
    plain = ContrastiveConfig(temporal_weight=0.0)
    check_time_steps(SMALL, plain)
    check_time_steps(MMCL.model, MMCL.training)
    rolled = dataclasses.replace(plain.augment, cine_roll_frames=2)
    for config, setting in (
        (ContrastiveConfig(), "--temporal-weight"),
        (dataclasses.replace(plain, augment=rolled), "augment.cine_roll_frames"),
    ):
        with pytest.raises(PtaclError, match=rf"without time steps\. Set {setting} to 0"):
            check_time_steps(SMALL, config)


def test_masked_pretraining_hides_patches_of_the_three_frames() -> None:
    torch.manual_seed(0)
    encoder = ThreeFrameEncoder(SMALL.cmr)
    autoencoder = cmr_autoencoder(encoder, DecoderConfig(), 0.75, (64, 64), frames=4).eval()
    made = autoencoder(cines(), torch.Generator().manual_seed(2))
    truth = encoder.images(cines())[:, 0]
    assert torch.equal(made.whole(made.truth), truth)
    assert made.hidden.float().mean().item() == pytest.approx(0.75, abs=0.01)
    hidden = made.hidden_values.bool()
    other = cines()
    for row, index in enumerate(three_frames(other.numpy())):
        other[row, index[1]] = torch.where(hidden[row, 1], 90, other[row, index[1]]).byte()
    assert torch.equal(
        autoencoder(other, torch.Generator().manual_seed(2)).predicted, made.predicted
    )
