"""Members of a ZIP archive, unpacked whole or not at all."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from colocate.errors import FetchError, OutputError, some

if TYPE_CHECKING:
    from pathlib import Path


def unpack(archive: Path, folder: Path, /, *, wanted: str) -> list[Path]:
    """Unpack the members whose path matches into a folder, by their file names alone.

    Args:
        archive: a ZIP file.
        folder: where they go; one that is there is replaced.
        wanted: regular expression that is sought in each member's path.

    Raises:
        FetchError: it is no ZIP file, is damaged, or has no such member.
        OutputError: the folder cannot be written.
    """
    aside = folder.with_name(f".{folder.name}.new")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        with zipfile.ZipFile(archive) as opened:
            members = [each for each in opened.infolist() if re.search(wanted, each.filename)]
            if not members:
                there = some(opened.namelist() or ["none"])
                raise FetchError(
                    f"{archive}: no member like {wanted} among {there}; the publisher has changed "
                    "it. Unpack it by hand."
                )
            for each in members:
                name = PurePosixPath(each.filename.replace("\\", "/")).name
                with opened.open(each) as source, (aside / name).open("wb") as target:
                    shutil.copyfileobj(source, target)
        shutil.rmtree(folder, ignore_errors=True)
        aside.replace(folder)
    except (zipfile.BadZipFile, EOFError) as fault:
        raise FetchError(f"{archive}: no whole ZIP archive ({fault}). Fetch it again.") from None
    except OSError as fault:
        raise OutputError(f"{folder}: cannot be written ({fault.strerror or fault}).") from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return sorted(folder.iterdir())
