"""Strangers who look, while a story is being told."""

from collections.abc import Iterator
from contextvars import Context
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Visitor
from vwg import demo
from vwg.db import db, writing


@pytest.fixture
def cast(app: Flask) -> Iterator[demo.Cast]:
    """The cast, for stories whose visits come after they are told."""
    with app.app_context(), writing():
        people = demo.cast()
        db.session.commit()
        yield people


class Stranger(Visitor):
    """Somebody whose visits know nothing of the story being told: a request of its own, as on a server."""

    def get(self, path: str, **kwargs: Any) -> Any:
        return Context().run(super().get, path, **kwargs)


@pytest.fixture
def anybody(app: Flask) -> Visitor:
    return Stranger(app)
