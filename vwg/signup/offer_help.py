"""*Ik wil ook iets doen*: an offer of help from anybody; volunteers answer it."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, StringField, TextAreaField

from vwg import guards
from vwg.db import db
from vwg.domain import errors, offers, pace
from vwg.domain.errors import RuleBroken
from vwg.forms import EmailField, Form, PhoneField, asking, at_most, needed
from vwg.phrases import N_

bp = Blueprint("offering", __name__)


class OfferForm(Form):
    """A name, with what, and how we can answer. `leave_empty` is for robots, who fill in everything."""

    name = StringField(N_("Your name"), [needed(N_("What may we call you? A first name is enough.")), at_most(40)])
    text = TextAreaField(N_("What would you like to do?"), [at_most(offers.LONGEST_TEXT)], description=N_("Cook, drive, translate, play with children … Or something else."))
    phone = PhoneField(N_("Your telephone number"))
    email = EmailField(N_("E-mail address"))
    leave_empty = StringField(N_("Leave this field empty"))
    form_key = HiddenField(validators=[at_most(80)])

    is_too_fast = False

    def refuse(self, refusal: RuleBroken) -> None:
        super().refuse(refusal)
        self.is_too_fast = isinstance(refusal, errors.TooFast)

    @property
    def said(self) -> offers.Said:
        words: dict[str, Any] = {name: self[name].data or "" for name in ("name", "text", "phone", "email")}
        return offers.Said(language=g.lang_code, **words)


@bp.route("", methods=["GET", "POST"])
@guards.public
def offer() -> ResponseReturnValue:
    form = OfferForm()
    with asking(form) as answered:
        if answered:
            offers.offer(form.said, form.form_key.data, form.leave_empty.data or "")
            db.session.commit()
            return redirect(url_for("offering.thanks"))
    if not pace.is_ours(form.form_key.data):
        form.form_key.data = pace.new_key()
    page = render_template("signup/offer_help.html", form=form, days=offers.FORGET_AFTER.days)
    if form.is_too_fast:
        g.form_status = 429
        return page, {"Retry-After": str(int(pace.QUICKEST.total_seconds()) or 1)}
    return page


@bp.get("/thanks")
@guards.public
def thanks() -> ResponseReturnValue:
    return render_template("signup/offer_thanks.html")
