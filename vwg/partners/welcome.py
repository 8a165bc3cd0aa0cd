"""A partner's own link: the free places it keeps for newcomers, and the address of its calendar."""

from datetime import timedelta

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from vwg import clock, guards, links
from vwg.db import db, locked
from vwg.domain import imported_calendars, welcome_places
from vwg.domain.errors import RuleBroken
from vwg.forms import Button, DayField, Form, NumberField, asking, at_most, between, needed
from vwg.models import Partner, WelcomePlace
from vwg.partners import bp
from vwg.phrases import N_, gettext


class WelcomeForm(Form):
    what = StringField(N_("What do you do?"), [needed(N_("Say in a few words what it is.")), at_most(90)], description=N_("For example: our choir."))
    when_said = StringField(N_("When?"), [at_most(120)], description=N_("For example: every Tuesday at 19:30."))
    where_said = StringField(N_("Where?"), [at_most(120)])
    number = NumberField(N_("How many free places?"), [needed(N_("How many places? Choose a number from 1 to 99.")), between(1, welcome_places.MOST)], default=2)
    welcomed_by = StringField(N_("Who welcomes them there?"), [needed(N_("Who welcomes them there? Write a name.")), at_most(80)])
    until = DayField(N_("Until which day?"), [needed(N_("On which day?"))])

    def refuse(self, refusal: RuleBroken) -> None:
        if refusal.field == "dates":
            self.until.errors = [*self.until.errors, str(refusal)]
        else:
            super().refuse(refusal)

    def offer(self) -> welcome_places.Offer:
        until = clock.at(self.until.data, 23, 59)
        return welcome_places.Offer(
            self.what.data or "", self.when_said.data or "", self.where_said.data or "", self.welcomed_by.data or "", self.number.data or 0, until
        )  # fmt: skip


class OwnCalendarForm(Form):
    address = StringField(N_("Address of your calendar"), [needed(N_("Paste the address of the calendar.")), at_most(2000)], description=N_("It ends in .ics, or begins with webcal."))


@bp.route("/own/<token>/welcome", methods=["GET", "POST"])
@guards.link("own")
def welcome(partner: Partner) -> ResponseReturnValue:
    """How many places, how many are taken; a first name only where that was ticked."""
    form = WelcomeForm()
    if not form.is_submitted():
        form.until.data = clock.today() + timedelta(days=180)
    with asking(form) as answered:
        if answered:
            welcome_places.offer(partner, form.offer())
            db.session.commit()
            flash(gettext(N_("Thank you! The volunteers see it now.")))
            return redirect(url_for("partners.welcome", token=links.token("own", partner)))
    return render_template("partners/welcome.html", partner=partner, form=form, places=welcome_places.of(partner), token=links.token("own", partner))


@bp.post("/own/<token>/welcome/<int:place>/end")
@guards.link("own")
def end_welcome(partner: Partner, place: int) -> ResponseReturnValue:
    if Button().validate_on_submit():
        known = db.session.get(WelcomePlace, place)
        if known is None or known.partner_id != partner.id:
            abort(404)
        welcome_places.end(locked(WelcomePlace, place))
        db.session.commit()
    return redirect(url_for("partners.welcome", token=links.token("own", partner)))


@bp.route("/own/<token>/calendar", methods=["GET", "POST"])
@guards.link("own")
def own_calendar(partner: Partner) -> ResponseReturnValue:
    """They give the address themselves; what it brings waits for a volunteer, unless we trust them."""
    form = OwnCalendarForm()
    with asking(form) as answered:
        if answered:
            imported_calendars.add(partner, form.address.data or "")
            db.session.commit()
            flash(gettext(N_("Thank you! We read it within a minute, and then four times a day.")))
            return redirect(url_for("partners.own_calendar", token=links.token("own", partner)))
    return render_template("partners/own_calendar.html", partner=partner, form=form, calendars=imported_calendars.of(partner), token=links.token("own", partner))
