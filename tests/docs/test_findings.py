"""The table of findings lists the scripts that there are, with the versions that they install."""

import re
from pathlib import Path

import pytest

FINDINGS = Path(__file__).parents[2] / "findings"
ROWS = dict(re.findall(r"^\| `([\w.]+)` \| (.+?) \|", (FINDINGS / "README.md").read_text(), re.M))


def test_the_table_lists_every_script_and_no_other() -> None:
    assert sorted(ROWS) == sorted(script.name for script in FINDINGS.glob("*.sh"))


@pytest.mark.parametrize("name", ROWS)
def test_a_finding_installs_the_versions_of_its_row_and_not_this_product(name: str) -> None:
    text = (FINDINGS / name).read_text()
    packages = re.findall(r"([\w-]+) v?(\d[\w.]*)", ROWS[name])
    assert packages
    for package, version in packages:
        assert re.search(rf"{package}[\w-]*==?{version}", text), (package, version)
    assert not re.search(r"import ptacl|from ptacl|\bptacl [a-z]+ ", text)
