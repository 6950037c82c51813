"""Glossary of the pages: meanings of terms as tooltips on hover, focus and tap."""

import re

from markupsafe import Markup

from ptacl.phenotypes import PHENOTYPES

from .markup import render

_CHAMBERS = {"LV": "left ventricle", "RV": "right ventricle"}
_MEASURES = {
    "EDV": "End-diastolic volume: the largest volume of the {}.",
    "ESV": "End-systolic volume: the smallest volume of the {}.",
    "SV": "Stroke volume: what the {} ejects with each beat (EDV − ESV).",
    "EF": "Ejection fraction: share of the {}'s blood that is ejected with each beat.",
    "M": "Myocardial mass of the {}.",
}

MEANINGS = {
    **{
        entry.name: _MEASURES.get(entry.name[2:], f"{entry.title}.").format(
            _CHAMBERS.get(entry.name[:2], "heart")
        )
        for entry in PHENOTYPES
    },
    "QTc": "QT interval corrected for the heart rate, here after Fridericia: QT / ∛RR.",
    "phase": "Position in the cardiac cycle: 0 at one R wave, 1 at the next.",
    "Diastasis": "The part of mid-diastole in which the heart hardly moves.",
    "embedding": "Vector that an encoder computes from an ECG or a cine; similar hearts have "
    "similar vectors.",
    "UMAP": "A projection of embeddings to a plane that preserves neighbourhoods "
    "(McInnes et al., 2018). Large distances in the plane mean little.",
    "similarity": "Cosine similarity of two embeddings: 1 is the same direction, 0 is orthogonal.",
    "R@1": "Recall at 1: share of queries whose matching heart is ranked first.",
    "R@10": "Recall at 10: share of queries whose matching heart is among the first ten.",
    "Median rank": "Median over the queries of the rank of the matching heart.",
    "R²": "Share of the variance between people that the prediction explains; 1 is perfect, 0 is "
    "no better than the mean.",
    "MAE": "Mean absolute error of the predictions.",
    "AUROC": "Probability that a subject with the finding has a higher score than one without: "
    "1 is perfect, 0.5 is chance.",
    "Bland–Altman": "Difference of two methods against their mean; about 95 % of the differences "
    "are within the limits of agreement.",
    "90 % interval": "From conformal prediction: it contains the measured value in 9 of 10 people "
    "like those of the calibration set.",
    "bootstrap": "Repeated resampling of the subjects with replacement, to estimate the "
    "uncertainty of a figure.",
    "Hedges' g": "Effect size: the difference of two means in standard deviations, corrected for "
    "small groups.",
    "fingerprint": "A short checksum, which changes with any change of its input.",
    "summation of slices": "Volume as the sum of the area in each short-axis slice times its "
    "distance from the next (Simpson's method).",
    "area–length": "Volume estimated from the area in one slice and a length that one slice does "
    "not show; its interval says how far people differ.",
    "endocardium": "Inner border of the muscle: the cavity of the left ventricle, papillary "
    "muscles included.",
    "epicardium": "Outer border of the muscle of the left ventricle.",
    "gallery": "The subjects of a cohort with the embeddings and the map of a model, and their "
    "measurements.",
    "checkpoint": "A trained model on the disk, with its recipe and its model card.",
    "recipe": "Preprocessing of every ECG and every cine.",
}
"""Term, as the pages write it → its meaning."""

_TERM = re.compile(
    r"(?<!\w)(" + "|".join(sorted(map(re.escape, MEANINGS), key=len, reverse=True)) + r")(?!\w)"
)


def explained(text: str) -> Markup:
    """Return text with a tooltip at the first mention of each term.

    Args:
        text: Markdown or HTML; text of a file must have passed `labels.literal` or
            `markupsafe.escape`.

    Returns:
        HTML for ``st.html``, or Markdown for ``unsafe_allow_html=True``.

    >>> explained("The LVSV, again the LVSV.").count("tooltip")
    1
    """
    mentioned: set[str] = set()

    def mark(match: re.Match[str]) -> str:
        term = match[0]
        if term in mentioned:
            return term
        mentioned.add(term)
        return render("text/term.html", term=term, meaning=MEANINGS[term])

    return Markup(_TERM.sub(mark, text))
