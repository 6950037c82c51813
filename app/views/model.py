"""Model: where does this come from?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import charts
import frame
import pandas as pd
import reconstructed
import streamlit as st

from ptacl.phenotypes import phenotype

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

_COMMANDS = """\
ptacl import pairs.csv cohort
ptacl train cohort checkpoints/mine
ptacl evaluate cohort --checkpoint checkpoints/mine --record
ptacl embed cohort --checkpoint checkpoints/mine --out checkpoints/mine/gallery
"""


def draw(gallery: Gallery) -> None:
    """The page."""
    folder = gallery.checkpoint_path
    config = _json(folder / "config.json")
    metrics = _json(folder / "metrics.json")
    card = _card(folder)
    with st.container(key="stack_model"):
        left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(card.get("", f"The checkpoint {folder.name} has no card (README.md)."))
        frame.section("Data")
        st.markdown(card.get("Data", "Unknown."))
    with right:
        frame.section("What it cannot do")
        st.markdown(card.get("Limits", "Unknown."))
        frame.section("Train your own", "Then choose its gallery in the sidebar.")
        st.code(_COMMANDS, language="bash", wrap_lines=True)
    _curves(metrics)
    reconstructed.section(folder, gallery.manifest.recipe.ecg.sample_rate_hz)
    _comparison(gallery.report)
    _rivals(metrics.get("comparison", {}))
    _labelled(metrics.get("labelled_ecgs", {}))
    frame.section("All details")
    with st.expander("The whole card"):
        st.markdown("\n\n".join(f"**{title}**\n\n{text}" for title, text in card.items()))
    with st.expander("config.json"):
        st.json(config, expanded=1)


def _json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text()) if path.is_file() else {}


def _card(folder: Path) -> dict[str, str]:
    """The checkpoint's README.md by section; its introduction under the empty title."""
    place = folder / "README.md"
    if not place.is_file():
        return {}
    introduction, *sections = place.read_text(encoding="utf-8").split("\n## ")
    parts = {"": introduction.partition("\n")[2].strip()}
    return parts | {title: text.strip() for title, _, text in (s.partition("\n") for s in sections)}


def _curves(metrics: dict[str, Any]) -> None:
    history = pd.DataFrame(metrics.get("curve", []))
    if "epoch" not in history:
        return
    frame.section("How it learned")
    losses = [c for c in history if "loss" in c]
    scores = [c for c in history if "recall" in c or "r2" in c]
    left, right = st.columns(2, gap="large")
    for column, names, title in ((left, losses, "Loss"), (right, scores, "Score, held out")):
        if names:
            column.plotly_chart(
                charts.training_curves(history, names, title),
                key=f"curves-{title}",
                alt=f"{title} against the epoch",
                config={"displayModeBar": False},
            )
    with st.expander("As a table"):
        st.dataframe(history, hide_index=True)


def _comparison(report: dict[str, Any]) -> None:
    if not report:
        return
    frame.section(
        "How good it is, beside its rivals",
        f"{report.get('subjects', '?')} held-out subjects; whiskers are 95 % bootstrap intervals.",
    )
    phenotypes: dict[str, Any] = report.get("phenotypes", {})
    entries = {
        rival: {key: values["r2"] for key, values in entry.items()}
        for rival, entry in phenotypes.items()
    }
    _r2_charts(entries, "comparison")
    _phenotype_table(phenotypes)
    _retrieval_table(report.get("retrieval", {}))
    _alignment_table(report.get("alignment", {}))


def _r2_charts(entries: dict[str, dict[str, dict[str, float]]], name: str) -> None:
    """R² of three phenotypes: of each reader, the first being the model, value and interval."""
    columns = st.columns(3, gap="medium")
    for column, key in zip(columns, ("lvedv_ml", "lvef_pct", "lvm_g"), strict=True):
        rows = [
            {"name": reader, **{part: found[key][part] for part in ("value", "low", "high")}}
            for reader, found in entries.items()
            if key in found
        ]
        if rows:
            title = f"R² of {phenotype(key).name}"
            column.plotly_chart(
                charts.comparison_bars(pd.DataFrame(rows), title),
                key=f"{name}-{key}",
                alt="; ".join(f"{r['name']} {r['value']:.2f}" for r in rows),
                config={"displayModeBar": False},
            )


