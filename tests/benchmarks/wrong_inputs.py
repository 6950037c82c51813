"""What becomes of signals that are wrong: spoiled leads, exchanged leads, no heart; false alarms.

    python -m tests.benchmarks.wrong_inputs [checkpoints/demo] [--data ../shared/data]

Prints four tables, each with counts. Real records are the first 20 usable ones of `wfdb_ptbxl_more`
(to develop on) and its normal ones; without them simulated hearts of the demonstration's gallery
stand in, half of which took part in fitting `lead_statistics`, so the other half is used.
`--held-out` counts false alarms on the records of `wfdb_ptbxl` as well: to be looked at once.
"""

import argparse
import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

import ptacl
from ptacl.inference.model import Model
from ptacl.signal.preparation import prepare_ecg
from ptacl.types import LEADS, LIMB, Ecg, EcgQuality, Inspection
from tests.made.wrong_signals import NO_HEART, SPOILINGS, no_heart, spoil
from tests.real_files import SHARED

EACH = 20
TABLES = ("leads", "mistakes", "no-heart", "alarms")
KNOWN_BEFORE = ("flat", "noisy", "wandering", "still", "missing", "humming")
"""Reasons for which a lead was told before all this."""
SAID_OF_LEADS = ("leads_estimated", "stretches_estimated", "intervals_widened")
Change = Callable[[np.ndarray], np.ndarray]


def limbs(first: Callable, second: Callable) -> Change:
    """All six limb leads made of another I and II, each a function of I and II."""

    def change(signal: np.ndarray) -> np.ndarray:
        one, two = first(*signal[:2]), second(*signal[:2])
        return np.concatenate([[a * one + b * two for a, b in LIMB.values()], signal[6:]])

    return change


def order(*leads: str) -> Change:
    """The leads taken from others: ``order("V1", "V2")`` exchanges two."""
    rows = list(range(len(LEADS)))
    for lead, source in zip(leads, (*leads[1:], leads[0]), strict=True):
        rows[LEADS.index(lead)] = LEADS.index(source)
    return lambda signal: signal[rows]


def scaled(lead: str, factor: float) -> Change:
    """One lead times a factor."""
    gains = np.ones((len(LEADS), 1), dtype=np.float32)
    gains[LEADS.index(lead)] = factor
    return lambda signal: gains * signal


