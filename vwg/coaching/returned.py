"""A mail came back: a volunteer types its address, and what it told becomes a call."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vwg.coaching import bp
from vwg.coaching.views import anybody_of_us
from vwg.db import db
from vwg.domain import returned
from vwg.forms import EmailField, Form, asking, needed
from vwg.phrases import N_, gettext, ngettext


class CameBackForm(Form):
    address = EmailField(N_("To which address?"), [needed(N_("Type the address that the mail was sent to."))])


@bp.route("/came-back", methods=["GET", "POST"])
@anybody_of_us
def came_back() -> ResponseReturnValue:
    form = CameBackForm()
    with asking(form) as answered:
        if answered:
            number = returned.came_back(form.address.data or "")
            db.session.commit()
            flash(ngettext("%(num)s mail is to be told in another way now.", "%(num)s mails are to be told in another way now.", number) % {"num": number})
            flash(gettext("It stands on the call list of who asked, or of who runs the activity."))
            return redirect(url_for("coaching.calls"))
    return render_template("coaching/came_back.html", form=form)
