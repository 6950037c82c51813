"""HTML from jinja2 templates with autoescape; each is next to its style sheet."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

APP = Path(__file__).resolve().parents[1]
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(APP),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(template: str, **values: object) -> Markup:
    """Return the HTML of a template.

    Args:
        template: path below the folder of the app, such as ``panels/volumes.html``.
        values: by their names in the template. Text is escaped; `Markup`, such as the result of
            another template, is inserted as it is.

    Raises:
        jinja2.UndefinedError: the template uses a name that is not in ``values``.
    """
    return Markup(_ENVIRONMENT.get_template(template).render(values))


def read_style(*names: str) -> Markup:
    """Return style sheets of the app as one, to insert into a template.

    Args:
        names: paths below the folder of the app, such as ``panels/volumes.css``.
    """
    return Markup("".join((APP / name).read_text(encoding="utf-8") for name in names))
