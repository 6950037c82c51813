"""What the pages' terms mean, told where they stand: on hover, on focus, on tap."""

import re

from ptacl.phenotypes import PHENOTYPES

_CHAMBERS = {"LV": "left ventricle", "RV": "right ventricle"}
_MEASURES = {
    "EDV": "Volume of the {} when it is fullest, at the end of diastole.",
    "ESV": "Volume of the {} when it is emptiest, at the end of systole.",
    "SV": "Stroke volume: what the {} ejects with each beat (EDV − ESV).",
    "EF": "Ejection fraction: share of the {}'s blood that is ejected with each beat.",
    "M": "Mass of the muscle of the {}.",
}

MEANINGS = {
    **{
        entry.name: _MEASURES.get(entry.name[2:], f"{entry.title}.").format(
            _CHAMBERS.get(entry.name[:2], "heart")
        )
        for entry in PHENOTYPES
    },
    "QTc": "QT interval corrected for the heart rate, here after Fridericia: QT / ∛RR.",
    "phase": "Place in the heartbeat: 0 at one R wave, 1 at the next.",
    "Diastasis": "The rest in mid-diastole in which the heart hardly moves.",
    "embedding": "The list of numbers that an encoder makes of an ECG or a cine; alike hearts "
    "get alike numbers.",
    "UMAP": "A way to draw embeddings on a plane so that neighbours stay neighbours "
    "(McInnes et al., 2018). Distances across the plane mean little.",
    "similarity": "Cosine of the angle between two embeddings: 1 is the same direction, 0 none.",
    "R@1": "Recall at 1: share of queries whose own heart is found first.",
    "R@10": "Recall at 10: share of queries whose own heart is among the first ten found.",
    "Median rank": "Half of the queries find their own heart at this place or before it.",
    "R²": "Share of the variance between people that the prediction explains; 1 is perfect, 0 is "
    "no better than the mean.",
    "MAE": "Mean absolute error: how far predictions lie off on average.",
    "AUROC": "Chance that somebody with the finding gets the higher score than somebody without: "
    "1 is perfect, 0.5 is a coin.",
    "Bland–Altman": "Difference of two methods against their mean; 95 % of differences lie within "
    "the limits of agreement.",
    "90 % interval": "Made by conformal prediction: it holds the measured value in 9 of 10 people "
    "like those it was calibrated on.",
    "bootstrap": "Drawing the subjects again and again with replacement, to see how far a figure "
    "would vary.",
    "Hedges' g": "Effect size: the difference of two means in standard deviations, corrected for "
    "small groups.",
    "fingerprint": "A short checksum: it changes when anything of what it was made from changes.",
    "gallery": "The subjects of a cohort as a model sees them: embeddings, map, measurements.",
    "checkpoint": "A trained model on the disk, with its recipe and its card.",
    "recipe": "What is done to every ECG and every cine before a model sees it.",
}
"""Term, as the pages write it → its meaning in plain words."""

_TERM = re.compile(
    r"(?<!\w)(" + "|".join(sorted(map(re.escape, MEANINGS), key=len, reverse=True)) + r")(?!\w)"
)


def explained(text: str) -> str:
    """Text whose terms carry their meaning, each where it is first mentioned.

    Args:
        text: Markdown or HTML of ours; what comes from a file has gone through `words.literal`.

    Returns:
        the same with elements, for ``st.html`` or ``unsafe_allow_html=True``.

    >>> explained("The LVSV, again the LVSV.").count("tooltip")
    1
    """
    seen: set[str] = set()

    def mark(found: re.Match[str]) -> str:
        term = found[0]
        if term in seen:
            return term
        seen.add(term)
        meaning = f'<span role="tooltip">{MEANINGS[term]}</span>'
        return f'<span class="term" tabindex="0">{term}{meaning}</span>'

    return _TERM.sub(mark, text)
