"""Where things happen."""

from collections.abc import Sequence

from sqlalchemy import func, select

from vwg.db import db
from vwg.domain.settings import group
from vwg.models import Place


def known() -> Sequence[Place]:
    """All places, by name."""
    return db.session.scalars(select(Place).order_by(func.lower(Place.name), Place.id)).all()


def named(name: str) -> Place:
    """The place of that name, or a new one in the group's own municipality."""
    name = " ".join(name.split())
    there = db.session.scalars(select(Place).where(func.lower(Place.name) == name.lower()).order_by(Place.id)).first()
    if there is not None:
        return there
    place = Place(name=name, town=group().municipality)
    db.session.add(place)
    db.session.flush()
    return place
