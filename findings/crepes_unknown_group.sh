#!/usr/bin/env bash
# crepes 0.9.1: a group that was never calibrated gets the interval [0, 0].
#
# Expected before the run: a KeyError, or the widest interval with the warning that crepes gives for
#   a calibration set that is too small.
# Seen: a regressor fitted with `bins` ("women", "men") answers the bin "other" with [0, 0]: an
#   interval of no width that does not even hold the prediction (100). No warning. A spelling that
#   differs ("Women") is such a bin too. ConformalPredictiveSystem does the same.
# Why it matters: intervals by sex or by site look sharpest for those whom nobody calibrated.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet \
    "crepes==0.9.1" "scikit-learn==1.9.0" "numpy>=2,<3"  # it imports scikit-learn, undeclared
"$folder/venv/bin/python" - <<'PY'
import warnings

import numpy as np
from crepes import ConformalPredictiveSystem, ConformalRegressor

groups = np.repeat(["women", "men"], 20)
asked = np.array(["men", "Women", "other"])
predicted = np.full(3, 100.0)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    regressor = ConformalRegressor()
    regressor.fit(np.arange(40) / 10, bins=groups)
    intervals = regressor.predict_int(predicted, bins=asked, confidence=0.9)
    system = ConformalPredictiveSystem()
    system.fit(np.linspace(-1, 1, 40), bins=groups)
    of_system = system.predict_int(predicted, bins=asked, confidence=0.9)
print(intervals, of_system, [str(entry.message) for entry in caught], sep="\n")
assert np.allclose(intervals[0], [96.2, 103.8])
assert not intervals[1:].any() and not of_system[1:].any(), "unknown groups are answered otherwise"
assert not caught, "crepes warns now"
PY
