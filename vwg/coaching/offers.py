"""The queue of who offered help: answered by a volunteer, known by two."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vwg.coaching import bp, lifts
from vwg.coaching.views import anybody_of_us, record_look
from vwg.db import db, locked
from vwg.domain import offers, vouching
from vwg.forms import shown_phone
from vwg.guards import me
from vwg.models import VOUCHES_NEEDED, Offer
from vwg.phrases import KNOWN, gettext


@bp.get("/offers", endpoint="offers")
@anybody_of_us
def queue() -> ResponseReturnValue:
    record_look()
    return render_template(
        "coaching/offers.html", waiting=offers.waiting(), answered=offers.answered(), needed=VOUCHES_NEEDED, known=KNOWN, shown_phone=shown_phone, own_page=lifts.own_page
    )  # fmt: skip


@bp.post("/offers/<int:offer>/answered")
@anybody_of_us
def answer_offer(offer: int) -> ResponseReturnValue:
    offers.answer(locked(Offer, offer), me())
    db.session.commit()
    flash(gettext("Good. It stays here for a month."))
    return redirect(url_for("coaching.offers"))


@bp.post("/offers/<int:offer>/known")
@anybody_of_us
def vouch(offer: int) -> ResponseReturnValue:
    """*Wij kennen deze persoon*: one press of each of two volunteers."""
    chosen = locked(Offer, offer)
    vouching.vouch(chosen, me())
    db.session.commit()
    flash(gettext("Two volunteers know this person now.") if chosen.is_known else gettext("Noted. One more volunteer must say it."))
    return redirect(url_for("coaching.offers"))


@bp.post("/offers/<int:offer>/not-known")
@anybody_of_us
def unvouch(offer: int) -> ResponseReturnValue:
    vouching.unvouch(locked(Offer, offer), me())
    db.session.commit()
    return redirect(url_for("coaching.offers"))
