"""Evaluation of a gallery's heads for fewer than 12 leads, on held-out subjects of a store.

The other leads of each ECG are removed; beats, features and measurements are those of what is left,
as of an upload with these leads. As a control the heads of 12 leads predict from the same ECGs: the
coverage of their intervals shows what it costs to put zeros in place of leads.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ptacl.checkpoint.reports import LeadSetReport
from ptacl.checkpoint.reports.evaluation import PhenotypeErrors
from ptacl.data.embed import check_recipe
from ptacl.data.splits import split_rows
from ptacl.errors import PtaclError
from ptacl.evaluation.phenotypes import phenotype_report
from ptacl.evaluation.subgroups import groups
from ptacl.inference.model import Model
from ptacl.regression import Heads
from ptacl.regression.features import Rows, targets
from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.delineation.qrs_band import with_lone_limb_lead
from ptacl.signal.lead_sets import ALL_LEADS, LeadSet, lead_set, only_leads
from ptacl.store import Store
from ptacl.types import SEXES, UNKNOWN_PERSON

ALL_SETS = "all"


def chosen_sets(model: Model, names: Sequence[str]) -> list[LeadSet]:
    """Return the lead sets of names, all 12 leads first.

    Args:
        model: with its gallery.
        names: of sets that the gallery has heads for, or ``all``.

    Raises:
        PtaclError: the gallery has no heads for one of them.
    """
    known = model.gallery.lead_sets.names
    if not known:
        raise PtaclError(
            f"The gallery {model.gallery.name} has heads for 12 leads only: the ECG encoder of "
            f"{model.config.name} does not know absent leads. Train a model with `lead_flags`.",
            code="gallery.no_lead_sets",
        )
    wanted = known if ALL_SETS in names else [name for name in names if name != ALL_LEADS.name]
    if unknown := [name for name in wanted if name not in known]:
        raise PtaclError(
            f"The gallery has no heads for the lead set {unknown[0]!r}. Choose among "
            f"{', '.join((ALL_SETS, ALL_LEADS.name, *known))}.",
            code="option.unknown_choice",
        )
    return [ALL_LEADS, *map(lead_set, wanted)]


def evaluate_lead_sets(
    model: Model, store: Store, names: Sequence[str], *, limit: int | None = 500, seed: int = 0
) -> LeadSetReport:
    """Evaluate the heads of lead sets on the test split of a store.

    Args:
        model: with its gallery, whose heads are evaluated.
        store: the cohort; its recipe must be the model's.
        names: of lead sets, or ``all``.
        limit: held-out subjects at most; None for all.
        seed: of the bootstrap.

    Raises:
        PtaclError: the gallery has no heads for a set, or the store has another recipe.
    """
    check_recipe(store, model.config)
    sets = chosen_sets(model, names)
    rows = split_rows(store, "test", limit)
    whole = model.gallery.heads_for(UNKNOWN_PERSON)[1]
    report: dict[str, dict[str, PhenotypeErrors]] = {}
    control: dict[str, dict[str, float]] = {}
    for leads in sets:
        features = _features(model, store, rows, leads)
        heads = model.gallery.heads_for(UNKNOWN_PERSON, leads)[1]
        report[leads.name] = _errors(heads, features, store, rows, seed)
        if leads is not ALL_LEADS:
            zeros = _errors(whole, features, store, rows, seed)
            control[leads.name] = {key: errors.coverage_90 for key, errors in zeros.items()}
    return LeadSetReport(
        model=model.config.name,
        store=store.name,
        synthetic=store.manifest.synthetic or model.config.synthetic,
        subjects=len(rows),
        sets=report,
        zero_filled=control,
    )


def _features(model: Model, store: Store, rows: Rows, leads: LeadSet) -> np.ndarray:
    rate = store.recipe.ecg.sample_rate_hz
    features = []
    for row in rows:
        ecg = store.prepared_ecg(int(row))
        signal_mv = only_leads(ecg.signal_mv[:, : ecg.valid_samples], leads)
        shown = with_lone_limb_lead(signal_mv)
        peaks = ecg.r_peaks if leads is ALL_LEADS else find_r_peaks(shown, rate)
        features.append(model.encode(signal_mv, peaks, leads=leads)[1])
    return np.stack(features)


def _errors(
    heads: Heads, features: np.ndarray, store: Store, rows: Rows, seed: int
) -> dict[str, PhenotypeErrors]:
    """Return the errors that are reported of a set: of 22 sets, all would fill half a megabyte."""
    of_groups = groups(store, rows)
    members = {str(sex): of_groups[sex] for sex in SEXES if sex in of_groups}
    predicted = heads.predict(features)
    report = phenotype_report(predicted, heads.keys, targets(store, rows), members, seed)
    return {
        key: replace(errors, rmse=None, pearson=None, calibration=None)
        for key, errors in report.items()
    }
