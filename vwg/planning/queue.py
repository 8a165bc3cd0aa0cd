"""What comes from outside and waits for a volunteer: proposals, and activities from partners' calendars."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from wtforms import BooleanField, StringField, TextAreaField

from vwg import guards, messages, permissions
from vwg.db import db, locked
from vwg.domain import imported_calendars, notices, partners, proposals
from vwg.forms import Button, Form, asking, at_most, needed, shown_phone
from vwg.guards import me
from vwg.models import Event, ImportedCalendar, Notice, Partner, Proposal, Stage
from vwg.pages import address_of, found
from vwg.phrases import N_, gettext, ngettext
from vwg.planning import bp
from vwg.planning.finding import page_of


class AnswerForm(Form):
    """One line that they read, and what we do."""

    answer = TextAreaField(N_("Your question, or why not"), [at_most(500)], description=N_("They read this. Short and plain, in a language that they know."))
    trust = BooleanField(N_("Trust this partner from now on"), description=N_("What they propose by their own link is online at once."))
    is_theirs = BooleanField(N_("Yes, it is of this partner"))


@bp.get("/queue")
@guards.volunteer(permissions.can_organise)
def queue() -> ResponseReturnValue:
    calls = [(notice, to, messages.ready_text([notice], to.language, me())) for notice in proposals.to_tell() if (to := messages.addressee(notice)) is not None]
    return render_template(
        "planning/queue.html", waiting=proposals.waiting(), answered=proposals.answered(), calls=calls, shown_phone=shown_phone,
        submitted=imported_calendars.submitted(), gone=imported_calendars.gone(),
    )  # fmt: skip


@bp.route("/queue/<int:proposal>", methods=["GET", "POST"])
@guards.volunteer(permissions.can_organise)
def answer_proposal(proposal: int) -> ResponseReturnValue:
    """Accept, ask back, or refuse with a reason. Two volunteers at once: the second is told."""
    chosen = locked(Proposal, proposal) if request.method == "POST" else db.get_or_404(Proposal, proposal)
    form, likely = AnswerForm(), proposals.probably_of(chosen)
    with asking(form) as answered:
        if answered and "ask" in request.form:
            proposals.ask_back(chosen, form.answer.data or "", me())
            db.session.commit()
            flash(gettext(N_("Asked. It waits until they answer.")))
            return redirect(url_for("planning.queue"))
        if answered and "refuse" in request.form:
            proposals.refuse(chosen, form.answer.data or "", me())
            db.session.commit()
            flash(gettext(N_("Answered, with your reason.")))
            return redirect(url_for("planning.queue"))
        if answered:
            event = proposals.accept(chosen, me(), likely if chosen.partner or form.is_theirs.data or form.trust.data else None, form.trust.data)
            db.session.commit()
            flash(gettext(N_("It is a draft now, and you are its host. Look it over and put it online.")))
            return redirect(page_of(event))
    return render_template("planning/proposal.html", proposal=chosen, form=form, likely=likely, kinds=partners.KINDS, shown_phone=shown_phone)


@bp.post("/queue/told/<int:notice>")
@guards.volunteer(permissions.can_organise)
def proposal_told(notice: int) -> ResponseReturnValue:
    """Somebody told it by telephone."""
    if Button().validate_on_submit():
        known = locked(Notice, notice)
        if known.kind == "proposal_answer":
            notices.done(known, "told")
            db.session.commit()
    return redirect(url_for("planning.queue"))


# ---- partners' own calendars


class CalendarForm(Form):
    address = StringField(N_("Address of their calendar"), [needed(N_("Paste the address of the calendar.")), at_most(2000)], description=N_("It ends in .ics, or begins with webcal."))


@bp.route("/calendars/<partner>", methods=["GET", "POST"])
@guards.volunteer(permissions.can_organise)
def calendars(partner: str) -> ResponseReturnValue:
    """The calendars that we read of a partner, with what could not be read and why."""
    chosen, form = found(Partner.known(), partner), CalendarForm()
    with asking(form) as answered:
        if answered:
            imported_calendars.add(chosen, form.address.data or "")
            db.session.commit()
            flash(gettext(N_("Noted. We read it within a minute, and then four times a day.")))
            return redirect(url_for("planning.calendars", partner=address_of(chosen)))
    return render_template("planning/calendars.html", partner=chosen, form=form, calendars=imported_calendars.of(chosen))


@bp.post("/calendars/<int:calendar>/away")
@guards.volunteer(permissions.can_organise)
def calendar_away(calendar: int) -> ResponseReturnValue:
    """Read no more, or again at once."""
    known = db.session.get(ImportedCalendar, calendar) or abort(404)
    partner = address_of(known.partner)
    if Button().validate_on_submit():
        known = locked(ImportedCalendar, calendar)
        if "again" in request.form:
            imported_calendars.read_soon(known)
        else:
            imported_calendars.take_away(known)
        db.session.commit()
    return redirect(url_for("planning.calendars", partner=partner))


@bp.post("/queue/imported/<event>")
@guards.volunteer(permissions.can_organise)
def answer_imported(event: str) -> ResponseReturnValue:
    """Online, or not for our agenda; or all of this partner, who is trusted from now on."""
    chosen = found(select(Event).where(Event.stage == Stage.SUBMITTED), event)
    if Button().validate_on_submit():
        chosen = locked(Event, chosen.id)
        if "refuse" in request.form:
            imported_calendars.refuse(chosen)
            flash(gettext(N_("It is gone from here, and does not come back.")))
        elif "trust" in request.form and chosen.organisation is not None:
            number = imported_calendars.accept_all(chosen.organisation, me(), trust=True)
            flash(ngettext("One activity is online.", "%(num)s activities are online.", number) % {"num": number})
        else:
            imported_calendars.accept(chosen, me())
            flash(gettext(N_("It is online. Tell people about it.")))
        db.session.commit()
    return redirect(url_for("planning.queue"))
