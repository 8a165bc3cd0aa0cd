"""The directory, and a partner's answers by secret link."""

from typing import cast

from flask import Response, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vwg import guards, links, mail, permissions, phrases
from vwg.db import db, locked
from vwg.domain import doubles, invitations, listings, partners, pledges
from vwg.forms import asking
from vwg.models import Contact, Invitation, Partner, PartnerKind
from vwg.pages import address_of, found
from vwg.partners import bp, relation
from vwg.partners.forms import NoteForm, PartnerForm, reply_form
from vwg.partners.showing import WORDS, is_volunteer


@bp.get("/")
@guards.public
def directory() -> ResponseReturnValue:
    """Strangers see who agreed to be listed; volunteers see all, and find by what only they know."""
    inside = is_volunteer()
    given = request.args
    wanted = partners.Wanted(
        given.get("q", "")[:100], _kind(given.get("kind", "")), given.get("lends", "")[:40] if inside else "", given.get("tag", "")[:60] if inside else "",
        inside and given.get("asked") == "never", only_listed=not inside,
    )  # fmt: skip
    shown, page, last = partners.page(wanted, given.get("page", 1, type=int))
    return render_template(
        "partners/directory.html", partners=shown, page=page, last=last, wanted=wanted, kinds_there=partners.kinds_there(not inside),
        tags=partners.tags_there() if inside else [], waiting=len(listings.waiting()) if inside else 0, **WORDS,
    )  # fmt: skip


@bp.get("/<partner>")
@guards.public
def partner(partner: str) -> ResponseReturnValue:
    known = found(select(Partner).options(joinedload(Partner.merged_into)), partner)
    chosen = known.merged_into or known
    if not (chosen.is_listed or is_volunteer()):
        abort(404)
    if chosen is not known:
        return redirect(url_for("partners.partner", partner=address_of(chosen)))
    events = partners.activities_of(chosen)
    if not is_volunteer():
        return render_template("partners/partner.html", partner=chosen, events=events, helped=pledges.named_with(chosen), **WORDS)
    return relation.page_of(chosen, NoteForm(formdata=None), events=events)


@bp.route("/new", methods=["GET", "POST"])
@guards.volunteer(permissions.can_organise)
def new() -> ResponseReturnValue:
    form = PartnerForm(languages=list(phrases.KNOWN.values()))
    with asking(form) as answered:
        if answered:
            added = partners.add(form.details(), sure=form.sure.data)
            db.session.commit()
            return redirect(url_for("partners.partner", partner=address_of(added)))
    like = doubles.like(form.details()) if form.name.data and form.name.errors else []
    return render_template("partners/edit.html", partner=None, form=form, like=like)


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
    return render_template("partners/edit.html", partner=chosen, form=form, like=[])


# ---- by secret link: opening changes nothing


@bp.route("/reply/<token>", methods=["GET", "POST"])
@guards.link("reply")
def reply(invitation: Invitation) -> ResponseReturnValue:
    if invitation.replaced_by_id is not None:  # they were asked anew since
        return redirect(links.to("reply", invitation.latest, g.lang_code))
    if request.method == "POST":
        locked(Invitation, invitation.id)  # before its promises are read: two presses come one after the other
    form = reply_form(invitation, request.args.get("answer"))
    with asking(form) as answered:
        if answered:
            invitations.reply(
                invitation, form.partstat, comment=form.comment.data or "", replied_by=form.replied_by.data or "",
                contact_on_day=form.contact_on_day.data or "", ask_again_at=form.ask_again_at.data, offers=form.offers(), consent_to_name=form.consent_to_name.data,
            )  # fmt: skip
            db.session.commit()
            return redirect(links.to("reply", invitation, g.lang_code))
    return render_template(
        "partners/reply.html", invitation=invitation, event=invitation.event, form=form,
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


# ---- inside


def _kind(given: str) -> PartnerKind | None:
    return PartnerKind(given) if given in set(PartnerKind) else None
