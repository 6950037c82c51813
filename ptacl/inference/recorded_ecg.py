"""An ECG as plain JSON values, sample by sample, and back, for a report that can be repeated."""

import base64
import binascii
import hashlib
import zlib
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from ptacl.errors import PtaclError
from ptacl.types import LEADS, UNKNOWN_PERSON, Caveat, Ecg, Person

MOST_SAMPLES = 50_000_000
"""Of all leads together; a damaged record must not fill the memory."""


@dataclass(frozen=True, slots=True)
class RecordedSignal:
    """Samples in mV, bit for bit: base64 of zlib of little-endian 32-bit floats, lead by lead."""

    shape: tuple[int, int]
    """Leads and samples."""
    data: str
    coding: Literal["base64 of zlib of little-endian float32"] = (
        "base64 of zlib of little-endian float32"
    )

    @classmethod
    def of(cls, signal_mv: np.ndarray) -> "RecordedSignal":
        """Return the record of samples of shape (leads, samples)."""
        packed = zlib.compress(np.ascontiguousarray(signal_mv, "<f4").tobytes(), 9)
        leads, samples = signal_mv.shape
        return cls((leads, samples), base64.b64encode(packed).decode("ascii"))

    def samples(self) -> np.ndarray:
        """Return the samples, shape (leads, samples).

        Raises:
            PtaclError: the record is damaged.
        """
        leads, samples = self.shape
        count = leads * samples
        if leads != len(LEADS) or not 0 < count <= MOST_SAMPLES:
            raise _damaged(f"its shape is {leads} × {samples}")
        try:
            unpacking = zlib.decompressobj()
            packed = base64.b64decode(self.data, validate=True)
            content = unpacking.decompress(packed, 4 * count + 1)
        except (binascii.Error, zlib.error, ValueError) as error:
            raise _damaged(str(error)) from error
        if len(content) != 4 * count or not unpacking.eof:
            raise _damaged(f"it holds another number of samples than {leads} × {samples}")
        return np.frombuffer(content, "<f4").astype(np.float32).reshape(leads, samples)


@dataclass(frozen=True, slots=True)
class RecordedEcg:
    """Everything of an ECG that an inspection depends on."""

    sample_rate_hz: float
    source_format: str
    signal_mv: RecordedSignal
    leads: tuple[str, ...] = LEADS
    measurements: dict[str, float] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    caveats: tuple[Caveat, ...] = ()
    stated: Person = UNKNOWN_PERSON
    device_statements: tuple[str, ...] = ()
    median_mv: RecordedSignal | None = None
    median_rate_hz: float | None = None

    @classmethod
    def of(cls, ecg: Ecg) -> "RecordedEcg":
        """Return the record of an ECG as it was read."""
        return cls(
            ecg.sample_rate_hz,
            ecg.source_format,
            RecordedSignal.of(ecg.signal_mv),
            measurements=dict(ecg.measurements),
            missing=dict(ecg.missing),
            caveats=ecg.caveats,
            stated=ecg.stated,
            device_statements=ecg.device_statements,
            median_mv=None if ecg.median_mv is None else RecordedSignal.of(ecg.median_mv),
            median_rate_hz=ecg.median_rate_hz,
        )

    def ecg(self) -> Ecg:
        """Return the ECG, equal to the one that was read.

        Raises:
            PtaclError: the record is damaged, or of other leads.
        """
        if self.leads != LEADS:
            raise _damaged(f"its leads are {', '.join(self.leads)}")
        return Ecg(
            self.signal_mv.samples(),
            self.sample_rate_hz,
            self.source_format,
            measurements=self.measurements,
            missing=self.missing,
            median_mv=None if self.median_mv is None else self.median_mv.samples(),
            median_rate_hz=self.median_rate_hz,
            caveats=self.caveats,
            stated=self.stated,
            device_statements=self.device_statements,
        )


def signal_sha256(ecg: Ecg) -> str:
    """Return a digest of samples and sample rate that identifies a recording in any format."""
    digest = hashlib.sha256(np.float64(ecg.sample_rate_hz).tobytes())
    digest.update(np.ascontiguousarray(ecg.signal_mv, "<f4").tobytes())
    return digest.hexdigest()


def _damaged(reason: str) -> PtaclError:
    return PtaclError(
        f"The ECG in the report is damaged: {reason}. Save the report again.",
        code="record.damaged",
    )
