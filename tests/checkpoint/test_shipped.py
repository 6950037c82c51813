"""The model that comes with PTACL is opened by its name, from any folder."""

from pathlib import Path

import pytest

import ptacl
from ptacl.checkpoint.shipped import DEMO, shipped_checkpoints, shipped_or_folder
from ptacl.errors import PtaclError


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_name_of_the_demo_is_its_folder() -> None:
    assert shipped_or_folder("demo") == shipped_checkpoints() / DEMO
    assert ptacl.load().info.name == "demo"


def test_a_folder_of_that_name_is_opened_instead(elsewhere: Path) -> None:
    (elsewhere / "demo").mkdir()
    assert shipped_or_folder("demo") == Path("demo")


@pytest.mark.parametrize("name", ["nothing", "a/demo", "../demo", ""])
def test_any_other_name_is_a_folder_that_may_be_absent(name: str) -> None:
    assert shipped_or_folder(name) == Path(name)
    with pytest.raises(PtaclError):
        ptacl.load(name)
