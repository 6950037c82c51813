"""The ECG encoder trained on the phenotypes alone."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from ptacl.checkpoint.files import load_model
from ptacl.data.splits import split_rows
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.store import Store, open_store
from ptacl.training.supervised import phenotype_loss, standardised, train_supervised
from tests.training.test_contrastive import CONFIG, checkpoint, curve


def test_the_loss_counts_what_was_measured() -> None:
    predicted = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    measured = torch.tensor([[0.0, torch.nan], [torch.nan, 1.0]])
    loss = phenotype_loss(predicted, measured)
    assert loss.item() == (1.0**2 + 3.0**2) / 2
    loss.backward()
    assert predicted.grad is not None
    assert predicted.grad.tolist() == [[1.0, 0.0], [0.0, 3.0]]
    assert phenotype_loss(predicted, torch.full((2, 2), torch.nan)).item() == 0.0


def test_phenotypes_are_standardised_by_the_training_subjects_alone(tiny_store: Store) -> None:
    store = open_store(Path(tiny_store.path))
    store.table["lvm_g"] = 100.0  # does not vary
    store.table.loc[store.table.index[::3], "lvef_pct"] = np.nan
    rows = split_rows(store, "train")
    values = standardised(store, rows)
    learned = values[torch.from_numpy(rows), PHENOTYPE_KEYS.index("lvef_pct")]
    known = learned[learned.isfinite()]
    assert 0 < len(known) < len(rows)
    assert known.mean().item() == pytest.approx(0, abs=1e-5)
    assert known.std(correction=0).item() == pytest.approx(1, abs=1e-5)
    assert values[:, PHENOTYPE_KEYS.index("lvm_g")].isnan().all()


def test_it_learns_resumes_and_is_fine_tuned(tiny_store: Store, tmp_path: Path) -> None:
    whole = train_supervised(tiny_store, tmp_path / "whole", checkpoint(tiny_store), CONFIG)
    first, *_, last = curve(tmp_path / "whole")
    assert last["loss"] < first["loss"]
    assert np.isfinite(last["validation_loss"])

    class Killed(Exception):
        pass

    def kill(step: int, steps: int, figures: dict[str, float]) -> None:
        if step > steps // 2:
            raise Killed

    cut = tmp_path / "cut"
    with pytest.raises(Killed):
        train_supervised(tiny_store, cut, checkpoint(tiny_store), CONFIG, progress=kill)
    again = train_supervised(tiny_store, cut, checkpoint(tiny_store), CONFIG, resume=True)
    assert curve(cut) == curve(tmp_path / "whole")
    for key, value in whole.model.state_dict().items():
        assert torch.equal(value, again.model.state_dict()[key]), key
    still = dataclasses.replace(CONFIG, epochs=1, learning_rate=1e-12)
    tuned = train_supervised(
        tiny_store, tmp_path / "tuned", checkpoint(tiny_store), still, init=cut
    )
    begun = dict(load_model(cut)[0].named_parameters())
    for key, value in tuned.model.named_parameters():
        torch.testing.assert_close(value, begun[key], rtol=1e-6, atol=1e-8)
