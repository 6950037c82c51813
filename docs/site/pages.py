"""Pages of the site whose text has its one place elsewhere: code, or the top of the tree."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

COPIED = {
    "README.md": "index.md",
    "ARCHITECTURE.md": "contributing/architecture.md",
    "CONTRIBUTING.md": "contributing/contributing.md",
    "CHANGELOG.md": "contributing/changes.md",
    "findings/README.md": "reference/findings.md",
    "checkpoints/demo/README.md": "reference/demo-card.md",
}
"""File of the repository → page of the site."""

PACKAGES = ("ptacl.losses", "ptacl.metrics", "ptacl.store", "ptacl.gallery")
"""Packages whose public names follow those of ``ptacl`` itself in the reference."""

_LINK = re.compile(r"(?<=\]\()(?!https?:|#)([^)#\s]+)")


def generated(repository: Path) -> dict[str, str | bytes]:
    """Return the pages that are made when the site is built, by their path in it.

    Args:
        repository: folder with ``README.md``, ``docs`` and ``ptacl``.
    """
    made: dict[str, str | bytes] = {
        "reference/glossary.md": glossary(),
        "reference/python.md": python_reference(),
    }
    for source, page in COPIED.items():
        text = (repository / source).read_text(encoding="utf-8")
        made[page] = with_links_of(text, Path(source).parent, Path(page).parent)
        for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text):
            made[picture] = (repository / Path(source).parent / picture).read_bytes()
    return made


def with_links_of(text: str, source: Path, page: Path) -> str:
    """Return a text of the repository with its links as its page in the site needs them.

    Args:
        text: Markdown with links relative to ``source``.
        source: folder of the file in the repository.
        page: folder of the page in the site.

    >>> with_links_of("[a](docs/rhythm.md) [b](ARCHITECTURE.md)", Path("."), Path("."))
    '[a](rhythm.md) [b](contributing/architecture.md)'
    """
    up = "../" * len(page.parts)

    def moved(match: re.Match[str]) -> str:
        target = (source / match[1]).as_posix()
        return up + COPIED.get(target, target.removeprefix("docs/"))

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
    for package in ("ptacl", *PACKAGES):
        parts.append(f"## {package}\n")
        parts += [f"::: {path}\n" for path in public_names(package)]
    return "\n".join(parts)
