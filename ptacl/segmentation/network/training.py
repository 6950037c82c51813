"""Training of one network of a segmenter on random scenes.

Every step draws new scenes from a generator that is seeded by the step, so that a resumed training
goes on exactly as if it had not been interrupted.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import safetensors
import safetensors.torch
import torch
import torch.nn.functional as F
from jaxtyping import Float, UInt8
from torch import Tensor

from ptacl.config.atomic_file import replacing
from ptacl.errors import PtaclError
from ptacl.segmentation.network.config import SegmenterTraining
from ptacl.segmentation.network.unet import CLASSES, SegmentationNetwork
from ptacl.segmentation.scenes.batch import SceneBatch, draw_scenes

SAVE_EVERY = 250
"""Steps between two saved states."""
_NETWORK_STRIDE, _STEP_STRIDE = 1_000_003, 7_919
Report = Callable[[int, float], None]
"""Receives the steps that are done and the loss of the last one."""


def segmentation_loss(
    logits: Float[Tensor, "batch classes rows columns"], labels: UInt8[Tensor, "batch rows columns"]
) -> Float[Tensor, ""]:
    """Return cross entropy plus one minus the mean soft Dice over the structures.

    Dice is computed over the whole batch, since many windows lack a structure (Milletari et al.,
    3DV 2016).
    """
    target = labels.long()
    entropy = F.cross_entropy(logits, target)
    shares = logits.softmax(1)[:, 1:]
    truth = F.one_hot(target, CLASSES).movedim(-1, 1)[:, 1:].to(shares.dtype)
    both = (shares * truth).sum((0, 2, 3))
    dice = (2 * both + 1) / (shares.sum((0, 2, 3)) + truth.sum((0, 2, 3)) + 1)
    return entropy + 1 - dice.mean()


def train_network(
    config: SegmenterTraining,
    index: int,
    state: Path,
    report: Report,
    *,
    resume: bool = False,
    initial: SegmentationNetwork | None = None,
) -> tuple[SegmentationNetwork, float]:
    """Train one network of the ensemble.

    Args:
        config: of the training.
        index: of the network in the ensemble.
        state: file of the saved state, written every `SAVE_EVERY` steps.
        report: called after every step.
        resume: start from the saved state if there is one.
        initial: network whose weights a new training starts from; random ones by default.

    Returns:
        The network in evaluation mode, and its mean loss over the last hundred steps.
    """
    torch.manual_seed(config.seed * 1000 + index)
    network = SegmentationNetwork(config.network)
    if initial is not None:
        network.load_state_dict(initial.state_dict())
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=config.weight_decay)
    done = _restore(network, optimizer, state) if resume and state.is_file() else 0
    network.train()
    losses: list[float] = []
    for step in range(done, config.steps):
        losses.append(_train_step(config, network, optimizer, index, step))
        report(step + 1, losses[-1])
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == config.steps:
            _save(network, optimizer, state, step + 1)
    recent = losses[-100:]
    return network.eval(), sum(recent) / max(1, len(recent))


def _train_step(
    config: SegmenterTraining,
    network: SegmentationNetwork,
    optimizer: torch.optim.Optimizer,
    index: int,
    step: int,
) -> float:
    batch = scenes_of_step(config, index, step)
    for group in optimizer.param_groups:
        group["lr"] = _learning_rate(config, step)
    with half_precision():
        logits = network(batch.images)
    loss = segmentation_loss(logits.float(), batch.labels)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), config.clip_norm)
    optimizer.step()
    return float(loss.detach())


def scenes_of_step(config: SegmenterTraining, index: int, step: int) -> SceneBatch:
    """Draw the scenes of one step of one network."""
    seed = config.seed + _NETWORK_STRIDE * (index + 1) + _STEP_STRIDE * step
    generator = torch.Generator().manual_seed(seed)
    return draw_scenes(generator, config.scenes_per_step, config.scenes)


def half_precision() -> AbstractContextManager:
    """Return an autocast context: bfloat16 where the CPU computes with it, else float32."""
    capabilities = torch.cpu.get_capabilities()
    fast = any(capabilities.get(name, False) for name in ("amx_bf16", "avx512_bf16"))
    return torch.autocast("cpu", torch.bfloat16, enabled=fast)


def _learning_rate(config: SegmenterTraining, step: int) -> float:
    """Return the learning rate of a step: linear warm-up, then a cosine to zero."""
    if step < config.warmup_steps:
        return config.learning_rate * (step + 1) / config.warmup_steps
    share = (step - config.warmup_steps) / max(1, config.steps - config.warmup_steps)
    return config.learning_rate * 0.5 * (1 + math.cos(math.pi * share))


def _moments(
    network: SegmentationNetwork, optimizer: torch.optim.Optimizer
) -> Iterator[tuple[str, Tensor, dict[str, Tensor]]]:
    for name, weight in network.named_parameters():
        yield name, weight, optimizer.state[weight]


def _save(
    network: SegmentationNetwork, optimizer: torch.optim.Optimizer, path: Path, step: int
) -> None:
    """Write weights and moments of the optimiser as safetensors: nothing pickled."""
    tensors = {f"weight/{name}": value for name, value in network.state_dict().items()}
    for name, _, moments in _moments(network, optimizer):
        tensors |= {f"{key}/{name}": value for key, value in moments.items()}
    content = {key: value.detach().contiguous() for key, value in tensors.items()}
    with replacing(path) as temporary:
        temporary.write_bytes(safetensors.torch.save(content, {"step": str(step)}))


def _restore(network: SegmentationNetwork, optimizer: torch.optim.Optimizer, path: Path) -> int:
    """Load a saved state and return its number of steps."""
    try:
        with safetensors.safe_open(path, "pt") as file:
            step = int(file.metadata()["step"])
        tensors = safetensors.torch.load_file(path)
        network.load_state_dict({name: tensors[f"weight/{name}"] for name in network.state_dict()})
        for name, weight in network.named_parameters():
            keys = ("step", "exp_avg", "exp_avg_sq")
            optimizer.state[weight] = {key: tensors[f"{key}/{name}"] for key in keys}
    except (OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise PtaclError(
            f"{path} is no state of this training ({error}). Train again without --resume.",
            code="record.damaged",
        ) from error
    return step
