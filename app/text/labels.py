"""Labels of quantities with their units, words for sexes, and escaping for Markdown."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ptacl.io.cohort.targets import Target
from ptacl.measurements import MEASUREMENTS
from ptacl.phenotypes import PHENOTYPES
from ptacl.types import Sex
from ptacl.wording import SEX_PLURAL

NO_TITLES: Mapping[str, str] = MappingProxyType({})
SEX_WORDS: dict[Sex | None, str] = {
    None: "women and men",
    "female": SEX_PLURAL["female"],
    "male": SEX_PLURAL["male"],
}

LABELS = {
    "sex": "Sex",
    "age_years": "Age (years)",
    "height_cm": "Height (cm)",
    "weight_kg": "Weight (kg)",
    **{entry.key: f"{entry.name} ({entry.unit})" for entry in PHENOTYPES},
    **{f"predicted_{p.key}": f"{p.name} from the ECG ({p.unit})" for p in PHENOTYPES},
    **{entry.key: f"{entry.own_label} ({entry.unit})" for entry in MEASUREMENTS},
    "rr_ms": "R–R of the scan (ms)",
    "own_rank": "Rank of the matching heart",
    "alignment_error_frames": "Alignment error (frames)",
    "familiarity_distance": "Distance to training ECGs",
    "truth_lbbb": "Left bundle branch block",
    "truth_af": "Atrial fibrillation",
    "truth_ectopy": "Ectopic beats",
    "truth_dcm": "Simulated dilation",
    "truth_hyp": "Simulated hypertrophy",
    "truth_rvl": "Simulated RV load",
}

_JOINER = "\u2060"
"""Word joiner: it takes no width and breaks no line."""
_ICON = re.compile(r":(?=[A-Za-z_+-][\w+/-]*:)")


def target_labels(targets: Sequence[Target]) -> dict[str, str]:
    """Return the label of the column of each target of a cohort, with its unit.

    >>> target_labels([Target("lamax_ml", "LA volume", "mL"), Target("af", "AF", kind="binary")])
    {'target_lamax_ml': 'LA volume (mL)', 'target_af': 'AF'}
    """
    return {
        target.value_column: f"{target.title} ({target.unit})" if target.unit else target.title
        for target in targets
    }


def label(column: str, titles: Mapping[str, str] = NO_TITLES) -> str:
    """Return the label of a column of the gallery's table, with its unit.

    Args:
        column: of the table.
        titles: labels of columns of this gallery alone (`target_labels`).

    >>> label("lvef_pct"), label("truth_noise_mv")
    ('LVEF (%)', 'Simulated noise mv')
    """
    if column in titles or column in LABELS:
        return titles.get(column) or LABELS[column]
    words = column.removeprefix("truth_").replace("_", " ")
    return f"Simulated {words}" if column.startswith("truth_") else words.capitalize()


def name_and_unit(column: str) -> tuple[str, str]:
    """Return name and unit of a column; the unit is empty where it has none.

    >>> name_and_unit("lvef_pct"), name_and_unit("sex")
    (('LVEF', '%'), ('Sex', ''))
    """
    name, _, unit = label(column).partition(" (")
    return name, unit.removesuffix(")")


def literal(text: str) -> str:
    """Escape text of a file for Markdown, so that it is shown as it is and loads nothing.

    An invisible character interrupts addresses, as Markdown makes links of them even without a
    mark; the same holds for the names of icons and emojis between colons.

    >>> literal("![x](p.png)_1.csv")
    '\\\\!\\\\[x\\\\](p.png)\\\\_1.csv'
    >>> literal("http://host") == f"http{_JOINER}://host"
    True
    """
    escaped = re.sub(r"([\\`*_\[\]!<>$~#|&])", r"\\\1", " ".join(text.splitlines()))
    escaped = re.sub(r"^(\s*)([-+=])", r"\1\\\2", escaped)
    escaped = re.sub(r"^(\s*\d+)([.)])", r"\1\\\2", escaped)
    return _ICON.sub(rf":{_JOINER}", _without_addresses(escaped))


def document(markdown: str) -> str:
    """Return a Markdown document of a foreign checkpoint with images and links as mere text.

    Headings, lists, tables and code stay as they are.

    >>> document("**a** [b](http://host)") == f"**a** [b]{_JOINER}(http{_JOINER}://host)"
    True
    """
    unlinked = re.sub(r"\](?=[(\[:])", rf"]{_JOINER}", markdown)
    return _without_addresses(re.sub(r"<(?=[A-Za-z!/?])", rf"<{_JOINER}", unlinked))


def _without_addresses(markdown: str) -> str:
    """Interrupt what would become a link by itself: ``http://``, ``www.`` and ``a@b``."""
    without = re.sub(r"(?i)(https?|ftp|mailto|xmpp)(?=:)", rf"\1{_JOINER}", markdown)
    return re.sub(r"(?i)(\bwww)(?=\.)|(?<=[\w.+-])(?=@)", rf"\1{_JOINER}", without)


def listed(names: Sequence[str]) -> str:
    """Join names to a phrase.

    >>> listed(["LVEDV", "LVESV", "LVM"])
    'LVEDV, LVESV and LVM'
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
