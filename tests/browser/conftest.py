"""A house that a real browser visits: Chromium against a server in a thread, on SQLite."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from werkzeug.serving import make_server

from tests.conftest import MONDAY, emptied, make_app, migrate, missing, port_of_ours, unhurried
from vwg import demo
from vwg.db import db, writing

PATIENCE = 60_000  # milliseconds, for whatever is waited for: a busy machine is slow, and a test says what it waits for, not how long
CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome") if Path(path).exists()), "")


@pytest.fixture
def app(sqlite_house: tuple[Flask, Path, Path]) -> Iterator[Flask]:
    """An empty house on a Monday morning in March; what a browser shows does not depend on the engine."""
    with time_machine.travel(MONDAY, tick=True), emptied(*sqlite_house) as app:
        yield app


class House:
    """A house that answers on a port of its own, which stays when it stops and starts again.

    A browser asks on in the background (its service worker, a tab that closes), in threads that end by themselves:
    once it is stopped no answer is begun, and none is under way, so that the next test may change the database's file.
    """

    def __init__(self, app: Flask, port: int) -> None:
        self.app = app
        self.port = port
        self._answering = 0
        self._quiet = threading.Condition()
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._server = make_server("127.0.0.1", self.port, self._answer, threaded=True)
        self._open = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _answer(self, environ: Any, start_response: Any) -> list[bytes]:
        """Whole: this server leaves a file open when a browser hangs up in the middle of it."""
        with self._quiet:
            if not self._open:
                raise ConnectionAbortedError("nobody is at home")  # the server hangs up
            self._answering += 1
        try:
            answer = self.app(environ, start_response)
            try:
                return list(answer)
            finally:
                if hasattr(answer, "close"):  # WSGI leaves it out where there is nothing to close
                    answer.close()
        finally:
            with self._quiet:
                self._answering -= 1
                self._quiet.notify_all()

    def stop(self) -> None:
        with self._quiet:
            if not self._open:
                return
            self._open = False
        self._server.shutdown()
        self._server.server_close()
        with self._quiet:
            self._quiet.wait_for(lambda: self._answering == 0)


@contextmanager
def serving(app: Flask) -> Iterator[House]:
    """A server in a thread."""
    with port_of_ours() as port:
        house = House(app, port)
        try:
            yield house
        finally:
            house.stop()


@pytest.fixture
def live(app: Flask) -> Iterator[str]:
    """Where `app` answers: an empty house, to be filled by the test."""
    with serving(app) as house:
        yield house.url


@pytest.fixture(scope="session")
def demo_town(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The whole demo town, on today's date: it is loaded once."""
    town = unhurried(make_app(tmp_path_factory.mktemp("town")))
    migrate(town)
    with town.app_context(), writing():
        demo.load()
        db.session.commit()
    return town


@pytest.fixture
def house(demo_town: Flask) -> Iterator[House]:
    """The demo town, answering; a test may stop it and start it again."""
    with serving(demo_town) as house:
        yield house


class Chromium:
    """One for all tests of a process; another one when it died, so that one test fails by that and not all that follow."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver
        self.started: list[Any] = []

    def start(self, *switches: str) -> Any:
        browser = self.driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *switches], timeout=2 * PATIENCE)
        browser.on("context", lambda context: context.set_default_timeout(PATIENCE))
        return browser

    def running(self) -> Any:
        if not self.started or not self.started[-1].is_connected():
            self.started.append(self.start())
        return self.started[-1]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    if not CHROMIUM:
        missing("no Chromium: apt install chromium")
    try:
        from playwright.sync_api import expect, sync_playwright
    except ImportError:
        missing("no playwright")
    try:
        driver = sync_playwright().start()
    except Exception as error:  # the driver needs libatomic1, which a bare Debian lacks
        missing(f"the driver of playwright does not start: {type(error).__name__}")
    expect.set_options(timeout=PATIENCE)
    chromium = Chromium(driver)
    yield chromium
    for browser in chromium.started:
        browser.close()
    driver.stop()


@pytest.fixture
def browser(chromium: Chromium) -> Any:
    return chromium.running()


@pytest.fixture
def device(browser: Any) -> Iterator[Any]:
    """Somebody's own telephone, nothing on it yet."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    yield context
    context.close()


@pytest.fixture
def page(device: Any) -> Any:
    return device.new_page()


@pytest.fixture
def phone(browser: Any, live: str) -> Iterator[Callable[..., Any]]:
    """`phone(javascript=False, width=360)`: a page of somebody's own; links are relative to the house.

    Nobody of ours asks anything of another origin: a request to one fails the test.
    """
    contexts: list[Any] = []
    abroad: list[str] = []

    def page(javascript: bool = True, width: int = 360, height: int = 740, **given: Any) -> Any:
        context = browser.new_context(
            base_url=live, java_script_enabled=javascript, viewport={"width": width, "height": height}, service_workers="block", **given
        )
        context.on("request", lambda request: None if request.url.startswith((live, "data:")) else abroad.append(request.url))
        contexts.append(context)
        return context.new_page()

    yield page
    for context in contexts:
        context.close()
    assert abroad == []
