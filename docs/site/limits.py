"""The page of limits, with the figures that the card of the shipped model has.

``python -m docs.site.limits > docs/limits.md`` (``make docs``).
"""

import json
from pathlib import Path
from typing import Any

from ptacl.phenotypes import PHENOTYPES

REPOSITORY = Path(__file__).resolve().parents[2]
DEMO = REPOSITORY / "checkpoints" / "demo"
SHOWN = {
    "demo": "the ECG alone",
    "demo, sex, age, height and weight known": "the ECG with sex, age and body size",
    "ridge on ECG measurements": "what an electrocardiograph measures",
    "demographics only": "sex, age and body size, no ECG",
}
"""Row of the card → what it is called here."""

TEXT = """# Limits

What PTACL cannot do, with the figures of the model that comes with it. They are read from its
card (`checkpoints/demo/README.md`), where the commands are that measured them; this page is
made by `python -m docs.site.limits`.

## It knows no patient

The shipped model learned from simulated hearts. How much an ECG reveals about a heart was
chosen in the simulation: no figure of it is evidence about real patients. On {records} real
ECGs of PTB-XL, none of them with an MRI:

- predicted LV mass separates left ventricular hypertrophy from normal ECGs with an AUROC of
  {lvh}, the Sokolow–Lyon voltage with {sokolow} and the age alone with {age};
- {flagged_normal} of the normal ECGs and {flagged_abnormal} of the others are marked as unlike
  the training ECGs.

## An ECG tells little of some volumes

R² on {subjects} held-out simulated hearts (1 is perfect, 0 no better than the mean), with intervals
of 95 %:

{table}

Where the last row is as high as the others, the ECG adds nothing to what a scale and a calendar
say.

## The sick look healthier than they are

A prediction is drawn towards the average. Of {n_below} simulated hearts with an LVEF below 50 %
the 90 % interval holds the true LVEF in {coverage_below}, of all in {coverage_all}. The
probability of an LVEF below 50 % flags {sensitivity} of them and {false_positive} of the
others: a negative answer excludes nothing. See [Probabilities of findings](probabilities.md).

## Finding one heart among many

The right heart is the first of {subjects} for {recall_1} of the ECGs and among the first ten
for {recall_10}. Similar hearts are similar, not the same person.

## It is not made for

- **children, athletes, pregnancy, pacing, congenital disease**: no training heart is of these;
  paced and fluttering hearts get no volumes ([Rhythm](rhythm.md));
- **diagnosis or treatment**: no regulator has seen it, and every page says *research use only*;
- **photographs and PDF** of ECGs; **long-axis, flow, late enhancement** and any MRI other than
  short-axis cines;
- **electrodes exchanged at left arm and left leg, a gain of ½ or 2**: mostly not found (`python
  -m tests.benchmarks.wrong_inputs`);
- **other cohorts than it was calibrated on**: intervals and probabilities hold for people like
  those of the calibration set. Train and calibrate on your own pairs, or evaluate on them
  first.

[Rhythm](rhythm.md), [Draft impression](impression.md), [Probabilities of
findings](probabilities.md) and [What does not fit](anomaly.md) each end with what they miss.
"""


def share(value: float) -> str:
    """Return a share in per cent.

    Args:
        value: 0 to 1.
    """
    return f"{100 * value:.0f} %"


def table(phenotypes: dict[str, Any]) -> str:
    """Return the R² of every phenotype, a row for each input of a prediction.

    Args:
        phenotypes: of the evaluation of the card.
    """
    names = [entry.name for entry in PHENOTYPES]
    lines = ["| from | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for row, title in SHOWN.items():
        cells = [phenotypes[row][entry.key]["r2"] for entry in PHENOTYPES]
        figures = (f"{c['value']:.2f} [{c['low']:.2f}, {c['high']:.2f}]" for c in cells)
        lines.append(f"| {title} | " + " | ".join(figures).replace("-", "−") + " |")
    return "\n".join(lines)


def page(metrics: dict[str, Any]) -> str:
    """Return the page.

    Args:
        metrics: ``metrics.json`` of the shipped model.
    """
    evaluation, labelled = metrics["evaluation"], metrics["labelled_ecgs"]
    signs = labelled["auroc"]["lvh"]["signs"]
    coverage = metrics["probabilities"]["coverage"]["lvef_pct"]
    flag = metrics["probabilities"]["findings"]["lvef_below_50"]["flag"]
    retrieval = evaluation["retrieval"]["demo"]["ecg_to_cmr"]
    return TEXT.format(
        records=labelled["records"],
        lvh=f"{signs['lvm_g']['value']:.2f}",
        sokolow=f"{signs['sokolow_lyon_mv']['value']:.2f}",
        age=f"{signs['age_years']['value']:.2f}",
        flagged_normal=share(labelled["flagged"]["normal"]["value"]),
        flagged_abnormal=share(labelled["flagged"]["abnormal"]["value"]),
        subjects=evaluation["subjects"],
        table=table(evaluation["phenotypes"]),
        n_below=coverage["below 50 %"]["n"],
        coverage_below=share(coverage["below 50 %"]["value"]),
        coverage_all=share(coverage["all"]["value"]),
        sensitivity=share(flag["sensitivity"]["value"]),
        false_positive=share(1 - flag["specificity"]["value"]),
        recall_1=share(retrieval["recall_at_1"]["value"]),
        recall_10=share(retrieval["recall_at_10"]["value"]),
    )


if __name__ == "__main__":
    print(page(json.loads((DEMO / "metrics.json").read_text(encoding="utf-8"))), end="")
