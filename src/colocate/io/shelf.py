"""Where part of an output is kept, so that the next run need not make it again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from colocate.errors import OutputError
from colocate.io.writing import sha256, written_aside

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEPT = 2
"""Files that a shelf holds: they are large, and soon made anew."""


class Shelf(NamedTuple):
    """A folder of files, each named by what it was made of and by what it holds."""

    folder: Path
    by: str
    """Digest of the code and of the libraries that make them."""

    def fill(self, path: Path, of: object, /, *, make: Callable[[], object]) -> None:
        """Copy what was made of the same; else make it, and keep it if the folder can be written.

        Args:
            path: the file to fill, which is not there.
            of: what it is made of, as JSON can hold it.
            make: makes the file.
        """
        stem = hashlib.sha256(json.dumps([self.by, of]).encode()).hexdigest()[:24]
        for kept in self.folder.glob(f"{stem}-*"):
            with suppress(OSError):  # another run may have removed it
                shutil.copyfile(kept, path)
                if sha256(path)[:24] == kept.stem.rpartition("-")[2]:
                    os.utime(kept)
                    return
        path.unlink(missing_ok=True)
        make()
        with suppress(OSError, OutputError):
            self._keep(path, stem)

    def _keep(self, path: Path, stem: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with written_aside(self.folder / f"{stem}-{sha256(path)[:24]}{path.suffix}") as aside:
            shutil.copyfile(path, aside)
        files = sorted(self.folder.glob("[!.]*"), key=lambda file: file.stat().st_mtime)
        for old in files[:-KEPT]:
            old.unlink()
