"""The container runs what the command line takes, as nobody special, with a file system to read."""

import json
import re

import yaml

from ptacl import cli
from tests.docs.fences import REPOSITORY

FOLDER = REPOSITORY / "docs" / "deployment"
DOCKERFILE = (FOLDER / "Dockerfile").read_text(encoding="utf-8")


def test_the_entry_point_and_the_composed_options_are_options_of_the_app(monkeypatch):
    entry = json.loads(re.search(r"^ENTRYPOINT (.*)$", DOCKERFILE, re.M)[1])
    given = []
    monkeypatch.setattr("os.execv", lambda program, command: given.extend(command))
    monkeypatch.setattr(
        "subprocess.run", lambda command: type("Done", (), {"returncode": 0})(), raising=False
    )
    for name in ("compose.yaml", "compose.login.yaml"):
        service = yaml.load((FOLDER / name).read_text(), Loader=_Compose)["services"]["ptacl"]
        assert entry[0] == "ptacl"
        assert cli.main([*entry[1:], *service["command"]]) == 0
    assert {"--server.address=0.0.0.0", "--server.baseUrlPath=ecg"} <= set(given)


def test_it_runs_as_another_user_without_capabilities_and_writes_nothing():
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001$", last, re.M) and "HEALTHCHECK" in last
    service = yaml.load((FOLDER / "compose.yaml").read_text(), Loader=_Compose)["services"]["ptacl"]
    assert service["read_only"] and service["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert "no-new-privileges:true" in service["security_opt"]


class _Compose(yaml.SafeLoader):
    """YAML with the tag by which a file of compose takes a list of another back."""


_Compose.add_constructor("!reset", lambda loader, node: None)
