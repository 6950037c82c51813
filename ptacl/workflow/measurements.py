"""The measurements of an evaluation: each opens what it needs and returns its report."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ptacl.checkpoint.files import Checkpoint, load_model
from ptacl.checkpoint.reports import (
    EvaluationReport,
    LabelledReport,
    LeadSetReport,
    ProbabilityReport,
    RobustnessReport,
    TargetReport,
)
from ptacl.data.embed import check_recipe
from ptacl.data.splits import split_rows
from ptacl.display.progress import print_message, progress_bar
from ptacl.encoders.two_tower import TwoTower
from ptacl.errors import PtaclError
from ptacl.evaluation import evaluate as evaluate_model
from ptacl.evaluation.finetuning import fine_tuned
from ptacl.evaluation.labelled import evaluate_labelled
from ptacl.evaluation.lead_sets import evaluate_lead_sets
from ptacl.evaluation.probabilities import evaluate_probabilities
from ptacl.evaluation.report import with_baselines
from ptacl.evaluation.robustness import measure_robustness
from ptacl.evaluation.targets import evaluate_targets
from ptacl.inference.model import Model, load
from ptacl.store import open_store
from ptacl.types import Problem

Loaded = tuple[TwoTower, Checkpoint]


@dataclass(frozen=True, slots=True)
class Measurements:
    """What can be measured of a model."""

    checkpoint: Path
    gallery: Path | None
    """The checkpoint's own by default."""
    limit: int
    """Held-out subjects at most."""
    progress: bool = True
    """Show bars and messages on standard error."""

    def pairs(
        self, store: Path, others: Sequence[Path], *, finetune: bool = False
    ) -> EvaluationReport:
        """Measure retrieval, alignment and phenotypes on held-out pairs."""
        (model, config), models = self._load(others)
        cohort = open_store(store)
        tuned = None
        if finetune:
            check_recipe(cohort, config)
            self._say("Fine-tuning the ECG encoder")
            with progress_bar("step", shown=self.progress) as show:
                tuned = fine_tuned(self.checkpoint, cohort, progress=show)
        return evaluate_model(
            model, config, cohort, others=models, tuned=tuned, limit=self.limit, say=self._say
        )

    def lead_sets(self, store: Path, leads: tuple[str, ...]) -> LeadSetReport:
        """Measure the heads for fewer leads."""
        return evaluate_lead_sets(self._opened(), open_store(store), leads, limit=self.limit)

    def probabilities(self, store: Path, *, fresh: bool = False) -> ProbabilityReport:
        """Measure the probabilities of findings."""
        cohort = open_store(store)
        return evaluate_probabilities(self._opened(), cohort, limit=self.limit, fresh=fresh)

    def targets(
        self, store: Path, others: Sequence[Path], targets: tuple[str, ...]
    ) -> TargetReport:
        """Measure linear probes of targets of the cohort."""
        (model, config), models = self._load(others)
        cohort = open_store(store)
        for each in (config, *(each for _, each in models.values())):
            check_recipe(cohort, each)
        own = {config.name: model, **{name: other for name, (other, _) in models.items()}}
        methods = with_baselines(own, config, cohort)
        report = evaluate_targets(methods, cohort, targets, limit=self.limit, say=self._say)
        return replace(report, model=config.name)

    def robustness(self, store: Path) -> RobustnessReport:
        """Measure what is predicted from corrupted ECGs."""
        cohort = open_store(store)
        rows = split_rows(cohort, "test", self.limit)
        with progress_bar("ECG", shown=self.progress) as show:
            return measure_robustness(self._opened(), cohort, rows, progress=show)

    def labelled_ecgs(self, table: Path) -> tuple[LabelledReport, list[Problem]]:
        """Measure AUROCs on ECGs with diagnoses; also return those that cannot be read."""
        with progress_bar("ECG", shown=self.progress) as show:
            return evaluate_labelled(self._opened(), table, progress=show)

    def _opened(self) -> Model:
        return load(self.checkpoint, self.gallery)

    def _load(self, others: Sequence[Path]) -> tuple[Loaded, dict[str, Loaded]]:
        """Load the model, and others by the names of their folders."""
        model, config = load_model(self.checkpoint)
        models = {path.name: load_model(path) for path in others}
        if len({config.name, *models}) <= len(others):
            raise PtaclError(
                "Two of the checkpoints have the same name. Rename a folder.",
                code="option.conflict",
            )
        return (model, config), models

    def _say(self, message: str) -> None:
        if self.progress:
            print_message(message)
