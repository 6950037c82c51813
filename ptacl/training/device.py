"""Where training runs, and what is done there and not elsewhere."""

from contextlib import AbstractContextManager

import torch
from torch import nn

from ptacl.training.config import StageConfig


def precision(config: StageConfig, device: torch.device) -> AbstractContextManager:
    """Matrix products in the config's precision where the device has it, else in float32."""
    half = config.precision == "bfloat16" and multiplies_bfloat16(device)
    return torch.autocast(device.type, torch.bfloat16, enabled=half)


def multiplies_bfloat16(device: torch.device) -> bool:
    """Whether a device multiplies matrices of bfloat16 by hardware: CUDA, and CPUs with AMX.

    Other CPUs emulate it, which takes longer than float32.
    """
    if device.type == "cpu":
        return bool(torch.cpu.get_capabilities().get("amx_bf16", False))
    return device.type == "cuda"


def compile_on_cuda(config: StageConfig, device: torch.device, *modules: nn.Module) -> None:
    """Compile modules in place where the config asks for it; their weights keep their names."""
    if config.compile and device.type == "cuda":
        for module in modules:
            module.compile()
