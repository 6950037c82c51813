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


def test_galleries_of_one_name_are_told_apart(two_galleries, monkeypatch):
    again = two_galleries / "old" / "mine" / "gallery"
    again.mkdir(parents=True)
    (again / "gallery.json").write_text("{}")
    roots = ("models", "old", "models/mine")
    monkeypatch.setenv("PTACL_GALLERIES", ":".join(str(two_galleries / root) for root in roots))
    first = two_galleries / "models" / "mine" / "gallery"
    assert places.galleries() == {"mine": first, "old/mine": again}


@pytest.mark.parametrize("listed", ["others/theirs/withdrawn_2031.csv", "store/W1_20310101.CSV"])
def test_whoever_withdraws_from_a_gallery_or_its_store_changes_its_stamp(two_galleries, listed):
    gallery = two_galleries / "others" / "theirs"
    (two_galleries / "store").mkdir()
    (gallery / "gallery.json").write_text('{"store_path": "../../store"}')
    before = places.stamp(gallery)
    assert places.stamp(gallery) == before
    (two_galleries / listed).write_text("eid\n1\n")
    once = places.stamp(gallery)
    (two_galleries / listed).write_text("eid\n1\n2\n")
    assert len({before, once, places.stamp(gallery)}) == 3


def test_without_any_there_is_none(two_galleries):
    assert places.galleries() == {}
