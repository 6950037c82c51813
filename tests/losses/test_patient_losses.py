"""Contract of every patient loss of the table."""

import math

import pytest
import torch

from ptacl.errors import PtaclError
from ptacl.losses import PATIENT_LOSSES, PatientLoss
from ptacl.training import ContrastiveConfig

PATIENTS = 6


@pytest.fixture(params=PATIENT_LOSSES.values(), ids=PATIENT_LOSSES.keys())
def loss(request: pytest.FixtureRequest) -> PatientLoss:
    return request.param


@pytest.fixture
def embeddings() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    ecg, cmr = torch.randn(2, PATIENTS, 5, generator=generator)
    return ecg, cmr


def test_a_patient_loss_is_lower_for_matching_pairs_than_for_shuffled_ones(
    loss: PatientLoss, embeddings: tuple[torch.Tensor, torch.Tensor]
) -> None:
    ecg, _ = embeddings
    assert float(loss(ecg, ecg, 0.1)) < float(loss(ecg, ecg.roll(1, dims=0), 0.1))


def test_a_patient_loss_depends_neither_on_the_norm_nor_on_the_order_of_patients(
    loss: PatientLoss, embeddings: tuple[torch.Tensor, torch.Tensor]
) -> None:
    ecg, cmr = embeddings
    expected = float(loss(ecg, cmr, 0.1))
    order = torch.tensor([3, 0, 5, 1, 4, 2])
    assert math.isclose(float(loss(7 * ecg, cmr / 3, 0.1)), expected, rel_tol=1e-5)
    assert math.isclose(float(loss(ecg[order], cmr[order], 0.1)), expected, rel_tol=1e-5)


def test_targets_on_the_diagonal_and_no_ignored_pairs_change_nothing(
    loss: PatientLoss, embeddings: tuple[torch.Tensor, torch.Tensor]
) -> None:
    ecg, cmr = embeddings
    expected = float(loss(ecg, cmr, 0.1))
    none = torch.zeros(PATIENTS, PATIENTS, dtype=torch.bool)
    assert math.isclose(
        float(loss(ecg, cmr, 0.1, targets=torch.eye(PATIENTS))), expected, rel_tol=1e-5
    )
    assert math.isclose(float(loss(ecg, cmr, 0.1, ignored=none)), expected, rel_tol=1e-5)


def test_an_ignored_pair_does_not_contribute_to_a_patient_loss(
    loss: PatientLoss, embeddings: tuple[torch.Tensor, torch.Tensor]
) -> None:
    ecg, cmr = embeddings
    ignored = ~torch.eye(PATIENTS, dtype=torch.bool)
    assert float(loss(ecg, cmr, 0.1, ignored=ignored)) < float(loss(ecg, cmr, 0.1))


def test_a_patient_loss_has_finite_gradients(
    loss: PatientLoss, embeddings: tuple[torch.Tensor, torch.Tensor]
) -> None:
    ecg, cmr = (values.clone().requires_grad_() for values in embeddings)
    loss(ecg, cmr, 0.1).backward()
    for values in (ecg, cmr):
        assert values.grad is not None
        assert values.grad.isfinite().all()
        assert values.grad.any()


def test_a_config_accepts_the_losses_of_the_table_and_refuses_others() -> None:
    for name in PATIENT_LOSSES:
        assert ContrastiveConfig(patient_loss=name).patient_loss == name
    with pytest.raises(PtaclError, match=r"--patient-loss is 'triplet'\. Choose one of info_nce"):
        ContrastiveConfig(patient_loss="triplet")
