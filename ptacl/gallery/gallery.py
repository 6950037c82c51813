"""An opened gallery: search, projection, predictions. Needs no encoder and imports no torch."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from jaxtyping import Float, Float32, Int, UInt8

import ptacl
from ptacl.config.checksums import check, read_sums, resealing
from ptacl.config.disk_errors import of_disk
from ptacl.config.json_record import COPY_AGAIN, check_format, read_record
from ptacl.config.strict_json import from_dict
from ptacl.display import HasFrame, HasHtml, HasPlot, shortened
from ptacl.errors import PtaclError
from ptacl.gallery import format as layout
from ptacl.gallery import index, projection
from ptacl.gallery.cine_distribution import CineDistribution, cine_distribution
from ptacl.gallery.conditional_heads import HeadsByKnown, choose_heads, load_heads
from ptacl.gallery.lead_set_heads import HeadsByLeadSet, lead_set_caveat
from ptacl.gallery.predict import DistributionLimit, Reading, familiarity, predictions
from ptacl.gallery.probabilities import Probabilities, ProbabilityHeads, completed
from ptacl.gallery.signals import GradualSignals, Heart, Progress, Signals, open_signals
from ptacl.gallery.signals.rebuild import cached_folder
from ptacl.gallery.signals.shipped import write_shipped
from ptacl.gallery.stored_inspection import ready_inspection
from ptacl.gallery.withdrawals import withdrawn_from
from ptacl.gallery.withholding import Widening, calibration_caveats, decide, widened
from ptacl.io.cohort.targets import Target
from ptacl.io.person_limits import TrainingRanges, outside_training_caveats
from ptacl.measurements import Measurement, measurements_in
from ptacl.metrics import alignment
from ptacl.phenotypes import Phenotype, phenotypes_in
from ptacl.regression import Heads
from ptacl.regression.covariates import Known, seen_of_table
from ptacl.signal.lead_sets import ALL_LEADS, LeadSet
from ptacl.store.format import OWN_LIST, quality_from_json
from ptacl.store.withdrawals import withdrawn_among
from ptacl.types import (
    UNKNOWN_PERSON,
    Caveat,
    EcgQuality,
    EcgSignal,
    Embeddings,
    Inspection,
    ModelInfo,
    Neighbour,
    Person,
    PreparedCine,
    PreparedEcg,
    Rhythm,
)

Modality = Literal["ecg", "cmr"]
_COPY_OR_EMBED = "Copy it again, or make it again with `ptacl embed`."


def open_gallery(path: Path | str, progress: Progress | None = None) -> "Gallery":
    """Open a gallery; the signals of simulated subjects are rebuilt where they were left out.

    Subjects on a list of withdrawn participants, in its folder or in its store's, are not in it.

    Args:
        path: folder that `ptacl embed` wrote.
        progress: called with (share done, what is being done) while all signals are rebuilt,
            at once. Without it the gallery opens at once: signals of a subject are simulated when
            they are asked for, and `Gallery.rebuild` makes all of them; search and prediction need
            none.

    Returns:
        The gallery, which needs no encoder.

    Raises:
        PtaclError: no gallery there, another format version, or its checkpoint has changed.
    """
    path = Path(path)
    manifest = read_manifest(path)
    # People edit the list of withdrawn participants; `ptacl verify` says where it was changed.
    checked = (read_sums(path) or {}).keys() - {OWN_LIST}
    check(path, checked, do=_COPY_OR_EMBED, code="gallery.damaged")
    try:
        return Gallery(path, manifest, progress)
    except (OSError, ValueError, KeyError, EOFError) as error:
        # Signals that are simulated again are written to the user's cache.
        if isinstance(error, OSError) and (failure := of_disk(error)) is not None:
            raise failure from error
        raise PtaclError(
            f"The gallery {path} is damaged: {error}. Make it again with `ptacl embed`.",
            code="gallery.damaged",
        ) from error


def read_manifest(path: Path) -> layout.GalleryManifest:
    """Read the manifest of a gallery.

    Raises:
        PtaclError: no gallery there, a damaged one, or one of another format version.
    """
    manifest = path / layout.MANIFEST
    if not manifest.is_file():
        raise PtaclError(
            f"{path} is no gallery. Make one with `ptacl embed`.", code="gallery.not_found"
        )
    check(path, [layout.MANIFEST], do=_COPY_OR_EMBED, code="gallery.damaged")
    values = read_record(manifest, "Make the gallery again with `ptacl embed`.")
    expected = layout.FORMAT, layout.FORMAT_VERSION
    do = "Run `ptacl embed` again."
    check_format(values, expected, path, do, code="gallery.other_version")
    return from_dict(layout.GalleryManifest, values)


class Gallery(HasHtml, HasPlot, HasFrame):
    """The embedded subjects of a cohort under one checkpoint, from `open_gallery`.

    Args:
        progress: as for `open_gallery`.

    Attributes:
        path: its folder.
        manifest: its description.
        table: a row a subject, indexed by `subject_id`: covariates, measured phenotypes,
            `predicted_*`, `low_*`, `high_*`, the ECG's intervals, `rr_ms` of the scan,
            `own_rank`, `alignment_error_frames`, `familiarity_distance`.
        embeddings: both modalities, rows as in `table`; segments and frames stay on disk.
        map_ecg, map_cmr: (subjects, 2) positions on the map.
    """

    def __init__(
        self, path: Path, manifest: layout.GalleryManifest, progress: Progress | None
    ) -> None:
        self.path = path
        self.manifest = manifest
        self._embedded = layout.read_table(path).set_index("subject_id", drop=False)
        # Rows of the files without withdrawn subjects; the files themselves are not changed.
        ids = self._embedded.index
        gone = withdrawn_among(ids, withdrawn_from(path, manifest))
        self._kept = np.flatnonzero(~ids.isin(gone))
        self.table = self._embedded.iloc[self._kept]
        if not len(self.table):
            raise PtaclError(
                f"All subjects of the gallery {manifest.name} have withdrawn.",
                code="gallery.all_withdrawn",
            )
        self.map_ecg, self.map_cmr = np.load(path / layout.MAP)[:, self._kept]
        self._training = DistributionLimit(
            manifest.familiar_limit,
            manifest.familiar_quantiles,
            np.load(path / layout.FAMILIAR).astype(np.float32),
        )
        if progress is not None:
            self.rebuild(progress)

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        origin = ", synthetic" if self.synthetic else ""
        return shortened(
            f"Gallery({self.name}: {len(self)} subjects, checkpoint {self.checkpoint_name}{origin})"
        )

    @property
    def name(self) -> str:
        """Short name."""
        return self.manifest.name

    @property
    def synthetic(self) -> bool:
        """Whether its subjects, or those its model was trained on, are simulated."""
        return self.manifest.synthetic

    @property
    def simulated(self) -> bool:
        """Whether its own subjects are simulated."""
        return self.synthetic and self.manifest.synthetic_subjects

    @property
    def trained_on_simulated(self) -> bool:
        """Whether its model was trained on simulated subjects."""
        return self.synthetic and self.manifest.synthetic_training

    @property
    def checkpoint_name(self) -> str:
        """Name of the model that embedded it."""
        return self.manifest.checkpoint_name

    @property
    def checkpoint_path(self) -> Path:
        """Folder of that model."""
        return (self.path / self.manifest.checkpoint_path).resolve()

    @property
    def store_name(self) -> str:
        """Name of the cohort."""
        return self.manifest.store_name

    @property
    def examples(self) -> tuple[layout.Example, ...]:
        """Example subjects."""
        return tuple(e for e in self.manifest.examples if e.subject_id in self.table.index)

    @cached_property
    def phenotypes(self) -> tuple[Phenotype, ...]:
        """The phenotypes that its table holds; pages show these and no others."""
        predicted = [
            str(column).removeprefix("predicted_")
            for column in self.table
            if str(column).startswith("predicted_")
        ]
        keys = self.manifest.phenotypes or predicted
        return tuple(e for e in phenotypes_in(keys) if e.key in self.table)

    @cached_property
    def measurements(self) -> tuple[Measurement, ...]:
        """The measured ECG values that its table holds."""
        columns = [str(column) for column in self.table]
        keys = self.manifest.measurements or columns
        return tuple(e for e in measurements_in(keys) if e.key in self.table)

    @property
    def targets(self) -> tuple[Target, ...]:
        """The targets of its cohort (`regression.target_columns`)."""
        return self.manifest.targets

    @cached_property
    def _signals(self) -> Signals | GradualSignals:
        return open_signals(self.path, self.manifest, self._embedded)

    def open_signals(self) -> None:
        """Map the signals now, not on first use.

        Raises:
            PtaclError: they were left out and cannot be rebuilt.
        """
        _ = self._signals

    @property
    def complete(self) -> bool:
        """Whether the signals of all subjects are on the disk; those of some always are."""
        return self._signals.complete

    def rebuild(self, progress: Progress, workers: int = 2) -> None:
        """Rebuild the signals that were left out; the gallery can be used meanwhile.

        Args:
            progress: called with (share done, what is being done).
            workers: processes that simulate.

        Raises:
            PtaclError: they cannot be rebuilt.
        """
        if isinstance(self._signals, GradualSignals):
            self._signals.rebuild(progress, workers)

    @cached_property
    def _heads(self) -> HeadsByKnown:
        return load_heads(self.path)

    @property
    def heads(self) -> Heads:
        """The regression heads of the ECG alone."""
        return self._heads["ecg"]

    @cached_property
    def widening(self) -> Widening:
        """Factors of the intervals where leads were estimated; empty where not measured."""
        return read_record(self.path / layout.WIDENING, COPY_AGAIN)

    def heads_for(self, person: Person, leads: LeadSet = ALL_LEADS) -> tuple[Known, Heads]:
        """Return the most specific heads for a person, and the covariates that they use.

        Args:
            person: as far as known.
            leads: the set that is read (`lead_sets.used_for`).

        Returns:
            Names of the covariates, and the heads that use them.
        """
        heads = self._heads if leads is ALL_LEADS else self.lead_sets[leads.name].heads
        return choose_heads(heads, person, self.seen)

    @cached_property
    def probabilities(self) -> Probabilities:
        """Probabilities of findings; none in galleries made before there were any."""
        return Probabilities(self.path)

    def likely(
        self, person: Person, known: Known, leads: LeadSet, quality: EcgQuality
    ) -> ProbabilityHeads | None:
        """Return the probability heads for an ECG; None where leads were estimated.

        What estimated leads do to a probability was not measured.

        Args:
            person: as far as known.
            known: covariates of its regression heads (`heads_for`).
            leads: the set that is read.
            quality: of the ECG.

        Returns:
            The heads; None also where the gallery has none for this set.
        """
        if quality.estimated:
            return None
        return self.probabilities.of_person(leads.name, known, person)

    @cached_property
    def lead_sets(self) -> HeadsByLeadSet:
        """Heads for fewer than 12 leads; none where the encoder does not know absent leads."""
        return HeadsByLeadSet(self.path)

    @property
    def reads_any_leads(self) -> bool:
        """Whether an ECG of one lead is enough."""
        return bool(self.lead_sets)

    @cached_property
    def seen(self) -> TrainingRanges:
        """Ranges of the training subjects of the heads; of the gallery's own in older ones."""
        return self.heads.seen or seen_of_table(self.table)

    @cached_property
    def vectors(self) -> dict[str, Float32[np.ndarray, "subjects width"]]:
        """`ecg`, `cmr` (unit vectors), `ecg_features`, `cmr_features`, rows as in `table`."""
        with np.load(self.path / layout.EMBEDDINGS) as arrays:
            return {key: arrays[key][self._kept].astype(np.float32) for key in arrays.files}

    @cached_property
    def embeddings(self) -> Embeddings:
        """Both modalities of all subjects, with their segments and frames."""
        return Embeddings(
            tuple(self.table.index),
            **self.vectors,
            segments=np.asarray(self._signals.whole().segments[self._kept], dtype=np.float32),
            frames=np.asarray(self._signals.whole().frames[self._kept], dtype=np.float32),
        )

    @cached_property
    def cine_distribution(self) -> CineDistribution | None:
        """How far the cines that the model knows are from each other; None for too few."""
        features, more = self.vectors["cmr_features"], self.path / layout.KNOWN_CINES
        if more.exists():
            features = np.concatenate([features, np.load(more).astype(np.float32)])
        return cine_distribution(features)

    @cached_property
    def _indexes(self) -> dict[str, Any]:
        whole = len(self._kept) == len(self._embedded)
        return {
            "cmr": index.load(self.path / layout.INDEX)
            if whole
            else index.build(self.vectors["cmr"]),
            "ecg": index.build(self.vectors["ecg"]),
        }

    def row(self, subject_id: str) -> int:
        """Return the row of a subject.

        Args:
            subject_id: its id, as in `table`.

        Returns:
            Row number in `table` and in the arrays of `embeddings`.

        Raises:
            PtaclError: no such subject.
        """
        try:
            return int(self.table.index.get_loc(subject_id))
        except KeyError:
            raise PtaclError(
                f"The gallery {self.name} holds no subject {subject_id!r}.",
                code="gallery.no_such_subject",
            ) from None

    def _file_row(self, subject_id: str) -> int:
        """Return the row of a subject in the files."""
        return int(self._kept[self.row(subject_id)])

    def write_shipped(self, subject_ids: Sequence[str]) -> None:
        """Write the signals of a few subjects, so that they need no simulation (`ship_hearts`).

        Args:
            subject_ids: the subjects.
        """
        made_from = cached_folder(self.manifest, self._embedded).name
        signals = self._signals
        rows = {subject: self._file_row(subject) for subject in subject_ids}
        hearts = {s: (signals.heart(row), signals.time_steps(row)) for s, row in rows.items()}
        with resealing(self.path, (layout.SHIPPED,)):
            write_shipped(self.path, made_from, hearts)

    def _heart(self, subject_id: str) -> Heart:
        """Return ECG and cine of a subject."""
        return self._signals.heart(self._file_row(subject_id))

    def ecg(self, subject_id: str) -> PreparedEcg:
        """Return the prepared ECG of a subject.

        Args:
            subject_id: its id, as in `table`.

        Returns:
            Prepared by the recipe of the model.

        Raises:
            PtaclError: no such subject.
        """
        record = self.table.iloc[self.row(subject_id)]
        return PreparedEcg(
            signal_mv=self._heart(subject_id).ecg_mv,
            valid_samples=int(record["valid_samples"]),
            r_peaks=np.asarray(record["r_peaks"], dtype=np.int64),
            quality=quality_from_json(record["quality"]),
        )

    def cine(self, subject_id: str) -> PreparedCine:
        """Return the prepared cine of a subject.

        Args:
            subject_id: its id, as in `table`.

        Returns:
            Prepared by the recipe of the model.

        Raises:
            PtaclError: no such subject.
        """
        record = self.table.iloc[self.row(subject_id)]
        return PreparedCine(
            frames=np.array(self._heart(subject_id).cine),
            phases=np.asarray(record["frame_phases"], dtype=np.float32),
            rr_ms=float(record["rr_ms"]),
        )

    def stills(
        self, subject_ids: Sequence[str], side: int = 44
    ) -> UInt8[np.ndarray, "subjects rows columns"]:
        """Return the central crop of the first frame (R wave, end of diastole) of several cines.

        Args:
            subject_ids: the subjects.
            side: rows and columns of the crop in pixels; the heart is central in a prepared cine.

        Returns:
            8-bit intensities.

        Raises:
            PtaclError: no such subject.
        """
        firsts = [self._heart(subject).cine[0] for subject in subject_ids]
        if not firsts:
            return np.zeros((0, side, side), np.uint8)
        top, left = ((size - side) // 2 for size in firsts[0].shape)
        return np.stack([frame[top : top + side, left : left + side] for frame in firsts])

    def volume_curve(self, subject_id: str) -> Float[np.ndarray, " frames"] | None:
        """Return the LV volume at each frame.

        Args:
            subject_id: its id, as in `table`.

        Returns:
            Volumes in mL; None where the subject is not simulated.

        Raises:
            PtaclError: no such subject.
        """
        record = self.table.iloc[self.row(subject_id)]
        truth = {
            str(key).removeprefix("truth_"): float(value)
            for key, value in record.items()
            if str(key).startswith("truth_")
        }
        if not truth:
            return None
        times_ms = np.asarray(record["frame_phases"], dtype=np.float64) * float(record["rr_ms"])
        # Imported here: only the alignment page needs it, and its special functions import slowly.
        from ptacl.synthetic import volume_curve

        volumes = {key: float(record[key]) for key in ("lvedv_ml", "lvsv_ml")}
        return volume_curve(truth, volumes, times_ms)

    def search(
        self,
        vector: Float[np.ndarray, " embedding"],
        k: int,
        modality: Modality = "cmr",
        allowed: set[str] | None = None,
        exclude: str | None = None,
    ) -> tuple[Neighbour, ...]:
        """Return the k nearest subjects by their embedding of a modality, the nearest first.

        Args:
            vector: a unit vector of the shared space.
            k: how many at most.
            modality: which embeddings of the gallery are searched.
            allowed: only these subjects; all by default.
            exclude: a subject that is not returned (the query itself).

        Returns:
            Ids with their cosine similarity.
        """
        ids = self.table.index
        query = np.asarray(vector, dtype=np.float32)[None]
        rows = None if allowed is None else np.flatnonzero(ids.isin(allowed))
        excluded = [self.row(exclude)] if exclude is not None and exclude in ids else []
        result = index.search(self._indexes[modality], query, k, allowed=rows, excluded=excluded)
        return tuple(
            Neighbour(str(ids[row]), float(score))
            for row, score in zip(result.rows[0], result.similarity[0], strict=True)
            if row >= 0
        )

    def similarity(
        self, ecg_subject: str, cine_subject: str | None = None, control: alignment.Control = "none"
    ) -> Float32[np.ndarray, "bins frames"]:
        """Return the cosine similarity of every ECG segment with every frame, centred in time.

        Args:
            ecg_subject: subject of the ECG.
            cine_subject: subject of the cine; the same by default.
            control: as in `alignment.frame_order`.

        Returns:
            Similarity of each time bin of the ECG with each frame, from −1 to 1.

        Raises:
            PtaclError: no such subject.
        """
        rows = (self._file_row(each) for each in (ecg_subject, cine_subject or ecg_subject))
        of_ecg, of_cine = (self._signals.time_steps(row) for row in rows)
        segments = np.asarray(of_ecg.segments, dtype=np.float32)
        frames = np.asarray(of_cine.frames, dtype=np.float32)
        order = alignment.frame_order(len(frames), control)
        return alignment.similarity(segments, frames[order])

    def errors_by_phase(self) -> alignment.ErrorsByPhase:
        """Return the alignment errors of all subjects at each phase of the beat.

        Waits until the signals of all are rebuilt, where they were left out.

        Returns:
            Median and spread in frames.
        """
        self._signals.whole()
        errors = [alignment.errors_in_frames(self.similarity(each)) for each in self.table.index]
        return alignment.spread_by_phase(np.stack(errors))

    def measured(
        self,
        signal_mv: EcgSignal,
        r_peaks: Int[np.ndarray, " beats"],
        leads: LeadSet = ALL_LEADS,
    ) -> Float32[np.ndarray, " measurements"]:
        """Return the measurements that the heads read after the encoder's features; maybe none.

        Args:
            signal_mv: (12, samples) in mV, prepared by the model's recipe, without padding.
            r_peaks: sample numbers of its R peaks.
            leads: the set that is read; measurements of other leads are replaced by the median.

        Returns:
            In the order of `signal.delineation.measurements`; empty where the heads read none.
        """
        medians = np.array(self.manifest.usual_measurements, dtype=np.float32)
        if not self.manifest.measures:
            return medians
        # Imported here: it imports numba, and most pages only show stored measurements.
        from ptacl.signal.delineation.measurements import impute, measure_waves_of

        rate = self.manifest.recipe.ecg.sample_rate_hz
        values = measure_waves_of(signal_mv, r_peaks, rate, leads.present)
        return impute(values.astype(np.float32), medians)

    def read(
        self,
        embedding: Float32[np.ndarray, " embedding"],
        features: Float32[np.ndarray, " width"],
        quality: EcgQuality,
        *,
        caveats: tuple[Caveat, ...] = (),
        rhythm: Rhythm | None = None,
        person: Person = UNKNOWN_PERSON,
        exclude: str | None = None,
        neighbours: int = 6,
    ) -> Reading:
        """Return predictions, neighbours, map position and distribution check of one ECG.

        Predictions and neighbours are withheld, and intervals wider, as `withholding.decide` says.

        Args:
            embedding: of the ECG.
            features: input of the heads, read from the leads of `lead_sets.used_for`.
            quality: of the ECG.
            caveats: of its reader.
            rhythm: of the ECG.
            person: as far as known.
            exclude: a subject that is not among the neighbours (the query itself).
            neighbours: how many at most.

        Returns:
            Predictions in the units of their phenotypes, neighbours, position on the map, caveats.
        """
        position = projection.project(embedding, self.vectors["cmr"], self.map_cmr)
        leads = self.lead_sets.used_for(quality)
        known, heads = self.heads_for(person, leads)
        entry = None if leads is ALL_LEADS else self.lead_sets[leads.name]
        training = self._training if entry is None else entry.distribution
        distribution = familiarity(embedding, training)
        verdict = decide(quality, distribution, self.widening, caveats, rhythm)
        read_as = () if entry is None else (lead_set_caveat(leads, entry, quality),)
        of_person = outside_training_caveats(person, heads.seen)
        of_gallery = calibration_caveats(self.manifest)
        predicted = predictions(heads, features) if verdict.shown else ()
        likely = self.likely(person, known, leads, quality)
        predicted, findings = completed(predicted, likely, features)
        return Reading(
            predictions=tuple(widened(each, verdict.factors) for each in predicted),
            findings=findings,
            known=known,
            neighbours=self.search(embedding, neighbours, exclude=exclude) if verdict.shown else (),
            familiarity=distribution,
            map_xy=(float(position[0]), float(position[1])),
            caveats=verdict.caveats + of_gallery + read_as + of_person,
        )

    def inspection(self, subject_id: str) -> Inspection:
        """Return the inspection of a subject of the gallery, as if its ECG had been uploaded.

        Args:
            subject_id: its id, as in `table`.

        Returns:
            The same as `Model.inspect`, without the encoder.

        Raises:
            PtaclError: no such subject.
        """
        return ready_inspection(self, subject_id)

    @property
    def model_info(self) -> ModelInfo:
        """Name and version of the model."""
        return ModelInfo(
            self.checkpoint_name, ptacl.__version__, self.synthetic, self.manifest.measures
        )
