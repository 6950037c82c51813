"""Numeric options that make no sense get one sentence that names the option, and status 2."""

from pathlib import Path

import pytest

from ptacl.cli import main
from ptacl.errors import PtaclError
from ptacl.training.config import ContrastiveConfig
from ptacl.training.masked import MaskedConfig


@pytest.mark.parametrize(
    "command",
    [
        "train S O --epochs=0", "train S O --epochs=-3", "train S O --steps=0",
        "train S O --batch-size=0", "train S O --batch-size=1", "train S O --temporal-weight=nan",
        "train S O --temporal-weight=-1", "train S O --temporal-weight=inf", "train S O --seed=-1",
        "train S O --epochs=99999999999",
        "simulate O --subjects=0", "simulate O --subjects=-1", "simulate O --coupling=nan",
        "simulate O --coupling=1.5", "simulate O --seed=-1", "simulate O --workers=0",
        "simulate O --raw=ukb --slices=0",
        "import S O --shard-subjects=0", "import S O --workers=-2",
        "embed S --checkpoint C --out O --limit=0", "evaluate S --checkpoint C --limit=0",
        "compare S O --epochs=0", "compare S O --workers=0", "compare S O --seeds=-1",
    ],
)  # fmt: skip
def test_an_option_outside_its_bounds_is_named(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [str(tmp_path / w) if w in ("S", "O", "C") else w for w in command.split()]
    assert main(words) == 2
    told = capsys.readouterr().err
    option = command.rsplit(" ", 1)[1].split("=")[0]
    assert told.startswith(f"ptacl: {option} "), told
    assert told.count("\n") == 1 and "ive " in told
    assert not list(tmp_path.iterdir()), "nothing was made"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"epochs": 0}, "--epochs is 0"), ({"batch_size": 1}, "--batch-size is 1"),
        ({"learning_rate": 0.0}, "learning_rate is 0"), ({"warmup_share": 1.5}, "warmup_share"),
        ({"temporal_weight": float("nan")}, "--temporal-weight is nan"), ({"frames": 0}, "frames"),
        ({"steps_per_epoch": 0}, "steps_per_epoch"), ({"chunk_size": 0}, "chunk_size"),
    ],
)  # fmt: skip
def test_a_training_that_cannot_be_is_refused_from_python_too(
    values: dict[str, float], said: str
) -> None:
    with pytest.raises(PtaclError, match=said):
        ContrastiveConfig(**values)  # type: ignore[arg-type]


def test_a_masked_stage_may_see_one_subject_at_a_time() -> None:
    assert MaskedConfig(batch_size=1).batch_size == 1
    with pytest.raises(PtaclError, match="mask_ratio"):
        MaskedConfig(mask_ratio=1.0)
