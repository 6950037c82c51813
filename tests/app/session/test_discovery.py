import pytest

from app.session import discovery


@pytest.fixture
def two_galleries(tmp_path, monkeypatch):
    for folder in ("models/mine/gallery", "others/theirs"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "gallery.json").write_text("{}")
    monkeypatch.setattr(discovery, "SHIPPED", tmp_path / "nothing")
    monkeypatch.setattr("sys.argv", ["main.py"])
    monkeypatch.delenv("PTACL_GALLERIES", raising=False)
    monkeypatch.delenv("PTACL_CHECKPOINTS", raising=False)
    return tmp_path


def test_galleries_are_found_in_the_folders_that_the_environment_names(two_galleries, monkeypatch):
    monkeypatch.setenv("PTACL_CHECKPOINTS", str(two_galleries / "models"))
    monkeypatch.setenv("PTACL_GALLERIES", str(two_galleries / "others"))
    assert set(discovery.galleries()) == {"mine", "theirs"}


def test_a_gallery_is_found_after_the_two_dashes(two_galleries, monkeypatch):
    monkeypatch.setattr("sys.argv", ["main.py", str(two_galleries / "others" / "theirs")])
    assert discovery.galleries() == {"theirs": two_galleries / "others" / "theirs"}


def test_galleries_of_one_name_are_told_apart(two_galleries, monkeypatch):
    again = two_galleries / "old" / "mine" / "gallery"
    again.mkdir(parents=True)
    (again / "gallery.json").write_text("{}")
    roots = ("models", "old", "models/mine")
    monkeypatch.setenv("PTACL_GALLERIES", ":".join(str(two_galleries / root) for root in roots))
    first = two_galleries / "models" / "mine" / "gallery"
    assert discovery.galleries() == {"mine": first, "old/mine": again}


@pytest.mark.parametrize("listed", ["others/theirs/withdrawn_2031.csv", "store/W1_20310101.CSV"])
def test_whoever_withdraws_from_a_gallery_or_its_store_changes_its_stamp(two_galleries, listed):
    gallery = two_galleries / "others" / "theirs"
    (two_galleries / "store").mkdir()
    (gallery / "gallery.json").write_text('{"store_path": "../../store"}')
    before = discovery.stamp(gallery)
    assert discovery.stamp(gallery) == before
    (two_galleries / listed).write_text("eid\n1\n")
    once = discovery.stamp(gallery)
    (two_galleries / listed).write_text("eid\n1\n2\n")
    assert len({before, once, discovery.stamp(gallery)}) == 3


def test_without_any_there_is_none(two_galleries):
    assert discovery.galleries() == {}


@pytest.mark.parametrize("way", ["argument", "PTACL_GALLERIES"])
def test_a_folder_without_a_gallery_is_told_with_the_missing_command(
    two_galleries, monkeypatch, way
):
    def told(folder):
        if way == "argument":
            monkeypatch.setattr("sys.argv", ["main.py", str(folder)])
        else:
            monkeypatch.setenv("PTACL_GALLERIES", str(folder))
        return discovery.folder_problems()

    made = two_galleries / "made"
    made.mkdir()
    assert told(two_galleries / "others") == [] == told(two_galleries / "others" / "theirs")
    (empty,) = told(made)
    assert f"`ptacl embed STORE --checkpoint CHECKPOINT --out {made / 'gallery'}`" in empty
    (made / "config.json").write_text("{}")
    (checkpoint,) = told(made)
    assert "is a checkpoint that has no gallery yet" in checkpoint
    assert f"ptacl embed STORE --checkpoint {made} --out {made / 'gallery'}" in checkpoint
    (made / "plan.json").write_text("{}")
    (store,) = told(made)
    assert "is a store" in store and f"ptacl embed {made} --checkpoint CHECKPOINT" in store
    (misspelt,) = told(two_galleries / "otters")
    assert "is no folder" in misspelt
    assert f"Did you mean `{two_galleries / 'others'}`?" in misspelt
    (file,) = told(made / "plan.json")
    assert "is a file" in file


def test_nobody_named_a_folder_then_nothing_is_told(two_galleries):
    assert discovery.folder_problems() == []


@pytest.mark.parametrize("name", ["withdrawals.txt", "w98765_20310101", "exclude_ids.lst"])
def test_a_list_of_any_name_changes_the_stamp(two_galleries, name):
    gallery = two_galleries / "others" / "theirs"
    before = discovery.stamp(gallery)
    (gallery / name).write_text("1\n")
    assert discovery.stamp(gallery) != before
