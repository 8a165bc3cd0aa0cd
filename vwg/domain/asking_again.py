"""*Mag Fatma mij nog eens vragen?*: who came alone lets a volunteer ask them again."""

from vwg import permissions
from vwg.domain import errors, households, rsvps
from vwg.domain.rsvps import Party
from vwg.models import Channel, Household, Rsvp, User


def by_whom(rsvp: Rsvp) -> User | None:
    """The volunteer they met: the first host who coaches. None where there is nobody, and for who
    has a coach already."""
    if rsvp.household_id is not None or rsvp.is_given_back:
        return None
    return next((host for host in rsvp.date.event.hosts if permissions.can_coach(host) and host.ended_at is None), None)


def allow(rsvp: Rsvp, nickname: str, phone: str = "") -> Household:
    """Makes a household of that volunteer, with this sign-up in it; the date must be locked.

    `phone` is E.164, or nothing: then they are asked when they are met. What was left for this
    activity alone goes: the volunteer tells them from now on.
    Raises NobodyAsksAgain, NoNickname, NameTooLong, NationalNumber.
    """
    coach = by_whom(rsvp)
    if coach is None:
        raise errors.NobodyAsksAgain
    channel = Channel.CALL if phone else Channel.VISIT
    household = households.add(households.Details(nickname, Party.of_rsvp(rsvp), [rsvp.language], channel, phone), coach)
    rsvp.household = household
    rsvp.contact = None
    rsvps.promote(rsvp.date)  # seats kept for coaches may be theirs now
    return household
