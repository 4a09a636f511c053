"""Print a site sheet: find it in a run, and turn it into a PDF with a browser that is there.

The browser runs headless, reads one file, writes one file and ends. It gets a profile of its own,
opens no debugging port and no address but that file's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from colocate import io
from colocate.errors import InputError, OptionError, OutputError, some
from colocate.pipeline import manifest
from colocate.publish.sheets.sheet import file_names
from colocate.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

SHEETS = "sheets"
"""Folder of a run that holds the sheets."""

PROGRAMS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge", "microsoft-edge-stable", "msedge", "brave-browser",
)  # fmt: skip
MAC_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
WINDOWS_PLACES = (
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
    "Chromium/Application/chrome.exe",
)
LIMIT_S = 180
"""A browser that has not printed by then is stopped."""


def sheet(
    folder: Path,
    option_id: str,
    /,
    *,
    inside: bool = False,
    pdf: bool = False,
    out: Path | None = None,
) -> Path:
    """Write the open or the internal page of an option, as HTML or a PDF, and return where.

    Args:
        folder: a run's output folder.
        option_id: a ranked option.
        inside: the internal page, which is not to be passed on, instead of the open one.
        pdf: print it as a PDF with a browser that is there.
        out: file to write; if None, the sheet's own name in the working folder, with `-internal`
            where it is that.

    Raises:
        InputError: there is no run in the folder, or its sheets are gone.
        OptionError: the run has no such option, or the option has no such page.
        OutputError: no browser was found, it failed, or the file cannot be written.
    """
    page = find(folder, option_id, inside=inside)
    ending = ".pdf" if pdf else ".html"
    target = out or Path(f"{page.stem}{'-internal' if inside else ''}{ending}")
    if pdf:
        return print_pdf(page, target)
    io.write_bytes(page.read_bytes(), target)
    return target


def find(folder: Path, option_id: str, /, *, inside: bool = False) -> Path:
    """Return the open or the internal page of an option in a run's output folder.

    Args:
        folder: the run's output folder.
        option_id: an option of the run.
        inside: the internal page instead of the open one.

    Raises:
        InputError: there is no run in the folder, or its sheets are gone.
        OptionError: the run has no such option, or the option has no such page.
    """
    made = manifest.read(folder)  # says what is wrong where there is no run
    scores = io.load(TABLES["scores"], folder / "tables" / "scores.parquet")
    ranked = scores.loc[scores["rank"].notna(), "option_id"]
    names = file_names(ranked)
    if option_id in names:
        name = f"{SHEETS}/{'internal' if inside else 'open'}/{names[option_id]}"
        if (folder / name).is_file():
            return folder / name
        if inside or name in made["outputs"] or "sheets/open" in made["missing"]:
            raise InputError(f"{folder / name}: the sheet is gone. Run the study again.")
        raise OptionError(
            f"option {option_id} has no open page: a site of it is restricted, so it is for the "
            "authorities alone. `--internal` writes their page."
        )
    if option_id in set(scores["option_id"]):
        raise OptionError(
            f"option {option_id} has no sheet: it is in place today and so has no rank. "
            f"`colocate explain {option_id}` tells what is known of it."
        )
    raise OptionError(
        f"{folder}: no option {option_id} among {some(sorted(scores['option_id']))}. Name one as "
        "in shortlist.csv."
    )


def print_pdf(page: Path, out: Path, /) -> Path:
    """Print a page as a PDF and return where it lies.

    Args:
        page: an HTML file.
        out: the PDF to write; one that is there already is replaced.

    Raises:
        OutputError: no browser was found, it failed, or the file cannot be written.
    """
    browser = find_browser()
    with tempfile.TemporaryDirectory(prefix="colocate-print-") as profile:
        printed = Path(profile) / "page.pdf"
        command = [
            browser, "--headless", "--disable-gpu", "--disable-extensions", "--no-first-run",
            "--disable-background-networking", "--disable-sync", "--no-pdf-header-footer",
            f"--user-data-dir={Path(profile) / 'profile'}", f"--print-to-pdf={printed}",
            *(["--no-sandbox"] if _is_root() else []), page.resolve().as_uri(),
        ]  # fmt: skip
        try:
            done = subprocess.run(
                command, check=False, capture_output=True, timeout=LIMIT_S, stdin=subprocess.DEVNULL
            )
        except (OSError, subprocess.TimeoutExpired) as fault:
            raise OutputError(f"{out}: {browser} did not print it ({fault}).") from None
        if not printed.is_file():
            said = done.stderr.decode(errors="replace").strip()[-300:]
            raise OutputError(f"{out}: {browser} did not print it; it said: {said or 'nothing'}.")
        io.write_bytes(printed.read_bytes(), out)
    return out


def find_browser() -> str:
    """Return a browser that can print: Chromium, Chrome or Edge, from the path or a usual place.

    Raises:
        OutputError: there is none.
    """
    for name in PROGRAMS:
        if found := shutil.which(name):
            return found
    for place in _usual_places():
        if place.is_file():
            return str(place)
    raise OutputError(
        "no browser to print with: looked for Chromium, Chrome and Edge on the path and in their "
        "usual places. Install one, or open the sheet in any browser and print it from there (A4)."
    )


def _usual_places() -> Iterator[Path]:
    if sys.platform == "darwin":
        yield from map(Path, MAC_PLACES)
    for variable in WINDOWS_FOLDERS:
        if folder := os.environ.get(variable):
            yield from (Path(folder) / place for place in WINDOWS_PLACES)


def _is_root() -> bool:
    """Chromium refuses its sandbox to the administrator of a Unix system."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
