"""Every parameter of every public function is described where the function stands."""

from __future__ import annotations

import ast
import re

TOLD_ELSEWHERE = {
    "stage": "its parameters are tables and settings, each described in the schema or the study",
    "criterion": "its parameters are tables, by name",
    "verb": "its parameters are words of the command line and bear their own help",
    "field_validator": "pydantic calls it",
    "model_validator": "pydantic calls it",
}
"""Decorators of functions whose parameters need no words, and why."""


def public(tree):
    """The public functions of a module, and of its public classes, by dotted name."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from ((f"{node.name}.{name}", each) for name, each in public(node))
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name, node


def decorators(function):
    return {re.match(r"[\w.]+", ast.unparse(each)).group() for each in function.decorator_list}


def parameters(function):
    given = function.args
    listed = [*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg]
    return [each.arg for each in listed if each and each.arg not in {"self", "cls", "_"}]


def described(function):
    told = re.search(
        r"^Args:\n(.*?)(?=^\S|\Z)", ast.get_docstring(function) or "", re.DOTALL | re.MULTILINE
    )
    return set(re.findall(r"^ {4}\*{0,2}(\w+): \S", told.group(1), re.MULTILINE)) if told else set()


def undescribed(text):
    """Parameters that a docstring leaves out, by function."""
    missing = {
        name: [each for each in parameters(function) if each not in described(function)]
        for name, function in public(ast.parse(text))
        if not decorators(function) & TOLD_ELSEWHERE.keys()
    }
    return {name: left for name, left in missing.items() if left}


def test_every_parameter_of_every_public_function_is_described(root):
    package = root / "src" / "colocate"
    found = {
        path.relative_to(package).as_posix(): undescribed(path.read_text(encoding="utf-8"))
        for path in sorted(package.rglob("*.py"))
    }
    assert {name: left for name, left in found.items() if left} == {}


def test_a_parameter_left_out_is_found():
    text = 'def f(a, *b):\n    """Do.\n\n    Args:\n        a: first.\n    """\n'
    assert undescribed(text) == {"f": ["b"]}
    assert undescribed(text.replace("first.", "first.\n        *b: others.")) == {}
    assert undescribed(f"@stage('x')\n{text}") == {}
    assert undescribed(text.replace("def f", "def _f")) == {}
