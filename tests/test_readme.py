"""What the README tells a newcomer to type exists."""

import re
import shlex
from pathlib import Path

import pytest

from ptacl.cli import main

REPOSITORY = Path(__file__).parent.parent
README = (REPOSITORY / "README.md").read_text()
COMMANDS = [
    line
    for block in re.findall(r"```bash\n(.*?)```", README, re.S)
    for line in block.splitlines()
    if line.startswith("ptacl ")
]


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_readme_has_the_flags_it_is_given(
    line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, command, *arguments = shlex.split(line)
    with pytest.raises(SystemExit):
        main([command, "--help"])
    described = capsys.readouterr().out
    for argument in arguments:
        if argument.startswith("--"):
            assert argument in described, argument


def test_the_readme_has_commands_to_check() -> None:
    assert len(COMMANDS) >= 6


def test_files_that_the_readme_names_exist() -> None:
    for path in re.findall(r"`((?:ptacl|checkpoints|tests)/[\w./]+)`", README):
        assert (REPOSITORY / path).exists(), path
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (REPOSITORY / picture).is_file(), picture
