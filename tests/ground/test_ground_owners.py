"""No text of one authority stands in code: what a page may say of it comes from its own study."""

import ast
import re

import pytest

OWNED = re.compile(r"DSFRA|dsfire|\bdsfra\b|16/5|Devon (?:&|and) Somerset|£7\.5 ?m|Wells|Topsham")
EMBEDDED = {"cli/grammar.py"}
"""Help that names the embedded study, of which it is."""


def texts(tree):
    """Every text of a module but docstrings and those that describe a constant."""
    bare = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.value


def test_no_text_in_code_is_one_authoritys(root):
    package = root / "src" / "colocate"
    found = {
        (path.relative_to(package).as_posix(), text)
        for path in package.rglob("*.py")
        for text in texts(ast.parse(path.read_text(encoding="utf-8")))
        if OWNED.search(text)
    }
    assert {each for each in found if each[0] not in EMBEDDED} == set()


@pytest.mark.parametrize("folder", ["src/colocate", "data/example"])
def test_no_file_that_code_brings_is_one_authoritys(root, folder):
    held = ("*.csv", "*.toml", "*.html", "*.css", "*.mjs", "*.qml")
    files = [path for kind in held for path in (root / folder).rglob(kind)]
    found = {p.name: hit[0] for p in files if (hit := OWNED.search(p.read_text(encoding="utf-8")))}
    assert found == {}
