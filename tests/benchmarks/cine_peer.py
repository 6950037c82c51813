"""The segmentation network of myopari 0.1.6 (Tiramisu, trained on ACDC) as a yardstick.

Run by `tests.benchmarks.cine --peer PYTHON` in the environment of that interpreter, which has
myopari 0.1.6, onnxruntime, numpy and scikit-image:

    PYTHON cine_peer.py IN.npz OUT.npz

IN holds stacks (rows, columns, slices), OUT receives their labels, whose numbers are those of
`ptacl.signal.heart_labels`. The package's own `__init__` opens a window toolkit, which nothing here
needs; so only its `processors` are imported.
"""

import importlib.util
import sys
import types

import numpy as np


def main() -> None:
    """Label every stack of a file."""
    package = types.ModuleType("myopari")
    specification = importlib.util.find_spec("myopari")
    assert specification is not None
    package.__path__ = list(specification.submodule_search_locations or ())
    sys.modules["myopari"] = package
    from myopari.processors.SEGProcessor import EdgeDevice, SEG_module

    module = SEG_module()
    module.edge_device = EdgeDevice.RASBERRY_PI.value  # its name of the CPU
    with np.load(sys.argv[1]) as stacks:
        labels = {name: module.segment(stacks[name].astype(np.float64)) for name in stacks.files}
    np.savez_compressed(sys.argv[2], **labels)


if __name__ == "__main__":
    main()
