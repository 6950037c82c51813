"""The waves of each lead as a table: Q, R, S, R′, J, ST and T in mV."""

import pandas as pd

from ptacl.types import Impression
from ptacl.wording import number

COLUMNS = {
    "Q": "q_mv", "R": "r_mv", "S": "s_mv", "R′": "r2_mv", "J": "j_mv", "ST": "st_mv", "T": "t_mv",
}  # fmt: skip
MEANING = (
    "Amplitudes in mV of the mean beat above the level before QRS; J at the end of QRS, ST 60 ms "
    "after it. Leads that cannot be used are not listed."
)


def lead_table(impression: Impression) -> pd.DataFrame:
    """Return the table as text, one row a lead; a wave that is not there is a dash."""
    rows = [
        [
            number(value or float("nan"), 2) if title in ("Q", "R", "S", "R′") else number(value, 2)
            for title, key in COLUMNS.items()
            for value in [getattr(lead, key)]
        ]
        for lead in impression.leads
    ]
    names = pd.Index([lead.lead for lead in impression.leads], name="mV")
    return pd.DataFrame(rows, index=names, columns=list(COLUMNS))
