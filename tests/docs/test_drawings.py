"""The drawings of the losses show what the shipped gallery holds."""

from xml.etree import ElementTree

import numpy as np
import pytest

from docs.site.drawings import PATIENTS, REPOSITORY, patient_loss, temporal_loss
from ptacl.gallery import Gallery, open_gallery


@pytest.fixture(scope="module")
def gallery() -> Gallery:
    return open_gallery(REPOSITORY / "checkpoints" / "demo" / "gallery")


def test_the_global_loss_is_drawn_with_the_similarities_of_the_gallery(gallery: Gallery) -> None:
    vectors = gallery.vectors
    similar = vectors["ecg"][:PATIENTS] @ vectors["cmr"][:PATIENTS].T
    texts = [element.text for element in ElementTree.fromstring(patient_loss(gallery)).iter()]
    written = [
        float(text.replace("−", "-"))
        for text in texts
        if text and text.lstrip("−").replace(".", "").isdigit()
    ]
    assert np.allclose(written, similar.ravel(), atol=0.005)
    assert "synthetic hearts" in texts


def test_the_local_loss_is_drawn_with_frames_and_a_beat(gallery: Gallery) -> None:
    tags = [
        element.tag.split("}")[1]
        for element in ElementTree.fromstring(temporal_loss(gallery)).iter()
    ]
    assert tags.count("image") == 6 and tags.count("polyline") == 1
