"""How the documentation is built: `cargo xtask python` runs every notebook and writes target/python-docs."""

import ast
import sys
from pathlib import Path

import hemvist

project = "hemvist"
author = "The Hemvist developers"
copyright = author
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "furo"
html_title = "hemvist for Python"
default_role = "py:obj"

# A notebook that fails, or takes long, fails the build.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_execution_show_tb = True

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_class_signature = "separated"
autodoc_default_options = {"members": True}
python_use_unqualified_type_names = True

# Public names say that they are of `hemvist`; where they stand, with the documentation of their fields, only the files tell.
for module in [module for name, module in sys.modules.items() if name.startswith("hemvist._")]:
    path = Path(module.__file__ or "")
    if path.suffix == ".py":
        for node in ast.parse(path.read_text("utf-8")).body:
            for public in (hemvist, hemvist.region):
                if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name in public.__all__:
                    getattr(public, node.name).__module__ = module.__name__


def setup(app):
    """Keeps what stands before a colon in the documentation of a field from being taken for its type."""

    def begin(_app, what, _name, _obj, _options, lines):
        if what in {"attribute", "property"}:
            lines[:0] = ["..", ""]

    app.connect("autodoc-process-docstring", begin, priority=400)
