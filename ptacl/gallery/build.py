"""Build a gallery: embed a store's subjects, fit the heads, make the map (needs torch)."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd

import ptacl
from ptacl.checkpoint.files import Checkpoint, load_model, weights_fingerprint
from ptacl.config.command_line import of_folder, with_typed
from ptacl.config.strict_json import to_dict
from ptacl.data.embed import check_recipe, embed_rows
from ptacl.data.splits import split_of
from ptacl.encoders.two_tower import TwoTower
from ptacl.gallery import format as layout
from ptacl.gallery import index
from ptacl.gallery.conditional_heads import save_heads
from ptacl.gallery.examples import choose_examples
from ptacl.gallery.fit_probabilities import fit_probabilities
from ptacl.gallery.fitting import (
    FAMILIAR_SHARE,
    familiar_distances,
    fit_gallery_heads,
    fit_lead_sets,
    knows_absent_leads,
)
from ptacl.gallery.gallery import Gallery, open_gallery
from ptacl.gallery.interval_widening import write_widening
from ptacl.gallery.known_cines import lacks_known_cines, write_known_cines
from ptacl.gallery.lead_set_heads import remove_lead_sets, save_lead_sets
from ptacl.gallery.predict import familiarity_distances
from ptacl.gallery.probabilities import (
    ProbabilitiesByKnown,
    ProbabilityHeads,
    remove_probabilities,
    save_probabilities,
    with_range,
)
from ptacl.gallery.projection import fit_map
from ptacl.gallery.signals import Signals, write_signals
from ptacl.measurements import MEASUREMENTS
from ptacl.metrics.alignment import errors_in_frames, similarity
from ptacl.metrics.finding_figures import PROBABILITY
from ptacl.metrics.retrieval import match_ranks
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.regression import Heads
from ptacl.regression.calibration_plan import CalibrationPlan, plan_calibration
from ptacl.regression.features import (
    RowFeatures,
    cache_features,
    ecg_features,
    encoder_features,
    measurements,
    median_measurements,
)
from ptacl.regression.target_columns import target_columns
from ptacl.signal.delineation.intervals import measure
from ptacl.signal.delineation.measurements import MEASUREMENTS as READ_MEASUREMENTS
from ptacl.signal.delineation.measurements import impute
from ptacl.signal.lead_sets import ALL_LEADS
from ptacl.store import Store, write_atomically
from ptacl.store.format import quantise
from ptacl.types import Embeddings

FAMILIAR_SUBJECTS = 2000
SIGNALS_CHUNK = 64
Say = Callable[[str], None]


def build_gallery(
    store: Store,
    checkpoint_path: Path,
    out: Path,
    *,
    rows: np.ndarray,
    with_signals: bool = True,
    seed: int = 0,
    say: Say | None = None,
) -> Gallery:
    """Embed subjects of a store and write a gallery of them.

    Args:
        store: the cohort; heads are fitted on its training split, calibrated on validation.
        checkpoint_path: folder of the model.
        out: folder of the gallery; made if absent. A gallery in it is replaced; its lists of
            withdrawn participants are kept.
        rows: which subjects of the store the gallery holds.
        with_signals: False leaves out the arrays that can be simulated again.
        seed: of the map.
        say: called with a line about each step.

    Raises:
        PtaclError: the store has another recipe than the model.
    """
    say = say or (lambda what: None)
    model, checkpoint = load_model(checkpoint_path)
    check_recipe(store, checkpoint)
    out.mkdir(parents=True, exist_ok=True)
    say("Embedding subjects")
    embeddings = embed_rows(model, store, rows)
    plan = plan_calibration(store)
    say(plan.sentence)
    features, medians = _features(store, model)
    parts = (embeddings.ecg_features.shape[1], len(READ_MEASUREMENTS)) if medians else ()
    heads = fit_gallery_heads(store, features, parts, plan)
    embeddings = replace(embeddings, ecg_features=features(rows).astype(np.float32))
    _clear(out)
    save_heads(out, heads)
    probabilities: dict[str, ProbabilitiesByKnown] = {ALL_LEADS.name: {}}
    if plan.kind == "split":  # a small cohort has too few hearts with a finding
        say("Fitting the probabilities of findings")
        probabilities = {ALL_LEADS.name: fit_probabilities(store, features, parts)}
    if knows_absent_leads(model) and plan.kind != "none":
        say("Fitting the heads of each lead set")
        by_set = fit_lead_sets(model, store, heads, features, medians, plan)
        save_lead_sets(out, by_set)
        probabilities |= {name: entry.probabilities for name, entry in by_set.items()}
    save_probabilities(out, probabilities)
    familiar, held_out = _familiar_ecgs(model, store, plan)
    say("Measuring intervals")
    likely = probabilities[ALL_LEADS.name].get("ecg")
    table = subject_table(store, rows, embeddings, heads["ecg"], likely)
    say("Fitting probes of the cohort's own targets")
    targets, columns = target_columns(store, rows, features, say)
    table = pd.concat([table, columns], axis=1)
    table["familiarity_distance"] = familiarity_distances(embeddings.ecg, familiar)
    table.to_parquet(out / layout.TABLE, index=False)
    say("Making the map (UMAP)")
    np.save(out / layout.MAP, np.stack(fit_map(embeddings.ecg, embeddings.cmr, seed=seed)))
    np.save(out / layout.FAMILIAR, familiar.astype(np.float16))
    _save_embeddings(out, embeddings)
    if with_signals:
        say("Writing signals")
        write_signals(out / layout.SIGNALS, len(rows), _signals(store, rows, embeddings))
    manifest = replace(
        _manifest(store, checkpoint, checkpoint_path, out, table, held_out),
        usual_measurements=medians,
        calibration=plan.kind,
        calibrated_on=plan.measured if plan.kind != "split" else 0,
        trained_on_calibration=plan.kind == "cross" and _was_trained_on(checkpoint, store),
        targets=targets,
    )
    write_atomically(out / layout.MANIFEST, json.dumps(to_dict(manifest), indent=1))
    if manifest.simulation and lacks_known_cines(checkpoint, manifest.simulation):
        say("Rendering the cines that the model knows")
        numbers = [int(subject.rsplit("-", 1)[1]) for subject in table["subject_id"]]
        write_known_cines(checkpoint_path, out, manifest.simulation, numbers)
    gallery = open_gallery(out)
    if plan.kind != "none" and (with_signals or manifest.simulation is not None):
        say("Measuring what estimated leads cost")
        write_widening(checkpoint_path, gallery)
    return open_gallery(out)


def _features(store: Store, model: TwoTower) -> tuple[RowFeatures, tuple[float, ...]]:
    """Return the heads' features, and the median measurements where these are part of them.

    They are for simulated cohorts: an encoder transfers less well to ECGs of another origin than
    amplitudes and durations of waves, which mean the same everywhere.
    """
    encoded = encoder_features(model, store)
    if not store.manifest.synthetic:
        return cache_features(encoded), ()
    measured = cache_features(lambda rows: measurements(store, rows))
    medians = median_measurements(store, measured)
    both = cache_features(lambda rows: np.hstack([encoded(rows), impute(measured(rows), medians)]))
    return both, tuple(medians.tolist())


def _clear(out: Path) -> None:
    """Remove a former gallery, its manifest first: an interrupted build then leaves no gallery."""
    (out / layout.MANIFEST).unlink(missing_ok=True)
    (out / layout.WIDENING).unlink(missing_ok=True)
    (out / layout.KNOWN_CINES).unlink(missing_ok=True)
    remove_lead_sets(out)
    remove_probabilities(out)
    for folder in (out / layout.SIGNALS, *out.glob(f"{layout.UNFINISHED}*")):
        if folder.is_dir():
            shutil.rmtree(folder)


def subject_table(
    store: Store,
    rows: np.ndarray,
    embeddings: Embeddings,
    heads: Heads,
    likely: ProbabilityHeads | None = None,
) -> pd.DataFrame:
    """Return one row a subject: covariates, measurements, predictions, rank, alignment error.

    Args:
        store: the cohort.
        rows: its rows.
        embeddings: of these rows.
        heads: of the ECG alone.
        likely: probabilities of findings from the ECG alone; None adds none.
    """
    table = store.table.iloc[rows].reset_index(drop=True)
    table = table.reindex(columns=list(dict.fromkeys([*table.columns, *PHENOTYPE_KEYS])))
    table["split"] = table["subject_id"].map(split_of)
    read = embeddings.ecg_features
    predicted = with_range(heads.predict(read), heads.keys, likely, read)
    columns = [f"{part}_{key}" for part in ("predicted", "low", "high") for key in PHENOTYPE_KEYS]
    table[columns] = np.nan  # a phenotype that was not measured in the cohort has no head
    for prefix, values in zip(("predicted", "low", "high"), predicted, strict=True):
        for column, key in enumerate(heads.keys):
            table[f"{prefix}_{key}"] = values[:, column]
    if likely is not None:
        by_event = likely.probabilities(read)
        table[[f"{PROBABILITY}{key}" for key in likely.points]] = np.stack(
            [by_event[key] for key in likely.points], axis=1
        )
    rate = store.recipe.ecg.sample_rate_hz
    intervals = [
        asdict(measure(ecg.signal_mv[:, : ecg.valid_samples], ecg.r_peaks, rate))
        for ecg in (store.prepared_ecg(int(row)) for row in rows)
    ]
    table = pd.concat([table, pd.DataFrame(intervals)], axis=1)
    table["own_rank"] = match_ranks(embeddings.ecg, embeddings.cmr)
    errors = errors_in_frames(similarity(embeddings.segments, embeddings.frames))
    table["alignment_error_frames"] = errors.mean(axis=1)
    return table


def _familiar_ecgs(
    model: TwoTower, store: Store, plan: CalibrationPlan
) -> tuple[np.ndarray, np.ndarray]:
    """Return embeddings of training ECGs, and the distances of held-out ones to them."""
    chosen = np.random.default_rng(0).permutation(plan.fit)[:FAMILIAR_SUBJECTS]
    familiar = ecg_features(model, store, np.sort(chosen))[0]
    held_out = ecg_features(model, store, plan.calibrate)[0]
    return familiar, familiar_distances(familiar, held_out, plan)


def _was_trained_on(checkpoint: Checkpoint, store: Store) -> bool:
    """Return whether a model was trained on a store, by its name and provenance."""
    data = checkpoint.data
    same_name = data.get("store") == store.name
    return same_name and data.get("provenance") == store.manifest.provenance


def _save_embeddings(out: Path, embeddings: Embeddings) -> None:
    index.save(index.build(embeddings.cmr), out / layout.INDEX)
    np.savez(
        out / layout.EMBEDDINGS,
        ecg=embeddings.ecg,
        cmr=embeddings.cmr,
        ecg_features=embeddings.ecg_features,
        cmr_features=embeddings.cmr_features,
    )


def _signals(store: Store, rows: np.ndarray, embeddings: Embeddings) -> Iterator[Signals]:
    for start in range(0, len(rows), SIGNALS_CHUNK):
        chunk = slice(start, start + SIGNALS_CHUNK)
        yield Signals(
            ecg=np.stack([quantise(store.ecg_rows([int(row)])[0]) for row in rows[chunk]]),
            cine=store.cine_rows(rows[chunk]),
            segments=embeddings.segments[chunk].astype(np.float16),
            frames=embeddings.frames[chunk].astype(np.float16),
        )


def _manifest(
    store: Store,
    checkpoint: Checkpoint,
    checkpoint_path: Path,
    out: Path,
    table: pd.DataFrame,
    held_out: np.ndarray,
) -> layout.GalleryManifest:
    simulation = simulation_of(store)
    return layout.GalleryManifest(
        name=f"{checkpoint.name}-{store.name}",
        synthetic=store.manifest.synthetic or checkpoint.synthetic,
        synthetic_subjects=store.manifest.synthetic,
        synthetic_training=checkpoint.synthetic,
        checkpoint_name=checkpoint.name,
        checkpoint_path=os.path.relpath(checkpoint_path.resolve(), out.resolve()),
        weights_fingerprint=weights_fingerprint(checkpoint_path),
        store_name=store.name,
        recipe=checkpoint.recipe,
        subjects=len(table),
        familiar_limit=float(np.quantile(held_out, FAMILIAR_SHARE)),
        familiar_quantiles=tuple(map(float, np.quantile(held_out, np.linspace(0, 1, 101)))),
        examples=choose_examples(table),
        simulation=simulation,
        store_path="" if simulation else os.path.relpath(store.path.resolve(), out.resolve()),
        commands=with_typed(of_folder(store.manifest.commands, store.path.name), out),
        ptacl_version=ptacl.__version__,
        phenotypes=PHENOTYPE_KEYS,
        measurements=tuple(entry.key for entry in MEASUREMENTS if entry.is_measured),
    )


def simulation_of(store: Store) -> layout.Simulation | None:
    """Return how the subjects of a store were simulated; None where they were not."""
    made = store.manifest.provenance.get("simulation")
    if not made:
        return None
    return layout.Simulation(
        seed=int(made["seed"]),
        coupling=float(made["coupling"]),
        ages=made.get("ages", "biobank"),
        version=made.get("version", 1),
        appearance=made.get("appearance", "plain"),
    )
