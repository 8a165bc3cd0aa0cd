"""Somebody who subscribed, in a house with the cast in it."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Visitor, alone_at
from tests.feeds import readers


def kept(made: Callable[[Path], Path], name: str) -> Path:
    """What is made in a folder that stays; one worker makes it, the others find it."""
    folder = Path(tempfile.gettempdir()) / name
    with alone_at(folder.with_name(f"{name}.lock")):
        return made(folder)


@pytest.fixture(scope="session")
def icaljs() -> Path:
    """A folder with ical.js, kept between runs."""
    return kept(readers.installed_icaljs, "vwg-tests-ical.js-2.2.1")


@pytest.fixture(scope="session")
def libical() -> Path:
    """The compiled reader, kept between runs."""
    return kept(readers.built_libical, "vwg-tests-libical")


@pytest.fixture(scope="session")
def khal() -> Path:
    """The programs of khal and vdirsyncer, kept between runs."""
    return kept(readers.installed_khal, "vwg-tests-khal-0.14.1")


@pytest.fixture
def feed(visitor: Visitor, app: Flask) -> Callable[..., Any]:
    """`feed("agenda", lang="ar")` fetches as a calendar program that has nothing in its memory yet."""
    app.extensions.pop("vwg feeds", None)

    def fetch(name: str = "agenda", headers: dict[str, str] | None = None, **query: str) -> Any:
        return app.test_client().get(f"/feeds/{name}.ics", query_string=query, headers=headers or {})

    return fetch
