"""What code a stage runs: the part of its key that nobody has to remember to change.

It is read from the source: what a function names in its module, and every module of colocate that
this imports, with all that these import. To walk through the source takes two seconds, so what was
found is kept beside the compiled source, with a digest of all of colocate's source; to make that
digest takes a fiftieth.
"""

from __future__ import annotations

import ast
import hashlib
import json
import platform
from contextlib import suppress
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colocate import io
from colocate.errors import OutputError
from colocate.pipeline.stages import STAGES
from colocate.pipeline.store import digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PACKAGE = Path(__file__).resolve().parents[1]
"""Where colocate's own source lies."""

PUBLISH = "publish.output_folder:publish"
"""What turns tables into outputs, beside the stages: module and function."""

KEPT = "code.json"
"""File that holds the hashes last found: beside the compiled source, or in the work folder where
nothing can be written there."""


def of_stage(stage: Any, /) -> str:  # noqa: ANN401 - whatever has a function of colocate
    """Return what `hashes` calls a stage: its module under `colocate.` and its function.

    Args:
        stage: the stage.
    """
    return f"{stage.function.__module__.partition('.')[2]}:{stage.function.__name__}"


@cache
def hashes(work: Path, /) -> Mapping[str, str]:
    """Return the hash of the code of every stage and of `PUBLISH`, by module and function.

    Args:
        work: the work folder, in which `keep` may have put them.
    """
    names = sorted({PUBLISH, *map(of_stage, STAGES)})
    for place in _places(work):
        found = _read(place, source=_whole())
        if found is not None and sorted(found) == names:
            return found
    return {name: code_hash(*name.split(":")) for name in names}


def keep(work: Path, /) -> None:
    """Keep the hashes for the next run.

    Args:
        work: the work folder.
    """
    source, found = _whole(), dict(hashes(work))
    if any(_read(place, source=source) == found for place in _places(work)):
        return
    note = {"source": source, "hashes": found, "check": digest(source, found)}
    for place in _places(work):
        with suppress(OSError, OutputError):  # what cannot be kept is found again
            place.parent.mkdir(parents=True, exist_ok=True)
            io.write_text(json.dumps(note, indent=1), place)
            return


def _places(work: Path) -> tuple[Path, Path]:
    return Path(cache_from_source(__file__)).with_name(KEPT), work / KEPT


def _read(path: Path, *, source: str) -> dict[str, str] | None:
    """Return the hashes that a file holds for this source; None where it is not whole."""
    try:
        note = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(note, dict) or note.get("source") != source:
        return None
    found = note.get("hashes")
    whole = isinstance(found, dict) and note.get("check") == digest(source, found)
    return found if whole else None


@cache
def _whole() -> str:
    """Digest of all of colocate's source, and of the Python that takes it apart."""
    files = sorted(PACKAGE.rglob("*.py"))
    told = hashlib.sha256(platform.python_version().encode())
    for file in files:
        told.update(f"\n{file.relative_to(PACKAGE).as_posix()}\n".encode())
        told.update(hashlib.sha256(file.read_bytes()).digest())
    return told.hexdigest()


def code_hash(module: str, function: str) -> str:
    """SHA-256 of all colocate source that a function runs.

    That is its own, that of what it names in its module, and every module of colocate that either
    imports, with all that these import.

    Args:
        module: its name under `colocate.`.
        function: its name in the module.
    """
    own, _ = _named(module, function)
    modules = sorted(modules_of(module, function))
    return digest(sorted(own), {name: _source(name) for name in modules})


def modules_of(module: str, function: str) -> set[str]:
    """Return the modules of colocate that a function runs, by their names under `colocate.`.

    Args:
        module: its name under `colocate.`.
        function: its name in the module.
    """
    _, imported = _named(module, function)
    return {name for each in imported for name in closure(each)}


def _named(module: str, function: str) -> tuple[set[str], set[str]]:
    """Source of a function and of what it names in its module; modules that these import."""
    top: dict[str, ast.stmt] = {}
    for node in _tree(module).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            top[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            top |= {each.id: node for each in targets if isinstance(each, ast.Name)}
        elif isinstance(node, ast.ImportFrom):
            top |= {alias.asname or alias.name: node for alias in node.names}
    seen: set[str] = set()
    sources, modules, todo = set(), set(), [function]
    while todo:
        name = todo.pop()
        if name in seen or name not in top:
            continue
        seen.add(name)
        node = top[name]
        if not isinstance(node, ast.ImportFrom):
            sources.add(ast.unparse(node))
        modules |= _imported(node)
        todo += [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]
    return sources, modules


@cache
def closure(module: str) -> frozenset[str]:
    """Return the names, under `colocate.`, of a module and all it imports, directly or not.

    Args:
        module: its name under `colocate.`.
    """
    found, todo = {module}, [module]
    while todo:
        for name in _imports(todo.pop()) - found:
            found.add(name)
            todo.append(name)
    return frozenset(found)


@cache
def _imports(module: str) -> frozenset[str]:
    return frozenset(_imported(_tree(module)))


def _imported(tree: ast.AST) -> set[str]:
    """Modules of colocate that a piece of source imports, by their names under `colocate.`."""
    named: set[str] = set()
    for node in _statements(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "colocate":
            base = (node.module or "").partition(".")[2]
            named |= {base, *(f"{base}.{alias.name}".lstrip(".") for alias in node.names)}
    return {name for name in named if name and _file(name)}


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all statements within it; expressions, most of a source, hold none."""
    yield node
    for part in ("body", "orelse", "handlers", "finalbody", "cases"):
        within = getattr(node, part, ())
        for each in within if isinstance(within, list) else ():
            yield from _statements(each)


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse(_source(module))


@cache
def _file(module: str) -> Path | None:
    base = PACKAGE.joinpath(*module.split("."))
    return next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()), None)


@cache
def _source(module: str) -> str:
    file = _file(module)
    if file is None:
        raise ModuleNotFoundError(f"colocate.{module}")
    return file.read_text(encoding="utf-8")
