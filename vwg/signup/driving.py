"""What somebody from outside drives, by link and without an account: when, from where, how many ride along.

Where people get in only while two volunteers know the driver; never a name: those go by mouth.
"""

from flask import abort, flash, g, redirect, render_template
from flask.typing import ResponseReturnValue

from vwg import guards, links, phrases
from vwg.db import db, locked
from vwg.domain import lifts
from vwg.forms import shown_phone
from vwg.models import Lift, Offer
from vwg.phrases import N_, gettext
from vwg.signup.helping import bp


@bp.get("/driving/<token>")
@guards.link("driving")
def driving(offer: Offer) -> ResponseReturnValue:
    cars = [(lift, phrases.when(lift.date.starts_at, lift.date.ends_at, lift.date.all_day), _in_dutch(lift)) for lift in lifts.of(offer)]
    return render_template(
        "signup/driving.html", offer=offer, cars=cars, people_in=lifts.people_in, child_seats_in=lifts.child_seats_in, here=links.to("driving", offer, g.lang_code), shown_phone=shown_phone,
    )  # fmt: skip


@bp.post("/driving/<token>/<int:lift>/back")
@guards.link("driving")
def cannot_drive(offer: Offer, lift: int) -> ResponseReturnValue:
    """Who rode in it waits for another car. Pressed twice it is done once."""
    car = db.session.get(Lift, lift)
    if car is not None and car.offer_id != offer.id:
        abort(404)
    if car is not None:
        lifts.give_back(locked(Lift, car.id))
        db.session.commit()
    flash(gettext(N_("Thank you for telling us. We look for another car.")))
    return redirect(links.to("driving", offer, g.lang_code))


def _in_dutch(lift: Lift) -> str:
    with phrases.speaking(phrases.SOURCE):
        return phrases.when(lift.date.starts_at, lift.date.ends_at, lift.date.all_day)
