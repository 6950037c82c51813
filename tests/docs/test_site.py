"""The site of the documentation builds without a broken link, and its pages ask no network."""

import json
import os
import re
import subprocess
import sys
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pytest

import ptacl
from app.text.glossary import MEANINGS
from tests.conftest import made_once

REPOSITORY = Path(__file__).parents[2]
CONFIG = REPOSITORY / "docs" / "site" / "mkdocs.yml"


def build(folder: Path) -> None:
    """Build the site into a folder; a broken link or a page that no other names fails."""
    pytest.importorskip("material", reason="needs pip install -e '.[docs]'")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", CONFIG, "-d", folder]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(REPOSITORY)}
    found = subprocess.run(
        list(map(str, command)), cwd=REPOSITORY, env=environment, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr


@pytest.fixture(scope="session")
def site(shared_folder: Path) -> Path:
    """Folder of the built site."""
    return made_once(shared_folder / "site", partial(build))


class Requests(HTMLParser):
    """Collects what a browser requests when it opens a page, links to click left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        names = ("src", "srcset", "data", "poster") if tag != "link" else ("href",)
        self.found += [values[name] or "" for name in names if name in values]
        self.found += re.findall(r"url\(([^)]+)\)", values.get("style") or "")


def elsewhere(addresses: list[str]) -> list[str]:
    return [address for address in addresses if re.match(r"[\"']?(https?:)?//", address)]


def test_a_page_that_asks_the_network_is_found() -> None:
    page = Requests()
    page.feed('<a href="https://a.b"></a><img src="//a.b/c.png"><link href="https://a.b/d.css">')
    assert elsewhere(page.found) == ["//a.b/c.png", "https://a.b/d.css"]


def test_no_page_of_the_site_asks_the_network(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 10
    for path in pages:
        page = Requests()
        page.feed(path.read_text(encoding="utf-8"))
        assert elsewhere(page.found) == [], path
    for path in site.rglob("*.css"):
        assert elsewhere(re.findall(r"url\(([^)]+)\)", path.read_text(encoding="utf-8"))) == []


def test_the_reference_describes_every_public_name(site: Path) -> None:
    page = (site / "reference" / "python.html").read_text(encoding="utf-8")
    for name in set(ptacl.__all__) - {"__version__"}:
        assert re.search(rf'id="ptacl\.[\w.]*\b{name}"', page), name


@pytest.mark.parametrize("name", ["inspect", "compare"])
def test_a_notebook_is_shown_with_what_it_printed_and_drew(site: Path, name: str) -> None:
    notebook = json.loads((REPOSITORY / "docs" / "notebooks" / f"{name}.ipynb").read_text())
    assert not any(cell.get("outputs") for cell in notebook["cells"]), "kept without outputs"
    page = (site / "notebooks" / f"{name}.html").read_text(encoding="utf-8")
    assert page.count('<div class="output">') > 2 and "<svg" in page
    shown = {"inspect": "0 predictions", "compare": "Demographics only"}
    assert shown[name] in page and (site / "notebooks" / f"{name}.ipynb").is_file()


def test_the_glossary_of_the_site_is_that_of_the_app(site: Path) -> None:
    page = (site / "reference" / "glossary.html").read_text(encoding="utf-8")
    assert page.count("<strong>") == len(MEANINGS)
