"""Who carries a household: up to two coaches, a stand-in until a day, and what is left when a coach leaves."""

from collections.abc import Sequence
from datetime import date as calendar_date
from datetime import timedelta

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, or_, select

from vwg import clock
from vwg.db import db
from vwg.domain import errors, households, notices
from vwg.models import Household, HouseholdCoach, Notice, NoticeChannel, NoticeState, Role, Rsvp, User, UserRole
from vwg.phrases import N_

MOST_COACHES = 2
LONGEST_STAND_IN = timedelta(days=366)


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
    _check_day(until)
    for held in [held for held in household.coaches if held.until is not None and held.user_id != other.id]:
        household.coaches.remove(held)
    _carry(household, other, until)
    _follow([household])


def go_away(coach: User, other: User, until: calendar_date) -> int:
    """A coach is ill, up to and with that day: nobody waits for her. Whom she carries together with
    somebody who is there, that one tells alone; with all others `other` stands in. How many households.

    Where she only stands in herself, `other` does it in her place, and gets no longer than she had.
    Raises NotACoach, StandInDay.
    """
    if not permitted(other) or other.is_away or other.id == coach.id:
        raise NotACoach
    _check_day(until)
    coach.away_until = until
    theirs = households.of(coach)
    for household in theirs:
        own = next(held for held in household.coaches if held.user_id == coach.id)
        together = [held.user_id for held in _lasting(household) if not held.user.is_away]
        if own.until is not None:
            _put_down(household, coach)
        if not together or (own.until is not None and other.id not in together):
            stand_in(household, other, min(until, own.until or until))
    _follow(theirs)
    return len(theirs)


def come_back(coach: User) -> None:
    """She is there again, maybe sooner than she thought: whoever stood in with her households stops."""
    coach.away_until = None
    theirs = [household for household in households.of(coach) if coach.id in {held.user_id for held in _lasting(household)}]
    for household in theirs:
        for held in [held for held in household.coaches if held.until is not None]:
            household.coaches.remove(held)
    db.session.flush()
    _follow(theirs)


def hand_over(household: Household, coach: User, other: User) -> None:
    """The other carries it instead of this coach, and tells what was still to be told.

    Raises NotACoach, IsCoachAlready.
    """
    _check_coach(household, other)
    since = min((held.since for held in household.coaches if held.user_id == coach.id), default=clock.now())
    _put_down(household, coach)
    _carry(household, other, None)
    for held in [held for held in household.coaches if held.user_id == other.id]:
        held.since = since  # in her place, before a second coach too
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


# ---- inside


def _lasting(household: Household) -> list[HouseholdCoach]:
    return [held for held in household.coaches if held.until is None and permitted(held.user)]


def _check_coach(household: Household, other: User) -> None:
    if not permitted(other):
        raise NotACoach
    if any(held.user_id == other.id and held.until is None for held in household.coaches):
        raise IsCoachAlready(name=other.first_name)


def _check_day(until: calendar_date) -> None:
    if not clock.today() <= until <= clock.today() + LONGEST_STAND_IN:
        raise StandInDay


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
