"""A partner as volunteers know it: its people, the time line, notes, doubles, what it wants to change."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vwg import guards, links, permissions, phrases
from vwg.db import db, locked
from vwg.domain import doubles, errors, listings, partners, pledges, relations
from vwg.forms import Button, asking
from vwg.guards import me
from vwg.models import Contact, ListingChange, Partner, PartnerNote
from vwg.pages import address_of, found
from vwg.partners import bp
from vwg.partners.forms import ContactForm, MergeForm, NoteForm
from vwg.partners.showing import WORDS, language_of
from vwg.phrases import N_, gettext

HAPPENED = {
    "asked": N_("Asked"), "reminded": N_("Reminded by mail"), "answered": N_("Answered"), "promised": N_("Promised"), "thanked": N_("Thanked"),
    "missed": N_("Did not come"), "withdrawn": N_("Taken back"), "note": N_("Note"),
}  # fmt: skip
SIGNS = {
    "asked": "send", "reminded": "bell", "answered": "message", "promised": "gift", "thanked": "heart", "missed": "hand-stop",
    "withdrawn": "arrow-back-up", "note": "notes",
}  # fmt: skip
MOST_SHOWN = 30


def page_of(partner: Partner, form: NoteForm, events: Sequence[Any] | None = None) -> str:
    """The page of one partner with everything we know."""
    return render_template(
        "partners/partner.html", partner=partner, events=partners.activities_of(partner) if events is None else events,
        helped=pledges.named_with(partner), invitations=partners.asked_of(partner), entries=relations.time_line(partner), most=MOST_SHOWN, happened=HAPPENED, signs=SIGNS, form=form,
        own=links.outside(links.to("own", partner, language_of(partner))), changes=listings.waiting(partner), field_names=FIELDS, **WORDS,
    )  # fmt: skip


FIELDS = {
    "name": N_("Name"), "text": N_("What they do"), "website": N_("Website"), "public_email": N_("E-mail for everybody"),
    "public_phone": N_("Telephone for everybody"), "opening_hours": N_("Opening hours"),
}  # fmt: skip


# ---- notes


@bp.post("/<partner>/notes")
@guards.volunteer()
def note(partner: str) -> ResponseReturnValue:
    chosen = found(Partner.known(), partner)
    form = NoteForm()
    with asking(form) as answered:
        if answered:
            relations.note(chosen, form.text.data or "", me())
            db.session.commit()
            return redirect(url_for("partners.partner", partner=partner, _anchor="time-line"))
    return page_of(chosen, form)


@bp.post("/<partner>/notes/<int:written>/away")
@guards.volunteer(permissions.can_organise)
def note_away(partner: str, written: int) -> ResponseReturnValue:
    if Button().validate_on_submit():
        chosen = found(Partner.known(), partner)
        kept = db.session.get(PartnerNote, written)
        if kept is None or kept.partner_id != chosen.id:
            abort(404)
        relations.take_away(kept)
        db.session.commit()
    return redirect(url_for("partners.partner", partner=partner, _anchor="time-line"))


# ---- its people


@bp.route("/<partner>/people/new", methods=["GET", "POST"])
@guards.volunteer(permissions.can_organise)
def new_contact(partner: str) -> ResponseReturnValue:
    chosen = found(Partner.known(), partner)
    form = ContactForm(None, list(phrases.KNOWN.values()))
    with asking(form) as answered:
        if answered:
            partners.add_contact(chosen, form.person())
            db.session.commit()
            return redirect(url_for("partners.partner", partner=address_of(chosen)))
    return render_template("partners/contact.html", partner=chosen, contact=None, form=form)


@bp.route("/<partner>/people/<int:contact>", methods=["GET", "POST"])
@guards.volunteer(permissions.can_organise)
def contact(partner: str, contact: int) -> ResponseReturnValue:
    chosen = found(Partner.known(), partner)
    known = _person(chosen, contact)
    form = ContactForm(known, list(phrases.KNOWN.values()))
    with asking(form) as answered:
        if answered:
            partners.change_contact(known, form.person())
            db.session.commit()
            return redirect(url_for("partners.partner", partner=address_of(chosen)))
    return render_template("partners/contact.html", partner=chosen, contact=known, form=form)


@bp.post("/<partner>/people/<int:contact>/away")
@guards.volunteer(permissions.can_organise)
def contact_away(partner: str, contact: int) -> ResponseReturnValue:
    chosen = found(Partner.known(), partner)
    if Button().validate_on_submit():
        partners.remove_contact(_person(chosen, contact))
        db.session.commit()
        flash(gettext(N_("Taken away.")))
    return redirect(url_for("partners.partner", partner=address_of(chosen)))


@bp.post("/<partner>/people/<int:contact>/mail-again")
@guards.volunteer(permissions.can_organise)
def mail_again(partner: str, contact: int) -> ResponseReturnValue:
    """They said that they want mail again."""
    if Button().validate_on_submit():
        known = _person(found(Partner.known(), partner), contact)
        partners.mail_again(known)
        db.session.commit()
        flash(gettext(N_("%(name)s gets mail again.")) % {"name": known.name})
    return redirect(url_for("partners.partner", partner=partner))


# ---- written down twice


@bp.get("/doubles")
@guards.volunteer(permissions.can_organise)
def same() -> ResponseReturnValue:
    """Groups of partners that may be one."""
    return render_template("partners/doubles.html", groups=doubles.all_there(), **WORDS)


@bp.route("/<partner>/merge", methods=["GET", "POST"])
@guards.volunteer(permissions.can_organise)
def merge(partner: str) -> ResponseReturnValue:
    """This one stays; the other becomes it."""
    chosen = found(Partner.known(), partner)
    form = MergeForm(data={"other": request.args.get("other", "")})
    form.offer(doubles.others(chosen))
    with asking(form) as answered:
        if answered:
            if not form.other.data:
                raise errors.MergedWithNobody
            other = found(Partner.known(), form.other.data)
            first, second = sorted((chosen.id, other.id))
            locked(Partner, first), locked(Partner, second)
            doubles.merge(chosen, other)
            db.session.commit()
            flash(gettext(N_("They are one now: everything stands with %(name)s.")) % {"name": chosen.name})
            return redirect(url_for("partners.partner", partner=address_of(chosen)))
    return render_template("partners/merge.html", partner=chosen, form=form)


# ---- what a partner wants to change


@bp.get("/changes")
@guards.volunteer()
def changes() -> ResponseReturnValue:
    return render_template("partners/changes.html", changes=listings.waiting(), field_names=FIELDS)


@bp.post("/changes/<int:change>")
@guards.volunteer(permissions.can_organise)
def decide(change: int) -> ResponseReturnValue:
    """`accept`: it counts from now on."""
    if Button().validate_on_submit():
        asked = locked(ListingChange, change) if db.session.get(ListingChange, change) else abort(404)
        listings.decide(asked, "accept" in request.form, me())
        db.session.commit()
    return redirect(url_for("partners.changes"))


# ---- inside


def _person(partner: Partner, identity: int) -> Contact:
    return next((each for each in partner.contacts if each.id == identity), None) or abort(404)
