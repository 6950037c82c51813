"""Report on ECGs with diagnoses as Markdown."""

from collections.abc import Mapping

from ptacl.checkpoint.reports import LabelledReport
from ptacl.checkpoint.reports.figures import EmptyGroup, MeanInterval
from ptacl.checkpoint.reports.labelled import DiagnosisAurocs, PredictedVolume
from ptacl.reporting.markdown import interval_cell, markdown_table

TRANSFER = (
    "The model was trained on simulated hearts: these figures show how far a simulated physiology "
    "carries over to real recordings, not what it was trained for."
)

EXPLAINED = (
    "“For the sex”: predicted by heads that know the sex, in SD from the mean of healthy people of "
    "that sex. “Reading”: one of the two whose mean is the prediction where hearts are simulated."
)


def labelled_table(report: LabelledReport) -> str:
    """Format AUROCs by diagnosis, out-of-distribution shares and volumes of normal records."""
    unread = f", {report.left_out} could not be read." if report.left_out else "."
    parts = (
        f"{report.records} ECGs of {report.table} read by {report.model}{unread}",
        TRANSFER if report.synthetic else "",
        _aurocs(report.auroc),
        _flagged(report.flagged),
        _volumes(report.normal_predictions),
    )
    return "\n\n".join(part for part in parts if part)


def _aurocs(diagnoses: Mapping[str, DiagnosisAurocs]) -> str:
    table = markdown_table(
        ["diagnosis", "by", "AUROC", "n", "n normal"],
        [
            [diagnosis.title, sign.title, interval_cell(sign, 2), sign.n, sign.n_normal]
            for diagnosis in diagnoses.values()
            for sign in diagnosis.signs.values()
        ],
    )
    return f"AUROC against normal ECGs (NORM) [95 % interval]. {EXPLAINED}\n\n{table}"


def _flagged(groups: Mapping[str, MeanInterval | EmptyGroup]) -> str:
    shares = [
        f"{interval_cell(share, 2)} of {share.n} {name} records"
        for name, share in groups.items()
        if isinstance(share, MeanInterval)
    ]
    return f"Out of distribution: {', '.join(shares)}."


def _volumes(by_sex: Mapping[str, Mapping[str, PredictedVolume]]) -> str:
    table = markdown_table(
        ["phenotype", "sex", "n", "predicted", "healthy"],
        [
            [
                f"{volume.name} ({volume.unit})",
                sex,
                volume.n,
                f"{volume.mean:.0f} ± {volume.sd:.0f}",
                f"{volume.reference_mean:.0f} ± {volume.reference_sd:.0f}",
            ]
            for sex, volumes in by_sex.items()
            for volume in volumes.values()
        ],
    )
    return (
        "Predicted for normal ECGs and measured in healthy people (Petersen et al., 2017), "
        f"mean ± SD:\n\n{table}"
    )
