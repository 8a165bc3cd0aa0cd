"""Whom to tell, and the note on the door for who cannot be told."""

from collections.abc import Sequence

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vwg import clock, looks, phrases
from vwg.coaching import bp, reaching
from vwg.coaching.forms import CallForm
from vwg.coaching.views import anybody_of_us, words
from vwg.db import db
from vwg.domain import calls
from vwg.forms import asking
from vwg.guards import me
from vwg.models import EventDate
from vwg.pages import found

DONE = {"told": calls.told, "not-yet": calls.not_yet, "later": calls.later}


@bp.route("/calls", methods=["GET", "POST"], endpoint="calls")
@anybody_of_us
def call_list() -> ResponseReturnValue:
    form = CallForm()
    with asking(form) as answered:
        if answered:
            mine = calls.chosen(me(), form.numbers)
            if not mine:
                abort(404)
            DONE[form.went.data](mine)
            db.session.commit()
            return redirect(url_for("coaching.calls"))
    lines = [line for call in calls.to_make(me()) if (line := reaching.line(call, me()))]
    if request.method == "GET":
        _record_looks(lines)
    return render_template(
        "coaching/calls.html", lines=[line for line in lines if line.call.is_due], later=[line for line in lines if not line.call.is_due],
        form=form, is_quiet=calls.is_quiet_now(), silent=calls.cannot_be_told(), **words(),
    )  # fmt: skip


@bp.get("/door/<date>")
@anybody_of_us
def door(date: str) -> ResponseReturnValue:
    """A note for the door, A4: what changed, in the languages of who cannot be told, and when it was written."""
    chosen = found(select(EventDate).options(joinedload(EventDate.event)), date)
    asked = [code for code in request.args.getlist("language") if code in phrases.KNOWN]
    codes = list(dict.fromkeys(asked or calls.door_languages(chosen)))
    said = [(phrases.KNOWN[code], reaching.door_note(chosen, code)) for code in codes]
    return render_template("coaching/door.html", date=chosen, said=said, codes=codes, known=phrases.KNOWN, written=clock.local(clock.now()))


# ---- inside


def _record_looks(lines: Sequence[reaching.Line]) -> None:
    """Families and helpers by day, who signed up alone by date; a partner is no secret among us."""
    seen: set[EventDate | None] = {rsvp.date for line in lines if line.call.rsvp is not None for rsvp in line.call.about}
    if any(line.call.household is not None or line.call.outsider is not None for line in lines):
        seen.add(None)
    if seen:
        looks.record(me(), *seen)
