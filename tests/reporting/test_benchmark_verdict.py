"""The sentence that says who leads."""

from ptacl.checkpoint.reports import BenchmarkReport
from ptacl.checkpoint.reports.benchmark import MethodDifference, MethodFigure, MethodReport
from ptacl.reporting.benchmark_verdict import NOT_COMPARED, benchmark_verdict


def report(ours: float, theirs: float, p_holm: float) -> BenchmarkReport:
    methods = {
        name: MethodReport(title, 3, {"r2_lvef_pct": MethodFigure("R² LVEF", value, 0.0, 1.0)})
        for name, title, value in (("ptacl", "PTACL", ours), ("other", "Other", theirs))
    }
    apart = MethodDifference(
        "other", "Other", "r2_lvef_pct", "R² LVEF", ours - theirs, -0.5, 0.5, p_holm, p_holm
    )
    return BenchmarkReport(
        synthetic=True, seeds=(0, 1, 2), methods=methods, differences=(apart,), subjects=9
    )


def test_the_method_with_the_highest_value_is_named_also_where_it_is_another():
    behind = benchmark_verdict(report(0.5, 0.6, 0.01))
    assert behind.startswith(
        "LVEF: Other has the highest R² (0.60; PTACL 0.50), PTACL −0.10 (−0.50 to +0.50). "
    )
    assert "real patients" in behind and "another cohort" in behind
    assert benchmark_verdict(report(0.6, 0.5, 0.01)).startswith("LVEF: PTACL has the highest R²")


def test_a_difference_within_chance_is_told_as_such():
    assert "not beyond chance" in benchmark_verdict(report(0.6, 0.5, 0.2))


def test_without_a_comparison_nothing_is_claimed():
    assert benchmark_verdict(None) == benchmark_verdict(BenchmarkReport()) == NOT_COMPARED
