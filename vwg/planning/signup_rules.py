"""How signing up goes: what counts, who may pass, from when until when, who is asked once more; and
what people would like, as totals."""

from datetime import datetime, time

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from wtforms import BooleanField

from vwg import clock, guards, looks, permissions
from vwg.db import db, locked
from vwg.domain import pace, rsvps, sign_up_rules, supports
from vwg.forms import Button, DayField, Form, HourField, asking
from vwg.guards import me
from vwg.models import Event, EventDate, Rsvp
from vwg.pages import found
from vwg.phrases import N_, gettext, ngettext
from vwg.planning import bp
from vwg.planning.finding import date_to_change, event_to_change, page_of, page_of_date


class RulesForm(Form):
    smaller_may_pass = BooleanField(
        N_("A smaller group may pass a larger one that waits"), description=N_("So that no chair stays empty. Without it, who waits first comes first.")
    )
    babies_count = BooleanField(N_("Babies count too"), description=N_("For example on a bus, where a baby needs a seat. Otherwise a baby sits on a lap."))


class WindowForm(Form):
    opens_day = DayField(N_("Signing up opens on"), description=N_("Empty: right away."))
    opens_hour = HourField(N_("Opens at"))
    closes_day = DayField(N_("Signing up closes on"), description=N_("Empty: when it begins. You can always sign people up yourself."))
    closes_hour = HourField(N_("Closes at"))

    def fill(self, date: EventDate) -> None:
        for part, moment in (("opens", date.signup_opens), ("closes", date.signup_closes)):
            if moment is not None:
                shown = clock.local(moment)
                self[f"{part}_day"].data, self[f"{part}_hour"].data = shown.date(), shown.time()

    def moment(self, part: str, otherwise: time) -> datetime | None:
        """None where no day is given; a day without an hour is from its first minute, or to its last."""
        day, hour = self[f"{part}_day"].data, self[f"{part}_hour"].data or otherwise
        return clock.at(day, hour.hour, hour.minute) if day else None


@bp.route("/<event>/sign-up-rules", methods=["GET", "POST"])
@guards.volunteer()
def signup_rules(event: str) -> ResponseReturnValue:
    chosen, form = event_to_change(event), RulesForm()
    if not form.is_submitted():
        form.smaller_may_pass.data, form.babies_count.data = chosen.smaller_may_pass, chosen.babies_count
    with asking(form) as answered:
        if answered:
            sign_up_rules.change(chosen, babies_count=form.babies_count.data, smaller_may_pass=form.smaller_may_pass.data, by=me())
            return _saved(page_of(chosen))
    return render_template("planning/signup_rules.html", event=chosen, date=None, form=form, title=N_("Rules for signing up"))


@bp.route("/dates/<date>/sign-up-window", methods=["GET", "POST"])
@guards.volunteer()
def signup_window(date: str) -> ResponseReturnValue:
    chosen, form = date_to_change(date), WindowForm()
    if not form.is_submitted():
        form.fill(chosen)
    with asking(form) as answered:
        if answered:
            sign_up_rules.set_window(chosen, form.moment("opens", time(0)), form.moment("closes", time(23, 59)), me())
            return _saved(page_of_date(chosen))
    return render_template("planning/signup_rules.html", event=chosen.event, date=chosen, form=form, title=N_("When signing up is open"))


@bp.get("/dates/<date>/support")
@guards.volunteer()
def support(date: str) -> ResponseReturnValue:
    """What people of this date would like, as totals: for whoever cooks, drives or interprets."""
    chosen = found(select(EventDate), date)
    return render_template("planning/support.html", date=chosen, totals=supports.totals([chosen])[chosen.id], seats=rsvps.standing([chosen])[chosen.id])


@bp.route("/dates/<date>/to-confirm", methods=["GET", "POST"])
@guards.volunteer(keeps=False)
def to_confirm(date: str) -> ResponseReturnValue:
    """One press sets the unreachable sign-ups of the last hours to *to confirm*; then each is confirmed, or given back."""
    chosen, form = _hosted(date), Button()
    with asking(form) as answered:
        if answered:
            number = sign_up_rules.doubt(locked(EventDate, chosen.id), me())
            db.session.commit()
            flash(ngettext("%(num)s sign-up is to be confirmed.", "%(num)s sign-ups are to be confirmed.", number) % {"num": number})
            return redirect(url_for("planning.to_confirm", date=chosen.public_id))
    looks.record(me(), chosen)
    return render_template(
        "planning/to_confirm.html", date=chosen, form=form, doubtful=sign_up_rules.doubtful(chosen), hours=sign_up_rules.LAST_HOURS,
        waiting=sign_up_rules.to_confirm(chosen), tried=pace.noted([chosen]).get(chosen.id, 0),
    )  # fmt: skip


@bp.post("/dates/<date>/to-confirm/<rsvp>")
@guards.volunteer(keeps=False)
def confirm(date: str, rsvp: str) -> ResponseReturnValue:
    chosen = _hosted(date)
    locked(EventDate, chosen.id)
    sign_up_rules.confirm(found(select(Rsvp).where(Rsvp.date_id == chosen.id), rsvp))
    db.session.commit()
    return redirect(url_for("planning.to_confirm", date=chosen.public_id))


@bp.context_processor
def _lines() -> dict[str, object]:
    """For a date's page: how often somebody tried to take seats at the pace of a script."""
    return {"tried_like_a_script": lambda date: pace.noted([date]).get(date.id, 0)}


# ---- inside


def _hosted(date: str) -> EventDate:
    """Of an activity that this volunteer hosts: these pages show who signed up."""
    chosen = found(select(EventDate).join(Event), date)
    if not permissions.can_see_names(me(), chosen):
        abort(404)
    return chosen


def _saved(back: str) -> ResponseReturnValue:
    db.session.commit()
    flash(gettext(N_("Saved.")))
    return redirect(back)
