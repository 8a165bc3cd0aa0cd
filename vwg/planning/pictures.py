"""The picture of an activity: made anew, with words for who does not see it and two permissions."""

from flask import Response, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from sqlalchemy import select
from wtforms import BooleanField, RadioField, SelectChoice, StringField

from vwg import guards
from vwg.db import db
from vwg.domain import changes, pictures
from vwg.domain.pictures import MOST_BYTES, PHOTO_SIZES, About
from vwg.forms import Form, asking, at_most
from vwg.guards import me
from vwg.models import Event
from vwg.pages import found
from vwg.phrases import N_, gettext
from vwg.planning import bp
from vwg.planning.finding import event_to_change, page_of

MIDDLES = (
    N_("top left"), N_("top"), N_("top right"), N_("left"), N_("in the middle"), N_("right"),
    N_("bottom left"), N_("bottom"), N_("bottom right"),
)  # fmt: skip


class PictureForm(Form):
    picture = FileField(N_("Picture"), description=N_("A PNG, a JPEG or a WebP. Where and when it was taken is wiped from it."))
    alt = StringField(N_("What is on it?"), [at_most(200)], description=N_("For people who do not see it. For example: six people stir in a big pot."))
    credit = StringField(N_("Who made it?"), [at_most(80)])
    consent_taken = BooleanField(N_("The people on it agreed to be photographed."))
    consent_published = BooleanField(N_("The people on it agreed that everybody may see it here."))
    focus = RadioField(
        N_("What must stay in sight when it is cut?"), coerce=int, default=5,
        choices=[SelectChoice(str(number), words) for number, words in enumerate(MIDDLES, 1)],
    )  # fmt: skip

    @property
    def about(self) -> About:
        return About(self.alt.data or "", self.credit.data or "", self.consent_taken.data, self.consent_published.data, self.focus.data)


@bp.route("/<event>/picture", methods=["GET", "POST"])
@guards.volunteer()
def picture(event: str) -> ResponseReturnValue:
    chosen = event_to_change(event)
    form = PictureForm(obj=chosen.picture) if chosen.picture else PictureForm()
    with asking(form) as answered:
        if answered:
            pictures.check(form.about)
            sizes = _encoded()
            chosen = event_to_change(event)
            pictures.set_of_event(chosen, form.about, sizes)
            changes.log(chosen, me(), "edited", ["picture"])
            db.session.commit()
            flash(gettext(N_("Saved.")))
            return redirect(page_of(chosen))
    return render_template("planning/picture.html", event=chosen, form=form)


@bp.post("/<event>/picture/remove")
@guards.volunteer()
def remove_picture(event: str) -> ResponseReturnValue:
    chosen = event_to_change(event)
    pictures.remove_of_event(chosen)
    changes.log(chosen, me(), "edited", ["picture"])
    db.session.commit()
    flash(gettext(N_("The picture is gone.")))
    return redirect(page_of(chosen))


@bp.get("/<event>/picture.webp")
@guards.volunteer()
def own_picture(event: str) -> ResponseReturnValue:
    """Of a draft too, which nobody outside sees."""
    chosen: Event = found(select(Event), event)
    return Response(pictures.of_event(chosen, "phone") or abort(404), mimetype="image/webp")


def _encoded() -> dict[str, bytes] | None:
    """None where no file came along. Nothing is held meanwhile: others go on writing."""
    given = request.files.get("picture")
    if given is None or not given.filename:
        return None
    data = given.read(MOST_BYTES + 1)
    db.session.rollback()
    return pictures.encoded(data, PHOTO_SIZES)
