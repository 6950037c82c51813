"""A gallery without its signals opens at once; hearts are there when they are asked for."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from ptacl.config.checksums import read_sums
from ptacl.gallery import format as layout
from ptacl.gallery.examples import ship_hearts
from ptacl.gallery.gallery import Gallery, open_gallery
from ptacl.gallery.signals import rebuild
from ptacl.gallery.signals.gradual import GradualSignals
from ptacl.gallery.signals.shipped import read_shipped
from ptacl.gallery.signals.stored import read_signals
from ptacl.workflow.verify import verify_folder


@pytest.fixture
def left_out(tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tiny gallery without its signals, and an empty cache."""
    monkeypatch.setenv("PTACL_CACHE", str(tmp_path / "cache"))
    folder = Path(shutil.copytree(tiny_checkpoint, tmp_path / "model"))
    shutil.rmtree(folder / "gallery" / layout.SIGNALS)
    return folder / "gallery"


@pytest.fixture
def stored(tiny_checkpoint: Path) -> Gallery:
    return open_gallery(tiny_checkpoint / "gallery")


def never(*args: object) -> None:
    raise AssertionError("simulated")


def test_a_heart_that_is_asked_for_is_simulated_as_it_was_stored(
    left_out: Path, stored: Gallery
) -> None:
    gallery, subject = open_gallery(left_out), str(stored.table.index[7])
    assert not gallery.complete and stored.complete
    np.testing.assert_array_equal(gallery.ecg(subject).signal_mv, stored.ecg(subject).signal_mv)
    np.testing.assert_array_equal(gallery.cine(subject).frames, stored.cine(subject).frames)
    np.testing.assert_allclose(gallery.similarity(subject), stored.similarity(subject), atol=0.01)
    stills = gallery.stills([subject])
    np.testing.assert_array_equal(stills, stored.stills([subject]))
    assert gallery.stills([]).shape == (0, *stills.shape[1:])


def test_examples_and_their_neighbours_need_no_simulation(
    left_out: Path, stored: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ship_hearts(open_gallery(left_out)) <= 16
    assert layout.SHIPPED in read_sums(left_out) and not verify_folder(left_out).damage
    monkeypatch.setattr(GradualSignals, "_simulated", never)
    gallery = open_gallery(left_out)
    subject = gallery.examples[0].subject_id
    near = gallery.search(gallery.vectors["ecg"][gallery.row(subject)], 6, exclude=subject)
    for each in (subject, *(neighbour.subject_id for neighbour in near)):
        np.testing.assert_array_equal(gallery.cine(each).frames, stored.cine(each).frames)
    np.testing.assert_allclose(gallery.similarity(subject), stored.similarity(subject), atol=0.01)


def test_hearts_shipped_with_another_gallery_are_not_used(left_out: Path) -> None:
    gallery = open_gallery(left_out)
    ship_hearts(gallery)
    ids = gallery.table.index
    made_from = rebuild.cached_folder(gallery.manifest, gallery.table).name
    assert len(read_shipped(left_out, made_from, ids)) > 1
    assert read_shipped(left_out, "another", ids) == {}


def test_an_interrupted_rebuild_goes_on_with_the_chunks_that_are_there(
    left_out: Path, stored: Gallery, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(rebuild, "RENDER_CHUNK", 4)
    table, folder = stored.table.iloc[:12], tmp_path / "rebuilt"
    parts = left_out, stored.manifest, table, folder
    shares: list[float] = []

    def stop(share: float, what: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild.rebuild_signals(*parts, stop, workers=1)
    rebuild.rebuild_signals(*parts, lambda share, what: shares.append(share), workers=1)
    assert len([share for share in shares if share < 0.85]) == 2  # of three chunks
    made = read_signals(folder, left_out, 12)
    subject = str(table.index[-1])
    np.testing.assert_array_equal(made.heart(11).cine, stored.cine(subject).frames)
    assert not folder.with_name("rebuilt.part").exists()


def test_what_another_process_rebuilt_meanwhile_is_not_rebuilt_again(
    left_out: Path, stored: Gallery, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(rebuild, "render_subjects", never)
    (folder := tmp_path / "rebuilt").mkdir()
    rebuild.rebuild_signals(left_out, stored.manifest, stored.table, folder, never)
    assert list(folder.iterdir()) == []
