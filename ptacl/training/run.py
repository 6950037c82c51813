"""State of a training run on disk: saved after each epoch, loaded to resume."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn

from ptacl.checkpoint.files import Checkpoint, save_checkpoint
from ptacl.checkpoint.reports import Metrics, read_metrics
from ptacl.config.atomic_file import replacing
from ptacl.config.checksums import check, resealing
from ptacl.config.strict_json import from_dict, to_dict
from ptacl.encoders.two_tower import TwoTower, TwoTowerConfig
from ptacl.errors import PtaclError
from ptacl.parallel.lock import only_writer
from ptacl.store import write_atomically
from ptacl.training.config import StageConfig
from ptacl.training.distributed import Ranks
from ptacl.training.seeds import step_seed

STATE = "last.pt"
Progress = Callable[[int, int, dict[str, float]], None]
"""Called after each step with (step, total steps, latest metrics)."""

Config = TypeVar("Config", bound=StageConfig)


class Run(Generic[Config]):
    """Model in training and its files: weights, optimiser state, training curve.

    Args:
        out: folder of the checkpoint.
        model: the model that the checkpoint holds.
        checkpoint: saved with the weights.
        config: settings of the stage.
        learner: the module to optimise, if it is not the model: a masked stage trains encoders and
            decoders, and saves the decoders in `state/` only.
        ranks: the processes that train together; one by default.
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
        """Lock the folder against other processes that would train into it."""
        if not self.ranks.first:
            return nullcontext()
        self.out.mkdir(parents=True, exist_ok=True)
        return only_writer(
            self.out,
            f"Another process is training into {self.out}. Wait until it has ended, or choose "
            "another folder.",
        )

    def resume_or_begin(self, resume: bool) -> int:
        """Load the saved state, if any, and return the epoch to start with.

        Only the first rank reads the files, since other machines may not have that disk.
        """
        saved = self.ranks.share(self._saved_state(resume) if self.ranks.first else None)
        if saved is None:
            return 0
        self.learner.load_state_dict(saved["model"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.curve = json.loads(saved["curve"])
        if self.ranks.first and self._checkpoint_is_behind():
            self._save_checkpoint()
        return len(self.curve)

    def _checkpoint_is_behind(self) -> bool:
        """Return whether a kill came between the state of an epoch and its checkpoint."""
        complete = (self.out / "config.json").is_file()
        return not complete or len(read_metrics(self.out).curve) < len(self.curve)

    def _saved_state(self, resume: bool) -> dict[str, Any] | None:
        """Load the state of a started run; if there is none, make the folder and return None."""
        state = self.out / "state" / STATE
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
                f"{self.out} holds a started run. Give --resume to continue it, or choose "
                "another folder.",
                code="output.exists",
            )
        do = "Copy it again, or train again in another folder."
        check(state.parent, [STATE], do=do, code="checkpoint.damaged", every_byte=True)
        saved = torch.load(state, weights_only=True, map_location="cpu")
        if not self._has_settings(json.loads(saved["config"])):
            raise PtaclError(
                f"{self.out} holds a run with other settings. Resume with the same ones.",
                code="output.holds_other_run",
            )
        origin = self._origin()
        if _with_defaults(json.loads(saved.get("origin", "null")), origin["stage"]) != origin:
            raise PtaclError(
                f"{self.out} holds a run on another cohort or of another model or stage. Resume it "
                "with the stage, the store and the weights it started with, or choose another "
                "folder.",
                code="output.holds_other_run",
            )
        return saved

    def _has_settings(self, saved: dict[str, Any]) -> bool:
        try:
            return from_dict(type(self.config), saved) == self.config
        except PtaclError:  # the settings of another stage
            return False

    def _origin(self) -> dict[str, Any]:
        """Return what a resumed run must share: stage, model, recipe, cohort, initial weights.

        The number of subjects may differ, since participants may withdraw.
        """
        config = to_dict(self.checkpoint)
        data = self.checkpoint.data
        shared = {key: config[key] for key in ("synthetic", "model", "recipe")}
        cohort = {key: data.get(key) for key in ("store", "provenance")}
        start = {key: self.checkpoint.training.get(key) for key in ("stage", "init")}
        return json.loads(json.dumps(shared | cohort | start))

    def draw_alone(self, step: int) -> torch.Generator:
        """Seed dropout and return the generator of a step, for losses without cross-subject terms.

        Each rank draws for its own subjects.
        """
        number = step * self.ranks.count + self.ranks.rank
        torch.manual_seed(step_seed(self.config.seed, "dropout", number))
        return torch.Generator().manual_seed(step_seed(self.config.seed, "step", number))

    def descend(self, losses: dict[str, Tensor], share: float) -> dict[str, float]:
        """Take one optimiser step on `losses["loss"]` and return all losses as numbers.

        Args:
            losses: means over the subjects of this rank.
            share: share of these subjects in the whole batch.
        """
        self.optimizer.zero_grad(set_to_none=True)
        (share * losses["loss"]).backward()
        self.ranks.sum_gradients(self.learner)
        self.update()
        return {key: float(self.ranks.sum(share * loss.detach())) for key, loss in losses.items()}

    def update(self) -> None:
        """Clip the gradients and update the weights."""
        nn.utils.clip_grad_norm_(self.learner.parameters(), self.config.clip_norm)
        self.optimizer.step()

    def finish_epoch(self, figures: dict[str, float]) -> None:
        """Save the training curve, the state to resume from, and the checkpoint (first rank)."""
        self.curve.append(figures)
        if not self.ranks.first:
            return
        self._save_state()  # first: a kill in between leaves a run to resume, not a finished one
        self._save_checkpoint()

    def _save_checkpoint(self) -> None:
        lines = "".join(json.dumps(entry) + "\n" for entry in self.curve)
        with resealing(self.out, ["metrics.jsonl"]):
            write_atomically(self.out / "metrics.jsonl", lines)
        save_checkpoint(self.out, self.model, self.checkpoint, Metrics(tuple(self.curve)))

    def _save_state(self) -> None:
        state = {
            "model": self.learner.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "curve": json.dumps(self.curve),
            "config": json.dumps(to_dict(self.config)),
            "origin": json.dumps(self._origin()),
        }
        folder = self.out / "state"
        with (
            resealing(folder, [STATE], begin=True),
            replacing(folder / STATE) as temporary,
            temporary.open("wb") as file,
        ):
            try:
                torch.save(state, file)
            except RuntimeError:
                # Its writer hides what the disk said: ask again.
                file.write(bytes(2**20))
                file.flush()
                raise


def _with_defaults(origin: dict[str, Any] | None, stage: str | None) -> dict[str, Any] | None:
    """Add the settings that newer versions have to the origin that an older version saved.

    Args:
        origin: as saved.
        stage: of the run that resumes it; older versions did not save theirs.
    """
    if origin is None:
        return None
    model = {"model": to_dict(from_dict(TwoTowerConfig, origin["model"]))}
    return {"init": None, "stage": stage} | origin | model


def weight_groups(model: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """Group the weights for AdamW: decay for matrices, none for biases, norms and temperatures."""
    weights = [p for p in model.parameters() if p.requires_grad]
    return [
        {"params": [p for p in weights if p.ndim >= 2], "weight_decay": weight_decay},
        {"params": [p for p in weights if p.ndim < 2], "weight_decay": 0.0},
    ]
