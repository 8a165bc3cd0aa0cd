"""A house that a real browser visits: Chromium against a server in a thread, on SQLite."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from werkzeug.serving import make_server

from tests.conftest import MONDAY, missing
from vwg.db import db

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome") if Path(path).exists()), "")


@pytest.fixture
def app(sqlite_house: tuple[Flask, Path, Path]) -> Iterator[Flask]:
    """An empty house on a Monday morning in March; what a browser shows does not depend on the engine."""
    app, path, template = sqlite_house
    with time_machine.travel(MONDAY, tick=True):
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(template, path)
        yield app
        with app.app_context():
            db.engine.dispose()


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The house's address while its server runs in a thread."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def live(app: Flask) -> Iterator[str]:
    """Where the house answers."""
    with serving(app) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if not CHROMIUM:
        missing("no Chromium: apt install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("no playwright")
    try:
        driver = sync_playwright().start()
    except Exception as error:  # the driver needs libatomic1, which a bare Debian lacks
        missing(f"the driver of playwright does not start: {type(error).__name__}")
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield browser
    browser.close()
    driver.stop()


@pytest.fixture
def phone(chromium: Any, live: str) -> Iterator[Callable[..., Any]]:
    """`phone(javascript=False, width=360)`: a page of somebody's own; links are relative to the house.

    Nobody of ours asks anything of another origin: a request to one fails the test.
    """
    contexts: list[Any] = []
    abroad: list[str] = []

    def page(javascript: bool = True, width: int = 360, height: int = 740, **given: Any) -> Any:
        context = chromium.new_context(
            base_url=live, java_script_enabled=javascript, viewport={"width": width, "height": height}, service_workers="block", **given
        )
        context.on("request", lambda request: None if request.url.startswith((live, "data:")) else abroad.append(request.url))
        contexts.append(context)
        return context.new_page()

    yield page
    for context in contexts:
        context.close()
    assert abroad == []
