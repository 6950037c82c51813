"""The displacement: at rest in the first frame, the same after a beat, smooth in between."""

import numpy as np
import torch

from ptacl.motion.config import MotionConfig
from ptacl.motion.network import MotionNetwork, displacement, waves

CONFIG = MotionConfig()


def network() -> MotionNetwork:
    made = MotionNetwork(CONFIG, torch.Generator().manual_seed(1))
    with torch.no_grad():
        made.layers[-1].weight.normal_(0, 0.1, generator=torch.Generator().manual_seed(2))  # type: ignore[operator]
    return made


def test_nothing_moves_at_the_start_and_the_end_of_the_beat() -> None:
    fields = network()(torch.rand(7, 2) * 60 - 30)
    phases = torch.tensor([0.0, 0.3, 1.0])
    moved = displacement(fields, waves(phases, CONFIG.harmonics))
    torch.testing.assert_close(moved[0], torch.zeros(7, 2), atol=1e-5, rtol=0)
    torch.testing.assert_close(moved[2], torch.zeros(7, 2), atol=1e-4, rtol=0)
    assert moved[1].norm(dim=1).min() > 0.01


def test_the_displacement_is_the_written_sum_of_harmonics() -> None:
    fields = network()(torch.rand(3, 2))
    phases = torch.tensor([0.1, 0.77])
    found = displacement(fields, waves(phases, CONFIG.harmonics), backward=True)
    count = CONFIG.harmonics
    a, b = fields[:, 1, :, :count].detach().numpy(), fields[:, 1, :, count:].detach().numpy()
    for row, t in enumerate(phases.tolist()):
        expected = sum(
            (a[..., k - 1] * (np.cos(2 * np.pi * k * t) - 1)
             + b[..., k - 1] * np.sin(2 * np.pi * k * t)) / k
            for k in range(1, count + 1)
        )  # fmt: skip
        np.testing.assert_allclose(found[row].detach().numpy(), expected, atol=1e-4)


def test_a_new_network_is_at_rest_and_small() -> None:
    made = MotionNetwork(CONFIG, torch.Generator().manual_seed(0))
    assert made(torch.rand(5, 2)).abs().max() == 0
    assert sum(own.numel() for own in made.parameters()) < 20_000


def test_forward_and_backward_fields_differ() -> None:
    fields = network()(torch.rand(4, 2))
    time = waves(torch.tensor([0.4]), CONFIG.harmonics)
    there, back = displacement(fields, time), displacement(fields, time, backward=True)
    assert (there - back).abs().max() > 0.01
