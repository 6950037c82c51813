"""Colours with a meaning, shared by all charts and components."""

from ptacl.notebook.colours import CMR as CMR
from ptacl.notebook.colours import CMR_ON_DARK as CMR_ON_DARK
from ptacl.notebook.colours import ECG as ECG
from ptacl.notebook.colours import ECG_ON_DARK as ECG_ON_DARK

GREY = "#8A8F98"
OKABE_ITO = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#8A8F98")
GROUPS = (OKABE_ITO[2], OKABE_ITO[6], OKABE_ITO[0], OKABE_ITO[1])
"""Colours of compared groups in their order; each has its own line style too. Red and blue are
reserved for the two modalities."""
CIVIDIS = (
    "#00224E", "#123570", "#3B496C", "#575D6D", "#707173",
    "#8A8678", "#A59C74", "#C3B369", "#E1CC55", "#FEE838",
)  # fmt: skip
"""Even steps of a colour map that is independent of colour vision (Nuñez et al., 2018)."""
CIVIDIS_ON_DARK = (
    "#546B88", "#5F779F", "#7A839B", "#8D919C", "#9E9FA0",
    "#AFACA3", "#C1BB9F", "#D5C995", "#E8D97F", "#FEE838",
)  # fmt: skip
"""The same for points on a dark background: mixed with white until the lightness (L* of CIELAB)
rises evenly from a contrast of 3.3; WCAG 2.2 (1.4.11) requires 3 for graphics."""
DARK_GROUND = "#171614"
"""Background of Streamlit's dark theme, the reference of the contrast."""
PUOR = (
    "#B35806", "#E08214", "#FDB863", "#FEE0B6", "#F7F7F7",
    "#D8DAEB", "#B2ABD2", "#8073AC", "#542788",
)  # fmt: skip
"""Even steps for signed values, pale at 0 (ColorBrewer PuOr, Harrower and Brewer, 2003)."""
CONTOURS = {"endocardium": "#E69F00", "epicardium": "#56B4E9", "rv": "#F0E442"}
"""Of contours on a cine, which is black and white (Okabe and Ito)."""
