from pathlib import Path

from ptacl.impression.vocabulary import RULES
from ptacl.reporting.impression import impression_page

ROOT = Path(__file__).parents[2]


def test_the_documentation_is_that_of_the_rules():
    page = (ROOT / "docs/impression.md").read_text(encoding="utf-8")
    assert page == impression_page(), (
        "run python -m ptacl.reporting.impression > docs/impression.md"
    )
    assert all(f"`{rule.code}`" in page for rule in RULES)
