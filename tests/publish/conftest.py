"""The invented town, its report, and Chromium without a network."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from publish_town import RUN, build, page_of, stored

from colocate.pipeline.locate import load_study
from colocate.publish.output_folder import publish
from town import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd

    from colocate.study import Study


@pytest.fixture(scope="session")
def study() -> Study:
    return load_study(SETTINGS)


@pytest.fixture(scope="session")
def tables(study: Study) -> dict[str, pd.DataFrame]:
    return build(study)


@pytest.fixture(scope="session")
def html(tables: dict[str, pd.DataFrame], study: Study) -> str:
    return page_of(tables, study)


@pytest.fixture(scope="session")
def page_file(html: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(html, encoding="utf-8", newline="\n")
    return path


@pytest.fixture(scope="session")
def published(
    tables: dict[str, pd.DataFrame], study: Study, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The town's output folder, in which one option is released to agents."""
    folder = tmp_path_factory.mktemp("published")
    publish(stored(tables), folder, study=study, run_id=RUN.run_id, version=RUN.version)
    return folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless browser; skips where there is none."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no chromium on the path")
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any, page_file: Path) -> Iterator[Any]:
    """Open the town's report; whatever it asks of the network or complains of is an error."""
    troubles: list[str] = []
    contexts = []

    def opened(width: int = 1280, height: int = 800, *, code: str = "", **settings: Any) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, offline=True, **settings
        )
        contexts.append(context)
        page = context.new_page()
        address = page_file.as_uri()
        page.on("console", lambda m: troubles.append(m.text) if m.type != "log" else None)
        page.on("pageerror", lambda fault: troubles.append(str(fault)))
        page.on("request", lambda r: troubles.append(r.url) if r.url.split("#")[0] != address
                and not r.url.startswith(("blob:", "data:")) else None)  # fmt: skip
        page.goto(address + code)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []
