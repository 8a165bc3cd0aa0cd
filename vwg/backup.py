"""One database is everything: copied to a file while the house is open, and put back."""

import os
import secrets
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from vwg.db import db, writing
from vwg.models import Setting

PUT_BACK = "put_back"  # the row of `setting` that another copy has another word in


class CannotCopy(RuntimeError):
    """Why it did not work, in a sentence."""


def save(target: Path) -> None:
    """Copy the database to a new file that only its owner reads. Half a copy is never left behind."""
    if target.exists():
        raise CannotCopy(f"{target} exists already; a backup never overwrites one.")
    partial = target.with_name(target.name + ".partial")
    try:
        partial.touch(mode=0o600, exist_ok=False)
        if db.engine.dialect.name == "sqlite":
            _copy_sqlite(_sqlite_path(), partial)
        else:
            _postgres("pg_dump", "--format=custom", f"--file={partial}")
        partial.rename(target)
    except OSError as error:
        raise CannotCopy(f"{target} cannot be written: {error.strerror}.") from None
    finally:
        partial.unlink(missing_ok=True)


def load(source: Path) -> None:
    """Put a copy in the place of all there is. What it says is checked before anything is replaced."""
    if not source.is_file():
        raise CannotCopy(f"{source} is not there.")
    db.session.remove()
    db.engine.dispose()
    if db.engine.dialect.name == "sqlite":
        _check_sqlite(source)
        _copy_sqlite(source, _sqlite_path())
    else:
        _postgres("pg_restore", "--clean", "--if-exists", "--single-transaction", "--no-owner", "--dbname", _url().database or "", str(source))
    _say_that_it_is_another()


def _say_that_it_is_another() -> None:
    """A web server that stays open must not take what it remembers for what stands here now."""
    with writing() as session:
        session.merge(Setting(key=PUT_BACK, value=secrets.token_hex(8)))
        session.commit()


def _copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's own online backup: a consistent copy, also while others write."""
    try:
        with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target, timeout=20)) as here:
            there.backup(here)
    except sqlite3.Error as error:
        raise CannotCopy(f"Copying {source} to {target} failed: {error}.") from None


def _check_sqlite(source: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            known = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
            sound = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    except sqlite3.Error:
        sound, known = False, set()
    if not sound or not {"alembic_version", "setting", "event"} <= known:
        raise CannotCopy(f"{source} is not a sound backup of this house. Nothing was changed.")


def _postgres(program: str, *arguments: str) -> None:
    """PostgreSQL's own programs; the password goes by the environment, where `ps` does not show it."""
    if shutil.which(program) is None:
        raise CannotCopy(f"{program} is missing. On Debian: apt install postgresql-client")
    url = _url()
    given = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port or url.query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    environment = os.environ | {name: str(value) for name, value in given.items() if value}
    if subprocess.run([program, *arguments], env=environment).returncode != 0:
        raise CannotCopy(f"{program} failed; the reason stands above.")


def _sqlite_path() -> Path:
    return Path(_url().database or "")


def _url() -> URL:
    return db.engine.url
