"""Vandaag: what waits for a volunteer, a sentence and one thing to do each.

Each room gives its own lines; a new room adds its function to `_ROOMS`. No addresses here: the
page knows where each kind leads.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import defaultload, selectinload

from vwg import clock
from vwg.db import db
from vwg.domain import (
    calls,
    carrying,
    events,
    households,
    imported_calendars,
    invitations,
    lifts,
    listings,
    needs,
    notices,
    offers,
    pledges,
    proposals,
    rsvps,
    sign_up_rules,
    tasks,
)
from vwg.domain.notices import Way
from vwg.domain.rsvps import Seats
from vwg.models import Category, Event, EventDate, Invitation, Need, Notice, NoticeChannel, PartStat, Proposal, Stage, User
from vwg.phrases import N_, gettext, ngettext, short_day

MAIL_HOUR = 8  # on Monday
MOST_LINES = 7  # the rest stands behind "All"


class Waits(StrEnum):
    """What a line asks for."""

    CALLS = "calls"
    MAILS = "mails"
    REPLY = "reply"
    REFUSAL = "refusal"
    GAPS = "gaps"
    QUEUE = "queue"
    UNSURE = "unsure"
    DRAFT = "draft"
    THANKS = "thanks"
    TASKS = "tasks"
    FAMILIES = "families"
    HELPERS = "helpers"
    OFFERS = "offers"
    LIFTS = "lifts"
    LISTINGS = "listings"
    PROPOSALS = "proposals"


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
    need: Need | None = None


class Counts(NamedTuple):
    """Who and what waits for one of us, asked in one query."""

    calls: int  # lines of her call list
    mails: int  # that somebody must see to
    families: int  # that nobody carries
    fading: int  # of hers, that go within a month
    offers: int  # of help, not answered yet
    imported: int  # activities from partners' calendars
    unsure: int  # sign-ups to confirm, where she is host


@dataclass
class Day:
    """What a volunteer needs to know this morning, read once."""

    user: User
    mail_is_on: bool
    events: Sequence[Event]  # with a date to come, the nearest first; drafts too
    seats: dict[int, Seats]  # of each date to come that goes on, by its id
    counts: Counts
    lines: list[Line] = field(default_factory=list)

    @property
    def next_dates(self) -> list[EventDate]:
        """The next two that are online and go on."""
        dates = [date for event in self.events if event.stage == Stage.PUBLISHED for date in _going_on(event)]
        return sorted(dates, key=lambda date: date.starts_at)[:2]


def of(user: User, mail_is_on: bool) -> Day:
    """Everything on Today, in at most a dozen queries whatever the number of activities."""
    found = events.to_come(
        selectinload(Event.needs).options(*needs.FILLED),
        defaultload(Event.category).lazyload(Category.texts),  # Today names no kinds
        selectinload(Event.invitations).joinedload(Invitation.partner),
        selectinload(Event.pledges),
    )
    seats = rsvps.standing([date for event in found for date in _going_on(event)])
    counts = db.session.execute(select(calls.number_of(user), notices.number_of_mails(mail_is_on), carrying.number_of_orphans(), households.number_of_fading(user), offers.number_waiting(), imported_calendars.number_submitted(), sign_up_rules.number_of_unsure(user))).one()
    day = Day(user, mail_is_on, found, seats, Counts(*counts))
    turns = zip_longest(*(room(day) for room in _ROOMS))  # each room's first line before any room's second: seven answers hide no late key
    day.lines = [line for turn in turns for line in turn if line is not None]
    return day


def week() -> int:
    """This week's number in the village, with its year: 202611."""
    year, number, _ = clock.today().isocalendar()
    return year * 100 + number


def is_mail_time() -> bool:
    """Monday from eight on; who is mailed later than that day hears old news."""
    shown = clock.local(clock.now())
    return shown.weekday() == 0 and shown.hour >= MAIL_HOUR


def mails_are_due() -> bool:
    """One look, for the worker asks all the time."""
    if not is_mail_time():
        return False
    owed = select(Notice.id).where(Notice.subject_kind == "week", Notice.subject_id == week())
    return db.session.scalars(owed.limit(1)).first() is None


def owe_mails() -> int:
    """Today by mail to every volunteer who did not say no to it; how many."""
    volunteers = db.session.scalars(
        select(User).where(User.ended_at.is_(None), User.email != "", User.monday_mail).order_by(User.id)
    ).all()
    owed = [
        notices.owe("week", "week", week(), 0, "user", user.id, user.language, Way(NoticeChannel.MAIL))
        for user in volunteers
        if user.is_volunteer
    ]
    return len(owed)


def take_mail(user: User, wanted: bool) -> None:
    """Say yes or no to Monday's mail."""
    user.monday_mail = wanted
    db.session.flush()


# ---- each room's lines


def _calls(day: Day) -> list[Line]:
    """As many as the call list has lines for this volunteer."""
    number = day.counts.calls
    if not number:
        return []
    title = ngettext("One call to make", "%(num)s calls to make", number) % {"num": number}
    return [Line(Waits.CALLS, title, gettext(N_("They get no mail. They count on you.")))]


def _mails(day: Day) -> list[Line]:
    """With mail off a volunteer sends them from her own mail program; else only what no server took."""
    number = day.counts.mails
    if not number:
        return []
    if day.mail_is_on:
        title = ngettext("One mail could not be sent", "%(num)s mails could not be sent", number) % {"num": number}
        return [Line(Waits.MAILS, title, gettext(N_("Is there another way to tell them?")))]
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


