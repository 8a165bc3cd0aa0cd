"""Mijn mensen: the households a coach brings along."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date as calendar_date
from datetime import timedelta
from itertools import chain, combinations

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from vwg import clock
from vwg.db import db, locked
from vwg.domain import errors, notices, rsvps, supports
from vwg.models import (
    Category,
    Channel,
    DateState,
    Event,
    EventDate,
    Household,
    HouseholdCoach,
    Notice,
    NoticeChannel,
    NoticeState,
    Role,
    Rsvp,
    Signup,
    Stage,
    User,
    UserRole,
)
from vwg.phrases import N_, folded

MOST_OPEN_DATES = 200
MOST_COACHES = 2
LONGEST_STAND_IN = timedelta(days=366)
LEARNT_LATER = ("fr", "en", "nl")  # who speaks another one besides, reads that one best


class NoDateChosen(errors.RuleBroken):
    sentence = N_("Tick the activities they come to.")
    field = "dates"


class TooManyCoaches(errors.RuleBroken):
    sentence = N_("This family has two coaches already.")
    field = "who"


class IsCoachAlready(errors.RuleBroken):
    sentence = N_("%(name)s carries this family already.")
    field = "who"


class NotACoach(errors.RuleBroken):
    sentence = N_("Choose somebody who accompanies families.")
    field = "who"


class StandInDay(errors.RuleBroken):
    sentence = N_("Choose a day from today on, at most a year away.")
    field = "until"


class LastCoach(errors.RuleBroken):
    sentence = N_("You are the only one who carries this family. Hand it over to somebody first.")


class CarriedAlready(errors.RuleBroken):
    sentence = N_("Somebody else was first: this family has a coach again.")


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


def of(coach: User) -> Sequence[Household]:
    """Whom this coach carries today, stand-ins included, by nickname."""
    holds = or_(HouseholdCoach.until.is_(None), HouseholdCoach.until >= clock.today())
    return db.session.scalars(
        select(Household)
        .join(HouseholdCoach)
        .where(HouseholdCoach.user_id == coach.id, holds)
        .order_by(Household.nickname, Household.id)
        .options(selectinload(Household.coaches).joinedload(HouseholdCoach.user).lazyload(User.roles))
    ).all()


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


# ---- who carries them


def coaches() -> Sequence[User]:
    """Everybody who can carry a household, by name."""
    coach = exists().where(UserRole.user_id == User.id, UserRole.role == Role.COACH)
    return db.session.scalars(select(User).where(User.ended_at.is_(None), coach).order_by(User.name, User.id)).all()


def share(household: Household, other: User) -> None:
    """A second coach, to carry it together. Raises NotACoach, IsCoachAlready, TooManyCoaches."""
    _check_coach(household, other)
    if len(_lasting(household)) >= MOST_COACHES:
        raise TooManyCoaches
    _carry(household, other, None)


def stand_in(household: Household, other: User, until: calendar_date) -> None:
    """Somebody carries it too, up to and with that day; a new stand-in takes the earlier one's place.

    What is still to be told is theirs while it lasts. Raises NotACoach, IsCoachAlready, StandInDay.
    """
    _check_coach(household, other)
    if not clock.today() <= until <= clock.today() + LONGEST_STAND_IN:
        raise StandInDay
    for held in [held for held in household.coaches if held.until is not None and held.user_id != other.id]:
        household.coaches.remove(held)
    _carry(household, other, until)
    _follow([household])


def stand_in_everywhere(coach: User, other: User, until: calendar_date) -> int:
    """A coach is ill: the other stands in with all her households where he is no coach yet; how many."""
    if not permitted(other) or other.id == coach.id:
        raise NotACoach
    theirs = [each for each in of(coach) if not any(held.user_id == other.id and held.until is None for held in each.coaches)]
    theirs = [each for each in theirs if any(held.user_id == coach.id and held.until is None for held in each.coaches)]
    for household in theirs:
        stand_in(household, other, until)
    return len(theirs)


def hand_over(household: Household, coach: User, other: User) -> None:
    """The other carries it instead of this coach, and tells what was still to be told.

    Raises NotACoach, IsCoachAlready.
    """
    _check_coach(household, other)
    _put_down(household, coach)
    _carry(household, other, None)
    _follow([household])


def let_go(household: Household, coach: User) -> None:
    """This coach carries it no more; there must be another who stays. Raises LastCoach."""
    if not [held for held in _lasting(household) if held.user_id != coach.id]:
        raise LastCoach
    _put_down(household, coach)
    _follow([household])


def leave_behind(user: User) -> int:
    """A coach leaves the group: nobody is left behind. A stand-in becomes the coach; a household
    that nobody else carries waits for a volunteer on *Mijn mensen*, its calls on everybody's list.

    How many wait now.
    """
    held = select(Household).join(HouseholdCoach).where(HouseholdCoach.user_id == user.id)
    theirs = db.session.scalars(held.order_by(Household.id)).all()
    for household in theirs:
        _put_down(household, user)
        if not _lasting(household):
            for stand_in_of_it in [each for each in household.coaches if each.holds and permitted(each.user)]:
                stand_in_of_it.until = None
    db.session.flush()
    _follow(theirs)
    return sum(not _lasting(household) for household in theirs)


def orphans() -> Sequence[Household]:
    """Whom nobody carries today: their coach left. A page may say how many they are and which
    languages they speak, no more."""
    return db.session.scalars(select(Household).where(~_carried()).order_by(Household.id)).all()


def number_of_orphans() -> "ScalarSelect[int]":
    """How many `orphans` has, for a question that asks more."""
    return select(func.count(Household.id)).where(~_carried()).scalar_subquery()


def take_on(household: Household, coach: User) -> None:
    """A volunteer takes a household that nobody carries. Raises CarriedAlready, NotACoach."""
    if any(held.holds and permitted(held.user) for held in household.coaches):
        raise CarriedAlready
    if not permitted(coach):
        raise NotACoach
    household.coaches.clear()
    db.session.flush()
    _carry(household, coach, None)
    household.used_at = clock.now()
    _follow([household])


def follow_coaches() -> int:
    """Calls that wait go to who carries the household today: a stand-in began or stopped. How many went over."""
    waiting = select(Rsvp.household_id).join(Notice, (Notice.recipient_kind == "rsvp") & (Notice.recipient_id == Rsvp.id))
    ours = waiting.where(Notice.state == NoticeState.WAITING, Notice.channel == NoticeChannel.CALL)
    return _follow(db.session.scalars(select(Household).where(Household.id.in_(ours)).order_by(Household.id)).all())


def permitted(user: User) -> bool:
    """Whether this volunteer may carry households at all."""
    return user.is_coach and user.ended_at is None


# ---- the same people twice


@dataclass(frozen=True)
class Twice:
    """Two sign-ups of one date that look like the same people, and why: `phone` or `name`."""

    first: Rsvp
    second: Rsvp
    why: str


def twice(signed_up: Sequence[Rsvp]) -> list[Twice]:
    """Who seems to be on this list twice, by coach and by themselves: for the host, never refused.

    The same telephone; else the same name with the same number of people. A coach signs each of her
    households up once, so two households are never the same people.
    """
    here = sorted((rsvp for rsvp in signed_up if not rsvp.is_given_back), key=lambda rsvp: rsvp.id)
    found: dict[tuple[int, int], Twice] = {}
    for why, mark in (("phone", _phone), ("name", _named)):
        alike: dict[str, list[Rsvp]] = {}
        for rsvp in here:
            if sign := mark(rsvp):
                alike.setdefault(sign, []).append(rsvp)
        for first, second in chain.from_iterable(combinations(group, 2) for group in alike.values()):
            if first.household_id is None or second.household_id is None:
                found.setdefault((first.id, second.id), Twice(first, second, why))
    return [found[pair] for pair in sorted(found)]


# ---- inside


def _phone(rsvp: Rsvp) -> str:
    return rsvp.household.phone if rsvp.household else rsvp.contact.phone if rsvp.contact else ""


def _named(rsvp: Rsvp) -> str:
    """Name and number of people; nothing for a guest without a name."""
    name = folded(notices.called(rsvp)).strip()
    return f"{name} {rsvp.people}" if name else ""


def _lasting(household: Household) -> list[HouseholdCoach]:
    return [held for held in household.coaches if held.until is None and permitted(held.user)]


def _check_coach(household: Household, other: User) -> None:
    if not permitted(other):
        raise NotACoach
    if any(held.user_id == other.id and held.until is None for held in household.coaches):
        raise IsCoachAlready(name=other.first_name)


def _carry(household: Household, user: User, until: calendar_date | None) -> None:
    held = next((held for held in household.coaches if held.user_id == user.id), None)
    if held is None:
        household.coaches.append(HouseholdCoach(user=user, until=until))
    else:
        held.until = until
    db.session.flush()


def _put_down(household: Household, user: User) -> None:
    for held in [held for held in household.coaches if held.user_id == user.id]:
        household.coaches.remove(held)
    db.session.flush()


def _follow(households: Sequence[Household]) -> int:
    """What is still to be told to these goes to the list of who carries them now; nobody: to everybody's."""
    carrying = {household.id: notices.coach_of(household) for household in households}
    waiting = db.session.execute(
        select(Notice, Rsvp.household_id)
        .join(Rsvp, (Notice.recipient_kind == "rsvp") & (Notice.recipient_id == Rsvp.id))
        .where(Rsvp.household_id.in_(carrying), Notice.state == NoticeState.WAITING, Notice.channel == NoticeChannel.CALL)
    ).all()
    moved = 0
    for notice, household_id in waiting:
        by = carrying[household_id] if household_id is not None else None
        if notice.is_leftover or notice.assigned_to_id == (by.id if by else None):
            continue
        notice.assigned_to = by
        moved += 1
    db.session.flush()
    return moved


def _carried() -> ColumnElement[bool]:
    coach = exists().where(UserRole.user_id == HouseholdCoach.user_id, UserRole.role == Role.COACH)
    return exists().where(
        HouseholdCoach.household_id == Household.id,
        HouseholdCoach.user_id == User.id,
        User.ended_at.is_(None),
        or_(HouseholdCoach.until.is_(None), HouseholdCoach.until >= clock.today()),
        coach,
    )


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
