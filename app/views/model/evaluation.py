"""Panel of the evaluation on held-out subjects, with baselines."""

from collections.abc import Mapping

import pandas as pd

from ptacl.checkpoint.reports import EvaluationReport
from ptacl.checkpoint.reports.evaluation import (
    AlignmentReport,
    FindingDetection,
    PhenotypeErrors,
    RetrievalReport,
)

from ...layout import page
from .r2_charts import r2_charts, spread

_METHOD = (
    "Ridge regressions with cross-validated shrinkage. For models trained on simulated hearts, "
    "uploads and the Volumes page use another regression, as real ECGs differ: ridges with more "
    "shrinkage, and the mean of two, on features of the encoder and on ECG measurements."
)


def section(report: EvaluationReport | None) -> None:
    """Show the record of `ptacl evaluate --record`; nothing without one."""
    if report is None:
        return
    page.section(
        "Evaluation with baselines",
        f"{report.subjects or '?'} held-out subjects; whiskers are 95 % bootstrap intervals.",
    )
    entries = {
        method: {key: errors.r2 for key, errors in by_key.items()}
        for method, by_key in report.phenotypes.items()
    }
    r2_charts(entries, "comparison")
    if report.synthetic:
        page.note(_METHOD)
    _phenotype_table(report.phenotypes)
    _findings_table(report.detection)
    _retrieval_table(report.retrieval)
    _alignment_table(report.alignment)


def _phenotype_table(phenotypes: Mapping[str, Mapping[str, PhenotypeErrors]]) -> None:
    rows = [
        {
            "Model": method,
            "Phenotype": errors.name,
            "R²": spread(errors.r2),
            "MAE": f"{spread(errors.mae, 1)} {errors.unit}",
            "Pearson r": spread(errors.pearson) if errors.pearson else "–",
            "Inside 90 % interval": f"{100 * errors.coverage_90:.0f} %",
        }
        for method, by_key in phenotypes.items()
        for errors in by_key.values()
    ]
    if rows and (panel := page.fold("Phenotypes, all figures", "phenotypes_table")):
        panel.dataframe(pd.DataFrame(rows), hide_index=True)


def _findings_table(detection: Mapping[str, Mapping[str, FindingDetection]]) -> None:
    rows = [
        {
            "Model": method,
            "Finding": finding.title,
            "AUROC": spread(finding),
            "Positive (n)": finding.n,
            "Negative (n)": finding.n_without,
        }
        for method, by_key in detection.items()
        for finding in by_key.values()
    ]
    if rows and (panel := page.fold("Findings, by the predicted volume", "findings_table")):
        panel.dataframe(pd.DataFrame(rows), hide_index=True)


def _retrieval_table(retrieval: Mapping[str, RetrievalReport]) -> None:
    rows = []
    for name, report in retrieval.items():
        directions = {"ECG → heart": report.ecg_to_cmr, "heart → ECG": report.cmr_to_ecg}
        for title, direction in directions.items():
            if direction is None:
                continue
            rows.append(
                {
                    "Model": name,
                    "Direction": title,
                    "R@1": spread(direction.recall_at_1),
                    "R@5": spread(direction.recall_at_5),
                    "R@10": spread(direction.recall_at_10),
                    "Median rank": spread(direction.median_rank, 0),
                    "R@10 by chance": f"{report.chance_recall_at_10:.3f}",
                }
            )
    if rows:
        page.section("Retrieval", "R@10: the matching heart is among the first ten.")
        page.table(pd.DataFrame(rows).set_index("Model"), "small")


def _alignment_table(alignment: Mapping[str, AlignmentReport]) -> None:
    titles = {
        "error_frames": "own cine",
        "rolled_error_frames": "cine rolled before encoding",
        "other_patient_error_frames": "another subject's cine",
        "index_match_error_frames": "matched by index, not by phase",
        "shuffled_match_error_frames": "time shuffled",
        "chance_error_frames": "chance",
    }
    rows = {
        name: {
            title: f"{getattr(report, key):.2f}"
            for key, title in titles.items()
            if getattr(report, key) is not None
        }
        | _by_events(report)
        for name, report in alignment.items()
    }
    if rows:
        page.section("Alignment", "Mean error in frames (of 50), with controls.")
        page.table(pd.DataFrame.from_dict(rows, orient="index"))


def _by_events(report: AlignmentReport) -> dict[str, str]:
    """Return the errors against the cardiac events of a simulation, where they are known."""
    if report.by_events is None:
        return {}
    return {
        "own cine, by cardiac events": f"{report.by_events.model.value:.2f}",
        "linear phase, by cardiac events": f"{report.by_events.linear_phase.value:.2f}",
    }
