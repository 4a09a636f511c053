"""Take the pictures of the README from a run's report: `make gallery`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def take(page: Page, name: str) -> None:
    """Wait until the map has settled, then take the window as it is."""
    page.wait_for_timeout(1200)
    page.screenshot(path=HERE / f"{name}.png")


def main(report: Path) -> None:
    """Open the report as people do: on a desktop, view by view, and on a phone."""
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(report.resolve().as_uri())
        take(page, "report")
        page.locator("#ranked tbody tr").first.click()
        take(page, "option")
        page.get_by_role("button", name="Compare with another").click()
        take(page, "compare")
        page.locator(".close").click()
        page.get_by_role("button", name="Portfolio", exact=True).click()
        take(page, "portfolio")
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(report.resolve().as_uri())
        take(page, "phone")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
