"""On the day: one number with plus and minus; names only on request, small, and dark after a minute."""

from flask import Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vwg import guards, looks, permissions
from vwg.db import db, locked
from vwg.domain import door as at_the_door
from vwg.domain import pledges, rsvps
from vwg.domain.door import COUNTED, MOST
from vwg.forms import Form, NumberField, asking, between
from vwg.guards import me
from vwg.models import EventDate, Household, Rsvp
from vwg.pages import found
from vwg.phrases import N_, gettext
from vwg.planning import bp

SECONDS_OF_NAMES = 60
TITLES = {
    "there_adults": N_("Adults"), "there_children": N_("Children"),
    "walk_ins": N_("Came without signing up"), "no_shows": N_("Signed up and did not come"),
}  # fmt: skip


class CountsForm(Form):
    there_adults = NumberField(TITLES["there_adults"], [between(0, MOST)])
    there_children = NumberField(TITLES["there_children"], [between(0, MOST)])
    walk_ins = NumberField(TITLES["walk_ins"], [between(0, MOST)])
    no_shows = NumberField(TITLES["no_shows"], [between(0, MOST)])

    @property
    def numbers(self) -> dict[str, int]:
        """What somebody wrote. An empty field leaves what stands there, and so does one that still says what it said
        when the page came (`was_…`): at another door they count on."""
        return {what: self[what].data for what in COUNTED if self[what].data is not None and str(self[what].data) != request.form.get(f"was_{what}")}


@bp.route("/dates/<date>/door", methods=["GET", "POST"])
@guards.volunteer()
def door(date: str) -> ResponseReturnValue:
    """No names here: every volunteer may count. The form says the numbers at once."""
    chosen, form = found(select(EventDate), date), CountsForm()
    with asking(form) as answered:
        if answered:
            at_the_door.say(locked(EventDate, chosen.id), form.numbers)
            db.session.commit()
            flash(gettext(N_("Saved.")))
            return redirect(url_for("planning.door", date=chosen.public_id))
    counted = at_the_door.counts(chosen)
    if not form.is_submitted():
        form.process(data=counted)
    return render_template(
        "planning/door.html", date=chosen, form=form, counted=counted, titles=TITLES, seats=rsvps.standing([chosen])[chosen.id],
        sees_names=permissions.can_see_names(me(), chosen), to_thank=chosen.is_over and any(each.due for each in pledges.of_event(chosen.event)),
    )  # fmt: skip


@bp.post("/dates/<date>/door/count")
@guards.volunteer()
def count(date: str) -> ResponseReturnValue:
    """One press: `what` more by `by`, which may be below nothing. static/door.js sends it behind the page and reads the numbers."""
    held = locked(EventDate, found(select(EventDate), date).id)
    by = request.form.get("by", "")
    nth = request.form.get("nth", 0, int)
    counted = at_the_door.add(held, request.form.get("what", ""), int(by) if by in {"1", "-1"} else 0, request.form.get("page", ""), nth if 0 < nth <= MOST else 0)
    db.session.commit()
    if request.accept_mimetypes.best == "application/json":
        return jsonify(counted)
    return redirect(url_for("planning.door", date=held.public_id))


@bp.get("/dates/<date>/door/names")
@guards.volunteer(keeps=False)
def door_names(date: str) -> ResponseReturnValue:
    """For hosts. After a minute the browser goes back to the numbers by itself, without script."""
    chosen = found(select(EventDate), date)
    if not permissions.can_see_names(me(), chosen):
        return render_template("planning/names_of_others.html", date=chosen)
    looks.record(me(), chosen)
    answer: Response = make_response(render_template("planning/door_names.html", date=chosen, coming=_coming(chosen), seconds=SECONDS_OF_NAMES))
    answer.headers["Refresh"] = f"{SECONDS_OF_NAMES}; url={url_for('planning.door', date=chosen.public_id)}"
    return answer


@bp.get("/dates/<date>/paper")
@guards.volunteer(keeps=False)
def paper(date: str) -> ResponseReturnValue:
    """In large letters, to print: for who has no telephone at the door. For hosts."""
    chosen = found(select(EventDate), date)
    if not permissions.can_see_names(me(), chosen):
        return render_template("planning/names_of_others.html", date=chosen)
    looks.record(me(), chosen)
    return render_template("planning/paper.html", date=chosen, coming=_coming(chosen))


def _coming(date: EventDate) -> list[Rsvp]:
    """Who holds seats, in the order of the alphabet; guests without a name last."""
    listed = db.session.scalars(select(Rsvp).where(Rsvp.date_id == date.id).options(joinedload(Rsvp.household).lazyload(Household.coaches)))
    coming = [rsvp for rsvp in listed if rsvp.holds_seats]
    return sorted(coming, key=lambda rsvp: (not _called(rsvp), _called(rsvp).casefold(), rsvp.number))


def _called(rsvp: Rsvp) -> str:
    return rsvp.household.nickname if rsvp.household else rsvp.name
