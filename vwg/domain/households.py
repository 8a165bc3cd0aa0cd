"""Mijn mensen: the households a coach brings along."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from vwg import clock, phrases
from vwg.db import db, locked
from vwg.domain import errors, rsvps, supports
from vwg.domain.settings import group
from vwg.models import (
    Category,
    Channel,
    DateState,
    Event,
    EventDate,
    Household,
    HouseholdCoach,
    Rsvp,
    Signup,
    Stage,
    User,
)
from vwg.phrases import N_

MOST_OPEN_DATES = 200
DAYS_OF_A_MONTH = 30.5
ASKED_BEFORE = timedelta(days=30)  # a household goes
LEARNT_LATER = ("fr", "en", "nl")  # who speaks another one besides, reads that one best


class NoDateChosen(errors.RuleBroken):
    sentence = N_("Tick the activities they come to.")
    field = "dates"


@dataclass
class Details:
    """All that is kept of a household. We write in the language that they most likely read best."""

    nickname: str
    party: rsvps.Party
    languages: list[str] = field(default_factory=list)
    channel: Channel = Channel.CALL
    phone: str = ""  # E.164


@dataclass(frozen=True)
class OpenDate:
    """A date to bring people to. `free` None: there is no limit; 0: who comes now waits."""

    date: EventDate
    free: int | None

    @property
    def local_day(self) -> str:
        """`2026-03-21`, to group by."""
        return clock.local(self.date.starts_at).date().isoformat()


def add(details: Details, coach: User) -> Household:
    """Raises NoNickname, NameTooLong, NationalNumber, NobodyInHousehold."""
    household = Household(nickname="")
    household.coaches.append(HouseholdCoach(user=coach))
    db.session.add(household)
    _fill(household, details)
    return household


def edit(household: Household, version: int, details: Details) -> None:
    """Raises ChangedMeanwhile and what `add` raises."""
    if household.version != version:
        raise errors.ChangedMeanwhile
    _fill(household, details)


def unused_at(moment: datetime) -> ColumnElement[bool]:
    """Households that nobody used for so long before `moment` that they are not kept."""
    return Household.used_at < _used_since(moment)


def fading(mine: Sequence[Household]) -> set[int]:
    """The ids of those that go within a month: their coach is asked."""
    since = _used_since(clock.now() + ASKED_BEFORE)
    return {household.id for household in mine if household.used_at < since}


def number_of_fading(coach: User) -> "ScalarSelect[int]":
    """How many of this coach's go within a month, for a question that asks more."""
    theirs = select(HouseholdCoach.household_id).where(HouseholdCoach.user_id == coach.id, HouseholdCoach.until.is_(None))
    return select(func.count(Household.id)).where(Household.id.in_(theirs), unused_at(clock.now() + ASKED_BEFORE)).scalar_subquery()


def keep(household: Household) -> None:
    """Its coach says that they are still here."""
    household.used_at = clock.now()
    db.session.flush()


def of(coach: User) -> Sequence[Household]:
    """Whom this coach carries today, stand-ins included, by nickname: capitals and accents count for nothing."""
    holds = or_(HouseholdCoach.until.is_(None), HouseholdCoach.until >= clock.today())
    found = db.session.scalars(
        select(Household)
        .join(HouseholdCoach)
        .where(HouseholdCoach.user_id == coach.id, holds)
        .options(selectinload(Household.coaches).joinedload(HouseholdCoach.user).lazyload(User.roles))
    ).all()
    return sorted(found, key=lambda household: (phrases.folded(household.nickname), household.id))


def by_letter(mine: Sequence[Household]) -> dict[str, list[Household]]:
    """The same, under the first letter of their nicknames, in that order."""
    found: dict[str, list[Household]] = {}
    for household in mine:
        found.setdefault(phrases.folded(household.nickname)[:1].upper(), []).append(household)
    return found


def coming(households: Sequence[Household]) -> dict[int, list[Rsvp]]:
    """What each goes to, dates not over, and what would help them, in two queries: household id → sign-ups by date."""
    found = db.session.scalars(
        select(Rsvp)
        .join(EventDate)
        .where(Rsvp.household_id.in_([household.id for household in households]), EventDate.ends_at > clock.now())
        .order_by(EventDate.starts_at)
        .options(contains_eager(Rsvp.date).joinedload(EventDate.event).selectinload(Event.texts), joinedload(Rsvp.supports))
    ).unique().all()
    return {
        household.id: [rsvp for rsvp in found if rsvp.household_id == household.id and not rsvp.is_given_back]
        for household in households
    }


def open_dates() -> list[OpenDate]:
    """Dates to come that a coach may sign up for, the nearest first; full ones too, for one can wait."""
    dates = db.session.scalars(
        select(EventDate)
        .join(Event)
        .where(
            Event.stage == Stage.PUBLISHED,
            Event.signup.in_([Signup.EVERYONE, Signup.BY_US]),
            EventDate.state == DateState.ON,
            EventDate.starts_at > clock.now(),
        )
        .order_by(EventDate.starts_at, EventDate.id)
        .limit(MOST_OPEN_DATES)
        .options(
            contains_eager(EventDate.event).selectinload(Event.texts),
            contains_eager(EventDate.event).joinedload(Event.category).lazyload(Category.texts),  # its colour and picture are shown, not its name
        )
    ).all()
    standing = rsvps.standing(dates)
    return [OpenDate(date, free_for_us(date, standing[date.id])) for date in dates]


