"""Leads of an unlabelled array: which axis they are on, and their order."""

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.ecg.leads.no_signal import no_signal_markers
from ptacl.types import INDEPENDENT_LEADS, LEADS, LIMB, Caveat


def lead_rows(
    where: str, grid: Float64[np.ndarray, "a b"], names: list[str] | None = None
) -> tuple[list[str], Float64[np.ndarray, "leads samples"]]:
    """Return the leads in rows, with their names.

    Without names, 12 leads are taken in the order I, II, III, aVR, aVL, aVF, V1–V6 and 8 as I, II,
    V1–V6, as is common in array software.

    Raises:
        BadInput: neither axis has as many entries as there are leads, or 12 unnamed leads do not
            satisfy the equations of `types.LIMB`, so that their order is different.
    """
    counts = (len(names),) if names else (len(LEADS), len(INDEPENDENT_LEADS))
    # The shorter axis is that of the leads.
    rows = grid if grid.shape[0] <= grid.shape[1] else grid.T
    if len(rows) not in counts:
        raise BadInput(
            where,
            f"it holds an array of {grid.shape[0]} × {grid.shape[1]} numbers",
            f"save {' or '.join(map(str, counts))} leads × samples, or name the leads",
            code="ecg.wrong_shape",
        )
    if names is None and len(rows) == len(LEADS) and not _obeys_einthoven(rows):
        raise BadInput(
            where,
            "its leads have no names and are not in the order I, II, III, aVR, aVL, aVF, V1 to V6",
            "name the leads",
            code="ecg.unnamed_leads",
        )
    order = names or list(LEADS if len(rows) == len(LEADS) else INDEPENDENT_LEADS)
    return order, rows


def order_caveat(order: list[str]) -> tuple[Caveat, ...]:
    """Return the caveat for unnamed leads that `lead_rows` put in a conventional order."""
    if len(order) == len(LEADS):
        text = (
            "The file does not name its leads. They were taken as I, II, III, aVR, aVL, aVF, V1 to "
            "V6: the limb leads agree with it, the order of the chest leads is assumed."
        )
    else:
        text = (
            "The file does not name its eight leads. They were assumed to be I, II, V1 to V6; were "
            "they II, III, V1 to V6, the limb leads would be wrong. Name the leads to be sure."
        )
    return (Caveat("lead_order_assumed", text),)


def _obeys_einthoven(rows: Float64[np.ndarray, "leads samples"]) -> bool:
    marks = no_signal_markers(rows)
    limb = rows if marks is None else np.where(marks, np.nan, rows)
    limb = limb[: len(LIMB)] - np.nanmedian(limb[: len(LIMB)], axis=1, keepdims=True)
    with np.errstate(over="ignore", invalid="ignore"):
        residual = limb - np.array(list(LIMB.values())) @ limb[:2]
        # A wrong order leaves a residual as large as the leads; device filters far less.
        return not np.nanmean(residual[2:] ** 2) > 0.05 * np.nanmean(limb**2)
