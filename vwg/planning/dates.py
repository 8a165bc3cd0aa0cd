"""The steps of a date, or of all: another time or place, put off, cancelled; and who comes.

What people must hear is never done at once: first a page says who will be told and how, then one
press does it. The verb runs both times; the first time it is only tried, so that the page that asks
has passed every rule.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from vwg import guards, looks, permissions, phrases
from vwg.db import allow_writing, db, locked
from vwg.domain import changes, dates, events, places, rsvps, series, trial, twice
from vwg.domain.trial import Reach
from vwg.forms import Form, asking
from vwg.guards import me
from vwg.models import Event, EventDate, Household, Rsvp, Stage
from vwg.pages import found
from vwg.phrases import N_, gettext
from vwg.planning import bp
from vwg.planning.finding import (
    MOST_NAMED,
    chosen_place,
    date_to_change,
    event_to_change,
    event_with_dates_to_change,
    page_of,
    page_of_date,
    said_of_over,
)
from vwg.planning.forms import AgainForm, DateForm, DateOffForm, MoveForm, OffForm, Placed, RowForm, SeatsForm, SkipForm, WhereForm, carried, off_form

SURE = "sure"  # the mark of the second press


@bp.get("/dates/<date>")
@guards.volunteer()
def date(date: str) -> ResponseReturnValue:
    """One date: how it stands, and its steps as closed lines."""
    chosen = date_to_change(date)
    return render_template("planning/date.html", date=chosen, seats=rsvps.standing([chosen])[chosen.id], **_forms_of(chosen))


@bp.route("/dates/<date>/move", methods=["GET", "POST"])
@guards.volunteer()
def move(date: str) -> ResponseReturnValue:
    chosen, form = date_to_change(date), MoveForm()
    known = form.offer_places(chosen.place)
    if not form.is_submitted():
        form.fill(chosen)

    def becomes() -> str:
        where = f" · {chosen.place.name}" if chosen.place else ""
        return phrases.when(chosen.starts_at, chosen.ends_at, chosen.all_day) + where

    return _step(chosen, form, N_("Another time or place"), lambda: series.move(chosen, form.chosen_scope, form.times, chosen_place(form, known), me()), becomes)


@bp.route("/dates/<date>/postpone", methods=["GET", "POST"])
@guards.volunteer()
def postpone(date: str) -> ResponseReturnValue:
    chosen, form = date_to_change(date), off_form(DateOffForm)
    return _step(chosen, form, N_("Put off"), lambda: series.postpone(chosen, form.chosen_scope, form.reason.data, me(), form.translations))


@bp.route("/dates/<date>/cancel", methods=["GET", "POST"])
@guards.volunteer()
def cancel(date: str) -> ResponseReturnValue:
    chosen, form = date_to_change(date), off_form(DateOffForm)
    return _step(chosen, form, N_("Cancel"), lambda: series.cancel(chosen, form.chosen_scope, form.reason.data, me(), form.translations))


@bp.route("/dates/<date>/on-again", methods=["GET", "POST"])
@guards.volunteer()
def on_again(date: str) -> ResponseReturnValue:
    """It was cancelled and goes on after all: whoever kept seats hears it."""
    chosen = date_to_change(date)
    return _step(chosen, AgainForm(), N_("On again"), lambda: dates.put_on_again(chosen, me()))


@bp.route("/dates/<date>/seats", methods=["GET", "POST"])
@guards.volunteer()
def seats(date: str) -> ResponseReturnValue:
    """More seats let the waiting in; fewer than are taken says for whom, and asks whether they may wait."""
    chosen, form = date_to_change(date), SeatsForm()
    if not form.is_submitted():
        form.seats.process_data(chosen.seats)
    form.about(chosen)
    with asking(form) as answered:
        if answered:
            changes.check_version(chosen, form.seen_version)
            series.change_seats(chosen, form.chosen_scope, form.seats.data, me(), form.may_wait)
            db.session.commit()
            flash(gettext(N_("Saved.")))
            return redirect(page_of_date(chosen))
    return render_template("planning/step.html", event=chosen.event, date=chosen, form=form, title=N_("Other number of seats"), over=said_of_over(form.over))


@bp.route("/dates/<date>/remove", methods=["GET", "POST"])
@guards.volunteer()
def remove_date(date: str) -> ResponseReturnValue:
    """As if it had never been planned. What people count on is cancelled instead."""
    chosen, form = date_to_change(date), SkipForm()
    event = chosen.event
    form.about(chosen)
    with asking(form) as answered:
        if answered:
            series.skip(chosen, form.chosen_scope, me())
            db.session.commit()
            flash(gettext(N_("Taken away.")))
            return redirect(page_of(event))
    return render_template("planning/step.html", event=event, date=chosen, form=form, title=N_("Take this date away"))


# ---- all dates


@bp.route("/<event>/dates", methods=["GET", "POST"])
@guards.volunteer()
def add_date(event: str) -> ResponseReturnValue:
    chosen, form = event_to_change(event), DateForm()
    with asking(form) as answered:
        if answered:
            dates.add(chosen, form.times, me())
            db.session.commit()
            flash(gettext(N_("One more date. It has the usual place and seats.")))
            return redirect(page_of(chosen))
    return render_template("planning/step.html", event=chosen, form=form, title=N_("One more date"))


@bp.route("/<event>/where", methods=["GET", "POST"])
@guards.volunteer()
def where(event: str) -> ResponseReturnValue:
    """Another place for all dates that have the usual one."""
    chosen, form = event_with_dates_to_change(event, with_itself=True), WhereForm()
    said = events.details_of(chosen)
    known = form.offer_places(said.place)
    if not form.is_submitted():
        form.place.data = said.place.public_id if said.place else ""

    def another() -> list[EventDate]:
        reached = [date for date in dates.going_on(chosen) if date.place is said.place]
        events.edit(chosen, form.seen_version, replace(said, place=chosen_place(form, known)), me())
        return reached

    def becomes() -> str:
        place = events.details_of(chosen).place
        return place.name if place else ""

    return _step(chosen, form, N_("Another place"), another, becomes)


@bp.route("/<event>/postpone", methods=["GET", "POST"])
@guards.volunteer()
def postpone_all(event: str) -> ResponseReturnValue:
    chosen, form = event_with_dates_to_change(event), off_form(OffForm)
    return _step(chosen, form, N_("Put off all dates"), lambda: dates.postpone_all(chosen, form.reason.data, me(), form.translations))


@bp.route("/<event>/cancel", methods=["GET", "POST"])
@guards.volunteer()
def cancel_all(event: str) -> ResponseReturnValue:
    chosen, form = event_with_dates_to_change(event), off_form(OffForm)
    return _step(chosen, form, N_("Cancel all dates"), lambda: dates.cancel_all(chosen, form.reason.data, me(), form.translations))


# ---- who comes


@bp.get("/dates/<date>/names")
@guards.volunteer(keeps=False)
def names(date: str) -> ResponseReturnValue:
    """For hosts only, with a line that says who looked; another volunteer is offered to become one."""
    chosen = found(select(EventDate), date)
    if not permissions.can_see_names(me(), chosen):
        return render_template("planning/names_of_others.html", date=chosen)
    looks.record(me(), chosen)
    coming = db.session.scalars(
        select(Rsvp)
        .where(Rsvp.date_id == chosen.id)
        .options(joinedload(Rsvp.household).lazyload(Household.coaches), selectinload(Rsvp.supports), joinedload(Rsvp.contact))
        .order_by(Rsvp.queued_at, Rsvp.id)
    ).all()
    return render_template(
        "planning/names.html", date=chosen, seats=rsvps.standing([chosen])[chosen.id],
        coming=[rsvp for rsvp in coming if rsvp.holds_seats], waiting=[rsvp for rsvp in coming if rsvp.is_waiting],
        given_back=[rsvp for rsvp in coming if rsvp.is_given_back], twice=twice.among(coming),
    )  # fmt: skip


@bp.post("/dates/<date>/names/<rsvp>/give-back")
@guards.volunteer(keeps=False)
def give_back(date: str, rsvp: str) -> ResponseReturnValue:
    """For somebody who said so by mouth; the next ones in line move up."""
    chosen = found(select(EventDate), date)
    if not permissions.can_see_names(me(), chosen):
        abort(404)
    locked(EventDate, chosen.id)
    rsvps.give_back(found(select(Rsvp).where(Rsvp.date_id == chosen.id), rsvp))
    db.session.commit()
    flash(gettext(N_("These seats are free again.")))
    return redirect(url_for("planning.names", date=chosen.public_id))


# ---- inside


def _forms_of(date: EventDate) -> dict[str, Form]:
    """The closed lines of a date's page."""
    move_form, off, seats_form, skip_form, again_form = MoveForm(), off_form(DateOffForm), SeatsForm(), SkipForm(), AgainForm()
    move_form.offer(places.to_choose())
    move_form.fill(date)
    seats_form.seats.process_data(date.seats)
    forms: dict[str, RowForm] = {"move_form": move_form, "off_form": off, "seats_form": seats_form, "skip_form": skip_form, "again_form": again_form}
    for each in forms.values():
        each.about(date)
    return dict(forms)


