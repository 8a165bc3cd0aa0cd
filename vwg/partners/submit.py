"""Proposing an activity, without an account: the form, and its sender's own page by secret link."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, StringField, TextAreaField

from vwg import clock, guards, links
from vwg.db import db, locked
from vwg.domain import errors, pace, proposals
from vwg.domain.dates import Times
from vwg.domain.errors import RuleBroken
from vwg.domain.events import LONGEST_TITLE
from vwg.forms import DayField, EmailField, HourField, PhoneField, VersionedForm, asking, at_most, needed
from vwg.models import Partner, Proposal
from vwg.partners import bp
from vwg.phrases import N_


class ProposalForm(VersionedForm):
    """What, when, where, who, and how we can answer. `leave_empty` is for robots, who fill in everything."""

    title = StringField(N_("What?"), [needed(N_("Say in a few words what it is.")), at_most(LONGEST_TITLE)], description=N_("For example: Cooking together."))
    day = DayField(N_("Day"), [needed(N_("On which day?"))])
    starts = HourField(N_("From"), [needed(N_("From what hour?"))])
    ends = HourField(N_("Until"), [needed(N_("Until what hour?"))])
    place_name = StringField(N_("Where?"), [at_most(80)])
    text = TextAreaField(N_("What do you do together?"), [at_most(1000)])
    organiser = StringField(N_("Who organises it?"), [at_most(120)], description=N_("Your association, shop or group; or your own name."))
    sender = StringField(N_("Your name"), [at_most(80)])
    email = EmailField(N_("E-mail"))
    phone = PhoneField(N_("Telephone"))
    leave_empty = StringField(N_("Leave this field empty"))
    form_key = HiddenField()
    is_too_fast = False

    def fill(self, proposal: Proposal) -> None:
        starts, ends = clock.local(proposal.starts_at), clock.local(proposal.ends_at)
        self.day.data, self.starts.data, self.ends.data = starts.date(), starts.time(), ends.time()

    def refuse(self, refusal: RuleBroken) -> None:
        if refusal.field == "dates":
            self.day.errors = [*self.day.errors, str(refusal)]
        else:
            super().refuse(refusal)
        self.is_too_fast = isinstance(refusal, errors.TooFast)

    def said(self, language: str) -> proposals.Said:
        words = {name: self[name].data or "" for name in ("title", "text", "place_name", "organiser", "sender", "email", "phone")}
        return proposals.Said(times=Times.on(self.day.data, self.starts.data, self.ends.data), language=language, **words)


@bp.route("/submit", methods=["GET", "POST"])
@guards.public
def submit() -> ResponseReturnValue:
    """For everybody; a volunteer looks at it before anybody else does."""
    return _propose(None)


@bp.route("/own/<token>/propose", methods=["GET", "POST"])
@guards.link("own")
def submit_own(partner: Partner) -> ResponseReturnValue:
    """The same by a partner's own link: we know who it is, and may trust them."""
    if partner.merged_into is not None:
        return redirect(url_for("partners.submit_own", token=links.token("own", partner.merged_into)))
    return _propose(partner)


@bp.route("/submit/<token>", methods=["GET", "POST"])
@guards.link("proposal")
def proposal(proposal: Proposal) -> ResponseReturnValue:
    """How it stands, and to change it until we answered."""
    if request.method == "POST":
        locked(Proposal, proposal.id)
    form = ProposalForm(obj=proposal)
    if not form.is_submitted():
        form.fill(proposal)
    with asking(form) as answered:
        if answered:
            proposals.change(proposal, form.seen_version, form.said(proposal.language))
            db.session.commit()
            return redirect(links.to("proposal", proposal, g.lang_code))
    return render_template("partners/proposal.html", proposal=proposal, form=form, is_new="new" in request.args)


# ---- inside


def _propose(partner: Partner | None) -> ResponseReturnValue:
    form = ProposalForm()
    with asking(form) as answered:
        if answered:
            made = proposals.propose(form.said(g.lang_code), form.form_key.data, form.leave_empty.data or "", partner)
            db.session.commit()
            return redirect(links.to("proposal", made, g.lang_code) + "?new=1")
    if not pace.is_ours(form.form_key.data):
        form.form_key.data = pace.new_key()
    page = render_template("partners/submit.html", form=form, partner=partner, wait=pace.QUICKEST.total_seconds())
    if form.is_too_fast:
        g.form_status = 429
        return page, {"Retry-After": str(int(pace.QUICKEST.total_seconds()) or 1)}
    return page
