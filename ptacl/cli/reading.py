"""The command that reads an ECG."""

import json
from pathlib import Path
from typing import Literal

from tyro.conf import Positional

from ptacl.cli.output import AsJson


def inspect(
    file: Positional[Path],
    checkpoint: Path,
    gallery: Path | None = None,
    sex: Literal["female", "male"] | None = None,
    height_cm: float | None = None,
    weight_kg: float | None = None,
    rate_hz: float | None = None,
    unit: str | None = None,
    json_: AsJson = False,
) -> int:
    """Read one ECG file: quality, intervals, the nine phenotypes with 90 % intervals, neighbours.

    Args:
        file: WFDB (.hea), DICOM, CSV or NPY; known by its content.
        checkpoint: folder of the model.
        gallery: folder of the gallery; `CHECKPOINT/gallery` by default.
        sex: chooses the reference interval.
        height_cm: with the weight, gives values per body surface area (Du Bois).
        weight_kg: see the height.
        rate_hz: samples per second, where the file does not say.
        unit: mV or uV, where the file does not say.
        json_: print everything as one JSON object.
    """
    import ptacl
    from ptacl.inspection import to_dict
    from ptacl.report_table import inspection_table

    ecg = ptacl.read_ecg(file, sample_rate_hz=rate_hz, unit=unit)
    model = ptacl.load(checkpoint, gallery)
    found = model.inspect(ecg, sex=sex, height_cm=height_cm, weight_kg=weight_kg)
    print(json.dumps(to_dict(found), indent=1) if json_ else inspection_table(found))
    return 0
