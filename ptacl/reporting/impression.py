"""Documentation page of the draft impression: its limits, and the table of its rules."""

from ptacl.impression.rules import Rule
from ptacl.impression.vocabulary import RULES
from ptacl.reporting.markdown import markdown_table

INTRODUCTION = """# Draft impression

*Inspect an ECG*, reports, `ptacl inspect` (also `--json`) and the table of a folder (column
`statements`, codes) hold a draft impression. It has three sources, each marked:

- **measured**: the rules below, on the mean beat and the R–R intervals of the leads that can be
  used. Each sentence has its evidence (values and limits), a certainty, and the leads that show
  it. Pointing at a sentence on the page lights its leads and waves on the ECG paper, of the rhythm
  also the R–R intervals and premature beats; a click or Enter keeps them lit, Escape ends that.
  What does not fit in the same waves and leads is marked beside it, and a wave under the pointer on
  the paper marks the sentences that rest on it.
- **model**: LVEF, LVEDV and LV mass with their 90 % intervals against the reference interval of
  the sex; that nothing is predicted, and why; that the model does not know such ECGs.
- **similar ECGs**: what is clearly more frequent among the 20 nearest labelled ECGs of the
  gallery than in all of it (lift with its 95 % interval, lower end above 1.5). It describes those
  ECGs, not this one. Galleries without SCP codes or flags of simulated hearts have no such
  sentences.

A sentence can be struck or edited before it is saved; an edited one is marked as edited in report
and JSON, with its evidence unchanged.

## How sentences are selected

Every row with a condition that holds is a candidate, in the order of the table. A candidate that an
earlier one contradicts is dropped; then what another sentence implies is dropped (*sinus
bradycardia* implies *sinus rhythm*). Left bundle branch block silences hypertrophy, infarction,
ST, T and QT; ventricular pacing silences everything about QRS, ST and T. *Normal ECG* needs ten
usable leads, sinus rhythm and no abnormal row. Where the quality of the recording withholds
predictions, nothing is stated but the reason; a row with leads that are absent, bad or estimated is
not tested. Pacing and flutter, which withhold volumes, are themselves stated.

## Limits

- Rules on one mean beat: no serial comparison, no history, no drugs. *Infarction* means Q waves.
- PTACL's P onset is that of the first lead, so PR is longer than in one lead; the limit of
  first-degree block is 220 ms instead of 200.
- Second- and third-degree AV block, junctional and ventricular rhythms, Brugada pattern,
  pericarditis, hyperkalaemia, posterior infarction and U waves have no row. Their absence from a
  draft means nothing.
- Limits marked in the source files as chosen were chosen on 213 PTB-XL records of which 158 are
  normal.
- Without sex the limit that calls fewer people abnormal applies, and the evidence notes it for
  Cornell.
- `python -m tests.benchmarks.statement_figures TABLE` prints precision, recall and contradictions
  against SCP codes; EXPERIMENTS.md has the figures, including those that miss their goal.

## Rules

This page is made by `python -m ptacl.reporting.impression > docs/impression.md`. A row excludes
rows below it only.
"""


def impression_page() -> str:
    """Return docs/impression.md."""
    columns = ["code", "statement", "condition", "implies", "excludes", "source"]
    return f"{INTRODUCTION}\n{markdown_table(columns, [_row(rule) for rule in RULES])}\n"


def _row(rule: Rule) -> list[str]:
    return [
        f"`{rule.code}`",
        f"{rule.text} ({rule.certainty})",
        rule.limits,
        ", ".join(rule.implies),
        _shortened(rule.excludes),
        rule.source,
    ]


def _shortened(codes: tuple[str, ...], most: int = 6) -> str:
    """Return codes as text; of many the first and how many more there are."""
    if len(codes) <= most:
        return ", ".join(codes)
    return f"{', '.join(codes[:most])} and {len(codes) - most} more"


if __name__ == "__main__":
    print(impression_page(), end="")
