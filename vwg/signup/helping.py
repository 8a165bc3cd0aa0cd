"""A helper's place or what they bring, by link and without an account: take it, put it in a calendar, give it back.

Never a name of anybody who comes: those need two volunteers who know the helper, and go by mouth.
"""

from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, g, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, StringField

from vwg import guards, keys, links, phrases
from vwg.db import db, locked
from vwg.domain import errors, rsvps, shifts
from vwg.domain.needs import MOST
from vwg.domain.shifts import LONGEST_NAME
from vwg.formats import own_calendar
from vwg.forms import EmailField, Form, NumberField, PhoneField, asking, at_most, between, needed, shown_phone
from vwg.models import Helper, Need, Stage
from vwg.phrases import N_, gettext

bp = Blueprint("help", __name__)


class TakeForm(Form):
    form_key = HiddenField()
    amount = NumberField(N_("How many do you bring?"), [between(1, MOST)], default=1)
    name = StringField(N_("How may we call you?"), [needed(N_("How may we call you? A first name is enough.")), at_most(LONGEST_NAME)], description=N_("A first name is enough."))
    email = EmailField(N_("Your e-mail address"), description=N_("Then we remind you the day before."))
    phone = PhoneField(N_("Your telephone number"), description=N_("One of the two is enough."))


@bp.route("/<token>", methods=["GET", "POST"])
@guards.link("help")
def take(need: Need) -> ResponseReturnValue:
    form = TakeForm()
    with asking(form) as answered:
        if answered:
            _check_online(need)
            held = locked(Need, need.id)
            helper = shifts.take(
                held, form.name.data or "", form.email.data or "", form.phone.data or "", g.lang_code, form.form_key.data or None, form.amount.data or 1
            )
            db.session.commit()
            return redirect(links.to("helping", helper, g.lang_code))
    form.form_key.data = form.form_key.data or rsvps.new_form_key()
    return render_template("signup/help.html", need=need, form=form, refusal=_refusal(need), left=shifts.places_left(need), **_about(need, None))


@bp.get("/mine/<token>")
@guards.link("helping")
def mine(helper: Helper) -> ResponseReturnValue:
    calendar = links.to("helping", helper, g.lang_code) + "/calendar.ics"
    return render_template("signup/helping.html", helper=helper, need=helper.need, calendar=calendar, drop=links.to("helping", helper, g.lang_code) + "/drop", **_about(helper.need, helper))


@bp.post("/mine/<token>/drop")
@guards.link("helping")
def drop(helper: Helper) -> ResponseReturnValue:
    """Pressed twice it is done once."""
    locked(Need, helper.need_id)
    shifts.drop(helper)
    db.session.commit()
    flash(gettext(N_("Thank you for telling us. Your place is free again.")))
    return redirect(links.to("helping", helper, g.lang_code))


@bp.get("/mine/<token>/calendar.ics")
@guards.link("helping")
def calendar(helper: Helper) -> ResponseReturnValue:
    date, hours, where = shifts.date_of(helper.need), shifts.hours_of(helper.need), _where(helper.need, helper)
    if date is None or hours is None:
        raise errors.ShiftIsOver
    uid = f"{keys.sealed('shift', helper.public_id)[:32]}@{urlsplit(links.outside('/')).hostname}"
    body = own_calendar.file(date, uid, helper.brings, where, hours, helper.is_dropped)
    return Response(body, mimetype="text/calendar", headers={"Content-Disposition": 'attachment; filename="shift.ics"'})


def _about(need: Need, helper: Helper | None) -> dict[str, object]:
    """What both pages say: when and where it is."""
    date, hours = shifts.date_of(need), shifts.hours_of(need)
    said = phrases.when(*hours) if hours else ""
    with phrases.speaking("nl"):
        dutch = phrases.when(*hours) if hours else ""
    return {"own_name_of": _own_name, "event": need.event, "date": date, "said": said, "dutch": dutch, "where": _where(need, helper), "shown_phone": shown_phone}


def _own_name(language: str) -> str:
    """`ትግርኛ`: who speaks it reads it so."""
    return phrases.KNOWN[language].own_name if language in phrases.KNOWN else language


def _where(need: Need, helper: Helper | None) -> str:
    """The address, unless it is kept for who is known."""
    date = shifts.date_of(need)
    if date is None or date.place is None:
        return ""
    if helper is not None and helper.is_known:
        return ", ".join(part for part in (date.place.name, date.place.address) if part)
    return date.shown_place


def _check_online(need: Need) -> None:
    """A draft asks nobody yet."""
    if need.event.stage != Stage.PUBLISHED:
        raise errors.ShiftIsOver


def _refusal(need: Need) -> str:
    try:
        _check_online(need)
        shifts.check_open(need)
    except (errors.ShiftIsOver, errors.ShiftIsFull) as refusal:
        return str(refusal)
    return ""
