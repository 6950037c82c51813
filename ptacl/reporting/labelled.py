"""A report on ECGs with diagnoses as Markdown."""

from typing import Any

from ptacl.reporting.markdown import interval_cell, markdown_table

TRANSFER = (
    "The model was trained on simulated hearts: these figures show how far a simulated physiology "
    "carries over to real recordings, not what it was trained for."
)

EXPLAINED = (
    "“For the sex”: read by heads that know it, in SD of its healthy people. “Reading”: one of the "
    "two whose mean a prediction is where hearts are simulated."
)


def labelled_table(report: dict[str, Any]) -> str:
    """AUROCs by diagnosis, the gate's flags, the volumes predicted for normal ECGs."""
    return "\n\n".join(
        part
        for part in (
            f"{report['records']} ECGs of {report['table']} read by {report['model']}"
            + (f", {report['left_out']} could not be read." if report["left_out"] else "."),
            TRANSFER if report["synthetic"] else "",
            _aurocs(report["auroc"]),
            _flagged(report["flagged"]),
            _volumes(report["normal_predictions"]),
        )
        if part
    )


def _aurocs(diagnoses: dict[str, Any]) -> str:
    table = markdown_table(
        ["told from normal", "by", "AUROC", "n", "n normal"],
        [
            [diagnosis["title"], sign["title"], interval_cell(sign, 2), sign["n"], sign["n_normal"]]
            for diagnosis in diagnoses.values()
            for sign in diagnosis["signs"].values()
        ],
    )
    return f"AUROC against normal ECGs (NORM) [95 % interval]. {EXPLAINED}\n\n{table}"


def _flagged(groups: dict[str, Any]) -> str:
    shares = [
        f"{interval_cell(group, 2)} of {group['n']} {name} records"
        for name, group in groups.items()
        if group["n"]
    ]
    return f"Called unlike the training ECGs: {', '.join(shares)}."


def _volumes(by_sex: dict[str, Any]) -> str:
    table = markdown_table(
        ["phenotype", "sex", "n", "predicted", "healthy"],
        [
            [
                f"{entry['name']} ({entry['unit']})",
                sex,
                entry["n"],
                f"{entry['mean']:.0f} ± {entry['sd']:.0f}",
                f"{entry['reference_mean']:.0f} ± {entry['reference_sd']:.0f}",
            ]
            for sex, volumes in by_sex.items()
            for entry in volumes.values()
        ],
    )
    return (
        "Predicted for normal ECGs, mean ± SD, beside healthy people's (Petersen et al., 2017):"
        f"\n\n{table}"
    )
