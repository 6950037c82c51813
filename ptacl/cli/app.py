"""The command that opens the app in the browser: a thin door to ``streamlit run``."""

import importlib.util
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import tyro

import ptacl
from ptacl.errors import PtaclError

INSTALLED_APP = "ptacl_app"
"""Package that the wheel makes of the folder `app`."""


def app(
    galleries: Annotated[tuple[Path, ...], tyro.conf.Positional] = (),
    port: int | None = None,
    host: Annotated[str | None, tyro.conf.arg(aliases=["--address"])] = None,
    base_path: str | None = None,
    allowed_hosts: tuple[str, ...] = (),
    browser: bool = True,
) -> int:
    """Open the app in the browser: inspect ECGs, explore galleries.

    Without a gallery it shows the ones that come with PTACL, and those in the folders that
    PTACL_GALLERIES and PTACL_CHECKPOINTS name. It is the same as
    ``streamlit run app/main.py -- GALLERY ...`` in a checkout. Ctrl-C ends it.

    Args:
        galleries: folders that `ptacl embed` wrote, or folders that hold some.
        port: of the server, 8501 if it is free.
        host: address of the network interface to listen on, such as 0.0.0.0 for all of them; only
            this computer by default.
        base_path: path of the address below which a proxy serves the app, such as ``ecg``.
        allowed_hosts: names by which the app may be addressed, ``*.clinic.org`` for all below one;
            by default the name of this computer, and addresses of numbers.
        browser: open a browser window.
    """
    main = app_folder() / "main.py"
    options = {**_defaults(main.parent), "server.headless": not browser}
    options |= {} if port is None else {"server.port": port}
    options |= {} if host is None else {"server.address": host}
    options |= {} if base_path is None else {"server.baseUrlPath": base_path.strip("/")}
    command = [sys.executable, "-m", "streamlit", "run", str(main)]
    command += [f"--{name}={_flag(value)}" for name, value in options.items()]
    command += [f"--server.allowedHosts={name}" for name in allowed_hosts]
    command += ["--", *(str(folder.absolute()) for folder in galleries)]
    if os.name == "posix":  # whoever ends the command ends the server
        os.execv(sys.executable, command)
    return subprocess.run(command).returncode


def app_folder() -> Path:
    """Return the folder of the app: of the wheel, or next to the package in a checkout.

    Raises:
        PtaclError: the app is not there.
    """
    installed = importlib.util.find_spec(INSTALLED_APP)
    if installed is not None and installed.origin is not None:
        return Path(installed.origin).parent
    folder = Path(ptacl.__file__).resolve().parents[1] / "app"
    if not (folder / "main.py").is_file():
        raise PtaclError(
            "The app is not installed next to the package. Install the wheel of PTACL, or run "
            "`streamlit run app/main.py` in a checkout.",
            code="app.not_installed",
        )
    return folder


def _defaults(folder: Path) -> dict[str, object]:
    """Return our Streamlit options that the user's own configuration does not set."""
    ours: dict[str, object] = {}
    for parent in (folder, folder.parent):
        ours = ours or dict(_options(parent / ".streamlit/config.toml"))
    for parent in (Path.home(), Path.cwd()):
        for name, _ in _options(parent / ".streamlit/config.toml"):
            ours.pop(name, None)
    return ours


def _options(file: Path) -> Iterator[tuple[str, object]]:
    """Yield dotted name and value of each option of a configuration file, if it exists."""
    if not file.is_file():
        return
    tables: list[tuple[str, dict[str, object]]] = [("", tomllib.loads(file.read_text("utf-8")))]
    while tables:
        prefix, table = tables.pop()
        for name, value in table.items():
            if isinstance(value, dict):
                tables.append((f"{prefix}{name}.", value))
            else:
                yield f"{prefix}{name}", value


def _flag(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
