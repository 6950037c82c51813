from dataclasses import replace

from app.text.heart_sentences import contours_note
from ptacl.segmentation.records import QualityFlag
from tests.app.made_cines import inspected


def test_the_note_names_what_drew_the_contours_and_the_doubtful_hearts() -> None:
    good = inspected(chosen=slice(4, 5))
    good = replace(good, flags=())
    doubtful = replace(good, flags=(QualityFlag("holes", "The wall has holes."),))
    text = contours_note({"a": good})
    assert good.segmenter.name in text and good.segmenter.version in text
    assert "Check" not in text
    assert "The wall has holes." in contours_note({"a": doubtful})
    assert "Check those of b:" in contours_note({"a": good, "b": doubtful})
    many = {str(number): doubtful for number in range(6)}
    assert "Check those of 6 hearts" in contours_note(many)


def test_a_segmenter_of_synthetic_scenes_is_named_so() -> None:
    found = inspected(chosen=slice(4, 5))
    trained = replace(found, segmenter=replace(found.segmenter, synthetic=True))
    assert "synthetic scenes" in contours_note({"a": trained})
    real = replace(found, segmenter=replace(found.segmenter, synthetic=False))
    assert "synthetic" not in contours_note({"a": real})
