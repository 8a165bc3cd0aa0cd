"""One need: what fills it, what is missing, and the link by which helpers take a place."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from wtforms import BooleanField, SelectChoice, SelectField, StringField

from vwg import clock, guards, links, looks, permissions, phrases
from vwg.db import db, locked
from vwg.domain import changes, needs, partners, shifts, vouching
from vwg.domain.needs import MOST
from vwg.forms import DayField, Form, HourField, NumberField, asking, at_most, between, needed, shown_phone
from vwg.guards import me
from vwg.models import Helper, Need, NeedKind
from vwg.phrases import N_, gettext
from vwg.planning import bp
from vwg.planning.forms import LONGEST_NAME


class NeedPageForm(Form):
    what = StringField(N_("What do you need?"), [needed(N_("Say in a few words what you need.")), at_most(LONGEST_NAME)])
    amount = NumberField(N_("How many?"), [needed(N_("How many? Choose a number from 1 to 999.")), between(1, MOST)])
    date = SelectField(N_("For which date?"))
    starts = HourField(N_("From"), description=N_("Only when it is not the whole activity."))
    ends = HourField(N_("Until"))
    unit = StringField(N_("In what?"), [at_most(20)], description=N_("For example: kg. May stay empty."))
    language = SelectField(N_("Which language?"), default="", description=N_("Of an interpreter."))
    by = DayField(N_("To be arranged by"), description=N_("May stay empty."))
    is_public = BooleanField(N_("Ask it on the activity's own page"), description=N_("Everybody sees what is still missing, with the button “I help”. Never who helps."))
    near_people = BooleanField(
        N_("With this one comes close to people"), description=N_("A child, a lift, an interpreter. Then a place counts only when two of us know the helper.")
    )

    def fill(self, need: Need) -> None:
        """The dates that may be chosen, and how the need stands unless the form was sent."""
        to_come = [date for date in need.event.dates if not date.is_over or date.id == need.date_id]
        listed = [SelectChoice(str(date.id), phrases.when(date.starts_at, date.ends_at, date.all_day)) for date in to_come]
        self.date.choices = [SelectChoice("", N_("The next date")), *listed]
        self.language.choices = [SelectChoice("", N_("None in particular")), *(SelectChoice(each.code, each.own_name) for each in phrases.KNOWN.values())]
        if need.kind != NeedKind.SKILL:
            del self.language
        if need.is_shift:
            del self.unit
        else:
            del self.starts, self.ends
        if self.is_submitted():
            return
        for name in ("what", "near_people", "unit", "language", "is_public"):
            if name in self:
                self[name].data = getattr(need, name)
        self.amount.process_data(need.amount)
        self.date.data = str(need.date_id or "")
        self.by.data = clock.local(need.by).date() if need.by else None
        if need.is_shift and need.starts_at and need.ends_at:
            self.starts.data, self.ends.data = clock.local(need.starts_at).time(), clock.local(need.ends_at).time()


    def said(self, name: str, otherwise: Any) -> Any:
        """What a field says that only some kinds of need have."""
        return (self[name].data if name in self else None) or otherwise


@bp.route("/needs/<int:need>", methods=["GET", "POST"])
@guards.volunteer(keeps=False)
def need(need: int) -> ResponseReturnValue:
    chosen, form = _need_to_change(need), NeedPageForm()
    if request.method == "GET" and shifts.of_need(chosen):
        looks.record(me(), *[date for date in [shifts.date_of(chosen)] if date])
    form.fill(chosen)
    with asking(form) as answered:
        if answered:
            held = locked(Need, chosen.id)
            needs.change(
                held, form.what.data or "", form.amount.data or 0, form.by.data, form.near_people.data,
                unit=form.said("unit", ""), language=form.said("language", ""), is_public=form.is_public.data,
            )  # fmt: skip
            held.date = next((date for date in held.event.dates if str(date.id) == form.date.data), None)
            shifts.set_hours(held, form.said("starts", None), form.said("ends", None))
            changes.log(held.event, me(), "need")
            db.session.commit()
            flash(gettext(N_("Saved.")))
            return redirect(url_for("planning.need", need=held.id))
    hours = shifts.hours_of(chosen)
    return render_template(
        "planning/need_board.html", need=chosen, form=form, helpers=shifts.of_need(chosen), link=_link(chosen),
        ask=_asking(chosen), language_of_need=phrases.KNOWN.get(chosen.language), said=phrases.when(*hours) if hours else "",
        shown_phone=shown_phone, lends=next(iter(partners.lends_for([chosen])), ""),
    )  # fmt: skip


@bp.post("/needs/<int:need>/new-link")
@guards.volunteer()
def new_help_link(need: int) -> ResponseReturnValue:
    """The old one went too far: it opens nothing any more."""
    held = locked(Need, _need_to_change(need).id)
    shifts.new_link(held)
    db.session.commit()
    flash(gettext(N_("There is a new link. The old one opens nothing any more.")))
    return redirect(url_for("planning.need", need=held.id))


@bp.post("/helpers/<int:helper>/vouch")
@guards.volunteer(keeps=False)
def vouch(helper: int) -> ResponseReturnValue:
    """*We know this person*: any volunteer may say so, and it takes two."""
    held = locked(Helper, _helper(helper).id)
    vouching.vouch(held, me())
    db.session.commit()
    flash(gettext(N_("Two of us know this person now.")) if held.is_known else gettext(N_("Noted. Now one more volunteer must say so.")))
    return redirect(url_for("planning.need", need=held.need_id))


@bp.post("/helpers/<int:helper>/not-known")
@guards.volunteer(keeps=False)
def unvouch(helper: int) -> ResponseReturnValue:
    held = locked(Helper, _helper(helper).id)
    vouching.unvouch(held, me())
    db.session.commit()
    return redirect(url_for("planning.need", need=held.need_id))


@bp.post("/helpers/<int:helper>/drop")
@guards.volunteer(keeps=False)
def drop_helper(helper: int) -> ResponseReturnValue:
    """They said by mouth that they cannot come."""
    known = _helper(helper)
    if not permissions.can_edit_event(me(), known.need.event):
        abort(404)
    locked(Need, known.need_id)
    shifts.drop(known)
    db.session.commit()
    flash(gettext(N_("The place is free again.")))
    return redirect(url_for("planning.need", need=known.need_id))


def _need_to_change(number: int) -> Need:
    chosen = db.session.scalars(select(Need).where(Need.id == number).options(selectinload(Need.pledges))).first() or abort(404)
    if not permissions.can_edit_event(me(), chosen.event):
        abort(404)
    return chosen


def _helper(number: int) -> Helper:
    return db.session.scalars(select(Helper).where(Helper.id == number, Helper.dropped_at.is_(None))).first() or abort(404)


def _link(need: Need) -> str:
    return links.outside(links.to("help", need, phrases.SOURCE))


def _asking(need: Need) -> str:
    """Ready for WhatsApp, in Dutch as most helpers speak it."""
    with phrases.speaking(phrases.SOURCE):
        hours = shifts.hours_of(need)
        asked = N_("Will you help us? %(what)s, %(when)s (%(title)s). Take a place here:") if need.is_shift else N_("Will you help us? We still look for: %(what)s, %(when)s (%(title)s). Say here what you bring:")
        said = gettext(asked) % {
            "what": need.what if need.is_shift else " ".join(part for part in (str(shifts.places_left(need) or need.amount), need.unit, need.what) if part), "when": phrases.when(*hours) if hours else "", "title": need.event.title,
        }  # fmt: skip
    return f"{said}\n{_link(need)}"
