"""The fast losses against the formulas as one would write them on paper."""

import math

import torch

from ptacl.losses import (
    patient_contrastive,
    patient_sigmoid,
    phase_pool,
    temporal_contrastive,
    time_similarity,
)


def cosine(a: torch.Tensor, b: torch.Tensor) -> float:
    return float(a @ b / (a.norm() * b.norm()))


def slow_info_nce(similarity: list[list[float]], temperature: float) -> float:
    """Mean over rows of −log softmax of the diagonal, and the same over columns, halved."""
    n = len(similarity)
    total = 0.0
    for i in range(n):
        row = [math.exp(similarity[i][j] / temperature) for j in range(n)]
        column = [math.exp(similarity[j][i] / temperature) for j in range(n)]
        total -= math.log(row[i] / sum(row)) + math.log(column[i] / sum(column))
    return total / (2 * n)


def test_patient_loss_is_the_symmetric_info_nce_of_cosines() -> None:
    torch.manual_seed(0)
    ecg, cmr = torch.randn(7, 5), torch.randn(7, 5)
    expected = slow_info_nce([[cosine(a, b) for b in cmr] for a in ecg], 0.2)
    assert math.isclose(float(patient_contrastive(ecg, cmr, 0.2)), expected, rel_tol=1e-5)


def test_temporal_loss_is_the_mean_over_patients_of_info_nce_over_time() -> None:
    torch.manual_seed(1)
    segments, frames = torch.randn(3, 6, 4), torch.randn(3, 6, 4)
    for centred in (True, False):
        expected = 0.0
        for s, f in zip(segments, frames, strict=True):
            if centred:
                s, f = s - s.mean(0), f - f.mean(0)
            expected += slow_info_nce([[cosine(a, b) for b in f] for a in s], 0.1) / 3
        loss = temporal_contrastive(segments, frames, 0.1, centred=centred)
        assert math.isclose(float(loss), expected, rel_tol=1e-5)


def test_the_centred_temporal_loss_does_not_see_what_a_patient_keeps_through_the_beat() -> None:
    torch.manual_seed(2)
    segments, frames = torch.randn(2, 8, 4), torch.randn(2, 8, 4)
    moved = segments + torch.randn(2, 1, 4)
    same = temporal_contrastive(moved, frames, 0.1)
    assert torch.allclose(same, temporal_contrastive(segments, frames, 0.1), atol=1e-5)
    plain = temporal_contrastive(moved, frames, 0.1, centred=False)
    assert not torch.allclose(plain, temporal_contrastive(segments, frames, 0.1, centred=False))


def test_phase_pooling_is_a_gaussian_average_on_the_circle() -> None:
    torch.manual_seed(3)
    tokens, width = torch.randn(1, 30, 4), 0.03
    segment_phase, frame_phase = torch.rand(1, 30), torch.linspace(0, 0.9, 10)[None]
    pooled = phase_pool(tokens, segment_phase, frame_phase, width=width)
    for column, phase in enumerate(frame_phase[0].tolist()):
        total, weight = torch.zeros(4), 0.0
        for token, own in zip(tokens[0], segment_phase[0].tolist(), strict=True):
            gap = min(abs(own - phase), 1 - abs(own - phase))
            w = math.exp(-0.5 * (gap / width) ** 2)
            total, weight = total + w * token, weight + w
        assert torch.allclose(pooled[0, column], total / weight, atol=1e-4)


def test_phase_pooling_leaves_out_segments_without_a_phase() -> None:
    tokens = torch.tensor([[[1.0], [100.0], [3.0]]])
    phase = torch.tensor([[0.0, torch.nan, 0.5]])
    pooled = phase_pool(tokens, phase, torch.tensor([[0.01, 0.49]]))
    assert torch.allclose(pooled, torch.tensor([[[1.0], [3.0]]]))


def test_a_patient_without_any_beat_keeps_the_batch_finite() -> None:
    pooled = phase_pool(
        torch.tensor([[[1.0], [3.0]]]), torch.full((1, 2), torch.nan), torch.rand(1, 4)
    )
    assert torch.allclose(pooled, torch.full((1, 4, 1), 2.0))


def test_similarity_of_a_patient_with_itself_peaks_on_the_diagonal() -> None:
    torch.manual_seed(4)
    frames = torch.randn(2, 9, 16)
    similarity = time_similarity(frames, frames)
    assert (similarity.argmax(-1) == torch.arange(9)).all()
    assert torch.allclose(similarity.diagonal(dim1=1, dim2=2), torch.ones(2, 9), atol=1e-5)


def test_losses_are_not_rounded_to_half_precision() -> None:
    torch.manual_seed(2)
    ecg, cmr = torch.randn(8, 16), torch.randn(8, 16)
    for loss in (patient_contrastive, patient_sigmoid):
        expected = loss(ecg, cmr, 0.1)
        with torch.autocast("cpu", torch.bfloat16):
            assert torch.equal(loss(ecg, cmr, 0.1), expected)
            assert loss(ecg.bfloat16(), cmr.bfloat16(), 0.1).dtype == torch.float32
    expected = temporal_contrastive(ecg[None], cmr[None], 0.1)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(temporal_contrastive(ecg[None], cmr[None], 0.1), expected)
