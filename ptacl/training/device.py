"""Where training runs, and what is done there and not on a CPU."""

from contextlib import AbstractContextManager

import torch
from torch import nn

from ptacl.training.config import StageConfig


def precision(config: StageConfig, device: torch.device) -> AbstractContextManager:
    """Matrix products in the config's precision on CUDA, in float32 on a CPU."""
    half = config.precision == "bfloat16" and device.type == "cuda"
    return torch.autocast(device.type, torch.bfloat16, enabled=half)


def compile_on_cuda(config: StageConfig, device: torch.device, *modules: nn.Module) -> None:
    """Compile modules in place where the config asks for it; their weights keep their names."""
    if config.compile and device.type == "cuda":
        for module in modules:
            module.compile()
