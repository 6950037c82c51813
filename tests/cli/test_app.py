"""`ptacl app` starts Streamlit with the host, the path and the names that it is given."""

import os
from pathlib import Path

import pytest

from ptacl import cli

pytestmark = pytest.mark.skipif(os.name != "posix", reason="it becomes the server there alone")


class Started(Exception):
    """The command that would run from here on."""


@pytest.fixture
def start(monkeypatch):
    def become(program, command):
        raise Started(*command)

    monkeypatch.setattr(os, "execv", become)

    def run(*words):
        with pytest.raises(Started) as started:
            cli.main(["app", *words])
        return started.value.args

    return run


def test_host_path_and_names_reach_the_server(start):
    command = start(
        "gallery", "--host", "0.0.0.0", "--base-path", "/ecg/", "--no-browser",
        "--allowed-hosts", "ptacl.clinic.org", "*.lab.test",
    )  # fmt: skip
    options, galleries = command[: command.index("--")], command[command.index("--") + 1 :]
    assert {
        "--server.address=0.0.0.0",
        "--server.baseUrlPath=ecg",
        "--server.headless=true",
    } <= set(options)
    assert [o for o in options if "allowedHosts" in o] == [
        "--server.allowedHosts=ptacl.clinic.org", "--server.allowedHosts=*.lab.test",
    ]  # fmt: skip
    assert [Path(folder).name for folder in galleries] == ["gallery"]


def test_without_them_only_this_computer_is_served(start, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where no configuration says otherwise
    command = start()
    assert "--server.address=localhost" in command
    assert not [o for o in command if "allowedHosts" in o or "baseUrlPath" in o]