def fitting(dates: Sequence[OpenDate], most: int = 3) -> list[OpenDate]:
    """The nearest with seats free, at most one of each activity."""
    first: dict[int, OpenDate] = {}
    for each in dates:
        if each.free != 0:
            first.setdefault(each.date.event_id, each)
    return list(first.values())[:most]


def free_for_us(date: EventDate, seats: rsvps.Seats) -> int | None:
    """Seats that a coach may count on, those kept for coaches too; None without a limit.

    A hint for lists: who waits goes first, and signing up counts again under the lock.
    """
    if seats.limit is None:
        return None
    somebody_first = seats.waiting and not date.event.smaller_may_pass and not date.event.coach_seats
    return 0 if somebody_first else max(seats.limit - seats.taken, 0)


def comes_to(date: EventDate, households: Sequence[Household]) -> dict[int, Rsvp]:
    """Which of these are signed up for this date: household id → sign-up."""
    found = db.session.scalars(
        select(Rsvp)
        .where(Rsvp.date_id == date.id, Rsvp.household_id.in_([household.id for household in households]))
        .order_by(Rsvp.id)
    )
    return {rsvp.household_id: rsvp for rsvp in found if rsvp.household_id and not rsvp.is_given_back}


def sign_up(date: EventDate, chosen: Sequence[Household], coach: User, form_key: str) -> list[Rsvp]:
    """Several households for one locked date in one go: all of them or none.

    The same form sent twice gives the first sign-ups back; a household that gave its seats back in
    the meantime is signed up anew. Raises NobodyChosen and what rsvps.sign_up raises.
    """
    if not chosen:
        raise errors.NobodyChosen
    return [_sign_up(date, household, coach, f"{form_key}:{household.id}") for household in chosen]


def change(rsvp: Rsvp, version: int, party: rsvps.Party) -> None:
    """Come with more or fewer; the rsvp's date must be locked. Raises ChangedMeanwhile and what rsvps.change raises."""
    if rsvp.version != version and not rsvp.is_given_back:
        raise errors.ChangedMeanwhile
    rsvps.change(rsvp, party)


def would_like(rsvp: Rsvp, version: int, wanted: Collection[str], language: str) -> None:
    """What would help them come; the rsvp's date must be locked. Raises ChangedMeanwhile and what supports.ask raises."""
    if rsvp.version != version:
        raise errors.ChangedMeanwhile
    supports.ask(rsvp, wanted, language)


def sign_up_for(dates: Sequence[int], chosen: Sequence[Household], coach: User, form_key: str) -> list[Rsvp]:
    """Several households for several dates (by id) in one go: all of them or none. Locks the dates, in order.

    Who comes to one of them already is left as it is. Raises NobodyChosen, NoDateChosen and what
    rsvps.sign_up raises.
    """
    if not dates:
        raise NoDateChosen
    if not chosen:
        raise errors.NobodyChosen
    signed_up = []
    for date in [locked(EventDate, identity) for identity in sorted(set(dates))]:
        there = comes_to(date, chosen)
        new = [household for household in chosen if household.id not in there]
        signed_up += [_sign_up(date, household, coach, f"{form_key}:{date.id}:{household.id}") for household in new]
    return signed_up


# ---- inside


def _used_since(moment: datetime) -> datetime:
    """Who was not used since then is not kept at `moment`."""
    return moment - timedelta(days=group().keep_household_months * DAYS_OF_A_MONTH)


def _sign_up(date: EventDate, household: Household, coach: User, form_key: str) -> Rsvp:
    first = db.session.scalars(select(Rsvp).where(Rsvp.form_key == form_key)).first()
    if first is not None and not first.is_given_back:
        return first
    return rsvps.sign_up(
        date, rsvps.Party.of(household), language=household.language, household=household, entered_by=coach,
        form_key=None if first else form_key,
    )  # fmt: skip


def _fill(household: Household, details: Details) -> None:
    if not details.nickname.strip():
        raise errors.NoNickname
    rsvps.check_name(details.nickname)
    if min(vars(details.party).values()) < 0 or not 1 <= details.party.people <= rsvps.MOST_PEOPLE:
        raise errors.NobodyInHousehold(most=rsvps.MOST_PEOPLE)
    household.nickname = details.nickname.strip()
    for band, number in vars(details.party).items():
        setattr(household, band, number)
    household.languages = sorted(details.languages, key=_learnt)
    household.channel = details.channel
    household.phone = details.phone
    household.used_at = clock.now()
    db.session.flush()


def _learnt(code: str) -> int:
    """Sorts the own language first, then what is learnt here."""
    return 1 + LEARNT_LATER.index(code) if code in LEARNT_LATER else 0