def _step(
    row: Event | EventDate, form: RowForm, title: str, do: Callable[[], Sequence[EventDate]], becomes: Callable[[], str] = str
) -> ResponseReturnValue:
    """Done, where nobody can have read it yet or at the second press; else tried, and a page says who will be told how.

    `do` gives the dates that it changed; `becomes` says in words what they are after it.
    """
    event, date = (row, None) if isinstance(row, Event) else (row.event, row)
    back = page_of_date(date) if date else page_of(event)
    form.about(row)
    with asking(form) as answered:
        if answered:
            changes.check_version(row, form.seen_version)
            is_asked = event.stage == Stage.PUBLISHED and SURE not in request.form
            with trial.of_a_step(only_tried=is_asked) as reach:
                reached = do()
            if is_asked and reached:
                return _who_hears_it(event, reached, reach, form, title, back, becomes())
            db.session.commit()
            if not reached:
                flash(gettext(N_("It stands there already: nothing changed.")))
            else:
                flash(gettext(N_("Done. Who must be called stands on the call list.")) if reach.call else gettext(N_("Done.")))
            return redirect(back)
    if isinstance(form, Placed):
        form.offer(places.to_choose())  # asked again, with all of them
    return render_template("planning/step.html", event=event, date=date, form=form, title=title)


def _who_hears_it(
    event: Event, reached: Sequence[EventDate], reach: Reach, form: RowForm, title: str, back: str, becomes: str
) -> ResponseReturnValue:
    """The page between the two presses: nothing has changed, and the form travels along."""
    fields, sees_names = carried(form), me() in event.hosts and len(reached) <= MOST_NAMED
    ids = [date.id for date in reached]
    db.session.rollback()
    allow_writing(False)
    reached = db.session.scalars(select(EventDate).where(EventDate.id.in_(ids)).order_by(EventDate.starts_at, EventDate.id)).all()
    if sees_names:
        looks.record(me(), *reached)
    return render_template(
        "planning/preview.html", event=event, dates=reached, reach=reach, title=title, back=back, fields=fields, sure=SURE,
        sees_names=sees_names, becomes=becomes,
    )  # fmt: skip
