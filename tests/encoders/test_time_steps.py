"""Frames and the steps that an encoder makes of them."""

import torch

from ptacl.encoders.time_steps import draw_frames, spread_over_frames, step_phase


def test_one_frame_is_picked_out_of_each_part_of_the_beat() -> None:
    picked = draw_frames(1000, 50, 10, torch.Generator().manual_seed(0))
    assert (picked // 5 == torch.arange(10)).all()
    gaps = picked.diff(dim=1)
    assert set(gaps.unique().tolist()) == set(range(1, 10))  # every distance is contrasted


def test_the_phase_of_a_step_is_that_of_its_middle_also_across_the_r_wave() -> None:
    phase = (torch.arange(50) / 50).expand(2, 50)
    torch.testing.assert_close(step_phase(phase, 5), phase[:, 2::5])
    across = (phase - 0.04) % 1.0
    torch.testing.assert_close(step_phase(across, 5)[:, 1:], phase[:, 2::5][:, 1:] - 0.04)
    assert step_phase(across, 5)[:, 0].sub(0.5).abs().allclose(torch.tensor(0.5), atol=1e-6)
    assert torch.equal(step_phase(phase, 1), phase)


def test_the_middle_frame_of_a_step_has_its_vector_and_the_others_a_mix() -> None:
    steps = torch.randn(2, 10, 3, generator=torch.Generator().manual_seed(0))
    frames = spread_over_frames(steps, 5)
    torch.testing.assert_close(frames[:, 2::5], steps)
    torch.testing.assert_close(frames[:, 4], 0.6 * steps[:, 0] + 0.4 * steps[:, 1])
    torch.testing.assert_close(frames[:, 0], 0.6 * steps[:, 0] + 0.4 * steps[:, 9])
    assert torch.equal(spread_over_frames(steps, 1), steps)
