"""The directory, and a partner's answers by secret link."""

from typing import cast

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vwg import guards, links, mail, permissions, phrases
from vwg.db import db, locked
from vwg.domain import invitations, partners
from vwg.forms import Button, asking, shown_phone
from vwg.models import Contact, Invitation, Partner, PartnerKind
from vwg.pages import address_of, found
from vwg.partners import bp
from vwg.partners.forms import ANSWERS, PartnerForm, reply_form
from vwg.phrases import N_, gettext

ICONS = {
    PartnerKind.ASSOCIATION: "users", PartnerKind.MERCHANT: "building-store", PartnerKind.PUBLIC_BODY: "building-community",
    PartnerKind.SCHOOL: "school", PartnerKind.CARE: "heart-handshake", PartnerKind.FAITH: "friends", PartnerKind.COMPANY: "building",
}  # fmt: skip
COLOURS = {
    PartnerKind.ASSOCIATION: "green", PartnerKind.MERCHANT: "clay", PartnerKind.PUBLIC_BODY: "blue", PartnerKind.SCHOOL: "violet",
    PartnerKind.CARE: "rose", PartnerKind.FAITH: "ochre", PartnerKind.COMPANY: "slate",
}  # fmt: skip
WORDS = {"kinds": partners.KINDS, "lends": partners.LENDS, "icons": ICONS, "colours": COLOURS, "answers": ANSWERS, "shown_phone": shown_phone}


@bp.get("/")
@guards.public
def directory() -> ResponseReturnValue:
    """Strangers see who agreed to be listed; volunteers see all."""
    words, kind = request.args.get("q", "")[:100], _kind(request.args.get("kind", ""))
    listed = partners.found(words, kind, only_listed=not _is_volunteer())
    return render_template("partners/directory.html", partners=listed, words=words, kind=kind, kinds_there=partners.kinds_there(not _is_volunteer()), **WORDS)


@bp.get("/<partner>")
@guards.public
def partner(partner: str) -> ResponseReturnValue:
    chosen = found(Partner.known() if _is_volunteer() else Partner.listed(), partner)
    return render_template(
        "partners/partner.html", partner=chosen, events=partners.activities_of(chosen),
        invitations=partners.asked_of(chosen) if _is_volunteer() else [], own=links.outside(links.to("own", chosen, _language_of(chosen))), **WORDS,
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@guards.volunteer(permissions.can_organise)
def new() -> ResponseReturnValue:
    form = PartnerForm(languages=list(phrases.KNOWN.values()))
    with asking(form) as answered:
        if answered:
            added = partners.add(form.details())
            db.session.commit()
            return redirect(url_for("partners.partner", partner=address_of(added)))
    return render_template("partners/edit.html", partner=None, form=form)


@bp.route("/<partner>/edit", methods=["GET", "POST"])
@guards.volunteer(permissions.can_organise)
def edit(partner: str) -> ResponseReturnValue:
    chosen = found(Partner.known(), partner)
    form = PartnerForm(chosen, list(phrases.KNOWN.values()))
    with asking(form) as answered:
        if answered:
            partners.edit(chosen, form.seen_version, form.details())
            db.session.commit()
            return redirect(url_for("partners.partner", partner=address_of(chosen)))
    return render_template("partners/edit.html", partner=chosen, form=form)


# ---- by secret link: opening changes nothing


@bp.route("/reply/<token>", methods=["GET", "POST"])
@guards.link("reply")
def reply(invitation: Invitation) -> ResponseReturnValue:
    if request.method == "POST":
        locked(Invitation, invitation.id)  # before its promises are read: two presses come one after the other
    form = reply_form(invitation, request.args.get("answer"))
    with asking(form) as answered:
        if answered:
            invitations.reply(
                invitation, form.partstat, comment=form.comment.data or "", replied_by=form.replied_by.data or "",
                ask_again_at=form.ask_again_at.data, offers=form.offers(), consent_to_name=form.consent_to_name.data,
            )  # fmt: skip
            db.session.commit()
            return redirect(links.to("reply", invitation, g.lang_code))
    return render_template(
        "partners/reply.html", invitation=invitation, event=invitation.event, form=form, is_over=invitations.is_over(invitation),
        calendar=url_for("partners.calendar_file", token=links.token("reply", invitation)), **WORDS,
    )  # fmt: skip


@bp.get("/reply/<token>/activity.ics")
@guards.link("reply")
def calendar_file(invitation: Invitation) -> ResponseReturnValue:
    """After a yes, and only then."""
    if not invitation.is_accepted:
        abort(404)
    headers = {"Content-Disposition": 'attachment; filename="activity.ics"'}
    return Response(mail.calendar_file(invitation, g.lang_code), headers=headers, content_type="text/calendar; charset=utf-8; method=PUBLISH")


@bp.get("/own/<token>")
@guards.link("own")
def own(partner: Partner) -> ResponseReturnValue:
    """What they were asked and what they promised, the newest first."""
    return render_template("partners/own.html", partner=partner, invitations=partners.asked_of(partner), reply_to=_reply_to, **WORDS)


@bp.route("/never-mail/<token>", methods=["GET", "POST"])
@guards.by_address("never-mail")
def never_mail(token: str) -> ResponseReturnValue:
    """One press, also by the button of the mail program (RFC 8058), which knows no form of ours."""
    g.is_private = True
    contact = cast(Contact, links.opened("never-mail", token))
    if request.method == "POST":
        partners.never_mail(contact)
        db.session.commit()
    return render_template("partners/never_mail.html", contact=contact, token=token)


@bp.post("/<partner>/mail-again/<int:contact>")
@guards.volunteer(permissions.can_organise)
def mail_again(partner: str, contact: int) -> ResponseReturnValue:
    """They said that they want mail again."""
    if Button().validate_on_submit():
        chosen = found(Partner.known(), partner)
        known = next((each for each in chosen.contacts if each.id == contact), None) or abort(404)
        partners.mail_again(known)
        db.session.commit()
        flash(gettext(N_("%(name)s gets mail again.")) % {"name": known.name})
    return redirect(url_for("partners.partner", partner=partner))


# ---- inside


def _is_volunteer() -> bool:
    user = guards.viewer()
    return user is not None and user.is_volunteer


def _kind(given: str) -> PartnerKind | None:
    return PartnerKind(given) if given in set(PartnerKind) else None


def _language_of(partner: Partner) -> str:
    contact = partners.contact_for_asking(partner)
    return contact.language if contact else phrases.SOURCE


def _reply_to(invitation: Invitation) -> str:
    return links.to("reply", invitation, g.lang_code)
