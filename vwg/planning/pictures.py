"""The picture of an activity: made anew, with words for who does not see it and two permissions."""

from dataclasses import replace

from flask import Response, abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from wtforms import RadioField, SelectChoice

from vwg import guards
from vwg.db import db
from vwg.domain import changes, pictures
from vwg.domain.pictures import About
from vwg.forms import asking
from vwg.guards import me
from vwg.models import Event
from vwg.pages import found
from vwg.phrases import N_, gettext
from vwg.picture_form import PictureForm, encoded
from vwg.planning import bp
from vwg.planning.finding import event_to_change, page_of

MIDDLES = (
    N_("top left"), N_("top"), N_("top right"), N_("left"), N_("in the middle"), N_("right"),
    N_("bottom left"), N_("bottom"), N_("bottom right"),
)  # fmt: skip


class EventPictureForm(PictureForm):
    focus = RadioField(
        N_("What must stay in sight when it is cut?"), coerce=int, default=5,
        choices=[SelectChoice(str(number), words) for number, words in enumerate(MIDDLES, 1)],
    )  # fmt: skip

    @property
    def about(self) -> About:
        return replace(super().about, focus=self.focus.data)


@bp.route("/<event>/picture", methods=["GET", "POST"])
@guards.volunteer()
def picture(event: str) -> ResponseReturnValue:
    chosen = event_to_change(event)
    form = EventPictureForm(obj=chosen.picture) if chosen.picture else EventPictureForm()
    with asking(form) as answered:
        if answered:
            pictures.check(form.about)
            sizes = encoded()
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
