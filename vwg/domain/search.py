"""Search for volunteers: activities, partners, places. Never the names of who signed up, nor of helpers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from vwg.db import db
from vwg.models import Event, EventText, Partner, Place
from vwg.phrases import folded

MOST = 20  # of each
MOST_WORDS = 8
LONGEST = 200


@dataclass
class Found:
    events: Sequence[Event] = field(default_factory=list)
    partners: Sequence[Partner] = field(default_factory=list)
    places: Sequence[Place] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.events or self.partners or self.places)


def of(words: str) -> Found:
    """What holds every word, drafts and past ones too; nothing for no word. In a handful of queries."""
    asked = folded(words[:LONGEST].replace("\x00", " ")).split()[:MOST_WORDS]
    if not asked:
        return Found()
    texts = select(EventText.event_id).where(*(EventText.folded.contains(word, autoescape=True) for word in asked))
    events = db.session.scalars(
        select(Event).where(Event.id.in_(texts)).options(joinedload(Event.category), selectinload(Event.dates)).order_by(Event.id.desc()).limit(MOST)
    ).unique().all()  # fmt: skip
    known = Partner.known().where(*(or_(Partner.searched.contains(word, autoescape=True), Partner.sorted_by.contains(word, autoescape=True)) for word in asked))
    partners = db.session.scalars(known.order_by(Partner.sorted_by).limit(MOST)).unique().all()
    return Found(events, partners, _places(asked))


def _places(asked: Sequence[str]) -> list[Place]:
    """A village has few; their names have no folded copy."""
    every = db.session.scalars(select(Place).order_by(Place.name, Place.id)).all()
    return [place for place in every if all(word in folded(f"{place.name} {place.address} {place.access}") for word in asked)][:MOST]
