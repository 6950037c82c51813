"""The methods that are compared, by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ptacl.encoders.light import LightCmrConfig, LightEcgConfig
from ptacl.errors import PtaclError


@dataclass(frozen=True)
class Method:
    """A way from an ECG to features."""

    name: str
    """As the command names it, and the folder of its runs."""
    title: str
    features: Literal["demographics", "measurements", "mean beat", "encoder"] = "encoder"
    """What is read: a person's age and size, what an electrocardiograph measures, the mean beat, or
    what an encoder makes of an ECG."""
    training: Literal["none", "supervised", "masked", "contrastive"] = "none"
    """How the encoder is trained; without training its weights are drawn from the seed."""
    changes: Mapping[str, bool | float | str] = field(default_factory=dict)
    """What differs from the preset's contrastive training."""
    model: Mapping[str, Any] = field(default_factory=dict)
    """What differs from the preset's architecture."""
    starts_from: str | None = None
    """The method whose run of the same seed gives the first weights; none by default."""
    variant: bool = False
    """Whether it changes one choice of PTACL, and so is compared only where it is named."""

    @property
    def seeded(self) -> bool:
        """Whether another seed gives another result."""
        return self.features == "encoder"

    @property
    def retrieves(self) -> bool:
        """Whether its ECG and CMR embeddings are trained to meet."""
        return self.training == "contrastive"


def variant(
    name: str,
    what: str,
    changes: Mapping[str, bool | float | str] | None = None,
    *,
    model: Mapping[str, Any] | None = None,
    starts_from: str | None = None,
) -> Method:
    """PTACL with one choice changed."""
    return Method(
        name,
        f"PTACL, {what}",
        training="contrastive",
        changes=changes or {},
        model=model or {},
        starts_from=starts_from,
        variant=True,
    )


METHODS = {
    method.name: method
    for method in (
        Method("demographics", "Demographics only", "demographics"),
        Method("measurements", "Ridge on measurements", "measurements"),
        Method("mean-beat", "Ridge on the mean beat", "mean beat"),
        Method("random", "Random encoder"),
        Method("supervised", "Supervised from scratch", training="supervised"),
        Method("masked", "Masked pretraining only", training="masked"),
        Method("global-only", "Global only (MMCL's loss)", training="contrastive",
               changes={"temporal_weight": 0.0}),
        Method("dual-phase", "Dual-Phase anchors", training="contrastive",
               changes={"anchors": "ed_es", "temporal_weight": 0.0}),
        Method("ptacl-plain", "PTACL, plain", training="contrastive", changes={"centred": False}),
        Method("ptacl", "PTACL", training="contrastive"),
        variant("ptacl-separate-heads", "heads of their own for the times",
                model={"heads": "separate"}),
        variant("ptacl-lambda-0.25", "λ 0.25", {"temporal_weight": 0.25}),
        variant("ptacl-lambda-1", "λ 1", {"temporal_weight": 1.0}),
        variant("ptacl-5-frames", "5 frames a step", {"frames": 5}),
        variant("ptacl-25-frames", "25 frames a step", {"frames": 25}),
        variant("ptacl-systole", "systole scaled apart", {"match": "systole"}),
        variant("ptacl-soft-times", "soft times", {"temporal_soft_width": 0.02}),
        variant("ptacl-neighbours", "nearest hearts no negatives",
                {"patient_targets": "neighbours"}),
        variant("ptacl-phenotypes", "phenotype-soft patients", {"patient_targets": "phenotypes"}),
        variant("ptacl-sigmoid", "sigmoid patient loss", {"patient_loss": "sigmoid"}),
        variant("ptacl-batch-128", "batches of 128",
                {"batch_size": 128, "learning_rate": 3.5e-3}),
        variant("ptacl-wide", "light pair 144 wide",
                model={"ecg": LightEcgConfig(width=144), "cmr": LightCmrConfig(width=144)}),
        variant("ptacl-masked-first", "masked pretraining first", starts_from="masked"),
    )
}  # fmt: skip


def chosen_methods(names: Sequence[str], reference: str) -> list[Method]:
    """The named methods in the table's order; where none is named, all but the variants.

    Raises:
        PtaclError: an unknown name, or a reference or a start that is not among them.
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
