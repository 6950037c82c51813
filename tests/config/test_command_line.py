"""What a thing keeps of the command that made it."""

from pathlib import Path

import pytest

from ptacl.config.command_line import of_folder, running, typed, with_typed


@pytest.mark.parametrize(
    ("arguments", "kept"),
    [
        (["train", "store", "out", "--epochs", "2"], "ptacl train store OUT --epochs 2"),
        (["train", "/home/anna/store", "out", "--json"], "ptacl train store OUT"),
        (["train", "../../home/anna/store", "out"], "ptacl train home/anna/store OUT"),
        (["train", "~/store", "./out"], "ptacl train store OUT"),
        (["train", r"C:\Users\anna\store", "out/"], "ptacl train store OUT"),
        (["train", "a store", "out", "--resume"], "ptacl train 'a store' OUT"),
        (["import", "x", "out", "--workers", "8", "--withdrawn", "/data/w1.csv", "b.csv"],
         "ptacl import x OUT --withdrawn w1.csv b.csv"),
        (["import", "x", "out", "--workers=8", "--table=/data/t.csv"],
         "ptacl import x OUT --table=t.csv"),
        (["import", "x", "out", "--dask", "tcp://host:8786", "--name", "n"],
         "ptacl import x OUT --name n"),
    ],
)  # fmt: skip
def test_it_is_kept_as_typed_less_folders_and_what_changes_nothing(
    arguments: list[str], kept: str
) -> None:
    with running(arguments):
        assert typed(Path("out")) == kept
    assert typed(Path("out")) == ""


def test_the_same_command_again_is_kept_once_and_another_is_added() -> None:
    with running(["embed", "s", "--out", "g"]):
        once = with_typed((), Path("g"))
        assert with_typed(once, Path("g")) == once == ("ptacl embed s --out OUT",)
    with running(["evaluate", "s", "--record"]):
        assert with_typed(once, Path("g")) == (*once, "ptacl evaluate s --record")
    assert with_typed(once, Path("g")) == once  # Python alone adds nothing


def test_the_folder_gets_its_name_back_where_it_is_told() -> None:
    assert of_folder(("ptacl train s OUT --x OUTER",), "my model") == (
        "ptacl train s 'my model' --x OUTER",
    )
