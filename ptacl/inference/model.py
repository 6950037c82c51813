"""A trained model with its gallery: inspection and attribution of one ECG."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import torch

import ptacl
from ptacl.checkpoint.files import Checkpoint, load_model, weights_fingerprint
from ptacl.checkpoint.shipped import DEMO, shipped_or_folder
from ptacl.data.embed import unit_embedding
from ptacl.display import HasHtml, shortened
from ptacl.encoders.two_tower import TwoTower
from ptacl.errors import PtaclError
from ptacl.gallery import Gallery, open_gallery
from ptacl.gallery.impression import with_impression
from ptacl.gallery.rhythm_rule import named_rhythm
from ptacl.inference.attribution import attribute_phenotype
from ptacl.inference.many import Paths, inspect_paths
from ptacl.inference.model_rows import LIMITS
from ptacl.io.person_limits import check_person
from ptacl.parallel.worker import Limits
from ptacl.restoration.finder import shipped_finder
from ptacl.rhythm import rhythm_of
from ptacl.signal.delineation.beats import mean_beat
from ptacl.signal.delineation.device_comparison import device_caveats
from ptacl.signal.delineation.intervals import measure_with_caveats
from ptacl.signal.delineation.qrs import AFTER_S, BEFORE_S
from ptacl.signal.delineation.qrs_band import with_lone_limb_lead
from ptacl.signal.lead_sets import ALL_LEADS, LeadSet, only_leads
from ptacl.signal.preparation import prepare_cine, prepare_ecg
from ptacl.types import (
    LIMB,
    UNKNOWN_PERSON,
    Anomaly,
    Attribution,
    Cine,
    CineMatch,
    Ecg,
    EcgSignal,
    Inspection,
    ModelInfo,
    Person,
    PreparedEcg,
    Sex,
)

Step = Literal["filter", "model", "neighbours"]
"""Steps of `Model.inspect`, in order."""
GALLERY_FOLDER = "gallery"
"""Folder of a checkpoint's own gallery."""
AVERAGED_SUBJECTS = 100
"""Number of gallery subjects in the average beat; more would hardly change it."""


def load(
    checkpoint: Path | str = DEMO,
    gallery: Path | str | Gallery | None = None,
    progress: Callable[[float, str], None] | None = None,
) -> "Model":
    """Open a trained model with its gallery.

    Args:
        checkpoint: folder written by `ptacl train`, or the name of a model that comes with PTACL:
            ``demo``, which was trained on simulated hearts.
        gallery: folder written by `ptacl embed`, or an open gallery; by default the folder
            `gallery` inside the checkpoint.
        progress: called with (share done, description) while signals are rebuilt.

    Returns:
        The model.

    Raises:
        PtaclError: there is no checkpoint or gallery, or the gallery is of another checkpoint.

    Example:
        >>> model = load("demo")  # doctest: +SKIP
        >>> model.inspect(ptacl.read_ecg("file.hea"))  # doctest: +SKIP
    """
    checkpoint = shipped_or_folder(checkpoint)
    model, config = load_model(checkpoint)
    if not isinstance(gallery, Gallery):
        gallery = open_gallery(gallery or Path(checkpoint) / GALLERY_FOLDER, progress)
    if weights_fingerprint(checkpoint) != gallery.manifest.weights_fingerprint:
        raise PtaclError(
            f"The gallery {gallery.name} was made with the checkpoint {gallery.checkpoint_name}, "
            f"not with the weights in {checkpoint}. Run `ptacl embed` again.",
            code="gallery.other_weights",
        )
    return Model(model, config, gallery)


