"""Panel of the provenance of a model and its gallery, with the commands that made them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from markupsafe import escape

import ptacl
from ptacl.checkpoint.provenance import Provenance, read_provenance
from ptacl.config.strict_json import fingerprint

from ...layout import page
from ...panels import commands
from ...text.glossary import explained
from ...text.markup import render

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.signal.recipe import Recipe


def section(gallery: Gallery) -> None:
    """Show the provenance in checkpoint and gallery; nothing for a folder without a checkpoint.

    Raises:
        PtaclError: the checkpoint's config is damaged.
    """
    if not (gallery.checkpoint_path / "config.json").is_file():
        return
    made = read_provenance(gallery.checkpoint_path)
    page.section("Provenance", "As recorded in the checkpoint and its gallery.")
    rows = {
        "checkpoint": f"{made.checkpoint}, fingerprint of the weights "
        f"{gallery.manifest.weights_fingerprint}",
        "trained": _training(made),
        "store": f"{made.store}, {made.origin}{_splits(made)}",
        "recipe": f"{_recipe(gallery.manifest.recipe)} · fingerprint {made.recipe_fingerprint}"
        + _agreement(made, gallery.manifest.recipe),
        "gallery": f"{gallery.name}: {len(gallery):,} subjects of {gallery.store_name}",
        "versions": f"trained by PTACL {made.ptacl_version or 'unknown'}, embedded by "
        f"{gallery.manifest.ptacl_version or 'unknown'}, shown by {ptacl.__version__}",
    }
    explanations = [(explained(name), explained(escape(text))) for name, text in rows.items()]
    st.html(render("views/model/provenance.html", rows=explanations))
    if made.commands:
        similar = "Its commands were not recorded. A similar one is made by:"
        st.markdown("Made by:" if made.recorded else similar)
        commands.show(made.commands, width=62)


def _training(made: Provenance) -> str:
    """Return stage, preset, length and seed; a released encoder was trained elsewhere."""
    training = made.training
    if not training:
        return "by its authors, converted by `ptacl convert`"
    parts = [
        f"preset {training.get('preset', 'unknown')}",
        str(training.get("stage", "contrastive")),
    ]
    parts += ["PTACL + phenotypes"] if training.get("phenotype_weight") else []
    parts += [f"{training[key]} {key}" for key in ("epochs",) if key in training]
    parts += [f"seed {training['seed']}"] if "seed" in training else []
    return ", ".join(parts)


def _splits(made: Provenance) -> str:
    parts = {"train": "trained on", "val": "for validation and calibration", "test": "held out"}
    counts = [f"{made.subjects[key]:,} {word}" for key, word in parts.items() if made.subjects]
    return f" · {', '.join(counts)}" if counts else ""


def _recipe(recipe: Recipe) -> str:
    ecg, cine = recipe.ecg, recipe.cine
    baseline = {
        "highpass": f"high-pass {ecg.highpass_hz:g} Hz",
        "asymmetric_least_squares": "baseline removed",
        "none": "baseline kept",
    }[ecg.baseline]
    return (
        f"ECG {ecg.sample_rate_hz:g} Hz, {ecg.duration_s:g} s, {baseline}; cine {cine.frames} "
        f"frames of {cine.size} × {cine.size} at {cine.spacing_mm:g} mm"
    )


def _agreement(made: Provenance, recipe: Recipe) -> str:
    return "" if fingerprint(recipe) == made.recipe_fingerprint else " · the gallery has another!"
