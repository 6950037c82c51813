"""Evaluation report of a model on the held-out subjects of a store.

Retrieval, alignment and phenotypes, each with bootstrap intervals, next to the baselines:
demographics only, ridge regression on ECG measurements and on the mean beat, a random encoder, and
controls of time.
"""

from collections.abc import Callable

import numpy as np
import torch

from ptacl.checkpoint.files import Checkpoint
from ptacl.checkpoint.reports import EvaluationReport
from ptacl.checkpoint.reports.evaluation import FindingDetection, PhenotypeErrors
from ptacl.data.embed import check_recipe, embed_rows
from ptacl.data.splits import split_rows
from ptacl.encoders.two_tower import TwoTower
from ptacl.errors import PtaclError
from ptacl.evaluation.alignment import alignment_report
from ptacl.evaluation.detection import detection_report
from ptacl.evaluation.phenotypes import phenotype_report
from ptacl.evaluation.retrieval import retrieval_report
from ptacl.evaluation.subgroups import groups
from ptacl.regression import FEWEST_SUBJECTS
from ptacl.regression.baselines import BASELINES
from ptacl.regression.covariates import Known, columns_of_table
from ptacl.regression.features import (
    RowFeatures,
    Rows,
    available_covariates,
    cache_features,
    encoder_features,
    fit_store_heads,
    targets,
)
from ptacl.store import Store

Say = Callable[[str], None]
Probe = tuple[RowFeatures, Known]
"""Features of a method, and the covariates that its heads get as well."""
COVARIATE_TITLES: dict[Known, str] = {
    "sex": "sex known",
    "body": "sex, age, height and weight known",
}


def evaluate(
    model: TwoTower,
    checkpoint: Checkpoint,
    store: Store,
    *,
    others: dict[str, tuple[TwoTower, Checkpoint]] | None = None,
    tuned: TwoTower | None = None,
    limit: int | None = 500,
    seed: int = 0,
    say: Say | None = None,
) -> EvaluationReport:
    """Evaluate a model on the test split of a store.

    Args:
        model: in evaluation mode.
        checkpoint: its config; the store must have been made with its recipe.
        store: the cohort; heads are fitted on its training split and calibrated on validation.
        others: other models of the same recipe with their configs, by name, to evaluate as well.
        tuned: the model fine-tuned (`finetuning.fine_tuned`), to evaluate as well.
        limit: held-out subjects at most (recall depends on their number); None for all.
        seed: of the bootstrap, of the random encoder and of the controls.
        say: called with a message before each step.

    Raises:
        PtaclError: fewer than two held-out subjects, or a store of another recipe.
    """
    say, others = say or (lambda message: None), others or {}
    for config in (checkpoint, *(config for _, config in others.values())):
        check_recipe(store, config)
    rows = split_rows(store, "test", limit)
    if len(rows) < 2:
        raise PtaclError(
            f"{len(rows)} held-out subject: retrieval needs at least two subjects, phenotypes need "
            f"{FEWEST_SUBJECTS}. Give a larger --limit, or a larger store.",
            code="store.too_few_subjects",
        )
    models = {checkpoint.name: model, **{name: other for name, (other, _) in others.items()}}
    encoders = models | ({f"{checkpoint.name}, fine-tuned": tuned} if tuned else {})
    probes = _probes(
        encoders | {"random encoder": _random_encoder(checkpoint, seed)}, store, checkpoint.name
    )
    retrieval, alignment = {}, {}
    for name, encoder in models.items():
        say(f"{name}: retrieval and alignment")
        embeddings = embed_rows(encoder, store, rows)
        retrieval[name] = retrieval_report(embeddings, store, rows, seed)
        alignment[name] = alignment_report(encoder, embeddings, store, rows, seed)
    phenotypes, detection = _evaluate_probes(probes, store, rows, seed, say)
    return EvaluationReport(
        model=checkpoint.name,
        store=store.name,
        synthetic=store.manifest.synthetic or checkpoint.synthetic,
        subjects=len(rows),
        beside={name: config.training for name, (_, config) in others.items()},
        retrieval=retrieval,
        alignment=alignment,
        phenotypes=phenotypes,
        detection=detection,
    )


def with_baselines(
    models: dict[str, TwoTower], checkpoint: Checkpoint, store: Store, seed: int = 0
) -> dict[str, RowFeatures]:
    """Return the features of models, of a random encoder and of the baselines, from ECGs alone.

    Args:
        models: by name, in evaluation mode.
        checkpoint: whose architecture the random encoder has.
        store: the cohort; baselines are fitted on its training split.
        seed: of the random encoder.
    """
    encoders = models | {"random encoder": _random_encoder(checkpoint, seed)}
    probes = _probes(encoders, store, checkpoint.name)
    return {name: features for name, (features, known) in probes.items() if known == "ecg"}


def _random_encoder(checkpoint: Checkpoint, seed: int) -> TwoTower:
    torch.manual_seed(seed)
    return TwoTower(checkpoint.model).eval()


def _evaluate_probes(
    probes: dict[str, Probe], store: Store, rows: Rows, seed: int, say: Say
) -> tuple[dict[str, dict[str, PhenotypeErrors]], dict[str, dict[str, FindingDetection]]]:
    """Fit the same heads on the features of each method and measure their predictions."""
    phenotypes, detection = {}, {}
    truth, sex = targets(store, rows), store.table["sex"].iloc[rows].to_numpy(dtype=object)
    for name, (features, known) in probes.items():
        say(f"{name}: phenotypes")
        heads = fit_store_heads(store, features, known=known)
        covariates = columns_of_table(store.table, known)[rows]
        predicted = heads.predict(np.column_stack([features(rows), covariates]))
        phenotypes[name] = phenotype_report(predicted, heads.keys, truth, groups(store, rows), seed)
        by_key = dict(zip(heads.keys, predicted.value.T, strict=True))
        detection[name] = detection_report(by_key, truth, sex, seed)
    return phenotypes, detection


def _probes(models: dict[str, TwoTower], store: Store, own: str) -> dict[str, Probe]:
    """Return the probes of every model and baseline, and of the own model with covariates."""
    features = {
        name: cache_features(encoder_features(model, store)) for name, model in models.items()
    }
    probes: dict[str, Probe] = {name: (of_model, "ecg") for name, of_model in features.items()}
    demographics, *of_ecgs = BASELINES
    for baseline in (*of_ecgs, demographics):
        probes[baseline.evaluation_name] = (baseline.fit(store)(store), "ecg")
    for known in reversed(available_covariates(store)):
        probes[f"{own}, {COVARIATE_TITLES[known]}"] = (features[own], known)
    return probes
