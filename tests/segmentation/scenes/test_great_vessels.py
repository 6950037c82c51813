"""Right atrium and great vessels: only above the tricuspid plane, outside the left ventricle."""

from dataclasses import replace

import torch

from ptacl.segmentation.scenes.contours import Contours, draw_contours
from ptacl.segmentation.scenes.draws import Draws
from ptacl.segmentation.scenes.fields import pixel_grid_mm
from ptacl.segmentation.scenes.great_vessels import place_great_vessels
from ptacl.segmentation.scenes.heart import Section, draw_heart, section_of
from ptacl.segmentation.scenes.raster import polar
from ptacl.segmentation.scenes.tissues import draw_tissues

SCENES, CHANNELS, SIZE = 20, 2, 112


def painted(rv_atrial: float) -> tuple[torch.Tensor, Section, torch.Tensor]:
    draws = Draws(torch.Generator().manual_seed(2), SCENES)
    depth = torch.full((SCENES, CHANNELS), 0.1)
    section = section_of(draw_heart(draws), depth, torch.zeros(SCENES, CHANNELS))
    contours: Contours = draw_contours(draws, section, torch.full((SCENES,), 8.0))
    contours = replace(contours, rv_atrial=torch.full((SCENES, CHANNELS), rv_atrial))
    x, y = pixel_grid_mm(SIZE, 1.6)
    places = polar(x.expand(SCENES, -1, -1), y.expand(SCENES, -1, -1))
    image = torch.zeros(SCENES, CHANNELS, SIZE, SIZE)
    tissues = draw_tissues(draws, CHANNELS, True)
    soft = torch.full((SCENES, CHANNELS), 2.0)
    place_great_vessels(draws, image, contours, section, places, tissues, soft)
    return image, section, places.rho_mm


def test_nothing_is_drawn_below_the_tricuspid_plane() -> None:
    image, _, _ = painted(0.0)
    assert not image.any()


def test_vessels_are_drawn_above_it_outside_the_left_ventricle() -> None:
    image, section, rho_mm = painted(1.0)
    assert (image.flatten(2).amax(2) > 0.3).float().mean() > 0.8
    inside = rho_mm[:, None] <= section.outer[..., None, None]
    assert not image[inside].any()
