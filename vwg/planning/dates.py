"""The steps of a date, or of all: another time or place, put off, cancelled; and who comes.

What people must hear is never done at once: first a page says who will be told and how, then one
press does it. The verb runs both times; the first time it is undone, so that the page that asks
has passed every rule.
"""

from collections.abc import Sequence
from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from vwg import guards, looks, permissions, phrases
from vwg.db import allow_writing, db, locked
from vwg.domain import changes, dates, events, households, notices, places, rsvps, series
from vwg.domain.notices import Reach
from vwg.forms import Form, asking
from vwg.guards import me
from vwg.models import DateState, Event, EventDate, Household, Rsvp, Stage
from vwg.pages import found
from vwg.phrases import N_, gettext
from vwg.planning import bp
from vwg.planning.finding import chosen_place, date_to_change, event_to_change, page_of, page_of_date
from vwg.planning.forms import AgainForm, DateForm, DateOffForm, MoveForm, OffForm, RowForm, SeatsForm, SkipForm, WhereForm, carried

SURE = "sure"  # the mark of the second press
MOST_NAMED = 8  # dates whose people a preview names; of more it counts them


@bp.get("/dates/<date>")
@guards.volunteer()
def date(date: str) -> ResponseReturnValue:
    """One date: how it stands, and its steps as closed lines."""
    chosen = date_to_change(date)
    return render_template("planning/date.html", date=chosen, seats=rsvps.standing([chosen])[chosen.id], **_forms_of(chosen))


@bp.route("/dates/<date>/move", methods=["GET", "POST"])
@guards.volunteer()
def move(date: str) -> ResponseReturnValue:
    chosen, form, known = date_to_change(date), MoveForm(), places.known()
    form.offer(known)
    if not form.is_submitted():
        form.fill(chosen)
    form.about(chosen)
    form.offer_scopes(chosen)
    with asking(form) as answered:
        if answered:
            changes.check_version(chosen, form.seen_version)
            place = chosen_place(form, known)
            changed = series.move(chosen, form.chosen_scope, form.times, place, me())
            if not changed:
                return _nothing_changed(chosen)
            becomes = [phrases.when(chosen.starts_at, chosen.ends_at, chosen.all_day), place.name if place else ""]
            return _done_or_asked(form, changed, notices.reach(changed), N_("Another time or place"), page_of_date(chosen), becomes=becomes)
    return render_template("planning/step.html", event=chosen.event, date=chosen, form=form, title=N_("Another time or place"))


@bp.route("/dates/<date>/postpone", methods=["GET", "POST"])
@guards.volunteer()
def postpone(date: str) -> ResponseReturnValue:
    chosen, form = date_to_change(date), DateOffForm()
    form.about(chosen)
    form.offer_scopes(chosen)
    with asking(form) as answered:
        if answered:
            changes.check_version(chosen, form.seen_version)
            off = series.postpone(chosen, form.chosen_scope, form.reason.data, me())
            return _done_or_asked(form, off, notices.reach(off), N_("Put off"), page_of_date(chosen))
    return render_template("planning/step.html", event=chosen.event, date=chosen, form=form, title=N_("Put off"))


@bp.route("/dates/<date>/cancel", methods=["GET", "POST"])
@guards.volunteer()
def cancel(date: str) -> ResponseReturnValue:
    chosen, form = date_to_change(date), DateOffForm()
    form.about(chosen)
    form.offer_scopes(chosen)
    with asking(form) as answered:
        if answered:
            changes.check_version(chosen, form.seen_version)
            off = series.cancel(chosen, form.chosen_scope, form.reason.data, me())
            return _done_or_asked(form, off, notices.reach(off), N_("Cancel"), page_of_date(chosen))
    return render_template("planning/step.html", event=chosen.event, date=chosen, form=form, title=N_("Cancel"))


@bp.route("/dates/<date>/on-again", methods=["GET", "POST"])
@guards.volunteer()
def on_again(date: str) -> ResponseReturnValue:
    """It was cancelled and goes on after all: whoever kept seats hears it."""
    chosen, form = date_to_change(date), AgainForm()
    form.about(chosen)
    with asking(form) as answered:
        if answered:
            changes.check_version(chosen, form.seen_version)
            dates.put_on_again(chosen, me())
            return _done_or_asked(form, [chosen], notices.reach([chosen]), N_("On again"), page_of_date(chosen))
    return render_template("planning/step.html", event=chosen.event, date=chosen, form=form, title=N_("On again"))


