"""Panel of the evaluation on held-out subjects, with baselines."""

from typing import Any

import pandas as pd

from ...layout import page
from .r2_charts import r2_charts, spread

_METHOD = (
    "Ridge regressions with cross-validated shrinkage. For models trained on simulated hearts, "
    "uploads and the Volumes page use another regression, as real ECGs differ: ridges with more "
    "shrinkage, and the mean of two, on features of the encoder and on ECG measurements."
)


def section(report: dict[str, Any]) -> None:
    """Show the record of `ptacl evaluate --record`; nothing without one."""
    if not report:
        return
    page.section(
        "Evaluation with baselines",
        f"{report.get('subjects', '?')} held-out subjects; whiskers are 95 % bootstrap intervals.",
    )
    phenotypes: dict[str, Any] = report.get("phenotypes", {})
    entries = {
        method: {key: values["r2"] for key, values in entry.items()}
        for method, entry in phenotypes.items()
    }
    r2_charts(entries, "comparison")
    if report.get("synthetic"):
        page.note(_METHOD)
    _phenotype_table(phenotypes)
    _findings_table(report.get("detection", {}))
    _retrieval_table(report.get("retrieval", {}))
    _alignment_table(report.get("alignment", {}))


def _phenotype_table(phenotypes: dict[str, Any]) -> None:
    rows = [
        {
            "Model": method,
            "Phenotype": values["name"],
            "R²": spread(values["r2"]),
            "MAE": f"{spread(values['mae'], 1)} {values['unit']}",
            "Pearson r": spread(values["pearson"]),
            "Inside 90 % interval": f"{100 * values['coverage_90']:.0f} %",
        }
        for method, entry in phenotypes.items()
        for values in entry.values()
    ]
    if rows and (panel := page.fold("Phenotypes, all figures", "phenotypes_table")):
        panel.dataframe(pd.DataFrame(rows), hide_index=True)


def _findings_table(detection: dict[str, Any]) -> None:
    rows = [
        {
            "Model": method,
            "Finding": result["title"],
            "AUROC": spread(result),
            "Positive (n)": result["n"],
            "Negative (n)": result["n_without"],
        }
        for method, entry in detection.items()
        for result in entry.values()
    ]
    if rows and (panel := page.fold("Findings, by the predicted volume", "findings_table")):
        panel.dataframe(pd.DataFrame(rows), hide_index=True)


def _retrieval_table(retrieval: dict[str, Any]) -> None:
    directions = {"ecg_to_cmr": "ECG → heart", "cmr_to_ecg": "heart → ECG"}
    rows = []
    for name, entry in retrieval.items():
        for direction, title in directions.items():
            if direction in (entry if isinstance(entry, dict) else {}):
                result = entry[direction]
                rows.append(
                    {
                        "Model": name,
                        "Direction": title,
                        **{f"R@{k}": spread(result[f"recall_at_{k}"]) for k in (1, 5, 10)},
                        "Median rank": spread(result["median_rank"], 0),
                        "R@10 by chance": f"{entry['chance_recall_at_10']:.3f}",
                    }
                )
    if rows:
        page.section("Retrieval", "R@10: the matching heart is among the first ten.")
        page.table(pd.DataFrame(rows).set_index("Model"), "small")


def _alignment_table(alignment: dict[str, Any]) -> None:
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
            title: f"{entry[key]:.2f}"
            for key, title in titles.items()
            if isinstance(entry.get(key), int | float)
        }
        for name, entry in alignment.items()
        if isinstance(entry, dict)
    }
    if rows:
        page.section("Alignment", "Mean error in frames (of 50), with controls.")
        page.table(pd.DataFrame.from_dict(rows, orient="index"))
