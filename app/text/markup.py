"""HTML from the templates of the app, with autoescape; each is next to its style sheet."""

from pathlib import Path

from ptacl.notebook.markup import Templates

APP = Path(__file__).resolve().parents[1]
_TEMPLATES = Templates(APP)
render = _TEMPLATES.render
read_style = _TEMPLATES.read_style
