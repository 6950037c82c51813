"""What MkDocs calls while it builds the site: adds the pages that have their text elsewhere."""

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from docs.site import pages  # noqa: E402


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages, and the pictures that they show.

    Args:
        files: of the folder of the documentation.
        config: of the site.
    """
    for path, content in pages.generated(REPOSITORY).items():
        files.append(File.generated(config, path, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Turn links to files of the repository into links to pages of the site.

    Args:
        markdown: text of the page.
        page: what MkDocs knows of it.
    """
    return pages.with_links_of_the_site(markdown, page.file.src_uri)
