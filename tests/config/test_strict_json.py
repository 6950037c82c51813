"""Configs come back from JSON as they went, and nothing unknown slips in."""

from dataclasses import dataclass, field
from typing import Literal

import pytest

from ptacl.checkpoint.files import Checkpoint
from ptacl.config.strict_json import fingerprint, from_dict, to_dict
from ptacl.encoders.cmr import VideoMaeConfig
from ptacl.encoders.ecg import EcgViTConfig
from ptacl.encoders.two_tower import TwoTowerConfig
from ptacl.errors import PtaclError
from ptacl.signal.recipe import EcgRecipe, Recipe
from ptacl.training import ContrastiveConfig


@dataclass(frozen=True)
class Inner:
    width: int = 3


@dataclass(frozen=True)
class Outer:
    kind: Literal["a", "b"] = "a"
    rate: float = 0.5
    sizes: tuple[int, ...] = (1, 2)
    inner: Inner = field(default_factory=Inner)
    note: str | None = None


@pytest.mark.parametrize(
    "config",
    [
        Outer(kind="b", rate=2.0, sizes=(4,), inner=Inner(9), note="x"),
        ContrastiveConfig(),
        Recipe(),
        Checkpoint("m", True, TwoTowerConfig(), Recipe()),
    ],
    ids=lambda config: type(config).__name__,
)
def test_a_config_comes_back_as_it_went(config: object) -> None:
    assert from_dict(type(config), to_dict(config)) == config


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"colour": 1}, "unknown key 'colour'"),
        ({"kind": "c"}, "expected one of a, b"),
        ({"rate": "fast"}, "expected a number"),
        ({"rate": True}, "expected a number"),
        ({"sizes": 3}, "expected a list"),
        ({"inner": {"width": 1.5}}, r"Outer\.inner\.width: expected an integer"),
        ({"inner": {"depth": 1}}, r"Outer\.inner: unknown key 'depth'"),
        ({"note": 5}, "expected str"),
    ],
)
def test_a_wrong_value_is_named_by_its_place(values: dict[str, object], message: str) -> None:
    with pytest.raises(PtaclError, match=message):
        from_dict(Outer, values)


def test_one_of_several_dataclasses_is_chosen_by_its_kind() -> None:
    published = TwoTowerConfig(ecg=EcgViTConfig(samples=300), cmr=VideoMaeConfig(frames=10))
    assert from_dict(TwoTowerConfig, to_dict(published)) == published
    assert from_dict(TwoTowerConfig, {"ecg": {"width": 8}}).ecg.kind == "light"  # as first written


@pytest.mark.parametrize(
    ("ecg", "message"),
    [
        ({"kind": "resnet"}, r"TwoTowerConfig\.ecg\.kind: expected one of light, vit"),
        ({"kind": "vit", "width": 8}, r"TwoTowerConfig\.ecg: unknown key 'width'"),
        ({"samples": 300}, r"TwoTowerConfig\.ecg: unknown key 'samples'"),
        (3, r"TwoTowerConfig\.ecg: expected an object"),
    ],
)
def test_a_wrong_key_is_named_among_those_of_its_kind(ecg: object, message: str) -> None:
    with pytest.raises(PtaclError, match=message):
        from_dict(TwoTowerConfig, {"ecg": ecg})


def test_an_integer_is_a_number() -> None:
    assert from_dict(Outer, {"rate": 2}).rate == 2.0


def test_the_fingerprint_changes_with_any_value() -> None:
    assert fingerprint(Recipe()) == fingerprint(Recipe())
    assert fingerprint(Recipe()) != fingerprint(Recipe(ecg=EcgRecipe(highpass_hz=0.6)))
