"""A folder as people have them: recordings in several formats, broken ones, and other files."""

import io
import zipfile
from pathlib import Path

import numpy as np

from ptacl.io.writers.wfdb_nifti import write_ecg
from ptacl.types import Ecg

GAIN = np.array([0.6, 1.0, 0.4, -0.8, 0.1, 0.7, -0.6, -0.8, 0.5, 1.1, 1.0, 0.8])
"""Of the 12 leads; the limb leads obey Einthoven's law."""


def beating(rr_s: float = 0.9, duration_s: float = 10.0, rate_hz: float = 500.0) -> np.ndarray:
    """(12, samples) float32 in mV: P, QRS and T of Gaussian shape, a little noise."""
    time_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    phase_s = (time_s - 0.4) % rr_s
    lead = np.zeros_like(time_s)
    for centre, width, height in ((rr_s - 0.16, 0.02, 0.1), (0.0, 0.01, 1.0), (0.28, 0.04, 0.25)):
        for shift in (0.0, rr_s):
            lead += height * np.exp(-0.5 * ((phase_s - centre + shift) / width) ** 2)
            lead += height * np.exp(-0.5 * ((phase_s - centre - shift) / width) ** 2) * (shift > 0)
    noise = np.random.default_rng(round(1000 * rr_s)).normal(0, 0.01, (12, time_s.size))
    return (GAIN[:, None] * lead + noise).astype(np.float32)


def write_wfdb(header: Path, rr_s: float = 0.9) -> None:
    header.parent.mkdir(parents=True, exist_ok=True)
    write_ecg(Ecg(beating(rr_s), 500.0, "simulated"), header)


def csv_bytes(rr_s: float = 0.9, said: str = "# sample_rate_hz: 500\n# unit: mV\n") -> bytes:
    rows = "\n".join(",".join(f"{v:.3f}" for v in row) for row in beating(rr_s).T)
    return f"{said}I,II,III,aVR,aVL,aVF,V1,V2,V3,V4,V5,V6\n{rows}\n".encode()


def npz_bytes(rr_s: float = 0.9) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, ecg=beating(rr_s), fs=np.array(500.0), unit=np.array("mV"))
    return stream.getvalue()


def zip_bytes(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def wfdb_files(folder: Path, name: str, rr_s: float = 0.9) -> dict[str, bytes]:
    write_wfdb(folder / f"{name}.hea", rr_s)
    return {f"{name}{end}": (folder / f"{name}{end}").read_bytes() for end in (".hea", ".dat")}


READ = (
    "cart/p1.hea",
    "cart/p2.hea",
    "one.zip",
    "table.csv",
    "two.npz",
    "two.zip/a.csv",
    "two.zip/sub/b.hea",
)
FAILED = ("empty.hea", "holiday.jpg", "lonely.dat", "notes.txt", "torn.hea", "two.zip/read me.txt")


def write_folder(folder: Path, scratch: Path) -> None:
    """Recordings `READ`, files `FAILED`, and hidden ones that nobody wants to see."""
    write_wfdb(folder / "cart" / "p1.hea", 0.8)
    write_wfdb(folder / "cart" / "p2.hea", 1.0)
    pair = wfdb_files(scratch, "b", 0.7)
    contents = {
        "table.csv": csv_bytes(0.85),
        "two.npz": npz_bytes(0.95),
        "one.zip": zip_bytes({**wfdb_files(scratch, "z", 0.6), "LICENSE": b"free"}),
        "two.zip": zip_bytes(
            {
                "a.csv": csv_bytes(1.1),
                "sub/b.hea": pair["b.hea"],
                "sub/b.dat": pair["b.dat"],
                "read me.txt": b"some words\n",
            }
        ),
        "empty.hea": b"",
        "holiday.jpg": b"\xff\xd8\xff\xe0 a beach",
        "lonely.dat": beating().tobytes()[:2000],
        "notes.txt": b"seen on Monday\n",
        "torn.hea": (folder / "cart" / "p1.hea").read_bytes(),
        ".DS_Store": b"hidden",
        ".git/config": b"hidden",
    }
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
