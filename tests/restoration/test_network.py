"""The restorer does not read what is hidden, and says how sure it is."""

import numpy as np
import pytest
import torch

from ptacl.checkpoint.side_networks import WEIGHTS
from ptacl.restoration.config import RestorerNetwork, RestorerTraining
from ptacl.restoration.files import RESTORER, load_network, save_restorer
from ptacl.restoration.hidden import BEAT_PASSES, stretches
from ptacl.restoration.network import Restorer, restoration_loss
from ptacl.restoration.normal_hearts import SimulatedNormals, collect
from ptacl.restoration.training import fit_restorer, train_restorer
from ptacl.restoration.varied_beats import varied_beats

from ptacl.errors import PtaclError  # isort: skip

SMALL = RestorerNetwork(beat_width=16, beat_depth=1, heads=2, ecg_width=16, ecg_depth=1)


@pytest.fixture(scope="module")
def network() -> Restorer:
    torch.manual_seed(0)
    made = Restorer(SMALL).eval()
    for head in (made.beat_head[-1], made.ecg_head[-1]):
        torch.nn.init.normal_(head.weight, std=0.3)
    return made


@pytest.mark.parametrize("number", range(len(BEAT_PASSES)))
def test_a_hidden_wave_is_not_read(network: Restorer, number: int) -> None:
    hidden = torch.from_numpy(BEAT_PASSES[number])[None]
    present = torch.ones(1, 12, dtype=torch.bool)
    beat = torch.randn(1, 12, hidden.shape[1])
    other = torch.where(hidden[:, None], torch.randn_like(beat), beat)
    rate = torch.tensor([0.9])
    for a, b in zip(
        network.restore_beats(beat, hidden, present, rate),
        network.restore_beats(other, hidden, present, rate),
        strict=True,
    ):
        torch.testing.assert_close(a, b, rtol=0, atol=0)


def test_what_is_not_hidden_is_read(network: Restorer) -> None:
    hidden = torch.from_numpy(BEAT_PASSES[0])[None]
    present = torch.ones(1, 12, dtype=torch.bool)
    beat, rate = torch.randn(1, 12, hidden.shape[1]), torch.tensor([0.9])
    other = torch.where(hidden[:, None], beat, torch.randn_like(beat))
    first = network.restore_beats(beat, hidden, present, rate)[0]
    assert not torch.allclose(first, network.restore_beats(other, hidden, present, rate)[0])


def test_a_hidden_stretch_is_not_read(network: Restorer) -> None:
    hidden = torch.from_numpy(stretches(1))[None]
    present = torch.ones(1, 12, dtype=torch.bool)
    ecg, laid = torch.randn(1, 12, 1250), torch.randn(1, 12, 1250)
    other = torch.where(hidden[:, None], torch.randn_like(ecg), ecg)
    first = network.restore_ecgs(ecg, laid, hidden, present)
    second = network.restore_ecgs(other, laid, hidden, present)
    torch.testing.assert_close(first[0], second[0], rtol=0, atol=0)


def test_an_absent_lead_is_not_read(network: Restorer) -> None:
    hidden = torch.from_numpy(BEAT_PASSES[1])[None]
    present = torch.ones(1, 12, dtype=torch.bool)
    present[0, 3] = False
    beat, rate = torch.randn(1, 12, hidden.shape[1]), torch.tensor([0.9])
    other = beat.clone()
    other[:, 3] = 7
    first = network.restore_beats(beat, hidden, present, rate)[0]
    torch.testing.assert_close(first, network.restore_beats(other, hidden, present, rate)[0])


def test_the_loss_is_the_slow_formula_and_least_at_the_true_variance() -> None:
    generator = torch.Generator().manual_seed(0)
    truth = 0.3 * torch.randn(4, 12, 50, generator=generator)
    mean, counted = torch.zeros_like(truth), torch.rand(truth.shape, generator=generator) > 0.4
    sizes = torch.linspace(-6, 2, 81)
    losses = [restoration_loss(mean, torch.full_like(truth, s), truth, counted) for s in sizes]
    slow = np.mean([np.exp(-1.5) * float(v) ** 2 + 1.5 for v in truth[counted]])
    assert float(restoration_loss(mean, torch.full_like(truth, 1.5), truth, counted)) == (
        pytest.approx(slow, rel=1e-4)
    )
    best = float(sizes[int(torch.stack(losses).argmin())])
    assert best == pytest.approx(float(truth[counted].square().mean().log()), abs=0.1)


def test_varied_beats_keep_einthovens_law_and_nothing_changes_at_strength_0() -> None:
    beats = torch.randn(6, 12, 110)
    beats[:, 2] = beats[:, 1] - beats[:, 0]
    varied = varied_beats(beats, 1.0, torch.Generator().manual_seed(1))
    torch.testing.assert_close(varied[:, 2], varied[:, 1] - varied[:, 0], atol=1e-5, rtol=1e-4)
    assert not torch.allclose(varied, beats)
    torch.testing.assert_close(varied_beats(beats, 0.0, torch.Generator().manual_seed(1)), beats)


@pytest.mark.long
def test_a_training_improves_on_mean_and_sd_and_is_repeatable() -> None:
    views = collect(SimulatedNormals(), "train", 30)
    config = RestorerTraining(
        hearts=30, steps=60, warmup_steps=5, beats_per_step=16, ecgs_per_step=4, network=SMALL
    )
    first, losses = fit_restorer(views, config)
    _, untrained = fit_restorer(views, RestorerTraining(hearts=30, steps=1, network=SMALL))
    assert losses[0] < untrained[0] and losses[1] < untrained[1] - 0.1
    second, again = fit_restorer(views, config)
    assert losses == again
    for a, b in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(a, b)


def test_files_give_the_same_network_and_damage_is_an_error(tmp_path) -> None:
    config = RestorerTraining(
        hearts=20, steps=2, beats_per_step=4, ecgs_per_step=2, calibration_hearts=20, network=SMALL
    )
    record = train_restorer(tmp_path, SimulatedNormals(), config)
    assert RESTORER.read_config(tmp_path) == record and record.calibration.hearts == 20
    first = load_network(tmp_path, record)
    save_restorer(tmp_path / "again", first, record)
    assert (tmp_path / "again" / WEIGHTS).read_bytes() == (tmp_path / WEIGHTS).read_bytes()
    (tmp_path / WEIGHTS).write_bytes(b"damaged")
    with pytest.raises(PtaclError, match=r"is damaged: model\.safetensors"):
        load_network(tmp_path, record)
    with pytest.raises(PtaclError, match="is no restorer"):
        RESTORER.read_config(tmp_path / "nothing")


def test_impossible_settings_are_named() -> None:
    with pytest.raises(PtaclError, match="steps is 0"):
        RestorerTraining(steps=0)
