"""Table of the patient losses, by the name that a training config gives.

To add one: write a function of the form `PatientLoss` in a file of its own in this folder and add
a row to `PATIENT_LOSSES`. Training, the check of configs and the tests of all patient losses read
the table.
"""

from typing import Protocol

from jaxtyping import Bool, Float
from torch import Tensor

from ptacl.losses.info_nce import patient_contrastive
from ptacl.losses.sigmoid import patient_sigmoid


class PatientLoss(Protocol):
    """Loss that compares the patients of a batch: lowest where matching embeddings agree."""

    def __call__(
        self,
        ecg: Float[Tensor, "batch embedding"],
        cmr: Float[Tensor, "batch embedding"],
        temperature: Float[Tensor, ""] | float,
        *,
        targets: Float[Tensor, "batch batch"] | None = None,
        ignored: Bool[Tensor, "batch batch"] | None = None,
    ) -> Float[Tensor, ""]:
        """Compute the loss of a batch.

        Args:
            ecg: ECG embeddings, of any norm.
            cmr: CMR embeddings, row i of the same patient as row i of `ecg`.
            temperature: divides the cosine similarities, above 0.
            targets: soft targets, 1 on the diagonal; None for the matching pair alone.
            ignored: pairs that must not be treated as negatives; False on the diagonal.
        """
        ...


PATIENT_LOSSES: dict[str, PatientLoss] = {
    "info_nce": patient_contrastive,
    "sigmoid": patient_sigmoid,
}
"""Value of `ContrastiveConfig.patient_loss` → the loss."""
