#!/usr/bin/env bash
# sierraecg 0.4.0 with NumPy 2: a Philips ECG whose lead falls off is an OverflowError.
#
# Expected before the run: the lead comes back with values far outside of what an ECG has.
# Seen: XLI codes second differences in 16-bit arithmetic, which wraps where a lead leaps (an electrode
#   that is pulled off). With NumPy 1.26 the sum is cast and wraps back: every sample is right. With
#   NumPy 2 the same call raises "Python integer … out of bounds for int16", and the whole file with
#   its eleven good leads is lost. The package allows both.
# Why it matters: an upgrade of NumPy alone decides whether such recordings can be read.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cat > "$folder/leap.py" <<'PY'
import warnings

import numpy as np
from sierraecg.xli import xli_decode

warnings.simplefilter("ignore")  # NumPy 1 announces the change
lead = [0, 10, 20, 20000, -20000, -20000, 15, 5]
bends = [2 * b - a - c for a, b, c in zip(lead, lead[1:], lead[2:], strict=False)]
stored = np.array([*lead[:2], *(bend + 64 for bend in bends[1:]), 0]).astype(np.int64)
stored = (stored & 0xFFFF).tolist()
codes = [*(number >> 8 for number in stored), *(number & 255 for number in stored)]
bits = "".join(f"{code:010b}" for code in codes)  # each byte as a literal of LZW
bits += "0" * (-len(bits) % 8)
packed = int(bits, 2).to_bytes(len(bits) // 8, "big")
first = (bends[0] & 0xFFFF).to_bytes(2, "little")
try:
    found = xli_decode(len(packed).to_bytes(4, "little") + b"\0\1" + first + packed, ["V4"])[0]
    print(np.__version__, "right" if found.tolist() == lead else found.tolist())
except OverflowError as error:
    print(np.__version__, "OverflowError:", error)
PY
for numpy in 1.26.4 2.4.6; do
    python3 -m venv "$folder/$numpy"
    "$folder/$numpy/bin/pip" install --quiet "sierraecg==0.4.0" "numpy==$numpy"
    "$folder/$numpy/bin/python" "$folder/leap.py" | tee -a "$folder/seen"
done
grep -qx "1.26.4 right" "$folder/seen"
grep -q "^2.4.6 OverflowError: Python integer .* out of bounds for int16" "$folder/seen"