def _unsure(day: Day) -> list[Line]:
    """For its host: whether they really come whom nobody can reach. One line a date."""
    numbers = sign_up_rules.number_to_confirm(day.user) if day.counts.unsure else {}
    return [
        Line(Waits.UNSURE, ngettext("%(num)s sign-up is to be confirmed.", "%(num)s sign-ups are to be confirmed.", numbers[date.id]) % {"num": numbers[date.id]}, _about(date), event=date.event, date=date)
        for date in (date for event in day.events for date in _going_on(event))
        if date.id in numbers
    ]


def _drafts(day: Day) -> list[Line]:
    return [
        Line(Waits.DRAFT, gettext(N_("%(activity)s is not online yet")) % {"activity": event.title}, _when(event), event=event)
        for event in day.events
        if event.stage not in {Stage.PUBLISHED, Stage.SUBMITTED}
    ]


def _helpers(day: Day) -> list[Line]:
    """Who offered to help close to people waits until two of us know them; not for who said so already."""
    lines = []
    for need in (need for event in day.events for need in event.needs if need.near_people):
        waiting = [helper for helper in need.helpers if not helper.is_dropped and not helper.is_known and not helper.is_known_to(day.user)]
        if waiting:
            title = ngettext("Somebody offers help: do we know this person?", "%(num)s people offer help: do we know them?", len(waiting)) % {"num": len(waiting)}
            lines.append(Line(Waits.HELPERS, title, f"{need.event.title} · {need.what}", event=need.event, need=need))
    return lines


def _who_waits(day: Day) -> list[Line]:
    """Who waits for one of us: families whose coach left, and who wants to help. Nobody's name."""
    families, helpers, lines = day.counts.families, day.counts.offers, []
    if families:
        title = ngettext("A family has no coach now", "%(num)s families have no coach now", families) % {"num": families}
        lines.append(Line(Waits.FAMILIES, title, gettext(N_("Who takes them on?"))))
    if day.counts.fading:
        title = ngettext("A family of yours was not used for long", "%(num)s families of yours were not used for long", day.counts.fading) % {"num": day.counts.fading}
        lines.append(Line(Waits.FAMILIES, title, gettext(N_("They go within a month, unless you keep them."))))
    if helpers:
        title = ngettext("Somebody wants to help", "%(num)s people want to help", helpers) % {"num": helpers}
        lines.append(Line(Waits.OFFERS, title, gettext(N_("They wait for an answer."))))
    return lines


def _lifts(day: Day) -> list[Line]:
    """One line a date, for who wants to come along and has no car yet."""
    going_on = [date for event in day.events if event.facts.get("lift") for date in _going_on(event)]
    looking = lifts.without_car(going_on)
    return [
        Line(Waits.LIFTS, ngettext("%(num)s person looks for a lift.", "%(num)s people look for a lift.", looking[date.id]) % {"num": looking[date.id]}, _about(date), event=date.event, date=date)
        for date in going_on
        if date.id in looking
    ]


def _tasks(day: Day) -> list[Line]:
    """One line an activity for what should have been done by today; first what is hers."""
    lines = []
    for event, late in tasks.overdue(day.events):
        listed = sorted(late, key=lambda task: task.owner_id != day.user.id)
        said = ", ".join(task.what for task in listed[:3]) + (" …" if listed[3:] else "")
        title = ngettext("One thing should be done by now", "%(num)s things should be done by now", len(late)) % {"num": len(late)}
        lines.append(Line(Waits.TASKS, title, f"{event.title} · {said}", event=event))
    return lines


def _thanks(_day: Day) -> list[Line]:
    """Who kept a promise hears thanks: one line for each activity that is over."""
    return [
        Line(Waits.THANKS, ngettext("One partner to thank", "%(num)s partners to thank", number) % {"num": number}, event.title, event=event)
        for event, number in pledges.to_thank()
    ]


def _listings(_day: Day) -> list[Line]:
    """What partners want to say otherwise about themselves."""
    names = [change.partner.name for change in listings.waiting()]
    if not names:
        return []
    title = ngettext("One partner changed something", "%(num)s partners changed something", len(names)) % {"num": len(names)}
    return [Line(Waits.LISTINGS, title, ", ".join(names[:3]))]


def _proposals(day: Day) -> list[Line]:
    """What others want to organise: they wait for an answer."""
    waiting = proposals.waiting()
    imported = day.counts.imported
    if imported:
        said = ngettext("One activity from a partner's calendar", "%(num)s activities from partners' calendars", imported) % {"num": imported}
        return [*_proposed(waiting), Line(Waits.PROPOSALS, said)]
    return _proposed(waiting)


def _proposed(waiting: Sequence[Proposal]) -> list[Line]:
    if not waiting:
        return []
    title = ngettext("One proposal to look at", "%(num)s proposals to look at", len(waiting)) % {"num": len(waiting)}
    return [Line(Waits.PROPOSALS, title, ", ".join(each.title for each in waiting[:3]))]


_ROOMS: tuple[Callable[[Day], list[Line]], ...] = (_calls, _mails, _who_waits, _replies, _gaps, _queues, _unsure, _helpers, _lifts, _tasks, _thanks, _listings, _proposals, _drafts)


# ---- inside


def _going_on(event: Event) -> list[EventDate]:
    return [date for date in event.dates if date.is_on and not date.is_over]


def _pledged(invitation: Invitation) -> list[str]:
    said = [_so_many(pledge.amount, pledge.unit, pledge.what) if pledge.need_id else pledge.what for pledge in invitation.pledges]
    return [", ".join(said)] if said else [invitation.comment] if invitation.comment else []


def _so_many(amount: int, unit: str, what: str) -> str:
    return " ".join(part for part in (str(amount), unit, what) if part)


def _about(date: EventDate) -> str:
    return f"{date.event.title} · {short_day(clock.local(date.starts_at).date())}"


def _when(event: Event) -> str:
    return ", ".join(short_day(clock.local(date.starts_at).date()) for date in event.dates[:3])
