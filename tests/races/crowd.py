"""One of several web servers in a race: a process of its own, its own application, eight threads."""

import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.conftest import forms_of, make_app
from vwg.db import _begin_sqlite, db
from vwg.domain import rsvps
from vwg.signup import views

THREADS = 8  # as vwg/launch.py starts them


def serve(to_us: Connection, database_url: str, folder: Path, date: str, how_many: int, how: str, one_key: str) -> None:
    """Opens the page in eight browsers, says so, waits for the word, sends `how_many` forms at once,
    and tells what they were answered. `how`: "" each somebody else's form; "same form" one form by
    impatient fingers; "unlocked", the control, without the two walls against races."""
    app = make_app(folder, database_url)
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    if how == "unlocked":
        take_the_walls_away(app)
    path = f"/nl/signup/{date}"

    def open_page(_number: int) -> tuple[Any, dict[str, str]]:
        browser = app.test_client()
        form = next(form for form in forms_of(browser.get(path).text) if form["method"].lower() == "post")
        return browser, dict(form["fields"]) | {"people": "1"}

    def send(number: int) -> tuple[int, str | None]:
        browser, fields = browsers[number % THREADS]
        key = one_key if how == "same form" else rsvps.new_form_key()
        answer = browser.post(path, data=fields | {"form_key": key})
        return answer.status_code, answer.location

    with ThreadPoolExecutor(THREADS) as threads:
        browsers = list(threads.map(open_page, range(THREADS)))
        to_us.send("ready")
        to_us.recv()
        to_us.send(list(threads.map(send, range(how_many))))


def take_the_walls_away(app: Flask) -> None:
    """No lock on the date's row, and on SQLite a transaction that turns into a writing one too late."""
    views.locked = lambda noun, identity: db.session.get_one(noun, identity)
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        event.remove(engine, "begin", _begin_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    else:  # the eight look before any of them has written, however slow the machine: nothing here stops them
        together = threading.Barrier(THREADS, timeout=60)
        event.listen(Session, "before_commit", lambda _session: first(together))


_waited = threading.local()


def first(together: threading.Barrier) -> None:
    """Each thread waits for the others once."""
    if not hasattr(_waited, "done"):
        _waited.done = True
        together.wait()

