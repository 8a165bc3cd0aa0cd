"""What the views of this desk load: an activity or a date that this volunteer may change, and its page."""

from collections.abc import Sequence

from flask import abort, request, url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from vwg import looks, permissions
from vwg.db import db, locked
from vwg.domain import dates, needs, places
from vwg.domain.rsvps import TooMany
from vwg.guards import me
from vwg.models import Event, EventDate, Invitation, Place, User
from vwg.pages import address_of, found, public_id_in
from vwg.phrases import N_, gettext
from vwg.planning.forms import Placed


def event_to_read(address: str) -> Event:
    """With everything its page shows, in a fixed number of queries."""
    return found(_whole(), address)


def event_to_change(address: str, *along: ExecutableOption) -> Event:
    """404 for whoever may not. A request that writes holds it until its commit. `along` is loaded with it."""
    event = found(select(Event).options(*along), address)
    if not permissions.can_edit_event(me(), event):
        abort(404)
    return locked(Event, event.id) if request.method == "POST" else event


def event_with_dates_to_change(address: str, with_itself: bool = False) -> Event:
    """The same with all its dates held, for a step of all of them; `with_itself` for one that changes more than those."""
    if request.method != "POST":
        return event_to_change(address)
    event = dates.lock_event(public_id_in(address), with_itself) or abort(404)
    if not permissions.can_edit_event(me(), event):
        abort(404)
    return event


def date_to_change(public_id: str) -> EventDate:
    """404 for whoever may not. A request that writes holds all dates of its activity until its commit."""
    date = found(select(EventDate), public_id) if request.method != "POST" else dates.lock_with_others(public_id_in(public_id)) or abort(404)
    if not permissions.can_edit_event(me(), date.event):
        abort(404)
    return date


def chosen_place(form: Placed, known: Sequence[Place]) -> Place | None:
    """From the list, or by its new name, which goes before."""
    name = (form.other_place.data or "").strip()
    return places.named(name) if name else form.chosen(known)


MOST_NAMED = 8  # dates whose people a page names; of more it counts them


def said_of_over(over: Sequence[TooMany]) -> list[tuple[EventDate, int, list[str]]]:
    """Who would have to wait: the date, how many people, and for a host their names, which leaves its line."""
    if not over:
        return []
    there = select(EventDate).where(EventDate.id.in_([each.date_id for each in over])).order_by(EventDate.starts_at, EventDate.id)
    its = db.session.scalars(there.options(joinedload(EventDate.event))).unique().all()
    names_them = len(its) <= MOST_NAMED and permissions.can_see_names(me(), its[0])
    if names_them:
        looks.record(me(), *its)
    said = {each.date_id: each for each in over}
    return [(date, said[date.id].people, [name or guest(number) for name, number in said[date.id].names] if names_them else []) for date in its]


def guest(number: int) -> str:
    """What somebody without a name is called."""
    return gettext(N_("Guest %(number)s")) % {"number": number}


def page_of(event: Event, anchor: str | None = None) -> str:
    return url_for("planning.event", event=address_of(event), _anchor=anchor)


def page_of_date(date: EventDate) -> str:
    return url_for("planning.date", date=date.public_id)


def _whole() -> "Select[Event]":
    return select(Event).options(
        joinedload(Event.category),
        selectinload(Event.dates),
        selectinload(Event.hosts).lazyload(User.roles),
        selectinload(Event.needs).options(*needs.FILLED),
        selectinload(Event.invitations).options(joinedload(Invitation.partner), joinedload(Invitation.noted_by).lazyload(User.roles)),
        selectinload(Event.pledges),
    )
