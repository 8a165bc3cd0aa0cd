"""How the people of the town do things."""

from datetime import date, time, timedelta

from sqlalchemy import select

from vwg import clock
from vwg.db import db, locked
from vwg.demo.town import Town
from vwg.domain import dates, households, invitations, notices, rsvps
from vwg.domain.invitations import Offer
from vwg.domain.rsvps import Party
from vwg.models import Event, EventDate, EventText, Household, Invitation, Notice, PartStat, Rsvp, RsvpContact, User


def next_one(weekday: int, weeks: int = 0) -> date:
    """The first such weekday after today, and so many weeks on: always ahead, at any hour of today."""
    tomorrow = clock.today() + timedelta(days=1)
    return tomorrow + timedelta(days=(weekday - tomorrow.weekday()) % 7, weeks=weeks)


def times(weekday: int, weeks: int, start: str, end: str) -> dates.Times:
    day = next_one(weekday, weeks)
    opens, closes = time.fromisoformat(start), time.fromisoformat(end)
    return dates.Times(clock.at(day, opens.hour, opens.minute), clock.at(day, closes.hour, closes.minute))


def say(event: Event, language: str, title: str, text: str, bring: str = "") -> None:
    """A translation of the Dutch that stands there now."""
    source = event.text
    event.texts.append(
        EventText(
            language=language, title=title, text=text, bring=bring, source_version=source.version if source else 0,
            source={"title": source.title, "text": source.text, "bring": source.bring} if source else {},
        )  # fmt: skip
    )
    db.session.flush()


def invite(town: Town, event: Event, short: str, asks: str, days_ago: int) -> Invitation:
    partner = town.partners[short]
    invitation = invitations.invite(event, partner, partner.contacts[0], asks, event.hosts[0])
    invitation.created_at = clock.now() - timedelta(days=days_ago)  # "last asked two weeks ago"
    return invitation


def reply(invitation: Invitation, partstat: PartStat, *offers: Offer, comment: str = "", names: bool = False, ask_again_at: date | None = None) -> None:
    """By its link: the mail that asked arrived, and the calendar file after a yes."""
    contact = invitation.contact
    invitations.reply(
        invitation, partstat, comment=comment, replied_by=contact.name if contact else "", ask_again_at=ask_again_at,
        offers=offers, consent_to_name=names,
    )  # fmt: skip
    told(invitation, "sent")


def told(invitation: Invitation, outcome: str = "told") -> None:
    """What was owed to this partner stands on nobody's list any more."""
    owed = select(Notice).where(Notice.subject_kind == "invitation", Notice.subject_id == invitation.id)
    for notice in db.session.scalars(owed):
        notices.done(notice, outcome)


def sign_up_with_coach(event: Event | EventDate, coach: User, *chosen: Household) -> None:
    chosen_date = event.dates[0] if isinstance(event, Event) else event
    households.sign_up(locked(EventDate, chosen_date.id), chosen, coach, rsvps.new_form_key())


def sign_up_alone(event: Event | EventDate, name: str, people: int, language: str, phone: str = "", email: str = "") -> Rsvp:
    chosen_date = event.dates[0] if isinstance(event, Event) else event
    rsvp = rsvps.sign_up(locked(EventDate, chosen_date.id), Party(people), language=language, name=name)
    if phone or email:
        rsvp.contact = RsvpContact(phone=phone, email=email)
        db.session.flush()
    return rsvp
