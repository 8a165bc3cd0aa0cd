"""*Mag Fatma mij nog eens vragen?*: who came alone lets a volunteer ask them again."""

from vwg import permissions
from vwg.db import db, locked
from vwg.domain import errors, households, rsvps, weekly
from vwg.domain.rsvps import Party
from vwg.models import Channel, EventDate, Household, Rsvp, User


def by_whom(rsvp: Rsvp) -> User | None:
    """The volunteer they met: the first host who coaches. None where there is nobody, and for who
    has a coach already."""
    if rsvp.household_id is not None or rsvp.is_given_back:
        return None
    return next((host for host in rsvp.date.event.hosts if permissions.can_coach(host) and host.ended_at is None), None)


def allow(rsvp: Rsvp, nickname: str, phone: str = "") -> Household:
    """Makes a household of that volunteer, with this sign-up in it and the other weeks taken by it.

    Nothing may be locked yet: dates are locked here, in order. `phone` is E.164, or nothing: then
    they are asked when they are met. What was left for this activity alone goes: the volunteer
    tells them from now on. Raises NobodyAsksAgain, NoNickname, NameTooLong, NationalNumber.
    """
    theirs = {each.id: each.date_id for each in weekly.together(rsvp)}
    dates = [locked(EventDate, date_id) for date_id in sorted(set(theirs.values()))]
    together = [locked(Rsvp, identity) for identity in sorted(theirs)]
    coach = by_whom(rsvp)
    if coach is None:
        raise errors.NobodyAsksAgain
    channel = Channel.CALL if phone else Channel.VISIT
    household = households.add(households.Details(nickname, Party.of_rsvp(rsvp), [rsvp.language], channel, phone), coach)
    for each in together:
        each.household, each.contact = household, None
    db.session.flush()
    for date in dates:
        rsvps.promote(date)  # seats kept for coaches may be theirs now
    return household
