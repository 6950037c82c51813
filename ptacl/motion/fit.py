"""Fit of the displacement of one slice."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from ptacl.motion.config import MotionConfig
from ptacl.motion.losses import (
    bending,
    dissimilarity,
    distance_to_borders,
    fields_on_grid,
    mean_distance,
    uneven_area,
)
from ptacl.motion.network import Coefficients, MotionNetwork, displacement, waves
from ptacl.motion.sampling import sample_mm
from ptacl.motion.slice_data import SliceData


def fit_motion(
    data: SliceData, config: MotionConfig, progress: Callable[[float], None] | None = None
) -> MotionNetwork:
    """Fit the displacement of a slice.

    Args:
        data: the slice.
        config: settings.
        progress: called with the share of the work done.
    """
    generator = torch.Generator().manual_seed(config.seed)
    network = MotionNetwork(config, generator)
    optimiser = torch.optim.Adam(network.parameters(), lr=config.learning_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, config.learning_rate, total_steps=config.steps, pct_start=0.15
    )
    time = waves(data.phases, config.harmonics)
    objective = Objective(data, config)
    for step in range(config.steps):
        frames = _draw_frames(len(time), config.frames_per_step, generator)
        optimiser.zero_grad(set_to_none=True)
        loss = objective(network, time, frames)
        loss.backward()
        optimiser.step()
        schedule.step()
        if progress:
            progress((step + 1) / config.steps)
    return network.eval()


class Objective:
    """The weighted sum of the terms, for the frames of one step.

    Args:
        data: the slice.
        config: weights.
    """

    def __init__(self, data: SliceData, config: MotionConfig) -> None:
        self._data, self._config = data, config
        self._window = 2 * round(config.window_mm / config.spacing_mm / 2) + 1
        self._points = torch.cat([data.grid, *data.borders])
        owner = [torch.full((len(own),), number) for number, own in enumerate(data.borders)]
        self._owner = torch.cat(owner)
        self._at_rest = self._border_distances(self._points[None, len(data.grid) :], [0])[0]

    def __call__(
        self, network: MotionNetwork, time: Float[Tensor, "frames waves"], frames: list[int]
    ) -> Float[Tensor, ""]:
        """Return the loss of some frames."""
        data, config = self._data, self._config
        coefficients = network(self._points)
        on_grid = coefficients[: len(data.grid)]
        moved = self._points + displacement(coefficients, time[frames])
        grid, border = moved[:, : len(data.grid)], moved[:, len(data.grid) :]
        square = grid.view(len(frames), *data.region.shape, 2)
        loss = config.bending * bending(
            fields_on_grid(on_grid, len(data.region)), config.spacing_mm
        )
        if config.image:
            loss = loss + config.image * self._images(grid, frames)
        if config.labels:
            distances = self._border_distances(border, frames)
            loss = loss + config.labels * distance_to_borders(distances, self._at_rest)
        if config.area:
            loss = loss + config.area * uneven_area(square, config.spacing_mm, data.wall)
        if config.inverse:
            loss = loss + self._back(on_grid, grid, time[frames], frames)
        return loss

    def _images(self, moved: Float[Tensor, "frames points 2"], frames: list[int]) -> Tensor:
        data = self._data
        pulled = sample_mm(data.images[frames], moved, data.half_mm).view_as(data.images[frames])
        return dissimilarity(pulled, data.images[:1], self._window, data.region)

    def _border_distances(
        self, points: Float[Tensor, "frames points 2"], frames: list[int]
    ) -> Float[Tensor, "frames points"]:
        data = self._data
        found = sample_mm(data.distances[frames], points, data.half_mm)
        return found[:, self._owner, torch.arange(len(self._owner))]

    def _back(
        self,
        on_grid: Coefficients,
        moved: Float[Tensor, "frames points 2"],
        time: Float[Tensor, "frames waves"],
        frames: list[int],
    ) -> Tensor:
        """Return the terms of the backward field: its images, and the way there and back."""
        data, config = self._data, self._config
        back = displacement(on_grid, time, backward=True)
        first = data.images[:1].expand(len(frames), -1, -1, -1)
        pulled = sample_mm(first, data.grid + back, data.half_mm).view_as(first)
        images = dissimilarity(pulled, data.images[frames], self._window, data.region)
        fields = back.transpose(1, 2).reshape(len(frames), 2, *data.region.shape)
        inside = data.region.flatten()
        returned = moved[:, inside] + sample_mm(fields, moved[:, inside], data.half_mm).transpose(
            1, 2
        )
        return config.image * images + config.inverse * mean_distance(returned - data.grid[inside])


def _draw_frames(count: int, wanted: int, generator: torch.Generator) -> list[int]:
    """Draw frames that are spread over the beat."""
    if wanted >= count:
        return list(range(count))
    start = torch.rand(wanted, generator=generator)
    return ((torch.arange(wanted) + start) * count / wanted).long().clamp(max=count - 1).tolist()
