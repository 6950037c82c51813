"""The README is short, and what it shows and names exists."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
README = (REPOSITORY / "README.md").read_text()


def test_files_that_the_readme_names_exist() -> None:
    named = re.findall(r"`((?:ptacl|checkpoints|tests)/[\w./]+)`", README)
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert len(linked) > 15
    for path in named + linked:
        assert (REPOSITORY / path).exists(), path


def test_a_newcomer_reads_the_readme_in_one_sitting() -> None:
    assert len(README.splitlines()) < 100


def test_the_readme_has_the_line_that_continuous_integration_looks_for() -> None:
    run = (REPOSITORY / ".ci" / "run").read_text()
    pattern = re.search(r'grep -m1 -F "([^"]+)" README.md', run)[1]
    assert pattern in README and "pytest" in README.split(pattern)[1].splitlines()[0]


def test_the_readme_says_first_that_its_model_is_synthetic() -> None:
    assert "not a medical device" in README.split("\n## ")[0]
