"""One door each: only `bng` reprojects, and only `io` reads files, but for those named here.

The linter bans the functions that do it elsewhere (`banned-api`); it cannot see methods.
"""

from __future__ import annotations

import ast
from functools import cache

READS = {"open", "read_text", "read_bytes"}
READERS = {
    "cli/verbs.py": "prints the manifest as it lies there",
    "pipeline/init.py": "copies an embedded study",
    "pipeline/inspecting.py": "the study file that a block is added to",
    "pipeline/manifest.py": "the record of a run is no table",
    "pipeline/pdf.py": "copies pages as they are",
    "pipeline/runner.py": "copies the study file into the output folder",
    "pipeline/store.py": "the note of a stored entry is no table",
    "publish/gis/geopackage.py": "the package's own styles",
    "publish/lists/metadata.py": "counts and hashes the file it describes",
    "publish/output_folder.py": "copies tables",
    "pipeline/code.py": "colocate's own source, and what was found in it the last time",
    "pipeline/standing.py": "the package's own assets, to see whether they are others",
    "publish/outputs.py": "the notice that the package carries",
    "publish/page.py": "the package's own assets",
    "publish/report/report.py": "Leaflet's own assets",
    "starting/begin.py": "the package's own template",
    "handed.py": "what one run hands its own workers, on a floor below io",
    "tables/vocabulary.py": "the package's own words",
    "study/__init__.py": "the study file is settings, on a floor below io",
}
"""Modules beside `io` that read a file, and why."""


def calling(root, names):
    """The modules that call a function or method of these names."""
    return {module for module, called in _called(root).items() if called & names}


@cache
def _called(root):
    """The names of what each module calls."""
    package = root / "src" / "colocate"
    return {
        path.relative_to(package).as_posix(): {
            _name(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        }
        for path in package.rglob("*.py")
    }


def _name(node):
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="os"))):
            return None  # descriptors of the process itself
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name


def test_no_frame_is_reprojected(root):
    # `bng` changes coordinates by transformations that it records; a frame would choose its own.
    assert calling(root, {"to_crs"}) == set()


def test_only_io_reads_files_but_for_those_named(root):
    reading = {name for name in calling(root, READS) if not name.startswith("io/")}
    assert reading - set(READERS) == set()
