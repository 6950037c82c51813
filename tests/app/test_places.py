import places
import pytest


@pytest.fixture
def two_galleries(tmp_path, monkeypatch):
    for folder in ("models/mine/gallery", "others/theirs"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "gallery.json").write_text("{}")
    monkeypatch.setattr(places, "SHIPPED", tmp_path / "nothing")
    monkeypatch.setattr("sys.argv", ["main.py"])
    monkeypatch.delenv("PTACL_GALLERIES", raising=False)
    monkeypatch.delenv("PTACL_CHECKPOINTS", raising=False)
    return tmp_path


def test_galleries_are_found_in_the_folders_that_the_environment_names(two_galleries, monkeypatch):
    monkeypatch.setenv("PTACL_CHECKPOINTS", str(two_galleries / "models"))
    monkeypatch.setenv("PTACL_GALLERIES", str(two_galleries / "others"))
    assert set(places.galleries()) == {"mine", "theirs"}


def test_a_gallery_is_found_after_the_two_dashes(two_galleries, monkeypatch):
    monkeypatch.setattr("sys.argv", ["main.py", str(two_galleries / "others" / "theirs")])
    assert places.galleries() == {"theirs": two_galleries / "others" / "theirs"}


def test_without_any_there_is_none(two_galleries):
    assert places.galleries() == {}
