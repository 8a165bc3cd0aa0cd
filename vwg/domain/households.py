"""Mijn mensen: the households a coach brings along."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select

from vwg import clock
from vwg.db import db
from vwg.domain import errors, rsvps
from vwg.models import Channel, EventDate, Household, HouseholdCoach, Rsvp, User


@dataclass
class Details:
    """All that is kept of a household."""

    nickname: str
    party: rsvps.Party
    languages: list[str] = field(default_factory=list)
    channel: Channel = Channel.CALL
    phone: str = ""  # E.164


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
    ).all()


def coming(households: Sequence[Household]) -> dict[int, list[Rsvp]]:
    """What each goes to, dates not over, in two queries: household id → sign-ups by date."""
    found = db.session.scalars(
        select(Rsvp)
        .join(EventDate)
        .where(Rsvp.household_id.in_([household.id for household in households]), EventDate.ends_at > clock.now())
        .order_by(EventDate.starts_at)
    ).all()
    return {
        household.id: [rsvp for rsvp in found if rsvp.household_id == household.id and not rsvp.is_given_back]
        for household in households
    }


def sign_up(date: EventDate, chosen: Sequence[Household], coach: User, form_key: str) -> list[Rsvp]:
    """Several households for one locked date in one go: all of them or none.

    The same form sent twice gives the first sign-ups back. Raises what rsvps.sign_up raises.
    """
    return [
        rsvps.sign_up(
            date, rsvps.Party.of(household), language=household.language, household=household,
            entered_by=coach, form_key=f"{form_key}:{household.id}",
        )
        for household in chosen
    ]  # fmt: skip


def _fill(household: Household, details: Details) -> None:
    if not details.nickname.strip():
        raise errors.NoNickname
    rsvps.check_name(details.nickname)
    if min(vars(details.party).values()) < 0 or not 1 <= details.party.people <= rsvps.MOST_PEOPLE:
        raise errors.NobodyInHousehold(most=rsvps.MOST_PEOPLE)
    household.nickname = details.nickname.strip()
    for band, number in vars(details.party).items():
        setattr(household, band, number)
    household.languages = list(details.languages)
    household.channel = details.channel
    household.phone = details.phone
    household.used_at = clock.now()
    db.session.flush()
