"""Alter the constants of a module one at a time: each number moved, each member left out.

    python tests/soak/constants.py travel/turns.py tests/travel/test_travel_turns.py

tells which alterations of a module of `src/colocate` the tests pass all the same; they are named in
words for pytest. Texts for people are left as they are, and so is what is built from other
constants.
"""

from __future__ import annotations

import ast
import copy
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mutants import passing

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
HALF_AS_MUCH_AGAIN = 1.5


def altered(source: str) -> Iterator[tuple[str, str]]:
    """Yield (which constant and how, changed source) for each alteration of a module's constants.

    Whole numbers go up by one, others by half; a member of a collection goes, and so does an entry
    of a mapping.
    """
    tree = ast.parse(source)
    for at, node in enumerate(tree.body):
        if not (isinstance(node, ast.Assign | ast.AnnAssign) and node.value and _constant(node)):
            continue
        for place in range(sum(1 for _ in _places(node.value))):
            changed = copy.deepcopy(tree)
            what = list(_places(changed.body[at].value))[place]()
            yield f"line {node.lineno}: {ast.unparse(node)[:60]!r}: {what}", ast.unparse(changed)


def _constant(node: ast.Assign | ast.AnnAssign) -> bool:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return all(n.id.isupper() for n in ast.walk(target) if isinstance(n, ast.Name))


def _places(value: ast.expr) -> Iterator:
    """Yield what alters a value in one place, and says how."""
    for node in ast.walk(value):
        if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
            yield lambda node=node: _moved(node)
        elif isinstance(node, ast.Tuple | ast.List | ast.Set):
            for number, member in enumerate(node.elts):
                if isinstance(member, ast.Constant) and isinstance(member.value, str):
                    yield lambda node=node, number=number: f"no {node.elts.pop(number).value!r}"
        elif isinstance(node, ast.Dict):
            for number in range(len(node.keys)):
                yield lambda node=node, number=number: _left_out(node, number)


def _moved(node: ast.Constant) -> str:
    was = node.value
    node.value = was + 1 if isinstance(was, int) else was * HALF_AS_MUCH_AGAIN
    return f"{was} → {node.value}"


def _left_out(node: ast.Dict, number: int) -> str:
    node.values.pop(number)
    return f"no {ast.unparse(node.keys.pop(number))}"


def main(module: str, tests: list[str]) -> None:
    """Print the alterations of a module that tests pass, and how many there are."""
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "src" / "colocate"
        shutil.copytree(ROOT / "src" / "colocate", package)
        source = (package / module).read_text(encoding="utf-8")
        made = list(altered(source))
        whole, *passed = passing(
            [source, *(changed for _, changed in made)],
            file=package / module, package=package, root=ROOT, tests=tests,
        )  # fmt: skip
    survived = [what for (what, _), alive in zip(made, passed, strict=True) if alive]
    told = [f"{module}: {len(survived)} of {len(made)} pass" if whole else f"{module}: tests fail"]
    sys.stdout.write("\n  ".join([*told, *survived]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
