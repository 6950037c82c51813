"""The phenotype loss beside the two contrastive losses."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from ptacl.checkpoint.files import load_model
from ptacl.encoders.two_tower import TwoTower
from ptacl.errors import PtaclError
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.store import Store, open_store
from ptacl.training import ContrastiveConfig, train
from ptacl.training.contrastive import find_gradients
from ptacl.training.contrastive_losses import two_tower_phenotype_loss
from ptacl.training.distributed import Ranks
from ptacl.training.phenotype_heads import phenotype_heads, phenotype_loss
from tests.training.one_step import CONFIGS, SMALL, SUBJECTS, made_batch, step
from tests.training.test_contrastive import CONFIG, checkpoint, curve

WEIGHTED = dataclasses.replace(CONFIG, epochs=2, batch_size=32, phenotype_weight=0.5)


def test_the_loss_counts_what_was_measured() -> None:
    predicted = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    measured = torch.tensor([[0.0, torch.nan], [torch.nan, 1.0]])
    loss = phenotype_loss(predicted, measured)
    assert loss.item() == (1.0**2 + 3.0**2) / 2
    loss.backward()
    assert predicted.grad is not None
    assert predicted.grad.tolist() == [[1.0, 0.0], [0.0, 3.0]]
    assert phenotype_loss(predicted, torch.full((2, 2), torch.nan)).item() == 0.0


def test_both_towers_and_their_heads_learn_from_the_phenotypes() -> None:
    torch.manual_seed(0)
    heads = phenotype_heads(TwoTower(SMALL))
    ecg, cmr = (torch.randn(5, 16, requires_grad=True) for _ in range(2))
    measured = torch.randn(5, len(PHENOTYPE_KEYS))
    measured[0] = torch.nan
    two_tower_phenotype_loss(heads, ecg, [cmr], measured).backward()
    for features in (ecg, cmr):
        assert features.grad is not None
        assert not features.grad[0].any()  # nothing of this subject was measured
        assert features.grad[1:].abs().amax(dim=1).min() > 0
    assert all(head.grad is not None and head.grad.any() for head in heads.parameters())


def test_the_phenotype_loss_alone_reaches_every_encoder_weight() -> None:
    """Its gradient is that of the whole loss with the weight, less that without it."""
    gradients = {
        weight: step(
            dataclasses.replace(CONFIGS["as by default"], phenotype_weight=weight), Ranks()
        )
        for weight in (0.0, 0.7)
    }
    without, beside = gradients[0.0], gradients[0.7]
    heads = {f"heads.{tower}.{kind}" for tower in ("ecg", "cmr") for kind in ("weight", "bias")}
    assert beside.keys() - without.keys() == heads | {"phenotype_loss"}
    assert beside["patient_loss"] == without["patient_loss"]
    assert beside["temporal_loss"] == without["temporal_loss"]
    expected = without["loss"] + 0.7 * beside["phenotype_loss"]
    assert beside["loss"].item() == pytest.approx(expected.item(), rel=1e-12)
    for encoder in ("ecg_encoder", "cmr_encoder"):
        changed = [
            not torch.equal(beside[key], without[key]) for key in without if key.startswith(encoder)
        ]
        assert sum(changed) > 10, encoder
    for key in without:  # projection heads are not on its path, nor are the batch statistics
        if "_head." in key or "running" in key:
            torch.testing.assert_close(beside[key], without[key], rtol=1e-9, atol=1e-12)


def test_a_weight_of_zero_reads_no_phenotypes_and_trains_no_heads(
    tiny_store: Store, tmp_path: Path
) -> None:
    """The same weights as from a table without phenotypes, and no head in the saved state."""
    config = dataclasses.replace(WEIGHTED, epochs=1, phenotype_weight=0.0)
    whole = train(tiny_store, tmp_path / "whole", checkpoint(tiny_store), config)
    assert whole.learner is whole.model
    bare = open_store(Path(tiny_store.path))
    bare.table[list(PHENOTYPE_KEYS)] = np.nan
    again = train(bare, tmp_path / "bare", checkpoint(bare), config)
    assert curve(tmp_path / "whole") == curve(tmp_path / "bare")
    assert "phenotype_loss" not in whole.curve[-1]
    for key, value in whole.model.state_dict().items():
        assert torch.equal(value, again.model.state_dict()[key]), key
    saved = torch.load(tmp_path / "whole" / "state" / "last.pt", weights_only=True)
    assert saved["model"].keys() == whole.model.state_dict().keys()


def test_subjects_without_phenotypes_count_for_the_other_losses_alone() -> None:
    config = CONFIGS["beside the phenotypes"]
    batch = made_batch(config)
    assert batch.phenotypes is not None
    unknown = dataclasses.replace(batch, phenotypes=torch.full_like(batch.phenotypes, torch.nan))
    torch.manual_seed(0)
    model = TwoTower(SMALL).train()
    heads = phenotype_heads(model)
    losses = find_gradients(model, unknown, config, 3, Ranks(), SUBJECTS, heads)
    assert losses["phenotype_loss"] == 0.0
    expected = losses["patient_loss"] + config.temporal_weight * losses["temporal_loss"]
    assert losses["loss"] == pytest.approx(expected)
    assert all(not head.grad.any() for head in heads.parameters() if head.grad is not None)
    assert all(
        weight.grad.isfinite().all() for weight in model.parameters() if weight.grad is not None
    )


class Killed(Exception):
    pass


def kill_in_the_second_epoch(step: int, steps: int, figures: dict[str, float]) -> None:
    if step > steps // 2:
        raise Killed


@pytest.mark.parametrize("chunk_size", [None, 10])
@pytest.mark.long
def test_it_learns_and_resumes_with_its_heads(
    tiny_store: Store, tmp_path: Path, chunk_size: int | None
) -> None:
    config = dataclasses.replace(WEIGHTED, chunk_size=chunk_size)
    whole = train(tiny_store, tmp_path / "whole", checkpoint(tiny_store), config)
    first, *_, last = curve(tmp_path / "whole")
    assert last["phenotype_loss"] < first["phenotype_loss"]
    with pytest.raises(Killed):
        train(tiny_store, tmp_path / "cut", checkpoint(tiny_store), config,
              progress=kill_in_the_second_epoch)  # fmt: skip
    cut = train(tiny_store, tmp_path / "cut", checkpoint(tiny_store), config, resume=True)
    assert curve(tmp_path / "cut") == curve(tmp_path / "whole")
    assert any(key.startswith("heads.") for key in whole.learner.state_dict())
    for key, value in whole.learner.state_dict().items():
        assert torch.equal(value, cut.learner.state_dict()[key]), key
    model = load_model(tmp_path / "cut")[0]  # the checkpoint is that of any other model
    assert model.state_dict().keys() == TwoTower(whole.model.config).state_dict().keys()


def test_a_negative_weight_is_refused() -> None:
    with pytest.raises(PtaclError, match="--phenotype-weight is -1"):
        ContrastiveConfig(phenotype_weight=-1)
