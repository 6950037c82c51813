"""Sentences about the attribution of one prediction."""

from __future__ import annotations

from ptacl.measurements import measurement
from ptacl.types import Attribution
from ptacl.wording import signed

from .sentences import MEAN_OF_TWO

MEASURED = f"{MEAN_OF_TWO} Colours show the attribution of the first."
SHOWN = 3
"""Number of measurements in the sentence."""
SOURCE = (
    "Association in this model, not causation: integrated gradients (Sundararajan et al., 2017), "
    "from the gallery's average beat in the same rhythm to this ECG."
)


def measured_sums(attribution: Attribution) -> dict[str, float]:
    """Return the contribution of each measurement by its title, the largest first."""
    sums: dict[str, float] = {}
    for name, value in attribution.measured.items():
        title = measurement_title(name)
        sums[title] = sums.get(title, 0.0) + value
    return dict(sorted(sums.items(), key=lambda entry: -abs(entry[1])))


def measurement_title(name: str) -> str:
    """Return the title of an ECG measurement; the two components of the axis share one."""
    if name.endswith("_mv"):
        wave, lead, _ = name.split("_")
        return f"{wave.upper()} in {lead}"
    return measurement("qrs_axis_deg" if name.startswith("axis_") else name).name


def sentence(attribution: Attribution, first: list[tuple[str, str, float]]) -> str:
    """Return the difference from the baseline, and the waves that contribute most.

    Args:
        attribution: of one prediction.
        first: (wave, lead, contribution), the largest first, of the sign of the difference.
    """
    unit, change = attribution.unit, attribution.value - attribution.average_value
    text = (
        f"**{attribution.name} {attribution.value:.0f} {unit}**; baseline with average beats in "
        f"this rhythm: {attribution.average_value:.0f} {unit}."
    )
    direction = "Increased" if change > 0 else "Decreased"
    if first:
        waves = _listed([(f"{wave} in {lead}", value) for wave, lead, value in first], unit)
        text = f"{text} {direction} most by {waves}."
    same_sign = [entry for entry in measured_sums(attribution).items() if entry[1] * change > 0]
    if same_sign:
        text = f"{text} Of the measurements, by {_listed(same_sign[:SHOWN], unit)}."
    return text.replace("-", "−")


def _listed(entries: list[tuple[str, float]], unit: str) -> str:
    parts = [f"{name} ({signed(value)} {unit})" for name, value in entries]
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