MISTAKES: dict[str, Change] = {
    "arms exchanged (RA/LA)": limbs(lambda i, ii: -i, lambda i, ii: ii - i),
    "left arm and left leg (LA/LL)": limbs(lambda i, ii: ii, lambda i, ii: i),
    "right arm and left leg (RA/LL)": limbs(lambda i, ii: i - ii, lambda i, ii: -ii),
    "right arm and right leg (II flat)": limbs(lambda i, ii: i - ii, lambda i, ii: 0 * ii),
    "left arm and right leg (III flat)": limbs(lambda i, ii: ii, lambda i, ii: ii),
    "V1 to V6 reversed": lambda signal: signal[[*range(6), *range(11, 5, -1)]],
    **{f"V{n} and V{n + 1} exchanged": order(f"V{n}", f"V{n + 1}") for n in range(1, 6)},
    "V1 and V3 exchanged": order("V1", "V3"),
    "V2 upside down": scaled("V2", -1),
    "V5 × 10": scaled("V5", 10),
    "V5 × 0.1": scaled("V5", 0.1),
    "V3 × 2": scaled("V3", 2),
    "labels I and II exchanged": order("I", "II"),
    "labels II and III exchanged": order("II", "III"),
    "aVR upside down": scaled("aVR", -1),
    "III × 10": scaled("III", 10),
    "V2 is a copy of V3": lambda signal: signal[[*range(7), 8, *range(8, 12)]],
    "lead II in all twelve": lambda signal: signal[[1] * 12],
    "clipped at .5 mV": lambda signal: np.clip(signal, -0.5, 0.5),
    "clipped at 1 mV": lambda signal: np.clip(signal, -1.0, 1.0),
    **{f"gain × {gain:g}": scaled_all for gain, scaled_all in (
        (gain, (lambda signal, gain=gain: gain * signal)) for gain in (0.1, 0.5, 2, 3, 10)
    )},
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", nargs="?", default="checkpoints/demo", type=Path)
    parser.add_argument("--data", default=SHARED, type=Path)
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=TABLES)
    given = parser.parse_args()
    model = ptacl.load(given.checkpoint, progress=lambda share, what: None)
    simulated = list(_simulated(model))
    folder = given.data / "ecg" / "wfdb_ptbxl_more"
    normal = list(_records(folder, "NORM"))
    if not normal:
        print(f"(real records are not at {folder}: simulated hearts stand in)")
    usable = (ecg for ecg in (normal or simulated) if _as_it_should(model.inspect(ecg)))
    clean = [ecg for ecg, _ in zip(usable, range(EACH), strict=False)]
    if "leads" in given.tables:
        spoiled_leads(model, clean)
    if "mistakes" in given.tables:
        mistakes(clean, normal or simulated)
    if "no-heart" in given.tables:
        without_a_heart(model)
    if "alarms" not in given.tables:
        return
    print("\nFalse alarms           ECGs  withheld  newly told  share")
    false_alarms(model, "simulated hearts", simulated)
    if normal:
        false_alarms(model, "real, NORM", normal)
        false_alarms(model, "real, other", list(_records(folder, "NORM", holds=False)))
    if given.held_out:
        folder = given.data / "ecg" / "wfdb_ptbxl"
        false_alarms(model, "held out, NORM", list(_records(folder, "NORM")))
        false_alarms(model, "held out, other", list(_records(folder, "NORM", holds=False)))


def spoiled_leads(model: Model, clean: list[Ecg]) -> None:
    """How far LVEDV moves by one spoiled lead, where it is shown."""
    whole = [_lvedv(model.inspect(ecg)) for ecg in clean]
    print(f"\nOne lead spoiled       {'of':>4}  withheld  told  median and largest change of LVEDV")
    rows = [("V1: 10 mV square wave", "10 mV square wave", [6] * len(clean))]
    rows += [(f"{how}", how, [(n % 8 + 4) if n % 8 > 1 else n % 8 for n in range(len(clean))])
             for how in SPOILINGS]  # fmt: skip
    rows += [(f"{LEADS[row]}: noise of .5 mV", "noise of .5 mV", [row] * len(clean))
             for row in (0, 1, 7, 8, 9, 10, 11)]  # fmt: skip
    for name, how, leads in rows:
        moved, told = [], 0
        for ecg, value, lead in zip(clean, whole, leads, strict=True):
            changed = replace(ecg, signal_mv=spoil(ecg.signal_mv, lead, how).astype(np.float32))
            found = model.inspect(changed)
            told += _told(found.prepared.quality)
            if found.predictions:
                moved.append(abs(_lvedv(found) - value))
        figures = f"{np.median(moved):6.1f} {max(moved):6.1f} mL" if moved else "     –"
        withheld = len(clean) - len(moved)
        print(f"{name:24}{len(clean):3}  {withheld:8}  {told:4}  {figures}")


def mistakes(clean: list[Ecg], others: list[Ecg]) -> None:
    """How many of each mistake are found, and how many clean ones stay good."""
    print(f"\nMistakes of a recording             {'of':>4}  found  withheld  as what")
    print(_found("none (clean)", [prepare_ecg(ecg).quality for ecg in clean]))
    for name, change in MISTAKES.items():
        wrong = (replace(ecg, signal_mv=change(ecg.signal_mv)) for ecg in clean)
        print(_found(name, [_quality(ecg) for ecg in wrong]))
    limbs_of_others = [
        replace(ecg, signal_mv=np.concatenate([other.signal_mv[:6], ecg.signal_mv[6:]]))
        for ecg, other in zip(clean, others[EACH:], strict=False)
    ]
    print(_found("limb leads of another person", [_quality(ecg) for ecg in limbs_of_others]))


