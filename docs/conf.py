"""Sphinx's configuration of the manual: `make docs`."""

import sys
from pathlib import Path

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent))

from generators import fill

from dimitra_studio import __version__

project = "Dimitra Studio"
author = "the Dimitra Studio contributors"
copyright = f"2026 {author}"
release = version = __version__

extensions = ["myst_parser"]
exclude_patterns = ["generators"]
myst_heading_anchors = 4
nitpicky = True

html_theme = "furo"
html_title = f"Dimitra Studio {__version__}"
html_copy_source = False  # the pages are asked for nowhere else: the manual works without a network
html_css_files = ["manual.css"]
html_static_path = ["static"]


def setup(app: Sphinx) -> None:
    """Lets the program write its parts of the pages."""
    app.connect("source-read", _fill)


def _fill(_app: Sphinx, _name: str, source: list[str]) -> None:
    source[0] = fill(source[0])
