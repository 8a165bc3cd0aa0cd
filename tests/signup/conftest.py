"""A house with an activity in it, for visits: nothing is pushed, so requests stand alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, inside, world_kitchen
from vwg import demo
from vwg.db import db, locked
from vwg.domain import rsvps
from vwg.domain.rsvps import Party
from vwg.models import EventDate, Rsvp


class Kitchen:
    """The world kitchen as tests reach it from outside: addresses, and a way in between visits."""

    def __init__(self, app: Flask, public_id: str) -> None:
        self.app = app
        self.public_id = public_id

    def page(self, language: str = "en") -> str:
        return f"/{language}/signup/{self.public_id}"

    @contextmanager
    def open(self) -> Iterator[EventDate]:
        """Its date, locked; what is changed is kept."""
        with inside(self.app):
            identity = db.session.scalar(select(EventDate.id).where(EventDate.public_id == self.public_id))
            assert identity is not None
            yield locked(EventDate, identity)
            db.session.commit()

    def taken(self, people: int, name: str = "") -> None:
        with self.open() as date:
            rsvps.sign_up(date, Party(people), language="uk", name=name)

    def guests(self) -> list[tuple[str, int, str]]:
        """Name, people, status: in order of signing up."""
        with inside(self.app):
            rows = db.session.scalars(select(Rsvp).join(EventDate).where(EventDate.public_id == self.public_id).order_by(Rsvp.id))
            return [(rsvp.name, rsvp.people, str(rsvp.status)) for rsvp in rows]


@pytest.fixture
def kitchen_with(app: Flask) -> Callable[..., Kitchen]:
    """Makes the world kitchen in a house with the cast: `kitchen_with(seats=4)`."""

    def make(**details: Any) -> Kitchen:
        with inside(app):
            event = world_kitchen(demo.cast(), **details)
            db.session.commit()
            return Kitchen(app, event.dates[0].public_id)

    return make


@pytest.fixture
def kitchen(kitchen_with: Callable[..., Kitchen]) -> Kitchen:
    return kitchen_with()


@pytest.fixture
def amina(app: Flask) -> Visitor:
    """New in town, with a browser without JavaScript."""
    return Visitor(app)