class Model(HasHtml):
    """A trained model with its gallery, from `load`.

    Args:
        model: the two encoders, in evaluation mode.

    Attributes:
        config: configuration of the checkpoint.
        gallery: reference subjects.
    """

    def __init__(self, model: TwoTower, config: Checkpoint, gallery: Gallery) -> None:
        self._model = model
        self.config = config
        self.gallery = gallery

    def __repr__(self) -> str:
        origin = ", synthetic" if self.info.synthetic else ""
        return shortened(
            f"Model({self.info.name}, PTACL {self.info.version}{origin}; {self.gallery})"
        )

    def inspect(
        self,
        ecg: Ecg,
        person: Person = UNKNOWN_PERSON,
        begin: Callable[[Step], None] = lambda step: None,
    ) -> Inspection:
        """Inspect an ECG: quality, intervals, phenotypes, nearest neighbours, map coordinates.

        Predictions and neighbours are withheld, or intervals widened, by the rules of
        `gallery.withholding`.

        Args:
            ecg: result of `ptacl.read_ecg`, before preprocessing.
            person: sex, age, height and weight of the subject, all optional. The sex narrows the
                prediction intervals and selects the reference intervals (both are given if it is
                unknown); age, height and weight narrow them further. Height and weight allow values
                per body surface area.
            begin: called with each step as it begins.

        Returns:
            Intervals in ms, predictions in the units of their phenotypes with 90 % intervals, and
            why predictions are withheld where they are.

        Raises:
            BadInput: a value of the person is not plausible (`person_limits.check_person`).
        """
        check_person(person)
        begin("filter")
        prepared = prepare_ecg(ecg, self.config.recipe.ecg, lead_sets=self.gallery.lead_sets.names)
        signal_mv = prepared.signal_mv[:, : prepared.valid_samples]
        leads = self.gallery.lead_sets.used_for(prepared.quality)
        embedding, features = self.encode(signal_mv, prepared.r_peaks, begin, leads)
        begin("neighbours")
        rate_hz = self.config.recipe.ecg.sample_rate_hz
        shown = with_lone_limb_lead(signal_mv) if prepared.quality.absent else signal_mv
        intervals, told = measure_with_caveats(shown, prepared.r_peaks, rate_hz)
        if not set(LIMB).isdisjoint(prepared.quality.absent):
            intervals = replace(intervals, qrs_axis_deg=float("nan"))
        known = (*ecg.caveats, *told)
        rhythm = named_rhythm(rhythm_of(prepared, rate_hz), (*known, *prepared.quality.caveats))
        reading = self.gallery.read(
            embedding, features, prepared.quality, caveats=known, rhythm=rhythm, person=person
        )
        inspection = Inspection(
            ecg=ecg,
            prepared=prepared,
            intervals=intervals,
            familiarity=reading.familiarity,
            predictions=reading.predictions,
            findings=reading.findings,
            neighbours=reading.neighbours,
            map_xy=reading.map_xy,
            embedding=embedding,
            features=features,
            model=self.info,
            person=person,
            known=reading.known,
            reading_caveats=(
                *reading.caveats,
                *device_caveats(intervals, ecg.measurements),
                *told,
            ),
            anomaly=self.find_anomaly(ecg, prepared),
            rhythm=named_rhythm(rhythm, reading.caveats),
        )
        return with_impression(self.gallery, inspection)

    def inspect_many(
        self,
        paths: Paths,
        *,
        sex: Sex | None = None,
        sample_rate_hz: float | None = None,
        unit: str | None = None,
        workers: int | None = None,
        limits: Limits = LIMITS,
        progress: bool = True,
    ) -> pd.DataFrame:
        """Inspect many recordings; one that fails is a row with its reason.

        Args:
            paths: files, folders (searched recursively) and zips, or one of these.
            sex: sex of all subjects; selects the reference interval.
            sample_rate_hz: sample rate of all files in Hz; overrides the one in a file.
            unit: unit of all files, ``mV`` or ``uV``; overrides the one in a file.
            workers: processes that read; one for each core by default, 0 reads in this one, without
                limits.
            limits: time and memory of one file.
            progress: show a bar on standard error.

        Returns:
            A row for each recording in the order of the paths, indexed by its path, with the
            columns that `ptacl inspect FOLDER` writes (`ptacl.inference.table.columns`).

        Raises:
            PtaclError: the worker processes end before they begin.
        """
        return inspect_paths(
            self, paths, sex=sex, sample_rate_hz=sample_rate_hz, unit=unit, workers=workers,
            limits=limits, progress=progress,
        )  # fmt: skip

    def find_anomaly(self, ecg: Ecg, prepared: PreparedEcg) -> Anomaly | None:
        """Return what does not fit a normal heart; None without a restorer for this recipe.

        Args:
            ecg: as read.
            prepared: by the recipe of the model.

        Returns:
            Deviations in predicted standard deviations, and the most deviating stretches.
        """
        finder = shipped_finder(self.config.recipe.ecg)
        return finder.find_in(prepared, ecg) if finder else None

    @torch.inference_mode()
    def encode(
        self,
        signal_mv: EcgSignal,
        r_peaks: np.ndarray,
        begin: Callable[[Step], None] = lambda step: None,
        leads: LeadSet = ALL_LEADS,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the embedding of a prepared ECG, and the features for the heads.

        It takes one ECG at a time: in a batch, the last digits would depend on the other ECGs.

        Args:
            signal_mv: (12, samples), preprocessed, without the zeros after it.
            r_peaks: sample numbers of its R peaks.
            begin: called with each step as it begins.
            leads: the set that is read (`Gallery.lead_sets`); other leads are set to zero.

        Returns:
            The embedding, a unit vector of shape (embedding,), and the features of shape (width,).
        """
        begin("model")
        ecg = self._whole_steps(only_leads(signal_mv, leads))
        output = self._model.encode_ecg(torch.from_numpy(ecg[None]))
        measured = self.gallery.measured(ecg, r_peaks, leads)
        return unit_embedding(output)[0].numpy(), np.append(output.features[0].numpy(), measured)

    @torch.inference_mode()
    def match_cine(self, cine: Cine, k: int = 6) -> CineMatch:
        """Find the subjects with the most similar cines, if the CMR tower knows such cines.

        Args:
            cine: the mid-ventricular slice, before preprocessing.
            k: number of subjects.

        Returns:
            The subjects with their cosine similarity; none where such cines are not known.

        Raises:
            PtaclError: the recipe of the model cannot prepare this cine.
        """
        prepared = prepare_cine(cine, self.config.recipe.cine)
        frames, phases = torch.from_numpy(prepared.frames), torch.from_numpy(prepared.phases)
        output = self._model.encode_cmr(frames[None], phases[None])
        distribution = self.gallery.cine_distribution
        place = distribution.place(output.features[0].double().numpy()) if distribution else None
        if place is None or not place.familiar:
            return CineMatch(place, None, ())
        embedding = unit_embedding(output)[0].numpy()
        return CineMatch(place, embedding, self.gallery.search(embedding, k))

    def attribute(
        self, prepared: PreparedEcg, key: str, person: Person = UNKNOWN_PERSON
    ) -> Attribution:
        """Attribute the prediction of one phenotype to the segments of a prepared ECG.

        Args:
            prepared: prepared ECG of an `Inspection` by this model.
            key: key of a phenotype of the gallery's heads, for example ``lvef_pct``.
            person: the person of the prediction.

        Returns:
            Contributions of each segment of each lead, in the unit of the phenotype.

        Raises:
            PtaclError: there is no such phenotype, or no heartbeat to compare.
        """
        leads = self.gallery.lead_sets.used_for(prepared.quality)
        signal_mv = only_leads(prepared.signal_mv[:, : prepared.valid_samples], leads)
        return attribute_phenotype(
            self._model,
            self.gallery.heads_for(person, leads)[1],
            key,
            self._whole_steps(signal_mv),
            prepared.r_peaks,
            only_leads(self._average_beat, leads),
            self.config.recipe.ecg.sample_rate_hz,
            lambda ecg: self.gallery.measured(ecg, prepared.r_peaks, leads),
        )

    @cached_property
    def _average_beat(self) -> np.ndarray:
        """Mean beat over subjects of the gallery, preprocessed: (12, window)."""
        rate = self.config.recipe.ecg.sample_rate_hz
        ecgs = (
            self.gallery.ecg(subject) for subject in self.gallery.table.index[:AVERAGED_SUBJECTS]
        )
        beats = [
            mean_beat(ecg.signal_mv[:, : ecg.valid_samples], ecg.r_peaks, rate, BEFORE_S, AFTER_S)
            for ecg in ecgs
        ]
        return np.nanmean(beats, axis=0)

    def _whole_steps(self, signal_mv: EcgSignal) -> EcgSignal:
        """Cut an ECG to a multiple of the encoder's step."""
        step = self._model.ecg_encoder.segment_samples
        return np.ascontiguousarray(signal_mv[:, : signal_mv.shape[1] // step * step])

    @property
    def info(self) -> ModelInfo:
        """Name, version and kind of the model; synthetic if its gallery has simulated hearts."""
        synthetic = self.config.synthetic or self.gallery.synthetic
        measures = self.gallery.manifest.measures
        return ModelInfo(self.config.name, ptacl.__version__, synthetic, measures)
