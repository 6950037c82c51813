"""A small gallery of random but well-formed hearts, for views that need no trained model."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

from ptacl.gallery.lead_set_heads import HeadsByLeadSet
from ptacl.gallery.probabilities import Probabilities
from ptacl.io.cohort.targets import Target
from ptacl.measurements import Measurement, measurements_in
from ptacl.metrics.alignment import (
    Control,
    ErrorsByPhase,
    errors_in_frames,
    frame_order,
    spread_by_phase,
)
from ptacl.phenotypes import PHENOTYPES, Phenotype, phenotypes_in
from ptacl.regression import Heads
from ptacl.regression.covariates import Known
from ptacl.signal.lead_sets import ALL_LEADS, LeadSet
from ptacl.signal.recipe import Recipe
from ptacl.types import (
    LEADS,
    Ecg,
    EcgIntervals,
    EcgQuality,
    Embeddings,
    Familiarity,
    Impression,
    Inspection,
    LeadQuality,
    ModelInfo,
    Neighbour,
    Person,
    Prediction,
    PreparedCine,
    PreparedEcg,
    Statement,
)

RATE_HZ = 500.0
IMPRESSION = Impression(
    (
        Statement("sinus_rhythm", "Sinus rhythm, 60/min", "a P wave", "measured", "definite"),
        Statement(
            "low_t", "Low or flat T waves, nonspecific", "T V5 0.08 mV", "measured", "probable",
            ("V5", "V6"), ("T",),
        ),
        Statement("neighbours_af", "Frequent: fibrillation", "9 of 20", "neighbours", "possible"),
    )
)  # fmt: skip
INTERVAL_KEYS = ("heart_rate_bpm", "pr_ms", "qrs_ms", "qt_ms", "qtc_ms", "qrs_axis_deg", "rr_sd_ms")


@dataclass(frozen=True)
class Example:
    """A subject worth opening first."""

    key: str
    title: str
    subject_id: str


def _unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


class FakeGallery:
    """Implements the attributes of `ptacl.gallery.Gallery` on random numbers."""

    def __init__(
        self,
        subjects: int = 60,
        seed: int = 0,
        without: tuple[str, ...] = (),
        prefix: str | None = None,
    ) -> None:
        self._rng = np.random.default_rng(seed)
        self.name, self.store_name, self.checkpoint_name = "fake", "fake-store", "fake"
        self.synthetic = self.simulated = self.trained_on_simulated = True
        self.complete = True
        start = f"S{seed}-" if prefix is None else prefix
        ids = tuple(f"{start}{i:05d}" for i in range(subjects))
        table = self._draw_table(ids)
        parts = ("", "predicted_", "low_", "high_")
        absent = [f"{part}{key}" for part in parts for key in without]
        self.table = table.drop(columns=absent, errors="ignore")
        self._embeddings = self._draw_embeddings(ids)
        self.vectors = {"ecg": self._embeddings.ecg, "cmr": self._embeddings.cmr}
        self.map_ecg = self._rng.normal(size=(subjects, 2)).astype(np.float32)
        self.map_cmr = self.map_ecg + 0.2 * self._rng.normal(size=(subjects, 2)).astype(np.float32)
        titles = ("normal", "enlarged LV", "LBBB", "noisy")
        self.examples = tuple(
            Example(title.lower().replace(" ", "-"), title, subject_id)
            for title, subject_id in zip(titles, ids, strict=False)
        )
        self.manifest = SimpleNamespace(recipe=Recipe())
        self.model_info = ModelInfo("fake", "0", synthetic=True, measures=True)
        self.path = Path("no-gallery")
        self.lead_sets = HeadsByLeadSet(self.path)
        self.reads_any_leads = False
        self.probabilities = Probabilities(self.path)
        self.checkpoint_path = Path("no-checkpoint")
        self.targets: tuple[Target, ...] = ()

    def open_signals(self) -> None:
        """Do nothing: they are made with the gallery."""

    def __len__(self) -> int:
        return len(self.table)

    def _draw_table(self, ids: tuple[str, ...]) -> pd.DataFrame:
        rng, n = self._rng, len(ids)
        sex = np.where(rng.random(n) < 0.5, "female", "male")
        table = pd.DataFrame({"sex": sex}, index=pd.Index(ids, name="subject_id"))
        table["age_years"] = rng.normal(64, 8, n)
        table["height_cm"] = np.where(sex == "male", 177.0, 164.0) + rng.normal(0, 6, n)
        table["weight_kg"] = rng.normal(76, 12, n)
        for entry in PHENOTYPES:
            reference = [entry.reference[s] for s in sex]
            mean, sd = np.array([m for m, _ in reference]), np.array([s for _, s in reference])
            z = rng.normal(size=n)
            table[entry.key] = mean + sd * z
            table[f"predicted_{entry.key}"] = mean + sd * (0.7 * z + 0.4 * rng.normal(size=n))
            table[f"low_{entry.key}"] = table[f"predicted_{entry.key}"] - 1.2 * sd
            table[f"high_{entry.key}"] = table[f"predicted_{entry.key}"] + 1.2 * sd
        typical = (62, 160, 92, 400, 412, 35, 30)
        for key, value in zip(INTERVAL_KEYS, typical, strict=True):
            table[key] = value * (1 + 0.1 * rng.normal(size=n))
        table["rr_ms"] = 60_000 / table["heart_rate_bpm"]
        table["own_rank"] = rng.integers(1, n + 1, n)
        table["alignment_error_frames"] = np.abs(rng.normal(1.2, 0.4, n))
        table["familiarity_distance"] = rng.uniform(0.1, 0.4, n)
        table["truth_lbbb"] = (rng.random(n) < 0.1).astype(float)
        return table

    def _draw_embeddings(self, ids: tuple[str, ...]) -> Embeddings:
        n, rng = len(ids), self._rng
        ecg = _unit(rng.normal(size=(n, 16)))
        angle = 2 * np.pi * np.arange(50) / 50
        circle = np.zeros((50, 16))
        circle[:, :3] = np.stack([np.cos(angle), np.sin(angle), np.cos(2 * angle)], axis=-1)
        frames = np.repeat(circle[None], n, axis=0).astype(np.float32)
        segments = frames + 0.2 * rng.normal(size=frames.shape).astype(np.float32)
        features = rng.normal(size=(n, 8)).astype(np.float32)
        cmr = _unit(ecg + 0.2 * rng.normal(size=ecg.shape))
        return Embeddings(ids, ecg, cmr, features, features, segments.astype(np.float32), frames)

    @property
    def phenotypes(self) -> tuple[Phenotype, ...]:
        """Those of its table."""
        return phenotypes_in(self.table.columns)

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """Those of its table."""
        return measurements_in(self.table.columns)

    def row(self, subject_id: str) -> int:
        """Row of a subject in the table."""
        return self._embeddings.subject_ids.index(subject_id)

    def ecg(self, subject_id: str) -> PreparedEcg:
        """Ten seconds of Gaussian beats, one a second."""
        time_s = np.arange(5000) / RATE_HZ % 1.0
        waves = ((0.84, 0.12, 0.02), (0.0, 1.0, 0.01), (1.0, 1.0, 0.01), (0.3, 0.3, 0.04))
        beat = sum(a * np.exp(-((time_s - t) ** 2) / (2 * s**2)) for t, a, s in waves)
        gains = np.array([0.6, 1, 0.4, -0.8, 0.1, 0.7, -0.5, -0.3, 0.4, 1.1, 1, 0.8])
        noise = np.random.default_rng(self.row(subject_id)).normal(0, 0.01, (12, 5000))
        signal = (gains[:, None] * np.asarray(beat) + noise).astype(np.float32)
        quality = EcgQuality(tuple(LeadQuality(lead, "good", "") for lead in LEADS), True, "")
        return PreparedEcg(signal, 5000, np.arange(0, 5000, 500), quality)

    def cine(self, subject_id: str) -> PreparedCine:
        """A bright disc that contracts once."""
        phases = (np.arange(50) / 50).astype(np.float32)
        rows, columns = np.mgrid[:64, :64] - 31.5
        radius = 14 - 5 * np.sin(np.pi * np.minimum(phases / 0.7, 1)) ** 2
        inside = np.hypot(rows, columns)[None] < radius[:, None, None]
        frames = np.where(inside, 220, 40).astype(np.uint8)
        return PreparedCine(frames, phases, float(self.table.loc[subject_id, "rr_ms"]))

    def stills(self, subject_ids: Sequence[str], side: int = 44) -> np.ndarray:
        """The middle of each cine's first frame."""
        frames = np.array([self.cine(subject_id).frames[0] for subject_id in subject_ids])
        return frames[:, 10 : 10 + side, 10 : 10 + side]

    def volume_curve(self, subject_id: str) -> np.ndarray | None:
        """LV volume of each frame in mL."""
        row = self.table.loc[subject_id]
        share = np.sin(np.pi * np.minimum(np.arange(50) / 35, 1)) ** 2
        return np.asarray(row.lvedv_ml - row.lvsv_ml * share)

    def search(
        self,
        vector: np.ndarray,
        k: int,
        modality: str = "cmr",
        allowed: set[str] | None = None,
        exclude: str | None = None,
    ) -> tuple[Neighbour, ...]:
        """The k nearest by cosine similarity."""
        scores = getattr(self._embeddings, modality) @ vector
        found = [
            Neighbour(self._embeddings.subject_ids[i], float(scores[i]))
            for i in np.argsort(-scores)
        ]
        return tuple(
            f
            for f in found
            if f.subject_id != exclude and (allowed is None or f.subject_id in allowed)
        )[:k]

    def similarity(
        self, ecg_subject: str, cine_subject: str | None = None, control: Control = "none"
    ) -> np.ndarray:
        """Cosine of each segment with each frame."""
        segments = _unit(self._embeddings.segments[self.row(ecg_subject)])
        frames = _unit(self._embeddings.frames[self.row(cine_subject or ecg_subject)])
        return segments @ frames[frame_order(len(frames), control)].T

    def errors_by_phase(self) -> ErrorsByPhase:
        """Errors of the whole gallery."""
        return spread_by_phase(
            np.stack([errors_in_frames(self.similarity(each)) for each in self.table.index])
        )

    def heads_for(self, person: Person, leads: LeadSet = ALL_LEADS) -> tuple[Known, Heads]:
        """Heads that guess the mean of healthy people, of the sex where it is told."""
        sexes = (person.sex,) if person.sex else ("female", "male")
        held = self.phenotypes
        means = [np.mean([entry.reference[sex][0] for sex in sexes]) for entry in held]
        zeros, ones = np.zeros((8, len(held))), np.ones(len(held))
        return "sex" if person.sex else "ecg", Heads(
            tuple(entry.key for entry in held), 0.9, (), ones, zeros, np.array(means), zeros, ones,
            np.stack([ones, ones]), ones[None],
        )  # fmt: skip

    def likely(self, *_: object) -> None:
        """No probabilities, as of a gallery made before there were any."""

    def inspection(self, subject_id: str) -> Inspection:
        """What the page shows about a subject of the gallery."""
        row, i = self.table.loc[subject_id], self.row(subject_id)
        prepared = self.ecg(subject_id)
        predictions = tuple(
            Prediction(
                p.key,
                p.name,
                p.unit,
                float(row[f"predicted_{p.key}"]),
                float(row[f"low_{p.key}"]),
                float(row[f"high_{p.key}"]),
                {s: p.interval(s) for s in ("female", "male")},
            )
            for p in self.phenotypes
        )
        return Inspection(
            ecg=Ecg(prepared.signal_mv, RATE_HZ, "simulated", {"heart_rate_bpm": 60.0}),
            prepared=prepared,
            intervals=EcgIntervals(*(float(row[key]) for key in INTERVAL_KEYS)),
            familiarity=Familiarity(True, float(row.familiarity_distance), 0.45, 52.0),
            predictions=predictions,
            neighbours=self.search(self._embeddings.ecg[i], 6, exclude=subject_id),
            map_xy=(float(self.map_ecg[i, 0]), float(self.map_ecg[i, 1])),
            embedding=self._embeddings.ecg[i],
            features=self._embeddings.ecg_features[i],
            model=self.model_info,
            impression=IMPRESSION,
            person=Person(
                str(row.sex),  # type: ignore[arg-type]
                float(row.age_years),
                float(row.height_cm),
                float(row.weight_kg),
            ),
        )
