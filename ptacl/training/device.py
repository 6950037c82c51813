"""Precision and compilation, depending on the device."""

from contextlib import AbstractContextManager

import torch
from torch import nn

from ptacl.training.config import StageConfig


def precision(config: StageConfig, device: torch.device) -> AbstractContextManager:
    """Return the autocast context for a config: bfloat16 if requested and supported in hardware."""
    half = config.precision == "bfloat16" and multiplies_bfloat16(device)
    return torch.autocast(device.type, torch.bfloat16, enabled=half)


def multiplies_bfloat16(device: torch.device) -> bool:
    """Return whether a device multiplies bfloat16 matrices in hardware: CUDA, and CPUs with AMX.

    Other CPUs emulate it, which is slower than float32.
    """
    if device.type == "cpu":
        return bool(torch.cpu.get_capabilities().get("amx_bf16", False))
    return device.type == "cuda"


def compile_on_cuda(config: StageConfig, device: torch.device, *modules: nn.Module) -> None:
    """Compile modules in place on CUDA if the config requests it; weight names do not change."""
    if config.compile and device.type == "cuda":
        for module in modules:
            module.compile()
