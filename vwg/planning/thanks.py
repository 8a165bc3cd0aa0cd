"""After the activity: who kept a promise is thanked, and who did not come is noted."""

from dataclasses import dataclass
from urllib.parse import quote

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from vwg import guards, messages, permissions, phrases
from vwg.db import db, locked
from vwg.domain import pledges
from vwg.domain.pledges import Thanks
from vwg.domain.settings import group
from vwg.formats import share_picture
from vwg.forms import Form, asking, at_most
from vwg.guards import me
from vwg.models import Event, Partner, Pledge, PledgeState
from vwg.pages import address_of, found
from vwg.phrases import N_, gettext
from vwg.planning import bp
from vwg.planning.finding import event_to_change

STATES = {
    PledgeState.PROMISED: N_("promised"), PledgeState.THANKED: N_("thanked"), PledgeState.MISSED: N_("did not come"), PledgeState.WITHDRAWN: N_("taken back"),
}  # fmt: skip


class WithdrawForm(Form):
    reason = StringField(N_("Why?"), [at_most(200)])


@dataclass(frozen=True)
class Card:
    """One partner with words of thanks that are ready, in its own language."""

    thanks: Thanks
    text: str

    @property
    def mailto(self) -> str:
        contact = self.thanks.contact
        if contact is None or not contact.email or contact.never_mail_at:
            return ""
        subject = gettext(N_("Thank you!"))
        return f"mailto:{quote(contact.email, safe='@')}?subject={quote(subject)}&body={quote(self.text.replace(chr(10), chr(13) + chr(10)))}"

    @property
    def whatsapp(self) -> str:
        phone = self.thanks.contact.phone.lstrip("+") if self.thanks.contact else ""
        return f"https://wa.me/{phone}?text={quote(self.text)}"


@bp.get("/<event>/thanks")
@guards.volunteer()
def thanks(event: str) -> ResponseReturnValue:
    """Everybody who promised something, each with a ready text."""
    chosen = event_to_change(event)
    cards = [Card(each, _words(each)) for each in pledges.of_event(chosen)]
    return render_template("planning/thanks.html", event=chosen, cards=cards, states=STATES, form=WithdrawForm(formdata=None))


@bp.post("/<event>/thanks/<partner>")
@guards.volunteer()
def thank(event: str, partner: str) -> ResponseReturnValue:
    """Thanked: by mail, by WhatsApp or by a hand on a shoulder."""
    chosen = event_to_change(event)
    with asking(WithdrawForm()) as answered:
        if answered:
            one = pledges.thanks_to(chosen, found(Partner.known(), partner)) or abort(404)
            pledges.thank(one.due, me())
            db.session.commit()
            flash(gettext(N_("%(name)s is thanked.")) % {"name": one.partner.name})
    return redirect(url_for("planning.thanks", event=address_of(chosen)))


@bp.post("/pledges/<int:pledge>")
@guards.volunteer()
def settle(pledge: int) -> ResponseReturnValue:
    """`missed`, `withdrawn` with a reason, or `promised` again after a press by mistake."""
    kept = locked(Pledge, pledge) if db.session.get(Pledge, pledge) else abort(404)
    if not permissions.can_edit_event(me(), kept.event):
        abort(404)
    form, page = WithdrawForm(), url_for("planning.thanks", event=address_of(kept.event))
    if form.validate_on_submit():
        if "missed" in request.form:
            pledges.missed(kept, me())
        elif "promised" in request.form:
            pledges.promised_again(kept)
        else:
            pledges.withdraw(kept, form.reason.data or "", me())
        db.session.commit()
    elif form.errors:
        flash(" ".join(form.reason.errors) or gettext(N_("Press once more.")))
    return redirect(page)


@bp.get("/<event>/thanks/<partner>.png")
@guards.volunteer()
def thanks_picture(event: str, partner: str) -> ResponseReturnValue:
    """To share where one likes; only of who agreed, this time, to be named."""
    chosen = event_to_change(event)
    one = pledges.thanks_to(chosen, found(Partner.known(), partner))
    if one is None or not one.may_name or not chosen.dates:
        abort(404)
    return Response(share_picture.draw(_picture(chosen, one)), mimetype="image/png", headers={"Content-Disposition": 'inline; filename="thanks.png"'})


# ---- inside


def _words(thanks: Thanks) -> str:
    contact = thanks.contact
    language = contact.language if contact else phrases.SOURCE
    what = [messages.promised(each) for each in thanks.told]
    return messages.thank_you(thanks.partner, thanks.event.title_in(language), what, contact.first_name if contact else "", language, me())


def _picture(event: Event, thanks: Thanks) -> share_picture.Words:
    what = ", ".join(messages.promised(each) for each in thanks.told if each.consent_to_name)
    return share_picture.thanks(event, gettext(N_("Thank you, %(name)s!")) % {"name": thanks.partner.name}, what, group().name, group().green)
