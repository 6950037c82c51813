"""Methods of a benchmark, by name: PTACL, its variants and the baselines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ptacl.encoders.light import LightCmrConfig, LightEcgConfig
from ptacl.errors import PtaclError
from ptacl.regression.baselines import BASELINES
from ptacl.regression.features import CohortFeatures
from ptacl.signal.recipe import MMCL_ECG, EcgRecipe
from ptacl.store import Store
from ptacl.training.presets import MMCL


@dataclass(frozen=True)
class Method:
    """A method that turns an ECG, or what is known of a subject, into features."""

    name: str
    """On the command line, and of the folder of its runs."""
    title: str
    features: Callable[[Store], CohortFeatures] | None = None
    """Features of a baseline (`regression.baselines`); by default those of an encoder."""
    training: Literal["none", "supervised", "masked", "contrastive"] = "none"
    """How the encoder is trained; without training its weights are drawn from the seed."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Settings that differ from the preset's training."""
    augment: Mapping[str, float] = field(default_factory=dict)
    """Settings that differ from its augmentation."""
    model: Mapping[str, Any] = field(default_factory=dict)
    """Settings that differ from the preset's architecture."""
    starts_from: str | None = None
    """Name of the method that gives the initial weights, from its run of the same seed."""
    variant: bool = False
    """True for a method that is compared only where it is named, as PTACL with one choice
    changed."""
    recipe: EcgRecipe | None = None
    """Preprocessing of ECGs that belongs to the method: it is trained on and measured with a twin
    of the store, made of the same subjects by this recipe (`twins`)."""

    @property
    def seeded(self) -> bool:
        """True if another seed gives another result."""
        return self.features is None

    @property
    def retrieves(self) -> bool:
        """True if its ECG and CMR encoders share an embedding space."""
        return self.training == "contrastive"


def variant(
    name: str,
    change: str,
    changes: Mapping[str, bool | float | str] | None = None,
    *,
    model: Mapping[str, Any] | None = None,
    augment: Mapping[str, float] | None = None,
    starts_from: str | None = None,
) -> Method:
    """Return PTACL with one choice changed.

    Args:
        name: of the method.
        change: the choice, for its title.
        changes: settings of the training that differ.
        model: settings of the architecture that differ.
        augment: settings of the augmentation that differ.
        starts_from: the method that gives the initial weights.
    """
    return Method(
        name,
        f"PTACL, {change}",
        training="contrastive",
        changes=changes or {},
        augment=augment or {},
        model=model or {},
        starts_from=starts_from,
        variant=True,
    )


METHODS = {
    method.name: method
    for method in (
        *(Method(baseline.key, baseline.title, baseline.fit) for baseline in BASELINES),
        Method("random", "Random encoder"),
        Method("supervised", "Supervised from scratch", training="supervised"),
        Method("masked", "Masked pretraining only", training="masked"),
        Method("global-only", "Global only (MMCL's loss)", training="contrastive",
               changes={"temporal_weight": 0.0}),
        Method("dual-phase", "Dual-Phase anchors", training="contrastive",
               changes={"anchors": "ed_es", "temporal_weight": 0.0}),
        Method("ptacl-plain", "PTACL, plain", training="contrastive", changes={"centred": False}),
        Method("ptacl", "PTACL", training="contrastive"),
        Method("ptacl-with-phenotypes", "PTACL + phenotypes", training="contrastive",
               changes={"phenotype_weight": 1.0}),
        Method("mmcl", "MMCL", training="contrastive", variant=True, recipe=MMCL_ECG,
               model={"ecg": MMCL.model.ecg, "cmr": MMCL.model.cmr},
               changes={name: getattr(MMCL.training, name) for name in (
                   "temporal_weight", "augment", "learning_rate", "weight_decay", "warmup_share",
               )}),
        variant("ptacl-separate-heads", "separate heads for the frames",
                model={"heads": "separate"}),
        variant("ptacl-lambda-0.25", "λ 0.25", {"temporal_weight": 0.25}),
        variant("ptacl-lambda-1", "λ 1", {"temporal_weight": 1.0}),
        variant("ptacl-5-frames", "5 frames a step", {"frames": 5}),
        variant("ptacl-25-frames", "25 frames a step", {"frames": 25}),
        variant("ptacl-systole", "systole scaled separately", {"match": "systole"}),
        variant("ptacl-soft-times", "soft temporal targets", {"temporal_soft_width": 0.02}),
        variant("ptacl-neighbours", "nearest neighbours excluded from the negatives",
                {"patient_targets": "neighbours"}),
        variant("ptacl-phenotypes", "soft patient targets by phenotype",
                {"patient_targets": "phenotypes"}),
        variant("ptacl-sigmoid", "sigmoid patient loss", {"patient_loss": "sigmoid"}),
        variant("ptacl-batch-128", "batch size 128",
                {"batch_size": 128, "learning_rate": 3.5e-3}),
        variant("ptacl-wide", "light encoders of width 144",
                model={"ecg": LightEcgConfig(width=144), "cmr": LightCmrConfig(width=144)}),
        *(
            variant(f"ptacl-policy-{magnitude}", f"random augmentation policy 2,{magnitude}",
                    augment={"policy_operations": 2, "policy_magnitude": float(magnitude)})
            for magnitude in (2, 4, 8)
        ),
        variant("ptacl-masked-first", "masked pretraining first", starts_from="masked"),
    )
}  # fmt: skip


def chosen_methods(names: Sequence[str], reference: str) -> list[Method]:
    """Return the named methods in the table's order.

    Args:
        names: keys of `METHODS`; all but the variants where empty.
        reference: name of the method that the others are compared with.

    Raises:
        PtaclError: an unknown name, or a reference or an initial method that is not among them.
    """
    unknown = sorted({*names, reference} - METHODS.keys())
    if unknown:
        raise PtaclError(
            f"No method {unknown[0]!r}. Known: {', '.join(METHODS)}.", code="option.unknown_choice"
        )
    wanted = names or [name for name, method in METHODS.items() if not method.variant]
    if reference not in wanted:
        raise PtaclError(
            f"The others are compared with {reference}: add it to --methods.",
            code="option.conflict",
        )
    chosen = [method for name, method in METHODS.items() if name in wanted]
    for method in chosen:
        if method.starts_from and method.starts_from not in wanted:
            raise PtaclError(
                f"{method.name} starts from the runs of {method.starts_from}: add it to --methods.",
                code="option.conflict",
            )
    return chosen
