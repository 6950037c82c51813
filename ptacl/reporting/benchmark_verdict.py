"""What a benchmark found in a few sentences: who leads, by how much, and what was not tested."""

from collections.abc import Sequence

from ptacl.checkpoint.reports import BenchmarkReport
from ptacl.checkpoint.reports.benchmark import MethodDifference
from ptacl.phenotypes import HEADLINE, phenotype
from ptacl.wording import number, signed

CERTAIN = 0.05
NOT_COMPARED = (
    "This checkpoint has no record of a comparison with other methods: whether it is better than "
    "a simple one was not tested (`ptacl compare --record`)."
)


def benchmark_verdict(report: BenchmarkReport | None) -> str:
    """Return who leads in R² of the headline phenotypes, by how much, and what was not tested.

    Args:
        report: of a checkpoint; None where it records none.
    """
    if report is None or report.reference not in report.methods:
        return NOT_COMPARED
    leads = [line for key in HEADLINE if (line := _lead(report, key))]
    if not leads:
        return NOT_COMPARED
    return f"{' '.join(leads)} {_retrieval(report)}{_untested(report)}"


def _lead(report: BenchmarkReport, key: str) -> str:
    """Return a sentence on one phenotype; empty where fewer than two methods have it."""
    figure, name = f"r2_{key}", phenotype(key).name
    values = {n: m.figures[figure].value for n, m in report.methods.items() if figure in m.figures}
    if len(values) < 2 or report.reference not in values:
        return ""
    own = report.methods[report.reference].title
    rivals = {method: value for method, value in values.items() if method != report.reference}
    best = max(rivals, key=rivals.__getitem__)
    other = report.methods[best].title
    ours, theirs = (number(value, 2) for value in (values[report.reference], rivals[best]))
    if values[report.reference] >= rivals[best]:
        leader = f"{own} has the highest R² ({ours}; next {other} {theirs})"
    else:
        leader = f"{other} has the highest R² ({theirs}; {own} {ours})"
    return f"{name}: {leader}{_difference(report.differences, best, figure, own)}."


def _difference(differences: Sequence[MethodDifference], other: str, figure: str, own: str) -> str:
    tested = [each for each in differences if (each.method, each.figure) == (other, figure)]
    if not tested:
        return ""
    each = tested[0]
    low, high = signed(each.low, 2), signed(each.high, 2)
    text = f", {own} {signed(each.value, 2)} ({low} to {high})"
    return text if each.p_holm < CERTAIN else f"{text}, not beyond chance after correction"


def _retrieval(report: BenchmarkReport) -> str:
    """Return who finds the own heart of an ECG most often; empty without such a figure."""
    values = {
        method.title: method.figures["recall_at_1"].value
        for method in report.methods.values()
        if "recall_at_1" in method.figures
    }
    if not values:
        return ""
    best = max(values, key=values.__getitem__)
    return f"Own heart found first most often by {best} ({100 * values[best]:.0f} %). "


def _untested(report: BenchmarkReport) -> str:
    missing = []
    if report.synthetic:
        missing.append("real patients, as all hearts are simulated")
    if report.test_store is None:
        missing.append("another cohort than that of the training")
    if len(report.seeds) < 5:
        missing.append(f"more than {len(report.seeds)} trainings of each method")
    missing.append("the use in a clinic")
    return f"Not tested: {'; '.join(missing)}."
