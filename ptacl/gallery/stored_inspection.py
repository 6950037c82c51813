"""Inspections of a gallery's own subjects from its stored results, without an encoder."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from ptacl.gallery.rhythm_rule import named_rhythm
from ptacl.measurements import EcgIntervals
from ptacl.types import LEADS, Ecg, Inspection, Person
from ptacl.wording import as_sex

if TYPE_CHECKING:
    from ptacl.gallery.gallery import Gallery


def ready_inspection(gallery: "Gallery", subject_id: str) -> Inspection:
    """Return the inspection of a subject of a gallery, as if its ECG had been uploaded."""
    from ptacl.gallery.impression import with_impression  # the filters take seconds to load
    from ptacl.rhythm import rhythm_of  # the filters take seconds to load

    row = gallery.row(subject_id)
    record = gallery.table.iloc[row]
    prepared = gallery.ecg(subject_id)
    rate = gallery.manifest.recipe.ecg.sample_rate_hz
    rhythm = named_rhythm(rhythm_of(prepared, rate), prepared.quality.caveats)
    reading = gallery.read(
        gallery.vectors["ecg"][row],
        gallery.vectors["ecg_features"][row],
        prepared.quality,
        rhythm=rhythm,
        exclude=subject_id,
    )
    flat = {lead: "flat" for lead, signal in zip(LEADS, prepared.signal_mv, strict=True)
            if not signal.any()}  # fmt: skip
    source = "simulated" if gallery.simulated else "gallery"
    inspection = Inspection(
        ecg=Ecg(prepared.signal_mv[:, : prepared.valid_samples], rate, source, missing=flat),
        prepared=prepared,
        intervals=EcgIntervals(
            **{entry.key: float(record[entry.key]) for entry in gallery.measurements}
        ),
        familiarity=reading.familiarity,
        predictions=reading.predictions,
        findings=reading.findings,
        neighbours=reading.neighbours,
        map_xy=reading.map_xy,
        embedding=gallery.vectors["ecg"][row],
        features=gallery.vectors["ecg_features"][row],
        model=gallery.model_info,
        reading_caveats=reading.caveats,
        rhythm=named_rhythm(rhythm, reading.caveats),
        person=Person(
            sex=as_sex(record["sex"]),
            age_years=_known(record["age_years"]),
            height_cm=_known(record["height_cm"]),
            weight_kg=_known(record["weight_kg"]),
        ),
    )
    return with_impression(gallery, inspection, stored_row=row)


def _known(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
