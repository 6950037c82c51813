"""Labels of a segmented short-axis frame: 0 for the background, and the three below.

The numbers are those of the ACDC challenge (Bernard et al., IEEE TMI 2018), so that masks written
by this package open beside those of other tools.
"""

import numpy as np
from jaxtyping import UInt8

RV = 1
"""Cavity of the right ventricle."""
MYOCARDIUM = 2
"""Left ventricular myocardium, without the papillary muscles."""
LV = 3
"""Cavity of the left ventricle, including papillary muscles and trabeculae."""
STRUCTURES = {RV: "right ventricle", MYOCARDIUM: "myocardium", LV: "left ventricle"}

Labels = UInt8[np.ndarray, "_frames _rows _columns"]
"""Label of every pixel of a cine slice, on its own pixel grid. The slices of a stack may differ in
size, so that the axes are named and not bound."""
