"""Free places that partners keep for newcomers in what they do already: the choir, the swimming lesson.

Coaches see them first and take some for a household. The partner learns a number, and a first name
only where that was ticked. Strangers never read a word of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload, selectinload

from vwg import clock
from vwg.db import db
from vwg.domain import dates, errors, notices, partners
from vwg.domain.notices import Way
from vwg.domain.rsvps import has_national_number
from vwg.domain.settings import group
from vwg.models import Household, NoticeChannel, Partner, WelcomePlace, WelcomeTaken

MOST = 99
TOLD_AFTER = timedelta(minutes=10)  # so that a coach who takes some more makes one mail


@dataclass
class Offer:
    """What they do, when and where in their own words, who welcomes them, how many places, until when."""

    what: str
    when_said: str
    where_said: str
    welcomed_by: str
    number: int
    until: datetime


def offer(partner: Partner, said: Offer) -> WelcomePlace:
    """Raises NoTitle, WelcomeWithoutName, NoWelcomePlaces, DateInThePast, TooFarAway."""
    if not said.what.strip():
        raise errors.NoTitle
    if not said.welcomed_by.strip():
        raise errors.WelcomeWithoutName
    if not 1 <= said.number <= MOST:
        raise errors.NoWelcomePlaces
    if said.until <= clock.now():
        raise errors.DateInThePast
    if said.until > clock.now() + dates.FURTHEST:
        raise errors.TooFarAway
    place = WelcomePlace(
        partner=partner, what=said.what.strip(), when_said=said.when_said.strip(), where_said=said.where_said.strip(),
        welcomed_by=said.welcomed_by.strip(), number=said.number, until=said.until,
    )  # fmt: skip
    db.session.add(place)
    db.session.flush()
    return place


def end(place: WelcomePlace) -> None:
    """They keep no places any more; its coach, who sees it, tells who had one."""
    if place.ended_at is None:
        place.ended_at = clock.now()


def open_ones() -> Sequence[WelcomePlace]:
    """For coaches: those with room first, then by what they are."""
    there = select(WelcomePlace).where(WelcomePlace.ended_at.is_(None), WelcomePlace.until > clock.now())
    there = there.options(joinedload(WelcomePlace.partner), selectinload(WelcomePlace.taken).joinedload(WelcomeTaken.household))
    return sorted(db.session.scalars(there).unique(), key=lambda place: (place.free == 0, place.what.lower(), place.id))


def ended_for(mine: Sequence[Household]) -> Sequence[WelcomePlace]:
    """What partners ended while one of these households had a place, until the day it would have ended by itself."""
    ids = [household.id for household in mine]
    theirs = select(WelcomeTaken.place_id).where(WelcomeTaken.household_id.in_(ids))
    ended = select(WelcomePlace).where(WelcomePlace.ended_at.is_not(None), WelcomePlace.until > clock.now(), WelcomePlace.id.in_(theirs))
    return db.session.scalars(ended.options(joinedload(WelcomePlace.partner), selectinload(WelcomePlace.taken).joinedload(WelcomeTaken.household)).order_by(WelcomePlace.id)).all()


def to_come() -> Sequence[WelcomePlace]:
    """All that is not past, with who has some; what a partner ended too, so that a coach can tell them. One query."""
    there = select(WelcomePlace).where(WelcomePlace.until > clock.now()).order_by(func.lower(WelcomePlace.what), WelcomePlace.id)
    return db.session.scalars(there.options(joinedload(WelcomePlace.partner), joinedload(WelcomePlace.taken))).unique().all()


def of(partner: Partner) -> Sequence[WelcomePlace]:
    """The partner's own, those that are over last."""
    theirs = select(WelcomePlace).where(WelcomePlace.partner_id == partner.id).options(selectinload(WelcomePlace.taken))
    return sorted(db.session.scalars(theirs), key=lambda place: (place.is_over, place.id))


def take(place: WelcomePlace, household: Household, people: int, first_name: str = "") -> WelcomeTaken:
    """For a household; taken again it is changed, not added. The place must be locked.

    `first_name` only where they said yes to it. Raises WelcomeIsOver, NoWelcomePlaces, WelcomeIsFull, NationalNumber.
    """
    if place.is_over:
        raise errors.WelcomeIsOver
    if not 1 <= people <= MOST:
        raise errors.NoWelcomePlaces
    if has_national_number(first_name):
        raise errors.NationalNumber
    before = next((each for each in place.taken if each.household_id == household.id), None)
    free = place.free + (before.people if before else 0)
    if people > free:
        raise errors.WelcomeIsFull(free=free)
    if before is None:
        before = WelcomeTaken(household=household)
        place.taken.append(before)
    now_said = (people, first_name.strip()[:40])
    if (before.people, before.first_name) != now_said:
        before.people, before.first_name = now_said
        _tell(place)
    household.used_at = clock.now()
    db.session.flush()
    return before


def give_back(place: WelcomePlace, household: Household) -> None:
    """The place must be locked. Twice given back is once."""
    kept = [each for each in place.taken if each.household_id != household.id]
    if len(kept) < len(place.taken):
        place.taken = kept
        _tell(place)
    db.session.flush()


def forget() -> int:
    """Who had a place goes with the names of sign-ups; how many rows."""
    before = clock.now() - timedelta(days=group().keep_name_days)
    over = select(WelcomePlace.id).where((WelcomePlace.until < before) | (WelcomePlace.ended_at < before))
    result = db.session.execute(delete(WelcomeTaken).where(WelcomeTaken.place_id.in_(over)))
    return int(getattr(result, "rowcount", 0))


def _tell(place: WelcomePlace) -> None:
    """The partner hears how many come, by mail where it takes some; a later change takes the place of one that waits."""
    contact = partners.contact_for_asking(place.partner)
    if contact is not None and contact.takes_mail:
        now = clock.now()
        notices.owe(
            "welcome_taken", "welcome_place", place.id, int(now.timestamp()), "contact", contact.id, contact.language, Way(NoticeChannel.MAIL),
            due_at=notices.within_partner_hours(now + TOLD_AFTER),
        )  # fmt: skip
