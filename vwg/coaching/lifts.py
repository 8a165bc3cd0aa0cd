"""Lifts to one date: who drives, who wants to come along, and who rides with whom."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from vwg import links, looks, permissions
from vwg.coaching import bp
from vwg.coaching.forms import LiftForm, RideForm
from vwg.coaching.views import anybody_of_us
from vwg.db import db, locked
from vwg.domain import lifts as cars
from vwg.domain import offers, places
from vwg.forms import asking
from vwg.guards import me
from vwg.models import EventDate, Lift, Offer, Place, Rsvp
from vwg.pages import found
from vwg.phrases import gettext

ME = "me"  # in the list of drivers


@bp.route("/lifts/<date>", methods=["GET", "POST"])
@anybody_of_us
def lifts(date: str) -> ResponseReturnValue:
    """Two short lists, for the hosts and for who drives; another volunteer adds only a car."""
    chosen = found(select(EventDate), date)
    form = LiftForm()
    form.offer(places.to_choose(), [(ME, me().name), *((str(each.id), each.name) for each in offers.known())])
    with asking(form) as answered:
        if answered:
            locked(EventDate, chosen.id)
            driver = {"user": me()} if form.driver.data == ME else {"offer": locked(Offer, int(form.driver.data))}
            cars.drive(chosen, locked(Place, form.place.data), form.seats.data or 0, form.child_seats.data or 0, by=me(), **driver)
            db.session.commit()
            return redirect(url_for("coaching.lifts", date=chosen.public_id))
    return _page(chosen, form)


@bp.post("/lifts/<date>/<int:lift>/ride")
@anybody_of_us
def ride(date: str, lift: int) -> ResponseReturnValue:
    """A host puts a party in a car."""
    car = _car(date, lift)
    form = RideForm()
    with asking(form) as answered:
        if answered:
            locked(EventDate, car.date_id)
            cars.ride(locked(Lift, car.id), found(select(Rsvp).where(Rsvp.date_id == car.date_id), form.rsvp.data or ""))
            db.session.commit()
            return redirect(url_for("coaching.lifts", date=car.date.public_id))
    for sentence in [*form.form_errors, *form.rsvp.errors]:
        flash(str(sentence), "warning")
    return redirect(url_for("coaching.lifts", date=date))


@bp.post("/lifts/<date>/<int:lift>/<rsvp>/out")
@anybody_of_us
def out(date: str, lift: int, rsvp: str) -> ResponseReturnValue:
    car = _car(date, lift)
    cars.leave(locked(Lift, car.id), found(select(Rsvp).where(Rsvp.date_id == car.date_id), rsvp))
    db.session.commit()
    return redirect(url_for("coaching.lifts", date=date))


@bp.post("/lifts/<date>/<int:lift>/away")
@anybody_of_us
def no_lift(date: str, lift: int) -> ResponseReturnValue:
    """The car does not go: by who drives it, or a host."""
    chosen = found(select(EventDate), date)
    car = db.session.scalars(select(Lift).where(Lift.id == lift, Lift.date_id == chosen.id)).first() or abort(404)
    if car.user_id != me().id and not permissions.can_see_names(me(), chosen):
        abort(404)
    cars.take_away(locked(Lift, car.id), me())
    db.session.commit()
    flash(gettext("This car does not go. Who rode in it waits for another."))
    return redirect(url_for("coaching.lifts", date=chosen.public_id))


# ---- inside


def _page(date: EventDate, form: LiftForm) -> str:
    board = cars.board(date)
    sees_all = permissions.can_see_names(me(), date)
    seen = {lift.id for lift in board.lifts if sees_all or lift.user_id == me().id}
    if seen or (sees_all and board.waiting) or any(lift.offer_id for lift in board.lifts):
        looks.record(me(), date)
        if form.is_submitted():  # it let go of what the refused form held
            date, board = found(select(EventDate), date.public_id), cars.board(date)
    return render_template("coaching/lifts.html", date=date, board=board, form=form, sees_all=sees_all, seen=seen, people_in=cars.people_in, child_seats_in=cars.child_seats_in, own_page=own_page)


def own_page(offer: Offer) -> str:
    """Where somebody from outside sees what they drive, and gives it back."""
    return links.outside(links.to("driving", offer, offer.language))


def _car(date: str, lift: int) -> Lift:
    """A car of a date that this volunteer hosts; anybody else's is a 404."""
    chosen = found(select(EventDate), date)
    car = db.session.scalars(select(Lift).where(Lift.id == lift, Lift.date_id == chosen.id)).first()
    if car is None or not permissions.can_see_names(me(), chosen):
        abort(404)
    return car
