"""A run on disk: what is written after each epoch, and how a killed run goes on."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn

from ptacl.checkpoint.files import Checkpoint, save_checkpoint
from ptacl.checkpoint.reports import Metrics
from ptacl.config.strict_json import from_dict, to_dict
from ptacl.encoders.two_tower import TwoTower, TwoTowerConfig
from ptacl.errors import PtaclError
from ptacl.parallel.lock import only_writer
from ptacl.store import write_atomically
from ptacl.training.config import StageConfig
from ptacl.training.distributed import Ranks
from ptacl.training.seeds import step_seed

Progress = Callable[[int, int, dict[str, float]], None]
"""Told of each step: its number, how many there are, the newest figures."""

Config = TypeVar("Config", bound=StageConfig)


class Run(Generic[Config]):
    """A model in training and its files: weights, optimiser, curve.

    Args:
        out: folder of the checkpoint.
        model: what the checkpoint holds.
        checkpoint: written beside the weights.
        config: of the stage.
        learner: what is optimised, where that is more or less than the model: a masked stage
            learns encoders and decoders, and leaves the decoders in `state/`.
        ranks: the processes that train together; alone by default.
    """

    def __init__(
        self,
        out: Path,
        model: TwoTower,
        checkpoint: Checkpoint,
        config: Config,
        *,
        learner: nn.Module | None = None,
        ranks: Ranks | None = None,
    ) -> None:
        self.ranks = ranks or Ranks()
        self.out = out
        self.model = model
        self.learner = learner or model
        self.checkpoint = checkpoint
        self.config = config
        self.curve: list[dict[str, Any]] = []
        self.optimizer = torch.optim.AdamW(
            weight_groups(self.learner, config.weight_decay),
            lr=config.learning_rate,
            betas=(0.9, 0.98),
        )

    def alone(self) -> AbstractContextManager[None]:
        """Hold the folder against other processes that would train into it."""
        if not self.ranks.first:
            return nullcontext()
        self.out.mkdir(parents=True, exist_ok=True)
        return only_writer(
            self.out,
            f"Another process trains into {self.out} at this moment. Wait until it has ended, or "
            "choose another folder.",
        )

    def resume_or_begin(self, resume: bool) -> int:
        """The epoch to start with. The first rank reads, for the others may see no such disk."""
        saved = self.ranks.share(self._saved_state(resume) if self.ranks.first else None)
        if saved is None:
            return 0
        self.learner.load_state_dict(saved["model"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.curve = json.loads(saved["curve"])
        return len(self.curve)

    def _saved_state(self, resume: bool) -> dict[str, Any] | None:
        """What a started run left, None where there is none; makes the folder."""
        state = self.out / "state" / "last.pt"
        if not state.is_file():
            if (self.out / "config.json").is_file():
                raise PtaclError(
                    f"{self.out} holds a finished checkpoint. Choose another folder.",
                    code="output.exists",
                )
            state.parent.mkdir(parents=True, exist_ok=True)
            return None
        if not resume:
            raise PtaclError(
                f"{self.out} holds a started run. Give --resume to go on with it, or choose "
                "another folder.",
                code="output.exists",
            )
        saved = torch.load(state, weights_only=True, map_location="cpu")
        if not self._has_settings(json.loads(saved["config"])):
            raise PtaclError(
                f"{self.out} holds a run with other settings. Resume with the same ones.",
                code="output.holds_other_run",
            )
        if _with_defaults(json.loads(saved.get("origin", "null"))) != self._origin():
            raise PtaclError(
                f"{self.out} holds a run on another cohort or of another model. Resume it with "
                "the store and the weights it began with, or choose another folder.",
                code="output.holds_other_run",
            )
        return saved

    def _has_settings(self, saved: dict[str, Any]) -> bool:
        try:
            return from_dict(type(self.config), saved) == self.config
        except PtaclError:  # the settings of another stage
            return False

    def _origin(self) -> dict[str, Any]:
        """What a resumed run must share: the weights of one cohort never go on with another.

        The number of subjects may change, for participants withdraw.
        """
        config = to_dict(self.checkpoint)
        data = self.checkpoint.data
        shared = {key: config[key] for key in ("synthetic", "model", "recipe")}
        cohort = {key: data.get(key) for key in ("store", "provenance")}
        start = {"init": self.checkpoint.training.get("init")}
        return json.loads(json.dumps(shared | cohort | start))

    def draw_alone(self, step: int) -> torch.Generator:
        """What a stage that compares nothing across subjects draws from; dropout is seeded too.

        Each rank draws for its own subjects.
        """
        number = step * self.ranks.count + self.ranks.rank
        torch.manual_seed(step_seed(self.config.seed, "dropout", number))
        return torch.Generator().manual_seed(step_seed(self.config.seed, "step", number))

    def descend(self, losses: dict[str, Tensor], share: float) -> dict[str, float]:
        """One step of the optimiser down `losses["loss"]`; all losses as numbers.

        Args:
            losses: means over this rank's subjects.
            share: how much of the whole batch these are.
        """
        self.optimizer.zero_grad(set_to_none=True)
        (share * losses["loss"]).backward()
        self.ranks.sum_gradients(self.learner)
        self.update()
        return {key: float(self.ranks.sum(share * loss.detach())) for key, loss in losses.items()}

    def update(self) -> None:
        """Change the weights by the gradients that they have, clipped."""
        nn.utils.clip_grad_norm_(self.learner.parameters(), self.config.clip_norm)
        self.optimizer.step()

    def finish_epoch(self, figures: dict[str, float]) -> None:
        """Write the curve, the state to resume from, and the checkpoint; the first rank does."""
        self.curve.append(figures)
        if not self.ranks.first:
            return
        lines = "".join(json.dumps(entry) + "\n" for entry in self.curve)
        write_atomically(self.out / "metrics.jsonl", lines)
        save_checkpoint(self.out, self.model, self.checkpoint, Metrics(tuple(self.curve)))
        state = {
            "model": self.learner.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "curve": json.dumps(self.curve),
            "config": json.dumps(to_dict(self.config)),
            "origin": json.dumps(self._origin()),
        }
        temporary = self.out / "state" / ".last.pt.tmp"
        torch.save(state, temporary)
        temporary.replace(self.out / "state" / "last.pt")


def _with_defaults(origin: dict[str, Any] | None) -> dict[str, Any] | None:
    """What an older version saved, with the settings that have been added since."""
    if origin is None:
        return None
    return {"init": None} | origin | {"model": to_dict(from_dict(TwoTowerConfig, origin["model"]))}


def weight_groups(model: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """Matrices decay; biases, norms and temperatures do not."""
    weights = [p for p in model.parameters() if p.requires_grad]
    return [
        {"params": [p for p in weights if p.ndim >= 2], "weight_decay": weight_decay},
        {"params": [p for p in weights if p.ndim < 2], "weight_decay": 0.0},
    ]
