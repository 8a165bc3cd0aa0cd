"""Vandaag: what waits for a volunteer, a sentence and one thing to do each.

Each room gives its own lines; a new room adds its function to `_ROOMS`. No addresses here: the
page knows where each kind leads.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.orm import selectinload

from vwg import clock
from vwg.domain import calls, events, invitations, needs, notices, rsvps
from vwg.domain.rsvps import Seats
from vwg.models import Event, EventDate, Invitation, Need, PartStat, Stage, User
from vwg.phrases import N_, gettext, ngettext, short_day

MOST_LINES = 7  # the rest stands behind "All"


class Waits(StrEnum):
    """What a line asks for."""

    CALLS = "calls"
    MAILS = "mails"
    REPLY = "reply"
    REFUSAL = "refusal"
    GAPS = "gaps"
    QUEUE = "queue"
    DRAFT = "draft"


@dataclass(frozen=True)
class Line:
    """`title` is the sentence, `line` the quiet one below it; `event`, `date` and `invitation` say
    what it is about, where it is about one."""

    kind: Waits
    title: str
    line: str = ""
    event: Event | None = None
    date: EventDate | None = None
    invitation: Invitation | None = None


@dataclass
class Day:
    """What a volunteer needs to know this morning, read once."""

    user: User
    mail_is_on: bool
    events: Sequence[Event]  # with a date to come, the nearest first; drafts too
    seats: dict[int, Seats]  # of each date to come that goes on, by its id
    lines: list[Line] = field(default_factory=list)

    @property
    def next_dates(self) -> list[EventDate]:
        """The next two that are online and go on."""
        dates = [date for event in self.events if event.stage == Stage.PUBLISHED for date in _going_on(event)]
        return sorted(dates, key=lambda date: date.starts_at)[:2]


def of(user: User, mail_is_on: bool) -> Day:
    """Everything on Today, in at most a dozen queries whatever the number of activities."""
    found = events.to_come(
        selectinload(Event.needs).joinedload(Need.pledges),
        selectinload(Event.invitations).joinedload(Invitation.partner),
        selectinload(Event.pledges),
    )
    seats = rsvps.standing([date for event in found for date in _going_on(event)])
    day = Day(user, mail_is_on, found, seats)
    day.lines = [line for room in _ROOMS for line in room(day)]
    return day


# ---- each room's lines


def _calls(day: Day) -> list[Line]:
    """As many as the call list has lines for this volunteer."""
    number = calls.number(day.user)
    if not number:
        return []
    title = ngettext("One call to make", "%(num)s calls to make", number) % {"num": number}
    return [Line(Waits.CALLS, title, gettext(N_("They get no mail. They count on you.")))]


def _mails(day: Day) -> list[Line]:
    """With mail off a volunteer sends them from her own mail program."""
    if day.mail_is_on:
        return []
    number = len(notices.mails_waiting())
    if not number:
        return []
    title = ngettext("One mail to send", "%(num)s mails to send", number) % {"num": number}
    return [Line(Waits.MAILS, title, gettext(N_("This house sends no mail itself.")))]


def _replies(day: Day) -> list[Line]:
    says = {
        PartStat.ACCEPTED: N_("%(partner)s says yes"),
        PartStat.TENTATIVE: N_("%(partner)s asks around"),
        PartStat.DECLINED: N_("%(partner)s says: not this time"),
        PartStat.NEEDS_ACTION: N_("%(partner)s answered"),
    }
    return [
        Line(
            Waits.REFUSAL if invitation.partstat == PartStat.DECLINED else Waits.REPLY,
            gettext(says[invitation.partstat]) % {"partner": invitation.partner.name},
            " · ".join([invitation.event.title, *_pledged(invitation)]),
            event=invitation.event,
            invitation=invitation,
        )
        for invitation in invitations.new_replies(day.events)
    ]


def _gaps(day: Day) -> list[Line]:
    """One line an activity, the nearest first, for what goes on."""
    lines = []
    for event in day.events:
        missing = needs.gaps(event)
        date = next(iter(_going_on(event)), None)
        if missing and date is not None:
            listed = ", ".join(_so_many(need.missing, need.unit, need.what) for need in missing[:3])
            title = gettext(N_("Still needed: %(things)s")) % {"things": listed + (" …" if missing[3:] else "")}
            lines.append(Line(Waits.GAPS, title, _about(date), event=event, date=date))
    return lines


def _queues(day: Day) -> list[Line]:
    lines = []
    for date in (date for event in day.events for date in _going_on(event)):
        waiting = day.seats[date.id].waiting
        if waiting:
            title = ngettext("One person waits for a seat", "%(num)s people wait for a seat", waiting)
            lines.append(Line(Waits.QUEUE, title % {"num": waiting}, _about(date), event=date.event, date=date))
    return lines


def _drafts(day: Day) -> list[Line]:
    return [
        Line(Waits.DRAFT, gettext(N_("%(activity)s is not online yet")) % {"activity": event.title}, _when(event), event=event)
        for event in day.events
        if event.stage != Stage.PUBLISHED
    ]


_ROOMS: tuple[Callable[[Day], list[Line]], ...] = (_calls, _mails, _replies, _gaps, _queues, _drafts)


# ---- inside


def _going_on(event: Event) -> list[EventDate]:
    return [date for date in event.dates if date.is_on and not date.is_over]


def _pledged(invitation: Invitation) -> list[str]:
    pledges = (each for each in invitation.event.pledges if each.partner_id == invitation.partner_id and each.counts)
    said = [_so_many(pledge.amount, pledge.unit, pledge.what) for pledge in pledges]
    return [", ".join(said)] if said else [invitation.comment] if invitation.comment else []


def _so_many(amount: int, unit: str, what: str) -> str:
    return " ".join(part for part in (str(amount), unit, what) if part)


def _about(date: EventDate) -> str:
    return f"{date.event.title} · {short_day(clock.local(date.starts_at).date())}"


def _when(event: Event) -> str:
    return ", ".join(short_day(clock.local(date.starts_at).date()) for date in event.dates[:3])
