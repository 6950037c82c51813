"""The whole report of a model on the held-out subjects of a store.

Retrieval, alignment and phenotypes, each with bootstrap intervals and beside the rows that keep
it honest: demographics only, ridge on ECG measurements and on the mean beat, a random encoder,
controls of time.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ptacl.checkpoint.files import Checkpoint
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
from ptacl.regression.covariates import Known, columns_of_table
from ptacl.regression.features import (
    Reader,
    Rows,
    demographics,
    encoder_features,
    fit_store_heads,
    mean_beat_features,
    measured_features,
    once,
    targets,
    told_of_all,
)
from ptacl.store import Store

Say = Callable[[str], None]
Reading = tuple[Reader, Known]
"""Features, and what heads are told of the person beside them."""
TOLD_TITLES: dict[Known, str] = {"sex": "sex known", "body": "sex, age, height and weight known"}


def evaluate(
    model: TwoTower,
    checkpoint: Checkpoint,
    store: Store,
    *,
    rivals: dict[str, tuple[TwoTower, Checkpoint]] | None = None,
    tuned: TwoTower | None = None,
    limit: int | None = 500,
    seed: int = 0,
    say: Say | None = None,
) -> dict[str, Any]:
    """Evaluate a model on the test split of a store.

    Args:
        model: in evaluation mode.
        checkpoint: its config; the store must have been made with its recipe.
        store: the cohort; heads are fitted on its training split and calibrated on validation.
        rivals: other models of the same recipe with their configs, by name, measured beside it.
        tuned: the model fine-tuned (`finetuning.fine_tuned`), read beside it.
        limit: held-out subjects at most (recall depends on how many there are); None for all.
        seed: of the bootstrap, of the random encoder and of the controls.
        say: told what is being done.

    Returns:
        plain JSON values: `subjects`, `beside` (how the rivals were trained), `retrieval`,
        `alignment`, `phenotypes`, `detection`.
    """
    say, rivals = say or (lambda what: None), rivals or {}
    for config in (checkpoint, *(config for _, config in rivals.values())):
        check_recipe(store, config)
    rows = split_rows(store, "test", limit)
    if len(rows) < 2:
        raise PtaclError(
            f"{len(rows)} held-out subject: retrieval tells subjects apart and needs two at least, "
            f"phenotypes need {FEWEST_SUBJECTS}. Give a larger --limit, or a larger store.",
            code="store.too_few_subjects",
        )
    torch.manual_seed(seed)
    random_encoder = TwoTower(checkpoint.model).eval()
    models = {checkpoint.name: model, **{name: rival for name, (rival, _) in rivals.items()}}
    encoders = models | ({f"{checkpoint.name}, fine-tuned": tuned} if tuned else {})
    readers = _readers(encoders | {"random encoder": random_encoder}, store, checkpoint.name)
    return {
        "model": checkpoint.name,
        "store": store.name,
        "synthetic": store.manifest.synthetic or checkpoint.synthetic,
        "subjects": len(rows),
        "beside": {name: config.training for name, (_, config) in rivals.items()},
        **_of_embeddings(models, store, rows, seed, say),
        **_of_phenotypes(readers, store, rows, seed, say),
    }


def _of_embeddings(
    models: dict[str, TwoTower], store: Store, rows: Rows, seed: int, say: Say
) -> dict[str, dict[str, Any]]:
    """What the embeddings of each model find: the own heart, and each moment in it."""
    report: dict[str, dict[str, Any]] = {"retrieval": {}, "alignment": {}}
    for name, model in models.items():
        say(f"{name}: retrieval and alignment")
        embeddings = embed_rows(model, store, rows)
        report["retrieval"][name] = retrieval_report(embeddings, store, rows, seed)
        report["alignment"][name] = alignment_report(model, embeddings, store, rows, seed)
    return report


def _of_phenotypes(
    readers: dict[str, Reading], store: Store, rows: Rows, seed: int, say: Say
) -> dict[str, dict[str, Any]]:
    """What heads read from the features of each reader, all fitted alike."""
    report: dict[str, dict[str, Any]] = {"phenotypes": {}, "detection": {}}
    truth, sex = targets(store, rows), store.table["sex"].iloc[rows].to_numpy(dtype=object)
    for name, (features, known) in readers.items():
        say(f"{name}: phenotypes")
        heads = fit_store_heads(store, features, known=known)
        told = columns_of_table(store.table, known)[rows]
        predicted = heads.predict(np.column_stack([features(rows), told]))
        report["phenotypes"][name] = phenotype_report(
            predicted, heads.keys, truth, groups(store, rows), seed
        )
        by_key = dict(zip(heads.keys, predicted.value.T, strict=True))
        report["detection"][name] = detection_report(by_key, truth, sex, seed)
    return report


def _readers(models: dict[str, TwoTower], store: Store, own: str) -> dict[str, Reading]:
    """Of every model and plain rival; the own model's also by heads that know the person."""
    features = {name: once(encoder_features(entry, store)) for name, entry in models.items()}
    readings: dict[str, Reading] = {name: (reader, "ecg") for name, reader in features.items()}
    readings["ridge on ECG measurements"] = (measured_features(store)(store), "ecg")
    readings["ridge on the mean beat"] = (mean_beat_features(store)(store), "ecg")
    readings["demographics only"] = (lambda rows: demographics(store.table, rows), "ecg")
    for known in reversed(told_of_all(store)):
        readings[f"{own}, {TOLD_TITLES[known]}"] = (features[own], known)
    return readings
