"""Caveats of a gallery whose cohort has too few subjects for heads, or to calibrate them apart."""

from ptacl.gallery.format import GalleryManifest
from ptacl.regression.heads import FEWEST_CROSS
from ptacl.types import Caveat


def calibration_caveats(manifest: GalleryManifest) -> tuple[Caveat, ...]:
    """Return the caveats of every prediction of a small cohort; none of other cohorts."""
    count = manifest.calibrated_on
    if manifest.calibration == "none":
        text = (
            f"Only {count} subjects of this gallery have measured volumes, {FEWEST_CROSS} are "
            "needed: no volumes are predicted."
        )
        return (Caveat("too_few_subjects", text, "withhold"),)
    if manifest.calibration == "split":
        return ()
    text = f"The intervals rest on {count} subjects only, calibrated across folds."
    if manifest.trained_on_calibration:
        text += " The encoder was trained on the same subjects: they may be too narrow."
        return (Caveat("small_cohort", text, "check"),)
    return (Caveat("small_cohort", text, "info"),)
