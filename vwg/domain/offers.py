"""Offers of help from outside: a queue that a volunteer answers. Who may be trusted is `vouching`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, and_, delete, func, or_, select

from vwg import clock
from vwg.db import db
from vwg.domain import errors, pace
from vwg.domain.proposals import MOST_AN_HOUR, MOST_LINKS, number_of_links
from vwg.domain.rsvps import LONGEST_NAME, has_national_number
from vwg.models import EventDate, Lift, Offer, User

LONGEST_TEXT = 1000
FORGET_AFTER = timedelta(days=30)  # after the answer
FORGET_UNANSWERED_AFTER = timedelta(days=365)


@dataclass
class Said:
    """Who wants to help, with what, and how we can answer: E.164 or an address."""

    name: str
    text: str = ""
    phone: str = ""
    email: str = ""
    language: str = "nl"


def offer(said: Said, form_key: str | None, leave_empty: str = "") -> Offer:
    """The same form sent twice is one offer.

    Raises FilledTheTrap, TooQuick, TooManyProposals, OfferWithoutName, NoWayToAnswer, WordsTooLong,
    TooManyLinks, ProposalHasNationalNumber.
    """
    again = db.session.scalars(select(Offer).where(Offer.form_key == form_key)).first() if form_key else None
    if again is not None:
        return again
    if leave_empty.strip():
        raise errors.FilledTheTrap
    pace.check_key(form_key)
    _check(said)
    if _number_since(clock.now() - timedelta(hours=1)) >= MOST_AN_HOUR:
        raise errors.TooManyProposals
    made = Offer(name=said.name.strip(), text=said.text.strip(), phone=said.phone, email=said.email, language=said.language, form_key=form_key)
    db.session.add(made)
    db.session.flush()
    return made


def waiting() -> Sequence[Offer]:
    """What nobody answered yet, the oldest first."""
    return db.session.scalars(select(Offer).where(Offer.answered_at.is_(None)).order_by(Offer.created_at, Offer.id)).all()


def number_waiting() -> "ScalarSelect[int]":
    """How many nobody answered yet, for a question that asks more."""
    return select(func.count(Offer.id)).where(Offer.answered_at.is_(None)).scalar_subquery()


def answered() -> Sequence[Offer]:
    """What was answered and is not forgotten yet, the latest first."""
    return db.session.scalars(select(Offer).where(Offer.answered_at.is_not(None)).order_by(Offer.answered_at.desc(), Offer.id.desc())).all()


def known() -> list[Offer]:
    """Who may get a name or a pick-up point: two volunteers know them."""
    return [each for each in db.session.scalars(select(Offer).order_by(Offer.name, Offer.id)) if each.is_known]


def answer(offer: Offer, by: User) -> None:
    """A volunteer called or wrote back. Answered twice is answered once."""
    if offer.answered_at is None:
        offer.answered_at, offer.answered_by = clock.now(), by
        db.session.flush()


def forget_old() -> int:
    """30 days after the answer, and after a year without one; who still drives to a date to come stays till then."""
    now = clock.now()
    drives = select(Lift.offer_id).join(EventDate).where(EventDate.ends_at > now, Lift.offer_id.is_not(None))
    old = or_(Offer.answered_at < now - FORGET_AFTER, and_(Offer.answered_at.is_(None), Offer.created_at < now - FORGET_UNANSWERED_AFTER))
    gone = db.session.scalars(select(Offer.id).where(old, Offer.id.not_in(drives))).all()
    db.session.execute(delete(Offer).where(Offer.id.in_(gone)))
    return len(gone)


def _check(said: Said) -> None:
    if not said.name.strip():
        raise errors.OfferWithoutName
    if len(said.name.strip()) > LONGEST_NAME:
        raise errors.NameTooLong
    if not said.phone and not said.email:
        raise errors.NoWayToAnswer
    if len(said.text) > LONGEST_TEXT:
        raise errors.WordsTooLong
    if number_of_links(f"{said.name} {said.text}") > MOST_LINKS:
        raise errors.TooManyLinks(most=MOST_LINKS)
    if has_national_number(f"{said.name} {said.text}"):
        raise errors.ProposalHasNationalNumber


def _number_since(moment: datetime) -> int:
    return int(db.session.scalar(select(func.count()).where(Offer.created_at > moment)) or 0)
