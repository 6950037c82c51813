"""A model in a notebook: what it reads, what it predicts, where it comes from."""

from typing import TYPE_CHECKING

from markupsafe import Markup

from ptacl.notebook.facts import record_html

if TYPE_CHECKING:
    from ptacl.inference.model import Model


def html(model: "Model") -> Markup:
    """Return the facts of a model."""
    recipe, gallery, info = model.config.recipe, model.gallery, model.info
    training = model.config.training
    facts = [
        ("Reads", f"an ECG of {recipe.ecg.duration_s:g} s at {recipe.ecg.sample_rate_hz:g} Hz"),
        ("Leads", "one is enough" if gallery.reads_any_leads else "12"),
        ("Predicts", ", ".join(f"{e.name} ({e.unit})" for e in gallery.phenotypes)),
        ("Gallery", f"{gallery.name}: {len(gallery)} subjects of {gallery.store_name}"),
        ("Training", " ".join(str(training[k]) for k in ("preset", "stage") if k in training)),
        ("Version", f"PTACL {info.version}"),
    ]
    return record_html(f"Model {info.name}", facts, synthetic=info.synthetic, predicted=True)
