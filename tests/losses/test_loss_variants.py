"""Variants of the losses, compared with slow implementations of their formulas."""

import math

import pytest
import torch
import torch.nn.functional as F

from ptacl.losses import (
    cyclic_targets,
    nearest_neighbour_pairs,
    patient_contrastive,
    patient_sigmoid,
    phenotype_similarity,
    temporal_contrastive,
    time_similarity,
)


def pair(patients: int = 6) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return (torch.randn(patients, 5, generator=generator),
            torch.randn(patients, 5, generator=generator))  # fmt: skip


def cosine(a: torch.Tensor, b: torch.Tensor) -> float:
    return float(F.cosine_similarity(a, b, dim=0))


def similar_hearts(patients: int = 6) -> torch.Tensor:
    return phenotype_similarity(torch.arange(patients).float()[:, None] / 4)


def test_sigmoid_loss_classifies_each_pair_independently() -> None:
    ecg, cmr = pair()
    expected = 0.0
    for i in range(6):
        for j in range(6):
            logit = cosine(ecg[i], cmr[j]) / 0.2 - math.log(5)
            sign = 1 if i == j else -1
            expected -= math.log(1 / (1 + math.exp(-sign * logit))) / 6
    assert float(patient_sigmoid(ecg, cmr, 0.2)) == pytest.approx(expected, rel=1e-5)


def test_soft_patient_targets_are_the_cross_entropy_with_a_distribution_over_patients() -> None:
    ecg, cmr = pair()
    targets = similar_hearts()
    expected = 0.0
    for i in range(6):
        for first, second in ((ecg, cmr), (cmr, ecg)):
            logits = torch.tensor([cosine(first[i], other) / 0.2 for other in second])
            share = targets[i] / targets[i].sum()
            expected -= float((share * logits.log_softmax(0)).sum()) / 12
    assert float(patient_contrastive(ecg, cmr, 0.2, targets=targets)) == pytest.approx(
        expected, rel=1e-5
    )


def test_targets_on_the_diagonal_alone_are_hard_targets() -> None:
    ecg, cmr = pair()
    for loss in (patient_contrastive, patient_sigmoid):
        assert torch.allclose(loss(ecg, cmr, 0.1, targets=torch.eye(6)), loss(ecg, cmr, 0.1))


def test_similarity_is_computed_from_the_phenotypes_that_both_patients_have() -> None:
    nan = torch.nan
    hearts = torch.tensor([[0.0, 1.0], [0.3, nan], [nan, 1.4], [nan, nan]])
    similarity = phenotype_similarity(hearts, width=0.5)
    assert similarity[0, 1] == pytest.approx(math.exp(-0.5 * 0.3**2 / 0.25))
    assert similarity[0, 2] == pytest.approx(math.exp(-0.5 * 0.4**2 / 0.25))
    assert similarity[1, 2] == similarity[3, 0] == 0.0  # nothing in common
    assert torch.equal(similarity.diagonal(), torch.ones(4))
    assert torch.equal(similarity, similarity.T)


def test_unknown_phenotypes_leave_every_gradient_finite() -> None:
    ecg = pair()[0].requires_grad_()
    targets = phenotype_similarity(torch.full((6, 9), torch.nan))
    patient_contrastive(ecg, pair()[1], 0.1, targets=targets).backward()
    assert ecg.grad is not None and ecg.grad.isfinite().all()


def test_the_nearest_hearts_are_no_negatives() -> None:
    ecg, cmr = pair()
    cmr[4] = cmr[1] * 3 + 0.01  # one heart twice
    ignored = nearest_neighbour_pairs(cmr, 1)
    assert ignored[1, 4] and ignored[4, 1]
    assert not ignored.diagonal().any()
    assert torch.equal(ignored, ignored.T)
    others = [j for j in range(6) if not ignored[1, j]]
    logits = torch.tensor([cosine(ecg[1], cmr[j]) / 0.1 for j in others])
    own = -float(logits.log_softmax(0)[others.index(1)])
    rows = F.normalize(ecg, dim=1) @ F.normalize(cmr, dim=1).T / 0.1
    masked = rows.masked_fill(ignored, -torch.inf)
    assert float(F.cross_entropy(masked[1:2], torch.tensor([1]))) == pytest.approx(own, rel=1e-4)
    both = F.cross_entropy(masked, torch.arange(6)) + F.cross_entropy(masked.T, torch.arange(6))
    assert torch.allclose(patient_contrastive(ecg, cmr, 0.1, ignored=ignored), both / 2)


def test_a_pair_that_is_ignored_is_not_judged() -> None:
    ecg, cmr = pair()
    ignored = torch.zeros(6, 6, dtype=torch.bool)
    ignored[1, 4] = ignored[4, 1] = True
    gone = patient_sigmoid(ecg, cmr, 0.1) - patient_sigmoid(ecg, cmr, 0.1, ignored=ignored)
    logits = [cosine(ecg[i], cmr[j]) / 0.1 - math.log(5) for i, j in ((1, 4), (4, 1))]
    assert float(gone) == pytest.approx(sum(math.log1p(math.exp(x)) for x in logits) / 6, rel=1e-4)


def test_soft_times_are_a_gaussian_around_the_circle_of_the_beat() -> None:
    targets = cyclic_targets(torch.tensor([[0.0, 0.1, 0.5, 0.95]]), width=0.1)[0]
    assert torch.allclose(targets.sum(dim=1), torch.ones(4))
    weights = [math.exp(-0.5 * (gap / 0.1) ** 2) for gap in (0.0, 0.1, 0.5, 0.05)]
    for column, weight in enumerate(weights):
        assert targets[0, column] == pytest.approx(weight / sum(weights), rel=1e-4)


def test_the_soft_temporal_loss_is_the_cross_entropy_with_those_times() -> None:
    generator = torch.Generator().manual_seed(1)
    segments, frames = torch.randn(2, 2, 4, 3, generator=generator)
    targets = cyclic_targets(torch.rand(2, 4, generator=generator), width=0.2)
    similarity = time_similarity(segments, frames) / 0.1
    expected = 0.0
    for patient in range(2):
        for time in range(4):
            for logits in (similarity[patient, time], similarity[patient, :, time]):
                expected -= float((targets[patient, time] * logits.log_softmax(0)).sum()) / 16
    loss = temporal_contrastive(segments, frames, 0.1, targets=targets)
    assert float(loss) == pytest.approx(expected, rel=1e-5)


def test_very_narrow_soft_times_are_hard_ones() -> None:
    generator = torch.Generator().manual_seed(2)
    segments, frames = torch.randn(2, 3, 5, 4, generator=generator)
    targets = cyclic_targets(torch.arange(5).div(5).expand(3, 5), width=0.01)
    soft = temporal_contrastive(segments, frames, 0.1, targets=targets)
    assert torch.allclose(soft, temporal_contrastive(segments, frames, 0.1), atol=1e-5)
