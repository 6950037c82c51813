"""A trained segmenter: slices of a short-axis cine to labels of their pixels."""

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from ptacl.segmentation.components import keep_one_heart
from ptacl.segmentation.localisation import Centre, locate
from ptacl.segmentation.network.unet import CLASSES, SegmentationNetwork
from ptacl.segmentation.network.weights import SEGMENTER, load_networks
from ptacl.segmentation.scenes.acquisition import scale
from ptacl.segmentation.scenes.batch import SceneConfig
from ptacl.segmentation.window import Grid, cut, grid_of, labels_on_cine, resampled
from ptacl.signal.heart_labels import Labels
from ptacl.types import Cine, ModelInfo

_BATCH = 16
_NEIGHBOUR_SHARE = 0.08
"""Time to the earlier and the later view, as a share of the beat; the scenes of the training move
about as much in between."""
_LOOKED_AT_SLICES, _LOOKED_AT_FRAMES = 3, 4
"""Slices and frames that are looked at to find the heart."""
_ALONE = 1 / 3
"""Weight of the prediction without the neighbouring slices. At the base they mislead: where the
next slice shows a large right ventricle, one without it is taken for the atrium."""
Frames = Float[Tensor, "frames rows columns"]
Shares = Float[Tensor, "frames classes window window"]


class Segmenter:
    """An ensemble of networks.

    Args:
        networks: in evaluation mode.
        scenes: window and spacing of their training.
        info: name and version.

    Attributes:
        info: name and version.
    """

    def __init__(
        self, networks: Sequence[SegmentationNetwork], scenes: SceneConfig, info: ModelInfo
    ) -> None:
        self.info = info
        self._networks = tuple(networks)
        self._scenes = scenes

    def label(
        self, slices: Sequence[Cine], progress: Callable[[float], None] | None = None
    ) -> tuple[Labels, ...]:
        """Label every pixel of every frame.

        Args:
            slices: of one stack, from base to apex, or a single slice. All show the same field of
                view; a frame sees its neighbours in time and the neighbouring slices.
            progress: receives the share that is done, 0 to 1.

        Returns:
            Labels (`ptacl.signal.heart_labels`) of each slice on its own pixel grid.
        """
        grids = [grid_of(cine, self._scenes) for cine in slices]
        frames = [resampled(cine, grid) for cine, grid in zip(slices, grids, strict=True)]
        centres = self._centres(slices, frames, grids)
        windows = [cut(*row) for row in zip(frames, grids, centres, strict=True)]
        labels = []
        for index, cine in enumerate(slices):
            shares = self._shares_of_slice(slices, windows, index)
            labels.append(labels_on_cine(shares, grids[index], centres[index], cine))
            if progress:
                progress((index + 1) / len(slices))
        return keep_one_heart(labels, [cine.spacing_mm for cine in slices])

    def _centres(
        self, slices: Sequence[Cine], frames: Sequence[Frames], grids: Sequence[Grid]
    ) -> list[Centre]:
        """Return the centre of each slice's window: one for all slices with the same grid."""
        if len(set(grids)) == 1:
            return [self._centre(slices, frames, grids[0])] * len(slices)
        rows = zip(slices, frames, grids, strict=True)
        return [self._centre([cine], [own], grid) for cine, own, grid in rows]

    def _centre(self, slices: Sequence[Cine], frames: Sequence[Frames], grid: Grid) -> Centre:
        first = max(0, (len(slices) - _LOOKED_AT_SLICES) // 2)
        chosen = range(first, min(len(slices), first + _LOOKED_AT_SLICES))

        def shares(centre: Centre) -> Shares:
            """Return the class probabilities of some frames, cut about a centre."""
            found = []
            for index in chosen:
                window = cut(frames[index], grid, centre)
                step = max(1, len(window) // _LOOKED_AT_FRAMES)
                views = views_of(window, window, window, slices[index].two_phases)[::step]
                found.append(self._predict(views, self._networks[:1], flip=False))
            return torch.cat(found)

        return locate([frames[index] for index in chosen], grid, self._scenes, shares)

    def _shares_of_slice(
        self, slices: Sequence[Cine], windows: Sequence[Frames], index: int
    ) -> Shares:
        own = windows[index]
        basal, apical = (
            _in_step(windows[other], own) if 0 <= other < len(windows) else own
            for other in (index - 1, index + 1)
        )
        two_phases = slices[index].two_phases
        views = views_of(own, basal, apical, two_phases)
        shares = self._predict(views, self._networks, flip=True)
        if len(windows) == 1:
            return shares
        alone = self._predict(views_of(own, own, own, two_phases), self._networks, flip=True)
        return (1 - _ALONE) * shares + _ALONE * alone

    def _predict(
        self,
        views: Float[Tensor, "images channels=5 window window"],
        networks: Sequence[SegmentationNetwork],
        *,
        flip: bool,
    ) -> Shares:
        """Return the mean class probabilities over networks and, if asked, mirrored images."""
        total = torch.zeros(len(views), CLASSES, *views.shape[2:])
        with torch.inference_mode():
            for start in range(0, len(views), _BATCH):
                images = scale(views[start : start + _BATCH])
                for network in networks:
                    total[start : start + _BATCH] += network(images).softmax(1)
                    if flip:
                        mirrored = network(images.flip(-1)).softmax(1).flip(-1)
                        total[start : start + _BATCH] += mirrored
        return total / (len(networks) * (1 + flip))


def views_of(
    own: Frames, basal: Frames, apical: Frames, two_phases: bool
) -> Float[Tensor, "frames channels=5 rows columns"]:
    """Stack the five views of every frame (`scenes.views`).

    Args:
        own: frames of the slice.
        basal: frames of the slice towards the base, in step with the own ones.
        apical: frames of the slice towards the apex.
        two_phases: whether the frames are two moments and not a whole beat; each is then its own
            neighbour.
    """
    step = 0 if two_phases or len(own) < 3 else max(1, round(_NEIGHBOUR_SHARE * len(own)))
    earlier, later = own.roll(step, 0), own.roll(-step, 0)
    return torch.stack([earlier, later, basal, apical, own], 1)


def _in_step(other: Frames, own: Frames) -> Frames:
    """Pick the frames of another slice at the phases of the own ones."""
    if len(other) == len(own):
        return other
    index = (torch.arange(len(own)) * len(other) / len(own)).round().long() % len(other)
    return other[index]


def load_segmenter(folder: Path | None = None) -> Segmenter:
    """Load a segmenter.

    Args:
        folder: that `ptacl train OUT --stage segment` wrote; by default the shipped one.

    Raises:
        PtaclError: a missing, foreign or damaged file.
    """
    folder = folder or SEGMENTER.shipped()
    config = SEGMENTER.read_config(folder)
    info = ModelInfo(config.name, SEGMENTER.version(folder), config.synthetic)
    return Segmenter(load_networks(folder), config.training.scenes, info)
