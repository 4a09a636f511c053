"""Take the pictures of the README from finished runs: `make gallery`.

    python docs/gallery/take.py out/devon-somerset/report.html [out/example/report.html]

The second report, if given, shows the portfolio: the invented example has a frontier to show.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def take(page: Page, name: str) -> None:
    """Wait until the page has settled, take the window as it is, and reduce its colours."""
    page.wait_for_timeout(1200)
    picture = HERE / f"{name}.png"
    page.screenshot(path=picture)
    if reducer := shutil.which("pngquant"):
        plain = ["--nofs", "--force", "--output", picture, "256", picture]  # no dots in a colour
        subprocess.run([reducer, *plain], check=True)


def desktop(browser: Browser, report: Path) -> None:
    """The list, one option, two side by side."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(report.resolve().as_uri())
    take(page, "report")
    page.locator("#ranked tbody tr[data-i]").first.click()
    take(page, "option")
    page.get_by_role("button", name="Compare with another").click()
    take(page, "compare")


def portfolio(browser: Browser, report: Path) -> None:
    """The best set and the frontier."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{report.resolve().as_uri()}#list=portfolio")
    take(page, "portfolio")


def phone(browser: Browser, report: Path) -> None:
    """The first view on a phone."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(report.resolve().as_uri())
    take(page, "phone")


def sheet(browser: Browser, report: Path) -> None:
    """The open page of the first sheet, as it prints."""
    page = browser.new_page(viewport={"width": 840, "height": 1180})
    first = min((report.parent / "sheets" / "open").iterdir())
    page.goto(first.resolve().as_uri())
    take(page, "sheet")


def main(report: Path, example: Path) -> None:
    """Open the reports as people do: on a desktop, view by view, on a phone, on paper."""
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        desktop(browser, report)
        portfolio(browser, example)
        phone(browser, report)
        sheet(browser, report)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[-1]))