@bp.route("/dates/<date>/seats", methods=["GET", "POST"])
@guards.volunteer()
def seats(date: str) -> ResponseReturnValue:
    """More seats let the waiting in; fewer than are taken is refused."""
    chosen, form = date_to_change(date), SeatsForm()
    if not form.is_submitted():
        form.seats.process_data(chosen.seats)
    form.about(chosen)
    form.offer_scopes(chosen)
    with asking(form) as answered:
        if answered:
            changes.check_version(chosen, form.seen_version)
            series.change_seats(chosen, form.chosen_scope, form.seats.data, me())
            db.session.commit()
            flash(gettext(N_("Saved.")))
            return redirect(page_of_date(chosen))
    return render_template("planning/step.html", event=chosen.event, date=chosen, form=form, title=N_("Other number of seats"))


@bp.route("/dates/<date>/remove", methods=["GET", "POST"])
@guards.volunteer()
def remove_date(date: str) -> ResponseReturnValue:
    """As if it had never been planned. What people count on is cancelled instead."""
    chosen, form = date_to_change(date), SkipForm()
    event = chosen.event
    form.about(chosen)
    form.offer_scopes(chosen)
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
    chosen, form, known = event_to_change(event), WhereForm(), places.known()
    form.offer(known)
    said = events.details_of(chosen)
    if not form.is_submitted():
        form.place.data = said.place.public_id if said.place else ""
    form.about(chosen)
    with asking(form) as answered:
        if answered:
            reached = [date for date in dates.going_on(chosen) if date.place is said.place]
            reach, place = notices.reach(reached), chosen_place(form, known)
            events.edit(chosen, form.seen_version, replace(said, place=place), me())
            return _done_or_asked(form, reached, reach, N_("Another place"), page_of(chosen), chosen, [place.name if place else ""])
    return render_template("planning/step.html", event=chosen, form=form, title=N_("Another place"))


@bp.route("/<event>/postpone", methods=["GET", "POST"])
@guards.volunteer()
def postpone_all(event: str) -> ResponseReturnValue:
    chosen, form = event_to_change(event), OffForm()
    form.about(chosen)
    with asking(form) as answered:
        if answered:
            changes.check_version(chosen, form.seen_version)
            reached = dates.going_on(chosen, DateState.POSTPONED)
            reach = notices.reach(reached)
            dates.postpone_all(chosen, form.reason.data, me())
            return _done_or_asked(form, reached, reach, N_("Put off all dates"), page_of(chosen), chosen)
    return render_template("planning/step.html", event=chosen, form=form, title=N_("Put off all dates"))


@bp.route("/<event>/cancel", methods=["GET", "POST"])
@guards.volunteer()
def cancel_all(event: str) -> ResponseReturnValue:
    chosen, form = event_to_change(event), OffForm()
    form.about(chosen)
    with asking(form) as answered:
        if answered:
            changes.check_version(chosen, form.seen_version)
            reached = dates.going_on(chosen)
            reach = notices.reach(reached)
            dates.cancel_all(chosen, form.reason.data, me())
            return _done_or_asked(form, reached, reach, N_("Cancel all dates"), page_of(chosen), chosen)
    return render_template("planning/step.html", event=chosen, form=form, title=N_("Cancel all dates"))


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
        given_back=[rsvp for rsvp in coming if rsvp.is_given_back], twice=households.twice(coming),
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
    move_form, off, seats_form, skip_form, again_form = MoveForm(), DateOffForm(), SeatsForm(), SkipForm(), AgainForm()
    move_form.offer(places.known())
    move_form.fill(date)
    seats_form.seats.process_data(date.seats)
    for form in (move_form, off, seats_form, skip_form):
        form.offer_scopes(date)
    forms: dict[str, RowForm] = {"move_form": move_form, "off_form": off, "seats_form": seats_form, "skip_form": skip_form, "again_form": again_form}
    for each in forms.values():
        each.about(date)
    return dict(forms)


def _nothing_changed(date: EventDate) -> ResponseReturnValue:
    db.session.rollback()
    flash(gettext(N_("It stands there already: nothing changed.")))
    return redirect(page_of_date(date))


def _done_or_asked(
    form: Form, reached: Sequence[EventDate], reach: Reach, title: str, back: str, event: Event | None = None, becomes: Sequence[str] = ()
) -> ResponseReturnValue:
    """Done, where nobody can have read it yet or at the second press; else undone, and who will be told how."""
    event = event or reached[0].event
    if event.stage != Stage.PUBLISHED or SURE in request.form:
        db.session.commit()
        flash(gettext(N_("Done. Who must be called stands on the call list.")) if reach.call else gettext(N_("Done.")))
        return redirect(back)
    fields = carried(form)
    db.session.rollback()
    allow_writing(False)
    sees_names = me() in event.hosts and len(reached) <= MOST_NAMED
    if sees_names:
        for each in reached:
            looks.record(me(), each)
    return render_template(
        "planning/preview.html", event=event, dates=reached, reach=reach, title=title, back=back, fields=fields, sure=SURE,
        sees_names=sees_names, becomes=" · ".join(text for text in becomes if text),
    )  # fmt: skip