def _spread(entry: dict[str, float], digits: int = 2) -> str:
    return f"{entry['value']:.{digits}f} ({entry['low']:.{digits}f}–{entry['high']:.{digits}f})"


def _phenotype_table(phenotypes: dict[str, Any]) -> None:
    rows = [
        {
            "Read by": rival,
            "Phenotype": values["name"],
            "R²": _spread(values["r2"]),
            "MAE": f"{_spread(values['mae'], 1)} {values['unit']}",
            "Pearson r": _spread(values["pearson"]),
            "Inside 90 % interval": f"{100 * values['coverage_90']:.0f} %",
        }
        for rival, entry in phenotypes.items()
        for values in entry.values()
    ]
    if rows:
        with st.expander("Phenotypes, all figures"):
            st.dataframe(pd.DataFrame(rows), hide_index=True)


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
                        **{f"R@{k}": _spread(found[f"recall_at_{k}"]) for k in (1, 5, 10)},
                        "Median rank": _spread(found["median_rank"], 0),
                        "R@10 by chance": f"{entry['chance_recall_at_10']:.3f}",
                    }
                )
    if rows:
        frame.section("Finding the own heart", "R@10: the own heart is among the first ten.")
        st.table(pd.DataFrame(rows).set_index("Model"))


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
        frame.section("Finding the beat", "Mean error in frames (of 50), with its controls.")
        st.table(pd.DataFrame.from_dict(rows, orient="index"))


def _rivals(comparison: dict[str, Any]) -> None:
    """What `ptacl compare --record` kept."""
    if not comparison:
        return
    methods: dict[str, Any] = comparison["methods"]
    frame.section(
        "Trained again beside its rivals",
        f"{comparison['subjects']} held-out subjects, {len(comparison['seeds'])} seeds a method; "
        "whiskers are 95 % intervals over subjects and seeds.",
    )
    first = methods[comparison["reference"]]
    ordered = [first, *(entry for entry in methods.values() if entry is not first)]
    entries = {
        entry["title"]: {
            key.removeprefix("r2_"): figure for key, figure in entry["figures"].items()
        }
        for entry in ordered
    }
    _r2_charts(entries, "rivals")
    st.table(
        pd.DataFrame(
            {
                entry["title"]: {
                    figure["title"]: _spread(figure) for figure in entry["figures"].values()
                }
                for entry in ordered
            }
        )
        .T.fillna("–")
        .rename_axis("Method")
    )
    with st.expander(f"{first['title']} less each rival, with corrected p values"):
        st.dataframe(_differences(comparison["differences"]), hide_index=True)


def _differences(differences: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Less": entry["title"],
                "Figure": entry["figure_title"],
                "Difference": round(entry["value"], 3),
                "95 % from": round(entry["low"], 3),
                "95 % to": round(entry["high"], 3),
                "p (Holm)": entry["p_holm"],
            }
            for entry in differences
        ]
    )


def _labelled(report: dict[str, Any]) -> None:
    """What `ptacl evaluate --ecg-labels --record` kept."""
    if not report:
        return
    transfer = " The model was trained on simulated hearts: this is how far they carry over."
    frame.section(
        "On ECGs with diagnoses",
        f"{report['records']} ECGs of {report['table']}; AUROC against normal ones."
        + (transfer if report["synthetic"] else ""),
    )
    rows = [
        {
            "Told from normal": diagnosis["title"],
            "By": sign["title"],
            "AUROC": _spread(sign),
            "n": sign["n"],
            "n normal": sign["n_normal"],
        }
        for diagnosis in report["auroc"].values()
        for sign in diagnosis["signs"].values()
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True)


frame.show("Where does this come from?", draw)
