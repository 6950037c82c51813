"""Predictions of an inspection as values to exchange: absolute and per body surface area."""

from collections.abc import Iterator
from dataclasses import dataclass

from ptacl.phenotypes import phenotype, surface_of
from ptacl.reporting.exchange.codes import PRIVATE, Code, ucum_unit
from ptacl.types import Inspection
from ptacl.wording import DISCLAIMER

DECIMALS = 2


@dataclass(frozen=True, slots=True)
class PredictedValue:
    """One predicted value with its interval and the reference interval."""

    code: Code
    unit: str
    """In UCUM."""
    value: float
    low: float
    high: float
    """``low`` to ``high`` is the 90 % prediction interval."""
    reference: tuple[float, float] | None
    """Of the person's sex; None where it is not known."""


def predicted_values(inspection: Inspection) -> Iterator[PredictedValue]:
    """Yield the predictions, each followed by its value per m² where the body surface is known."""
    surface, sex = surface_of(inspection.person), inspection.sex
    for entry in inspection.predictions:
        about, span = phenotype(entry.key), (entry.value, entry.low, entry.high)
        code = Code(entry.key, PRIVATE, f"{entry.name} predicted from the ECG")
        reference = entry.reference[sex] if sex else None
        yield _value(code, ucum_unit(entry.unit), span, reference)
        if surface and about.indexed_reference is not None:
            code = Code(
                f"{entry.key}_per_m2", PRIVATE, f"{entry.name} per m2, predicted from the ECG"
            )
            value, low, high = (number / surface for number in span)
            reference = about.interval(sex, indexed=True) if sex else None
            yield _value(code, ucum_unit(about.indexed_unit), (value, low, high), reference)


def notices(inspection: Inspection) -> list[str]:
    """Return what has to be known about the predictions, as sentences."""
    model = inspection.model
    texts = [f"{DISCLAIMER}. Predicted by the model {model.name} of PTACL {model.version}; no "
             "image was taken."]  # fmt: skip
    if model.synthetic:
        texts.append("Synthetic: simulated hearts, or a model trained on them.")
    if inspection.withheld:
        texts.append(f"Nothing is predicted. {inspection.withheld}")
    elif not inspection.familiarity.familiar:
        texts.append("This ECG is outside the distribution of the training ECGs.")
    return texts


def measured_statements(inspection: Inspection) -> list[str]:
    """Return the draft impression as far as it rests on measurements, a text a statement."""
    statements = [s for s in inspection.impression.statements if s.source == "measured"]
    return [
        f"{s.text} ({s.certainty}{', edited by the reader' if s.edited else ''}: {s.evidence})"
        for s in statements
    ]


def _value(
    code: Code, unit: str, span: tuple[float, float, float], reference: tuple[float, float] | None
) -> PredictedValue:
    """Return value, low and high, rounded."""
    value, low, high = (round(number, DECIMALS) for number in span)
    if reference:
        reference = (round(reference[0], DECIMALS), round(reference[1], DECIMALS))
    return PredictedValue(code, unit, value, low, high, reference)
