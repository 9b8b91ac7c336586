"""How Sphinx builds these pages: `python -m sphinx -W docs site`, with the extra `docs` installed."""

from collections import namedtuple

from bptutor import __version__

project = "bptutor"
author = "The bptutor developers"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["pictures", "style"]
myst_heading_anchors = 3
highlight_language = "none"
smartquotes = False  # -- begins an option
default_role = "code"  # what stands in backticks in a docstring

html_theme = "furo"
html_title = "bptutor"
html_show_copyright = False
html_show_sourcelink = False
html_static_path = ["style"]
html_css_files = ["tables.css"]

autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True

_FIELD = type(namedtuple("_Pair", "one").one)


def _is_bare_field(_app, _what, _name, member, skip, _options):
    """Leaves the fields of a named tuple out: the docstring says more of them than "Alias for field number 0"."""
    return isinstance(member, _FIELD) or skip


def setup(app):
    """What Sphinx calls."""
    app.connect("autodoc-skip-member", _is_bare_field)
