import numpy as np

from ptacl.segmentation.inspection import inspect_labels
from ptacl.signal.preparation import as_cine
from ptacl.types import PreparedCine
from tests.segmentation.made_hearts import EXPERT


def test_a_prepared_cine_keeps_its_times_and_its_scale() -> None:
    frames = np.zeros((4, 32, 32), np.uint8)
    cine = as_cine(PreparedCine(frames, np.array([0, 0.25, 0.5, 0.75], np.float32), 800.0), 2.4)
    assert cine.frame_times_ms.tolist() == [0, 200, 400, 600]
    assert not cine.two_phases and cine.slice_position is None
    labels = np.zeros_like(frames)
    labels[:, 8:24, 8:24] = 2
    labels[:, 11:21, 11:21] = 3
    area = inspect_labels([cine], [labels], EXPERT, name="a").slice_measurements[0].lv_area_mm2
    assert np.allclose(area, 100 * 2.4**2)