def without_a_heart(model: Model) -> None:
    """How many signals without a heart get volumes."""
    print(f"\nNo heart               {'of':>4}  shown  first reasons")
    for kind in NO_HEART:
        found = [model.inspect(Ecg(no_heart(kind, seed), 500.0, "made")) for seed in range(EACH)]
        shown = sum(bool(each.predictions) for each in found)
        reasons = Counter(_reason(each) for each in found)
        print(f"{kind:22} {EACH:4}  {shown:5}  {_counts(reasons)}")


def false_alarms(model: Model, name: str, ecgs: list[Ecg]) -> None:
    """Withheld or newly told of all; what was told of single leads before is not new."""
    withheld, new = 0, 0
    reasons: Counter[str] = Counter()
    for ecg in ecgs:
        found = model.inspect(ecg)
        said = _new(found)
        withheld += not found.predictions
        new += bool(found.predictions) and bool(said)
        reasons.update(said or ([] if found.predictions else [_reason(found)]))
    share = (withheld + new) / len(ecgs)
    print(f"{name:22} {len(ecgs):4}  {withheld:8}  {new:10}  {share:5.1%}  {_counts(reasons)}")


def _new(found: Inspection) -> list[str]:
    leads = [
        entry.reason
        for entry in found.prepared.quality.per_lead
        if entry.state != "good" and not entry.reason.startswith(KNOWN_BEFORE)
    ]
    codes = [c.code for c in found.caveats if c.code not in SAID_OF_LEADS and c.severity != "info"]
    return codes + leads[:1]


def _reason(found: Inspection) -> str:
    gravest = [caveat.code for caveat in found.caveats if caveat.severity == "withhold"]
    return gravest[0] if gravest else ("" if found.predictions else "leads cannot be read")


def _found(name: str, qualities: list[EcgQuality]) -> str:
    told = sum(map(_told, qualities))
    withheld = sum(not q.usable or any(c.severity == "withhold" for c in q.caveats)
                   for q in qualities)  # fmt: skip
    codes = Counter(c.code for q in qualities for c in q.caveats)
    unusable = sum(not q.usable for q in qualities)
    codes.update({"leads cannot be read": unusable} if unusable else {})
    return f"{name:36}{len(qualities):4}  {told:5}  {withheld:8}  {_counts(codes)}"


def _told(quality: EcgQuality) -> bool:
    return not quality.usable or bool(quality.caveats) or not _clean(quality)


def _as_it_should(found: Inspection) -> bool:
    return bool(found.predictions) and _clean(found.prepared.quality)


def _clean(quality: EcgQuality) -> bool:
    return quality.usable and all(entry.state == "good" for entry in quality.per_lead)


def _quality(ecg: Ecg) -> EcgQuality:
    return prepare_ecg(replace(ecg, signal_mv=ecg.signal_mv.astype(np.float32))).quality


def _lvedv(found: Inspection) -> float:
    return next(entry.value for entry in found.predictions if entry.key == "lvedv_ml")


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counter.most_common(3))


def _simulated(model: Model) -> Iterable[Ecg]:
    """Every other heart of the gallery: those that `fit_lead_statistics` left out."""
    for subject in model.gallery.table.index[1::2]:
        ecg = model.gallery.ecg(subject)
        flat = {lead: "flat" for lead, row in zip(LEADS, ecg.signal_mv, strict=True)
                if not row.any()}  # fmt: skip
        yield Ecg(ecg.signal_mv, 500.0, "gallery", missing=flat)


def _records(folder: Path, code: str, *, holds: bool = True) -> Iterator[Ecg]:
    if not (folder / "records.csv").is_file():
        return
    with (folder / "records.csv").open() as table:
        for row in csv.DictReader(table):
            if (code in row["scp_codes"]) == holds:
                yield ptacl.read_ecg(folder / f"{row['file']}.hea")


if __name__ == "__main__":
    main()
