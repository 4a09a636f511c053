"""Files from the internet: whole and as promised, or not at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pooch
import requests

from colocate.errors import FetchError, InputError, OutputError
from colocate.io.web import refused, unreached
from colocate.io.writing import sha256
from colocate.progress import SILENT

if TYPE_CHECKING:
    from pathlib import Path

    from colocate.io.web import Web
    from colocate.progress import Progress

CHUNK = 1 << 20
MEGABYTE = 1e6


def download(
    url: str, file: Path, /, *, web: Web, known_hash: str | None, progress: Progress = SILENT
) -> str:
    """Bring a file through pooch, which writes aside and moves what is whole and as promised.

    Args:
        url: where it is.
        file: where it goes; one that is there is replaced.
        web: who asks, and how long is waited.
        known_hash: `md5:…` or `sha256:…` that it must have; None where nobody published one.
        progress: told of the megabytes.

    Returns:
        Its SHA-256.

    Raises:
        FetchError: it did not arrive whole, or its hash is another.
        OutputError: it cannot be written.
    """
    pooch.get_logger().setLevel("ERROR")
    aside = file.with_name(f".{file.name}.new")  # pooch takes what is there for what was asked for
    store = pooch.create(
        path=file.parent, base_url="", registry={aside.name: known_hash}, urls={aside.name: url},
        retry_if_failed=web.tries - 1, allow_updates=True,
    )  # fmt: skip
    bring = pooch.HTTPDownloader(
        progressbar=_Megabytes(progress, file.name), chunk_size=CHUNK, timeout=web.timeout,
        headers={"User-Agent": web.agent},
    )  # fmt: skip
    try:
        store.fetch(aside.name, downloader=bring)
        made = sha256(aside)
        aside.replace(file)
    except requests.exceptions.HTTPError as fault:
        raise FetchError(refused(url, fault.response.status_code)) from None
    except requests.exceptions.RequestException as fault:
        raise FetchError(unreached(url, fault, tries=web.tries)) from None
    except ValueError:
        raise FetchError(
            f"{url}: what came is not what its publisher promises ({known_hash}), in "
            f"{web.tries} tries. It is not kept. Try later; if it goes on, the file or its hash "
            "was changed, by the publisher or on the way."
        ) from None
    except OSError as fault:
        raise OutputError(f"{file}: cannot be written ({fault.strerror or fault}).") from None
    finally:
        aside.unlink(missing_ok=True)
    return made


def read_record(file: Path, /) -> dict[str, dict[str, Any]]:
    """Return what was fetched into a folder, by file name; nothing where there is no record.

    Args:
        file: the record.

    Raises:
        InputError: it is no JSON.
    """
    if not file.exists():
        return {}
    try:
        found: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise InputError(f"{file}: no JSON ({fault}). Delete it; files are fetched anew.") from None
    return found


class _Megabytes:
    """What pooch takes for a bar of tqdm's: tells a Progress how many megabytes are there."""

    def __init__(self, progress: Progress, name: str) -> None:
        self.total = 0
        self._progress, self._name, self._done = progress, name, 0

    def update(self, chunk: int) -> None:
        """Count bytes.

        Args:
            chunk: how many more.
        """
        self._done += chunk
        if self.total >= CHUNK:
            done = min(self._done, self.total)
            self._progress.advance(
                max(1, round(done / MEGABYTE)), round(self.total / MEGABYTE),
                what=f"MB of {self._name}",
            )  # fmt: skip

    def reset(self) -> None:
        """Begin to count anew."""
        self._done = 0

    def close(self) -> None:
        """Do nothing: a Progress ends with its verb."""
