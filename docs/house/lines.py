"""Count lines of code in src: without docstrings, comments, blanks and generated files.

Called as `python docs/house/lines.py [FOLDER]`.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GENERATED = {"rows.py"}
NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
           tokenize.ENDMARKER}  # fmt: skip


def main() -> None:
    """Print the count of each room, and of all."""
    package = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "src" / "colocate")
    counts: Counter[str] = Counter()
    for path in sorted(package.rglob("*.py")):
        if path.name not in GENERATED:
            room = path.relative_to(package).parts[0].removesuffix(".py")
            counts[room] += len(code(path.read_text(encoding="utf-8")))
    for room, lines in counts.most_common():
        print(f"{lines:6} {room}")
    print(f"{counts.total():6} in all")


def code(text: str) -> set[int]:
    """Return the numbers of the lines that hold code; strings that stand alone are none."""
    words = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    held = {
        line
        for token in tokens
        if token.type not in NO_CODE
        for line in range(token.start[0], token.end[0] + 1)
    }
    return held - words


if __name__ == "__main__":
    main()
