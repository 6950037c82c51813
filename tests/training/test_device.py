"""Half precision is used where a device multiplies in it by hardware, and nowhere else."""

import pytest
import torch

from ptacl.training import ContrastiveConfig
from ptacl.training.device import precision

CPU = torch.device("cpu")


def product(config: ContrastiveConfig) -> torch.dtype:
    with precision(config, CPU):
        return (torch.ones(2, 2) @ torch.ones(2, 2)).dtype


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [
        ({"amx_bf16": True}, torch.bfloat16),
        ({"amx_bf16": False}, torch.float32),
        ({"architecture": "aarch64"}, torch.float32),
    ],
)
def test_a_cpu_multiplies_in_half_precision_where_it_can(
    monkeypatch: pytest.MonkeyPatch, capabilities: dict[str, object], expected: torch.dtype
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    assert product(ContrastiveConfig()) == expected
    assert product(ContrastiveConfig(precision="float32")) == torch.float32
