"""Evaluation of a model, from Python as from the command line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ptacl.checkpoint.shipped import shipped_or_folder
from ptacl.config.strict_json import to_dict
from ptacl.errors import PtaclError
from ptacl.reporting.evaluation import report_table
from ptacl.reporting.labelled import labelled_table
from ptacl.reporting.lead_sets import lead_set_table
from ptacl.reporting.model_card import record_reports
from ptacl.reporting.probabilities import probability_table
from ptacl.reporting.robustness import robustness_table
from ptacl.reporting.targets import targets_table
from ptacl.store import Store
from ptacl.types import Problem
from ptacl.workflow.number_options import check_numbers

_TABLE_OF: dict[str, Callable[[Any], str]] = {
    "evaluation": report_table,
    "lead_sets": lead_set_table,
    "targets": targets_table,
    "robustness": robustness_table,
    "probabilities": probability_table,
    "labelled_ecgs": labelled_table,
}
"""The table of each report."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The reports of an evaluation."""

    reports: dict[str, Any] = field(default_factory=dict)
    """``evaluation`` (on pairs), ``lead_sets``, ``targets``, ``robustness``, ``probabilities`` or
    ``labelled_ecgs`` → report of `ptacl.checkpoint.reports`."""
    problems: tuple[Problem, ...] = ()
    """ECGs with diagnoses that could not be read."""

    def __str__(self) -> str:
        return "\n\n".join(_TABLE_OF[key](report) for key, report in self.reports.items())

    def to_dict(self) -> dict[str, Any]:
        """Return the reports as JSON values.

        Returns:
            The evaluation on pairs as the whole, others by their key.
        """
        values: dict[str, Any] = {}
        for key, report in self.reports.items():
            values |= to_dict(report) if key == "evaluation" else {key: to_dict(report)}
        return values


def evaluate(
    checkpoint: Path | str,
    store: Store | Path | str | None = None,
    *,
    beside: Sequence[Path | str] = (),
    limit: int = 500,
    finetune: bool = False,
    targets: Sequence[str] = (),
    robustness: bool = False,
    probabilities: bool = False,
    fresh: bool = False,
    ecg_labels: Path | str | None = None,
    gallery: Path | str | None = None,
    leads: Sequence[str] = (),
    record: bool = False,
    withdrawn: Path | str | None = None,
    progress: bool = True,
) -> Evaluated:
    """Evaluate a model on held-out pairs of a store, on ECGs with diagnoses, or both.

    The command is `ptacl evaluate`. On a store: retrieval, alignment and phenotypes, with
    baselines; or one of `targets`, `leads`, `robustness` and `probabilities` instead.

    Args:
        checkpoint: folder of the model, or the name of a shipped one.
        store: an open store or its folder.
        beside: other checkpoints of the same recipe, evaluated in the same run.
        limit: held-out subjects at most.
        finetune: also evaluate its ECG encoder fine-tuned on the phenotypes (minutes).
        targets: ``KEY`` or ``KEY:KIND`` of `targets.json` of the cohort, or of a phenotype.
        robustness: measure what is predicted from corrupted ECGs.
        probabilities: measure the gallery's probabilities of findings.
        fresh: no subject of the store took part in training or calibration.
        ecg_labels: a table as PTB-XL writes it.
        gallery: folder of the gallery; the checkpoint's own by default.
        leads: lead sets whose heads are evaluated: ``II``, ``limb``, ``no-V3`` … or ``all``.
        record: store the reports in the checkpoint's metrics.json and rewrite its card.
        withdrawn: a newer list of withdrawn participants; the store excludes them from now on.
        progress: show bars and messages on standard error.

    Returns:
        The reports; `str` of it is the tables that the command prints.

    Raises:
        PtaclError: nothing to evaluate on, or options that exclude each other.

    Example:
        >>> print(evaluate("models/mine", "cohort"))  # doctest: +SKIP
    """
    check_numbers(limit=limit)
    if store is None and ecg_labels is None:
        raise PtaclError(
            "There is nothing to evaluate on. Give a STORE, --ecg-labels, or both.",
            code="option.missing",
        )
    check_choice(
        store=store is not None, beside=bool(beside), finetune=finetune, leads=bool(leads),
        targets=bool(targets), robustness=robustness, probabilities=probabilities, fresh=fresh,
    )  # fmt: skip
    # Imported here: the options are judged before torch is loaded.
    from ptacl.workflow.measurements import Measurements
    from ptacl.workflow.withdrawals import leave_out

    folder = shipped_or_folder(checkpoint)
    measure = Measurements(folder, None if gallery is None else Path(gallery), limit, progress)
    reports: dict[str, Any] = {}
    problems: list[Problem] = []
    if store is not None:
        source = store.path if isinstance(store, Store) else Path(store)
        leave_out(source, withdrawn)
        others = [Path(other) for other in beside]
        if leads:
            reports["lead_sets"] = measure.lead_sets(source, tuple(leads))
        elif targets:
            reports["targets"] = measure.targets(source, others, tuple(targets))
        elif robustness:
            reports["robustness"] = measure.robustness(source)
        elif probabilities:
            reports["probabilities"] = measure.probabilities(source, fresh=fresh)
        else:
            reports["evaluation"] = measure.pairs(source, others, finetune=finetune)
    if ecg_labels is not None:
        reports["labelled_ecgs"], problems = measure.labelled_ecgs(Path(ecg_labels))
    if record:
        record_reports(folder, **reports)
    return Evaluated(reports, tuple(problems))


def check_choice(
    *,
    store: bool,
    beside: bool,
    finetune: bool,
    leads: bool,
    targets: bool,
    robustness: bool,
    probabilities: bool,
    fresh: bool,
) -> None:
    """Refuse options that exclude each other.

    Args:
        store: whether one is given.
        beside: whether other checkpoints are given.
        finetune: as in `evaluate`.
        leads: whether lead sets are given.
        targets: whether targets are given.
        robustness: as in `evaluate`.
        probabilities: as in `evaluate`.
        fresh: as in `evaluate`.

    Raises:
        PtaclError: two of them exclude each other.
    """
    conflicts = (
        (
            targets and (not store or finetune),
            "--target is evaluated on a STORE, without --finetune.",
        ),
        (
            robustness and (beside or finetune or not store),
            "--robustness measures one model on a STORE, without --beside and --finetune.",
        ),
        (
            sum((leads, targets, robustness, probabilities)) > 1,
            "Give one of --leads, --target, --robustness and --probabilities at a time.",
        ),
        (
            (fresh and not probabilities) or (probabilities and not store),
            "--probabilities is measured on a STORE, and --fresh is for --probabilities alone.",
        ),
    )
    for conflict, message in conflicts:
        if conflict:
            raise PtaclError(message, code="option.conflict")
