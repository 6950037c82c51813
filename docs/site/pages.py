"""Pages of the site whose text has its one place elsewhere: code, or the top of the tree."""

import importlib
import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

COPIED = {
    "README.md": "index.md",
    "ARCHITECTURE.md": "contributing/architecture.md",
    "CONTRIBUTING.md": "contributing/contributing.md",
    "CHANGELOG.md": "contributing/changes.md",
    "findings/README.md": "reference/findings.md",
    "checkpoints/demo/README.md": "reference/demo-card.md",
}
"""File of the repository → page of the site."""

MADE_FROM = {
    "app/text/glossary.py": "reference/glossary.md",
    "ptacl/__init__.py": "reference/python.md",
    "docs/notebooks/inspect.ipynb": "notebooks/inspect.md",
    "docs/notebooks/compare.ipynb": "notebooks/compare.md",
}
"""File of the repository → page that is made of it: what a link to the file leads to."""

PICTURES = "app/pictures/"
"""Folder of the repository with pictures; the site has them in ``pictures/``."""

PACKAGES = ("ptacl.io", "ptacl.store", "ptacl.gallery", "ptacl.losses", "ptacl.metrics")
"""Packages whose public names follow those of ``ptacl`` itself in the reference."""

SECTIONS = {"": "Explanations", "how-to": "How to", "tutorials": "Tutorials"}
"""Folder of a page → section of the navigation that lists it where no row names it."""

Navigation = list[dict[str, Any]]
_LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)#\s]+)")


def generated(repository: Path) -> dict[str, str | bytes]:
    """Return what is added to the folder of the documentation, by its path in the site.

    Args:
        repository: folder with ``README.md``, ``docs`` and ``ptacl``.
    """
    made: dict[str, str | bytes] = {
        "reference/glossary.md": glossary(),
        "reference/python.md": python_reference(),
    }
    for picture in (repository / PICTURES).glob("*.png"):
        made[f"pictures/{picture.name}"] = picture.read_bytes()
    for source, page in COPIED.items():
        made[page] = (repository / source).read_text(encoding="utf-8")
    return made


def with_every_page(navigation: Navigation, pages: Iterable[str]) -> Navigation:
    """Return a navigation in which pages that no row names end the section of their folder.

    Args:
        navigation: sections as in ``mkdocs.yml``.
        pages: paths of all pages.

    >>> with_every_page([{"How to": [{"Use the app": "how-to/app.md"}]}], ["how-to/new.md"])
    [{'How to': [{'Use the app': 'how-to/app.md'}, 'how-to/new.md']}]
    """
    named = str(navigation)
    unlisted = [page for page in sorted(pages) if f"'{page}'" not in named]
    full = []
    for section in navigation:
        ((title, rows),) = section.items()
        added = [page for page in unlisted if SECTIONS.get(posixpath.dirname(page)) == title]
        full.append({title: [*rows, *added] if added else rows})
    return full


def with_links_of_the_site(text: str, page: str) -> str:
    """Return the text of a page with links that lead to pages and pictures of the site.

    In the repository a link leads to a file, so that it works there too.

    Args:
        text: Markdown with links relative to the file that it was written in.
        page: path of the page in the site.

    >>> with_links_of_the_site("[a](docs/rhythm.md) [b](LICENSE)", "index.md")
    '[a](rhythm.md) [b](LICENSE)'
    >>> with_links_of_the_site("![](../../app/pictures/a.png)", "tutorials/b.md")
    '![](../pictures/a.png)'
    """
    written_in = {copy: source for source, copy in COPIED.items()}.get(page, f"docs/{page}")

    def moved(match: re.Match[str]) -> str:
        file = posixpath.normpath(posixpath.join(posixpath.dirname(written_in), match[1]))
        target = (COPIED | MADE_FROM).get(file, file.removeprefix("docs/"))
        target = target.replace(PICTURES, "pictures/")
        return posixpath.relpath(target, posixpath.dirname(page) or ".")

    return _LINK.sub(moved, text)


def glossary() -> str:
    """Return the page of the terms that the app explains."""
    from app.text.glossary import MEANINGS

    terms = sorted(MEANINGS.items(), key=lambda entry: entry[0].casefold())
    rows = "\n".join(f"| **{term}** | {meaning} |" for term, meaning in terms)
    return (
        "# Glossary\n\nThe terms that the app explains on hover, focus and tap.\n\n"
        f"| term | meaning |\n|---|---|\n{rows}\n"
    )


def public_names(package: str) -> Iterator[str]:
    """Yield the path of each public class and function of a package, where it is defined.

    Args:
        package: dotted path of a package with ``__all__``.
    """
    module = importlib.import_module(package)
    for name in module.__all__:
        member = getattr(module, name)
        if hasattr(member, "__qualname__"):
            yield f"{member.__module__}.{member.__qualname__}"


def python_reference() -> str:
    """Return the page of the public classes and functions, for mkdocstrings to fill."""
    parts = ["# Python\n\nMade from the docstrings. The names of `ptacl` itself come first.\n"]
    described: set[str] = set()
    for package in ("ptacl", *PACKAGES):
        paths = [path for path in public_names(package) if path not in described]
        described.update(paths)
        parts += [f"## {package}\n", *(f"::: {path}\n" for path in paths)]
    return "\n".join(parts)
