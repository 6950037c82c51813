"""Images made a few subjects at a time are those of the whole batch."""

import pytest
import torch

from ptacl.data.augment import apply_cine
from ptacl.encoders.two_tower import TwoTower
from ptacl.training.views import draw_step, make_images
from tests.training.one_step import PLAIN, SMALL, SUBJECTS, made_batch


@pytest.mark.parametrize("half", [False, True])
def test_images_are_those_of_the_whole_batch(half: bool) -> None:
    model, batch = TwoTower(SMALL), made_batch(PLAIN)
    draw = draw_step(model, batch, PLAIN, SUBJECTS, torch.Generator().manual_seed(0))
    encoder, shown = model.cmr_encoder, draw.picked
    whole = apply_cine(encoder.images(batch.cine, shown), draw.cine)
    with torch.autocast("cpu", torch.bfloat16, enabled=half):
        images = make_images(encoder, batch.cine, shown, draw.cine)
    assert torch.equal(images, whole.bfloat16() if half else whole)
