"""A partner's own page, by its secret link: what it was asked and promised, and what it says about itself."""

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from vwg import clock, guards, links
from vwg.db import db
from vwg.domain import listings, partners
from vwg.forms import Button, asking
from vwg.models import Contact, Partner
from vwg.partners import bp
from vwg.partners.forms import ListingForm
from vwg.partners.showing import WORDS, own_page, reply_to
from vwg.phrases import N_, gettext


@bp.route("/own/<token>", methods=["GET", "POST"])
@guards.link("own")
def own(partner: Partner) -> ResponseReturnValue:
    """What they were asked and what they promised, the newest first; below, their listing to change."""
    if partner.merged_into is not None:
        return redirect(links.to("own", partner.merged_into, g.lang_code))
    form = ListingForm(obj=partner)
    with asking(form) as answered:
        if answered:
            change = listings.propose(partner, form.listing())
            db.session.commit()
            flash(_said(change is not None, partner.trusted))
            return redirect(links.to("own", partner, g.lang_code))
    return render_template(
        "partners/own.html", partner=partner, invitations=partners.asked_of(partner), reply_to=reply_to, own_of=own_page, form=form,
        others=_others_of_who_signed_in(partner), waiting=listings.waiting(partner), token=links.token("own", partner), asks=partner.checked_at < clock.now() - listings.ASKED_AGAIN_AFTER, **WORDS,
    )  # fmt: skip


@bp.post("/own/<token>/right")
@guards.link("own")
def still_right(partner: Partner) -> ResponseReturnValue:
    """One press: nothing changed this year."""
    if Button().validate_on_submit():
        listings.still_right(partner)
        db.session.commit()
        flash(gettext(N_("Thank you! We ask again in a year.")))
    return redirect(links.to("own", partner, g.lang_code))


@bp.post("/own/<token>/listed")
@guards.link("own")
def agree(partner: Partner) -> ResponseReturnValue:
    """Whether strangers may see them is theirs to say, and holds at once."""
    if Button().validate_on_submit():
        listings.agree(partner, "yes" in request.form)
        db.session.commit()
        flash(gettext(N_("Done. Everybody can see you on our site.")) if partner.is_listed else gettext(N_("Done. You do not stand on our site any more.")))
    return redirect(links.to("own", partner, g.lang_code))


def _others_of_who_signed_in(partner: Partner) -> list[Partner]:
    """Somebody may answer for several partners; who came by the link alone sees this one."""
    user = guards.viewer()
    theirs = [contact.partner for contact in db.session.scalars(Contact.of(user))] if user is not None else []
    return [each for each in theirs if each.id != partner.id] if partner in theirs else []


def _said(changed: bool, counts_at_once: bool) -> str:
    if not changed:
        return gettext(N_("Thank you! Nothing was different."))
    return gettext(N_("Thank you! It stands there now.")) if counts_at_once else gettext(N_("Thank you! A volunteer looks at it first."))
