"""The panel of a model's evaluation on held-out subjects, beside its plain rivals."""

from typing import Any

import pandas as pd

from ...layout import page
from .r2_charts import r2_charts, spread

_READ_BY = (
    "Read by ridges that choose their own shrinkage. Where hearts are simulated, uploads and "
    "the page of volumes are read otherwise, for real ECGs are of another origin: by ridges "
    "that are shrunk more, and by the mean of two readings, of the encoder and of what an "
    "electrocardiograph measures."
)


def section(report: dict[str, Any]) -> None:
    """Draw what `ptacl evaluate --record` kept; nothing where it kept nothing."""
    if not report:
        return
    page.section(
        "How good it is, beside its rivals",
        f"{report.get('subjects', '?')} held-out subjects; whiskers are 95 % bootstrap intervals.",
    )
    phenotypes: dict[str, Any] = report.get("phenotypes", {})
    entries = {
        rival: {key: values["r2"] for key, values in entry.items()}
        for rival, entry in phenotypes.items()
    }
    r2_charts(entries, "comparison")
    if report.get("synthetic"):
        page.note(_READ_BY)
    _phenotype_table(phenotypes)
    _findings_table(report.get("detection", {}))
    _retrieval_table(report.get("retrieval", {}))
    _alignment_table(report.get("alignment", {}))


def _phenotype_table(phenotypes: dict[str, Any]) -> None:
    rows = [
        {
            "Read by": rival,
            "Phenotype": values["name"],
            "R²": spread(values["r2"]),
            "MAE": f"{spread(values['mae'], 1)} {values['unit']}",
            "Pearson r": spread(values["pearson"]),
            "Inside 90 % interval": f"{100 * values['coverage_90']:.0f} %",
        }
        for rival, entry in phenotypes.items()
        for values in entry.values()
    ]
    if rows and (panel := page.fold("Phenotypes, all figures", "phenotypes_table")):
        panel.dataframe(pd.DataFrame(rows), hide_index=True)


def _findings_table(detection: dict[str, Any]) -> None:
    rows = [
        {
            "Read by": rival,
            "Finding": found["title"],
            "AUROC": spread(found),
            "With it": found["n"],
            "Without": found["n_without"],
        }
        for rival, entry in detection.items()
        for found in entry.values()
    ]
    if rows and (panel := page.fold("Findings, by the predicted volume", "findings_table")):
        panel.dataframe(pd.DataFrame(rows), hide_index=True)


def _retrieval_table(retrieval: dict[str, Any]) -> None:
    words = {"ecg_to_cmr": "ECG → heart", "cmr_to_ecg": "heart → ECG"}
    rows = []
    for name, entry in retrieval.items():
        for direction, title in words.items():
            if direction in (entry if isinstance(entry, dict) else {}):
                found = entry[direction]
                rows.append(
                    {
                        "Model": name,
                        "Direction": title,
                        **{f"R@{k}": spread(found[f"recall_at_{k}"]) for k in (1, 5, 10)},
                        "Median rank": spread(found["median_rank"], 0),
                        "R@10 by chance": f"{entry['chance_recall_at_10']:.3f}",
                    }
                )
    if rows:
        page.section("Finding its own heart", "R@10: the ECG's own heart is among the first ten.")
        page.table(pd.DataFrame(rows).set_index("Model"), "small")


def _alignment_table(alignment: dict[str, Any]) -> None:
    titles = {
        "error_frames": "own cine",
        "rolled_error_frames": "cine rolled before encoding",
        "other_patient_error_frames": "another patient's cine",
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
        page.section("Finding the beat", "Mean error in frames (of 50), with its controls.")
        page.table(pd.DataFrame.from_dict(rows, orient="index"))
