"""Where things happen."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import func, or_, select

from vwg.db import db
from vwg.domain import calendar, errors
from vwg.domain.settings import group
from vwg.models import Asset, EventDate, Partner, Place


def known() -> Sequence[Place]:
    """All places, by name."""
    return db.session.scalars(select(Place).order_by(func.lower(Place.name), Place.id)).all()


def to_choose() -> Sequence[Place]:
    """Those of `known` that a form offers, so that its list stays short: where something was or will be, what
    somebody noted here, and the halls of partners who lend one. A partner's mere address is found by its name."""
    address = select(Partner.place_id).where(Partner.place_id.is_not(None))
    hall = address.where(Partner.assets.any(Asset.kind == "hall"))
    used = select(EventDate.place_id).where(EventDate.place_id.is_not(None))
    offered = or_(Place.id.not_in(address), Place.id.in_(hall), Place.id.in_(used))
    return db.session.scalars(select(Place).where(offered).order_by(func.lower(Place.name), Place.id)).all()


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


@dataclass(frozen=True)
class Said:
    """All that is told of a place; `contact` only to volunteers."""

    name: str
    street: str = ""
    postcode: str = ""
    town: str = ""
    latitude: float | None = None
    longitude: float | None = None
    access: str = ""
    seats: int | None = None
    contact: str = ""
    uit_id: str = ""
    address_public: bool = True


def add(said: Said) -> Place:
    """Raises PlaceWithoutName, PlaceIsThere."""
    _check_name(said.name, None)
    place = Place(**asdict(said))
    db.session.add(place)
    db.session.flush()
    return place


def change(place: Place, version: int, said: Said) -> None:
    """What calendars show of it follows. Raises PlaceWithoutName, PlaceIsThere, ChangedMeanwhile."""
    if place.version != version:
        raise errors.ChangedMeanwhile
    _check_name(said.name, place)
    seen = ("name", "street", "postcode", "town", "latitude", "longitude", "access", "address_public")
    before = [getattr(place, name) for name in seen]
    for name, value in asdict(said).items():
        setattr(place, name, value)
    if before != [getattr(place, name) for name in seen]:
        calendar.moved_with(place)
    db.session.flush()


def _check_name(name: str, own: Place | None) -> None:
    if not name.strip():
        raise errors.PlaceWithoutName
    there = db.session.scalars(select(Place).where(func.lower(Place.name) == name.strip().lower())).first()
    if there is not None and there is not own:
        raise errors.PlaceIsThere
