"""The methods that are compared, by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ptacl.errors import PtaclError


@dataclass(frozen=True)
class Method:
    """A way from an ECG to features."""

    name: str
    """As the command names it, and the folder of its runs."""
    title: str
    features: Literal["demographics", "mean beat", "encoder"] = "encoder"
    """What is read: a person's age and size, the mean beat, or what an encoder makes of an ECG."""
    training: Literal["none", "supervised", "masked", "contrastive"] = "none"
    """How the encoder is trained; without training its weights are drawn from the seed."""
    changes: Mapping[str, bool | float | str] = field(default_factory=dict)
    """What differs from the preset's contrastive training."""

    @property
    def seeded(self) -> bool:
        """Whether another seed gives another result."""
        return self.features == "encoder"

    @property
    def retrieves(self) -> bool:
        """Whether its ECG and CMR embeddings are trained to meet."""
        return self.training == "contrastive"


METHODS = {
    method.name: method
    for method in (
        Method("demographics", "Demographics only", "demographics"),
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
    )
}  # fmt: skip


def chosen_methods(names: Sequence[str], reference: str) -> list[Method]:
    """The named methods in the table's order; all where none is named.

    Raises:
        PtaclError: an unknown name, or a reference that is not among them.
    """
    unknown = sorted({*names, reference} - METHODS.keys())
    if unknown:
        raise PtaclError(f"No method {unknown[0]!r}. Known: {', '.join(METHODS)}.")
    if names and reference not in names:
        raise PtaclError(f"The others are compared with {reference}: add it to --methods.")
    return [method for name, method in METHODS.items() if name in (names or METHODS)]
