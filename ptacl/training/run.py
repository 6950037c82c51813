"""A run on disk: what is written after each epoch, and how a killed run goes on."""

import json
from pathlib import Path
from typing import Any

import torch

from ptacl.checkpoint import Checkpoint, save_checkpoint
from ptacl.config import from_dict, to_dict
from ptacl.encoders.two_tower import TwoTower
from ptacl.errors import PtaclError
from ptacl.store import write_atomically
from ptacl.training.config import ContrastiveConfig


class Run:
    """A model in training and its files: weights, optimiser, curve."""

    def __init__(
        self,
        out: Path,
        model: TwoTower,
        checkpoint: Checkpoint,
        config: ContrastiveConfig,
        heads: torch.nn.Module | None = None,
    ) -> None:
        self.out = out
        self.model = model
        self.checkpoint = checkpoint
        self.config = config
        self.curve: list[dict[str, Any]] = []
        # Learned with the model and needed to go on, but no part of what is left in the end.
        self.heads = heads or torch.nn.Identity()
        learned = torch.nn.ModuleList([model, self.heads])
        self.optimizer = torch.optim.AdamW(
            weight_groups(learned, config.weight_decay), lr=config.learning_rate, betas=(0.9, 0.98)
        )

    def resume_or_begin(self, resume: bool) -> int:
        """The epoch to start with."""
        state = self.out / "state" / "last.pt"
        if not state.is_file():
            if (self.out / "config.json").is_file():
                raise PtaclError(f"{self.out} holds a finished checkpoint. Choose another folder.")
            state.parent.mkdir(parents=True, exist_ok=True)
            return 0
        if not resume:
            raise PtaclError(
                f"{self.out} holds a started run. Give --resume to go on with it, or choose "
                "another folder."
            )
        saved = torch.load(state, weights_only=True, map_location="cpu")
        if from_dict(ContrastiveConfig, json.loads(saved["config"])) != self.config:
            raise PtaclError(
                f"{self.out} holds a run with other settings. Resume with the same ones."
            )
        if json.loads(saved.get("origin", "null")) != self._origin():
            raise PtaclError(
                f"{self.out} holds a run on another cohort or of another model. Resume it with "
                "the store it began with, or choose another folder."
            )
        self.model.load_state_dict(saved["model"])
        self.heads.load_state_dict(saved.get("heads", {}))
        self.optimizer.load_state_dict(saved["optimizer"])
        self.curve = json.loads(saved["curve"])
        return len(self.curve)

    def _origin(self) -> dict[str, Any]:
        """What a resumed run must share: the weights of one cohort never go on with another.

        The number of subjects may change, for participants withdraw.
        """
        config = to_dict(self.checkpoint)
        data = self.checkpoint.data
        shared = {key: config[key] for key in ("synthetic", "model", "recipe")}
        cohort = {key: data.get(key) for key in ("store", "provenance")}
        return json.loads(json.dumps(shared | cohort))

    def finish_epoch(self, figures: dict[str, float]) -> None:
        """Write the curve, the state to resume from, and the checkpoint."""
        self.curve.append(figures)
        lines = "".join(json.dumps(entry) + "\n" for entry in self.curve)
        write_atomically(self.out / "metrics.jsonl", lines)
        save_checkpoint(self.out, self.model, self.checkpoint, {"curve": self.curve})
        state = {
            "model": self.model.state_dict(),
            "heads": self.heads.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "curve": json.dumps(self.curve),
            "config": json.dumps(to_dict(self.config)),
            "origin": json.dumps(self._origin()),
        }
        temporary = self.out / "state" / ".last.pt.tmp"
        torch.save(state, temporary)
        temporary.replace(self.out / "state" / "last.pt")


def weight_groups(model: torch.nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """Matrices decay; biases, norms and temperatures do not."""
    weights = [p for p in model.parameters() if p.requires_grad]
    return [
        {"params": [p for p in weights if p.ndim >= 2], "weight_decay": weight_decay},
        {"params": [p for p in weights if p.ndim < 2], "weight_decay": 0.0},
    ]
