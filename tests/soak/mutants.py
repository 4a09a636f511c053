"""Change a module in one place at a time, as a slip of the hand would."""

from __future__ import annotations

import ast
import copy
import json
import os
import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
TURNED = {ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt}
COMBINED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Yield (where and what, changed source) for every change of one operator or number."""
    tree = ast.parse(source)
    for number, node in enumerate(ast.walk(tree)):
        for what, change in _changes(node):
            changed = copy.deepcopy(tree)
            there = next(n for at, n in enumerate(ast.walk(changed)) if at == number)
            change(there)
            new = ast.unparse(ast.fix_missing_locations(changed))
            yield f"line {node.lineno}: {ast.unparse(node)[:60]!r}: {what}", new


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[..., None]]]:
    if isinstance(node, ast.Compare):
        for table in (COMPARED, TURNED):
            if new := table.get(type(node.ops[0])):
                yield _named(new), lambda n, new=new: n.ops.__setitem__(0, new())
    elif isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign):
        if new := COMBINED.get(type(node.op)):
            yield _named(new), lambda n, new=new: setattr(n, "op", new())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub | ast.Invert):
        yield f"no {_named(type(node.op))}", _undo
    elif isinstance(node, ast.Constant) and type(node.value) in {int, float}:
        yield "+ 1", lambda n: setattr(n, "value", n.value + 1)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "turned", lambda n: setattr(n, "value", not n.value)


def _undo(node: ast.UnaryOp) -> None:
    """Take an operator back by doing it twice."""
    node.operand = ast.UnaryOp(op=node.op, operand=node.operand)


def _named(kind: type) -> str:
    return kind.__name__


def passing(versions, *, file, package, root, tests):
    """Say of each version of a module whether the tests, words for pytest, pass on it."""
    # Else a compiled module could stand in for a version of its size.
    Path(cache_from_source(str(file))).unlink(missing_ok=True)
    words = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not shared and not study", "-o",
             "pythonpath=tests", "--hypothesis-seed=0", f"--rootdir={root}", *tests]  # fmt: skip
    where = {"PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("trial.py"), file, *words],
        cwd=root, env={**os.environ, **where}, text=True, check=True, stdout=subprocess.PIPE,
        input="\n".join(json.dumps(version) for version in versions),
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]
