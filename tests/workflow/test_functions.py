"""The functions of Python give what the commands give, and refuse what they refuse."""

import json
from pathlib import Path

import pytest

import ptacl
from ptacl.checkpoint.files import weights_fingerprint
from ptacl.cli import main
from ptacl.data.simulated import SimulatedHearts
from ptacl.errors import PtaclError

DURATIONS = ("seconds", "waited_for_data")


def printed(capsys: pytest.CaptureFixture[str], *command: str | Path) -> dict:
    """What a command prints as JSON."""
    capsys.readouterr()
    assert main([*map(str, command), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_train_gives_the_weights_and_figures_of_the_command(tiny_store, tmp_path, capsys) -> None:
    steps = {"steps": 2, "batch_size": 16, "seed": 3}
    options = [f"--{key.replace('_', '-')}={value}" for key, value in steps.items()]
    figures = printed(capsys, "train", tiny_store.path, tmp_path / "a", *options)
    trained = ptacl.train(tiny_store, tmp_path / "b", **steps, progress=False)
    assert capsys.readouterr().err == ""
    measured = {key: value for key, value in trained.metrics.items() if key not in DURATIONS}
    assert "recall_at_1" in measured and measured.items() <= figures.items()
    assert weights_fingerprint(trained.checkpoint) == weights_fingerprint(tmp_path / "a")


def test_embed_makes_the_gallery_of_the_command(tiny_store, tiny_checkpoint, monkeypatch) -> None:
    made: list[tuple] = []
    gallery = ptacl.open_gallery(tiny_checkpoint / "gallery")

    def build_gallery(cohort, checkpoint, out, *, rows, with_signals, say) -> ptacl.Gallery:
        made.append((cohort.path, checkpoint, out, rows.tolist(), with_signals))
        return gallery

    monkeypatch.setattr("ptacl.workflow.embed.build_gallery", build_gallery)
    out = tiny_checkpoint / "other"
    options = ["--checkpoint", tiny_checkpoint, "--out", out, "--split", "test", "--limit", "9"]
    assert main(["embed", str(tiny_store.path), *map(str, options)]) == 0
    ptacl.embed(tiny_store, tiny_checkpoint, out, split="test", limit=9)
    assert made[0] == made[1] and len(made[0][3]) == 9
    ptacl.embed(tiny_store.path, tiny_checkpoint)
    assert made[2][2] == tiny_checkpoint / "gallery"


@pytest.mark.long
def test_evaluate_gives_the_report_of_the_command(tiny_store, tiny_checkpoint, capsys) -> None:
    command = ["evaluate", tiny_store.path, "--checkpoint", tiny_checkpoint, "--target", "lvef_pct"]
    report = printed(capsys, *command)
    evaluated = ptacl.evaluate(tiny_checkpoint, tiny_store, targets=["lvef_pct"], progress=False)
    assert evaluated.to_dict() == report
    assert main(list(map(str, command))) == 0
    assert capsys.readouterr().out.strip() == str(evaluated).strip()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"batch_size": 1}, "option.invalid"),
        ({"epochs": 0}, "option.invalid"),
        ({"policy": (2, 11.0)}, "option.invalid"),
        ({"simulated": SimulatedHearts(100)}, "option.invalid"),
    ],
)
def test_train_refuses_impossible_options(tiny_store, tmp_path, options, code) -> None:
    with pytest.raises(PtaclError) as refused:
        ptacl.train(tiny_store, tmp_path / "a", **options)
    assert refused.value.code == code


def test_there_must_be_something_to_train_and_to_evaluate_on(tmp_path) -> None:
    for attempt in (
        lambda: ptacl.train(None, tmp_path / "a"),
        lambda: ptacl.evaluate("demo"),
    ):
        with pytest.raises(PtaclError) as refused:
            attempt()
        assert refused.value.code == "option.missing"
