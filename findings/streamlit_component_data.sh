#!/usr/bin/env bash
# streamlit 1.67.0: one NumPy number in a component's data turns all of it into a string of Python.
#
# Expected before the run: the number arrives as a number, or the call raises.
# Seen: st.components.v2 sends a dict as JSON. Where json cannot take a value (np.int64, np.float32,
#   np.bool_, bytes, a date, an array below the first level) the whole dict is replaced by its Python
#   repr, as one JSON string: data.n is undefined in the browser, and there is no warning on either side.
#   An array at the first level travels as Arrow. A NaN is sent as the bare word NaN, which no
#   JavaScript JSON parser takes.
# Why it matters: figures from NumPy and pandas are what such components show; the page stays empty, or
#   shows "undefined", only for the data that happen to hold such a value.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "streamlit==1.67.0" "numpy>=2,<3"
cat > "$folder/page.py" <<'PY'
import numpy as np
import streamlit as st

probe = st.components.v2.component("probe", js="export default function () {}", html="<i></i>")
for key, data in {
    "plain": {"n": 3},
    "numpy": {"n": np.int64(3), "title": "ECG"},
    "bytes": {"frames": b"\x00\xff"},
    "nested": {"lead": {"samples": np.arange(3)}},
    "nan": {"n": float("nan")},
}.items():
    probe(data=data, key=key)
PY
"$folder/venv/bin/python" - "$folder/page.py" 2> /dev/null <<'PY'
import json
import sys

from streamlit.testing.v1 import AppTest


def protos(block):
    for child in getattr(block, "children", {}).values():
        proto = getattr(child, "proto", None)
        if type(proto).__name__.startswith("Bidi"):
            yield proto.id.rsplit("-", 1)[-1], proto.json
        yield from protos(child)


app = AppTest.from_file(sys.argv[1]).run(timeout=60)
sent = dict(protos(app._tree))
print(sent)
assert not app.exception
assert json.loads(sent["plain"]) == {"n": 3}
assert json.loads(sent["numpy"]) == "{'n': np.int64(3), 'title': 'ECG'}"
assert json.loads(sent["bytes"]) == "{'frames': b'\\x00\\xff'}"
assert json.loads(sent["nested"]) == "{'lead': {'samples': array([0, 1, 2])}}"
assert sent["nan"] == '{"n": NaN}'
PY
