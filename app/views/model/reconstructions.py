"""Panel of masked pretraining: masked and reconstructed parts of held-out subjects."""

from pathlib import Path

import numpy as np
import streamlit as st

from ptacl.checkpoint.reconstructions import Reconstructions, read_reconstructions
from ptacl.types import LEADS

from ... import charts
from ...layout import page
from ...layout.saved_chart import chart

_SHOWN_FRAMES = 3


def section(folder: Path, sample_rate_hz: float) -> None:
    """Show the reconstructions of a checkpoint with masked pretraining; else nothing.

    Args:
        folder: the checkpoint.
        sample_rate_hz: of its recipe.

    Raises:
        BadInput: the file of reconstructions is damaged.
    """
    made = read_reconstructions(folder)
    if made is None:
        return
    page.section(
        "Reconstruction of masked parts",
        "Pretraining masked most of each recording; the loss is on masked parts only. Held-out "
        "subjects.",
    )
    left, right = st.columns(2)
    subject = left.selectbox(
        "Held-out subject",
        range(len(made.ecg_truth)),
        format_func=lambda number: f"{number + 1} of {len(made.ecg_truth)}",
        key="reconstructed-subject",
    )
    lead = right.selectbox("Lead", LEADS, index=LEADS.index("V5"), key="reconstructed-lead")
    _lead(made, subject, LEADS.index(lead), sample_rate_hz)
    _frames(made, subject)


def _lead(made: Reconstructions, subject: int, lead: int, sample_rate_hz: float) -> None:
    truth, predicted, hidden = (
        values[subject, lead] for values in (made.ecg_truth, made.ecg_predicted, made.ecg_hidden)
    )
    chart(
        charts.filled_in_lead(truth, predicted, hidden, sample_rate_hz),
        key="reconstructed-ecg",
        alt=f"{LEADS[lead]}: {100 * hidden.mean():.0f} % was masked and reconstructed, "
        f"with a mean error of {made.ecg_error(subject, lead):.2f} mV",
    )


def _frames(made: Reconstructions, subject: int) -> None:
    truth, predicted, hidden = (
        values[subject] for values in (made.cine_truth, made.cine_predicted, made.cine_hidden)
    )
    rows = {
        "recorded": truth,
        "visible": np.where(hidden, 0.0, truth),
        "reconstructed": np.where(hidden, predicted, truth),
    }
    numbers = np.linspace(0, len(truth), _SHOWN_FRAMES, endpoint=False).astype(int)
    for column, (title, frames) in zip(st.columns(len(rows)), rows.items(), strict=True):
        strip = np.concatenate([frames[number] for number in numbers], axis=1)
        column.image(
            strip.clip(0, 1),
            caption=f"{title}, frames {', '.join(str(number + 1) for number in numbers)}",
            width="stretch",
        )
