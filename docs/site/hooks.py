"""What MkDocs calls while it builds the site: adds the pages that have their text elsewhere."""

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from docs.site import notebooks, pages  # noqa: E402


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List pages that the navigation does not name.

    Args:
        config: of the site.
    """
    folder = REPOSITORY / "docs"
    written = [path.relative_to(folder).as_posix() for path in folder.rglob("*.md")]
    config.nav = pages.with_every_page(config.nav or [], written)
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages, the pictures that they show, and the notebooks as pages.

    Args:
        files: of the folder of the documentation.
        config: of the site.
    """
    added = pages.generated(REPOSITORY)
    for path in sorted((REPOSITORY / "docs" / "notebooks").glob("*.ipynb")):
        page = notebooks.as_markdown(notebooks.run(path), path.name)
        added[f"notebooks/{path.stem}.md"] = page
    for name, content in added.items():
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Turn links to files of the repository into links to pages of the site.

    Args:
        markdown: text of the page.
        page: what MkDocs knows of it.
    """
    return pages.with_links_of_the_site(markdown, page.file.src_uri)
