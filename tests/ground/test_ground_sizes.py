"""Modules and functions that a person can hold in mind."""

from __future__ import annotations

import ast

LINES_OF_A_MODULE = 400
LINES_OF_A_FUNCTION = 40
GENERATED = "tables/rows.py"
REASON = "# long: "
"""Stands above a longer function, with the reason behind it."""


def modules(root):
    package = root / "src" / "colocate"
    return {
        path.relative_to(package).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(package.rglob("*.py"))
    }


def long_functions(text):
    """Functions over 40 lines without their docstring; of a stage, only its body counts."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            stage = any(ast.unparse(each).startswith("stage(") for each in node.decorator_list)
            first = node.body[1:][:1] if ast.get_docstring(node) else node.body[:1]
            start = first[0].lineno if first else node.end_lineno
            size = node.end_lineno - start + 1
            if not stage:  # whose parameters are all that it reads
                size += node.body[0].lineno - node.lineno
            top = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if size > LINES_OF_A_FUNCTION and not lines[top - 2].startswith(REASON):
                yield node.name


def test_no_module_is_longer_than_a_reader_holds(root):
    long = {name: len(text.splitlines()) for name, text in modules(root).items()}
    assert {n for n, lines in long.items() if lines > LINES_OF_A_MODULE} == {GENERATED}


def test_no_function_is_longer_without_a_reason(root):
    assert {
        (n, each) for n, text in modules(root).items() for each in long_functions(text)
    } == set()


def test_a_long_function_is_found_unless_a_reason_stands_above_it():
    long = "def f():\n" + "    x = 1\n" * 40
    assert list(long_functions(long)) == ["f"]
    assert list(long_functions(f"{REASON}because\n{long}")) == []
    assert list(long_functions(f"def f():\n    '''Say.\n\n    More.'''\n{'    x = 1' * 1}\n")) == []
