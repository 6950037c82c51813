"""HTML from jinja2 templates with autoescape; each is next to its style sheet."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup


class Templates:
    """The templates and style sheets below a folder.

    Args:
        folder: they are named by their path below it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, template: str, **values: object) -> Markup:
        """Return the HTML of a template.

        Args:
            template: its path, such as ``panels/answer.html``.
            values: by their names in the template. Text is escaped; `Markup`, such as the result of
                another template, is inserted as it is.

        Returns:
            The HTML, or SVG.

        Raises:
            jinja2.UndefinedError: the template uses a name that is not in ``values``.
        """
        return Markup(self._environment.get_template(template).render(values))

    def read_style(self, *names: str) -> Markup:
        """Return style sheets as one, to insert into a template.

        Args:
            names: paths of the sheets.

        Returns:
            Their text, one after the other.
        """
        return Markup("".join((self.folder / name).read_text(encoding="utf-8") for name in names))


NOTEBOOK = Templates(Path(__file__).parent)
"""Those of this package."""
