"""Command that evaluates a model."""

import json
import sys
from pathlib import Path

from tyro.conf import Positional, UseAppendAction

from ptacl.cli.output import AsJson
from ptacl.workflow.number_options import check_numbers


def evaluate(
    checkpoint: Path,
    store: Positional[Path | None] = None,
    beside: tuple[Path, ...] = (),
    limit: int = 500,
    finetune: bool = False,
    target: UseAppendAction[tuple[str, ...]] = (),
    robustness: bool = False,
    probabilities: bool = False,
    fresh: bool = False,
    ecg_labels: Path | None = None,
    gallery: Path | None = None,
    leads: tuple[str, ...] = (),
    record: bool = False,
    withdrawn: Path | None = None,
    json_: AsJson = False,
) -> int:
    """Evaluate a model on held-out pairs of a store, on ECGs with diagnoses, or both.

    On a store: retrieval, alignment and phenotypes, with baselines; with --target any target of the
    cohort instead, by linear probes (R², AUROC, C-index). On ECGs with diagnoses: AUROCs of
    predicted LV mass and ejection fraction, and of voltage criteria and QRS duration; an ECG that
    cannot be read is reported and left out, and the exit status is then 3.

    Args:
        checkpoint: folder of the model.
        store: folder of the store.
        beside: other checkpoints of the same recipe, evaluated in the same run.
        limit: held-out subjects at most (recall depends on their number).
        finetune: also evaluate its ECG encoder fine-tuned on the phenotypes (minutes).
        target: KEY or KEY:KIND of targets.json of the cohort, or a phenotype; may be repeated. Only
            these are evaluated then. Kinds: continuous, binary, event.
        robustness: measure on the store, instead of the above, what is predicted from ECGs with
            noise, lost leads, swapped electrodes and eleven other corruptions, each at three
            strengths; about 8 s a subject on one core.
        probabilities: measure on the store, instead of the above, the gallery's probabilities of
            findings with their operating points, and the coverage of its intervals by the measured
            value.
        fresh: no subject of the store took part in training or calibration: with --probabilities,
            all are measured, not the test split alone.
        ecg_labels: a table as PTB-XL writes it: file (relative to the table), scp_codes, and age
            (years) and sex (0 male, 1 female) where known.
        gallery: folder of the gallery with the heads for those ECGs, for --leads, --robustness and
            --probabilities; `CHECKPOINT/gallery` by default.
        leads: instead, evaluate the gallery's heads for these lead sets on the store, each beside
            that of 12 leads: II, I, limb, II-V1-V5, no-V3 …, or all.
        record: store the report in the checkpoint's metrics.json and rewrite its card.
        withdrawn: a newer list of withdrawn participants; the store leaves them out from now on.
        json_: print the whole report as JSON instead of a table.
    """
    check_numbers(limit=limit)
    from ptacl.workflow.evaluate import evaluate as evaluate_model

    evaluated = evaluate_model(
        checkpoint, store, beside=beside, limit=limit, finetune=finetune, targets=target,
        robustness=robustness, probabilities=probabilities, fresh=fresh, ecg_labels=ecg_labels,
        gallery=gallery, leads=leads, record=record, withdrawn=withdrawn,
    )  # fmt: skip
    print(json.dumps(evaluated.to_dict(), indent=1) if json_ else evaluated)
    for problem in evaluated.problems:
        print(f"{problem.subject_id}: {problem.reason}", file=sys.stderr)
    return 3 if evaluated.problems else 0
