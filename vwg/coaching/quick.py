"""*Snel invoeren*: a paper list becomes sign-ups, one line a group."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from vwg import looks, permissions
from vwg.coaching import bp
from vwg.coaching.forms import QuickForm
from vwg.coaching.views import anybody_of_us
from vwg.db import db, locked
from vwg.domain import errors, rsvps
from vwg.domain.rsvps import Party
from vwg.forms import asking
from vwg.guards import me
from vwg.models import Event, EventDate, Rsvp, Stage
from vwg.pages import found
from vwg.phrases import gettext


@bp.route("/quick/<date>", methods=["GET", "POST"])
@anybody_of_us
def quick(date: str) -> ResponseReturnValue:
    """Name, number, Enter; the page comes back with the next line ready and what she typed below it."""
    chosen = found(select(EventDate).join(Event).where(Event.stage == Stage.PUBLISHED), date)
    if request.method == "GET":
        looks.record(me(), chosen)
    form = QuickForm(language=request.args.get("language", "nl"))
    form.form_key.data = form.form_key.data or rsvps.new_form_key()
    with asking(form) as answered:
        if answered:
            rsvp = _enter(locked(EventDate, chosen.id), form)
            db.session.commit()
            if rsvp.is_waiting:
                flash(gettext("There is no room for this group yet: it waits, in order."), "warning")
            return redirect(url_for("coaching.quick", date=chosen.public_id, language=rsvp.language))
    return render_template("coaching/quick.html", date=chosen, form=form, entered=_mine(chosen), refusal=rsvps.refusal(chosen, by_us=True), seats=rsvps.standing([chosen])[chosen.id])


@bp.post("/quick/<date>/<rsvp>/away")
@anybody_of_us
def take_away(date: str, rsvp: str) -> ResponseReturnValue:
    """A line that was typed wrong, or people who do not come; who typed it and the hosts may."""
    chosen = found(select(EventDate), date)
    line = found(select(Rsvp).where(Rsvp.date_id == chosen.id, Rsvp.household_id.is_(None)), rsvp)
    if line.entered_by_id != me().id and not permissions.can_see_names(me(), chosen):
        abort(404)
    locked(EventDate, chosen.id)
    rsvps.give_back(locked(Rsvp, line.id))
    db.session.commit()
    return redirect(url_for("coaching.quick", date=chosen.public_id))


# ---- inside


def _enter(date: EventDate, form: QuickForm) -> Rsvp:
    """The same line sent twice is one group; another line on an old page (the Back button) is a next one."""
    details = {"language": form.language.data, "name": form.name.data or "", "entered_by": me()}
    try:
        return rsvps.sign_up(date, Party(form.people.data or 0), form_key=form.form_key.data, **details)
    except errors.AnotherParty:
        return rsvps.sign_up(date, Party(form.people.data or 0), form_key=rsvps.new_form_key(), **details)


def _mine(date: EventDate) -> list[Rsvp]:
    """What she typed for this date, the newest first."""
    typed = select(Rsvp).where(Rsvp.date_id == date.id, Rsvp.entered_by_id == me().id, Rsvp.household_id.is_(None))
    return [rsvp for rsvp in db.session.scalars(typed.order_by(Rsvp.id.desc())) if not rsvp.is_given_back]
