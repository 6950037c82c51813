"""Notebooks run while the site is built, and shown with what they print and draw."""

import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

MOST_SECONDS = 300
"""That one cell may take."""
_TERMINAL = re.compile(r"\x1b\[[0-9;]*m")


def run(path: Path) -> nbformat.NotebookNode:
    """Return a notebook with its outputs, run in a new folder that is removed afterwards.

    Args:
        path: of the notebook; the file stays as it is.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    repository = str(path.resolve().parents[2])
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=MOST_SECONDS,
            resources={"metadata": {"path": folder}},
            extra_arguments=["--IPKernelApp.log_level=40"],
        )
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([repository, os.environ.get("PYTHONPATH", "")]),
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        }
        client.execute(env=environment)
    return notebook


def as_markdown(notebook: nbformat.NotebookNode, name: str) -> str:
    """Return the page of a notebook that was run.

    Args:
        notebook: with its outputs.
        name: of its file, to download.
    """
    parts = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            parts += [f"```python\n{cell.source}\n```", *map(_output, cell.outputs)]
        else:
            parts.append(cell.source)
    heading, *rest = parts
    download = f'<p><a href="{name}" download>Download this notebook</a></p>'
    return "\n\n".join(part for part in (heading, download, *rest) if part) + "\n"


def _output(output: Any) -> str:
    """Return an output as Markdown or HTML; progress, which a page cannot show, as nothing."""
    if output.output_type == "stream":
        return f"```text\n{output.text.rstrip()}\n```" if output.name == "stdout" else ""
    data = output.data
    if "text/html" in data:
        return _framed([data["text/html"]])
    if "image/svg+xml" in data:
        return _framed([data["image/svg+xml"]])
    if "image/png" in data:
        return _framed([f'<img alt="" src="data:image/png;base64,{data["image/png"].strip()}">'])
    if "text/markdown" in data:
        return str(data["text/markdown"])
    return f"```text\n{_TERMINAL.sub('', data['text/plain'])}\n```"


def _framed(html: Iterable[str]) -> str:
    """Return HTML as one block that Markdown leaves alone: without an empty line."""
    lines = [line for part in html for line in part.splitlines() if line.strip()]
    return '<div class="output">\n' + "\n".join(lines) + "\n</div>"
