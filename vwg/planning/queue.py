"""What comes from outside and waits for a volunteer: proposals, and activities from partners' calendars."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, TextAreaField

from vwg import guards, messages, permissions
from vwg.db import db, locked
from vwg.domain import notices, partners, proposals
from vwg.forms import Button, Form, asking, at_most, shown_phone
from vwg.guards import me
from vwg.models import Notice, Proposal
from vwg.phrases import N_, gettext
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
    return render_template("planning/queue.html", waiting=proposals.waiting(), answered=proposals.answered(), calls=calls, shown_phone=shown_phone)


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
            event = proposals.accept(chosen, me(), likely if chosen.partner or form.is_theirs.data else None, form.trust.data)
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
