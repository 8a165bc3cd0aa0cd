"""Who comes, as a file: for hosts who showed just now that it is them, with their name on it, and logged."""

from collections.abc import Sequence

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from vwg import clock, guards, looks, permissions, phrases
from vwg.db import db
from vwg.domain import changes
from vwg.formats import sheet
from vwg.forms import Button, asking, shown_phone
from vwg.guards import me
from vwg.models import EventDate, Household, Rsvp, RsvpStatus
from vwg.pages import found
from vwg.phrases import N_, gettext
from vwg.planning import bp

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADS = (
    N_("Name"), N_("People"), N_("Adults"), N_("0 to 2 years"), N_("3 to 5 years"), N_("6 to 11 years"), N_("12 to 17 years"),
    N_("Language"), N_("State"), N_("Telephone"), N_("E-mail address"),
)  # fmt: skip
STATES = {
    RsvpStatus.CONFIRMED: N_("comes"), RsvpStatus.TO_CONFIRM: N_("to confirm"), RsvpStatus.WAITING: N_("waits"), RsvpStatus.GIVEN_BACK: N_("gave it back"),
}  # fmt: skip


@bp.route("/dates/<date>/export", methods=["GET", "POST"])
@guards.volunteer(keeps=False)
@guards.sure(always=True, keeps=False)
def export(date: str) -> ResponseReturnValue:
    chosen, form = found(select(EventDate), date), Button()
    if not permissions.can_see_names(me(), chosen):
        return render_template("planning/names_of_others.html", date=chosen)
    with asking(form) as answered:
        if answered:
            looks.record(me(), chosen)
            rows = _rows(chosen)
            changes.log(chosen.event, me(), "exported", [chosen.public_id])
            db.session.commit()
            return _file(chosen, rows, as_xlsx=request.form.get("kind") != "csv")
    return render_template("planning/export.html", date=chosen)


def _file(date: EventDate, rows: list[list[str]], as_xlsx: bool) -> Response:
    name = f"{clock.local(date.starts_at):%Y-%m-%d}"
    body, kind, end = (sheet.as_xlsx(rows, name), XLSX, "xlsx") if as_xlsx else (sheet.as_csv(rows), "text/csv; charset=utf-8", "csv")
    return Response(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}.{end}"', "Cache-Control": "no-store"})


def _rows(date: EventDate) -> list[list[str]]:
    """First who took it along and when, then one line a party; of a family with a coach no number: the coach has it."""
    today = clock.local(clock.now())
    said = gettext(N_("Taken along by %(name)s on %(day)s at %(hour)s. Wipe this file after the activity.")) % {
        "name": me().name, "day": phrases.short_day(today.date()), "hour": phrases.hour(clock.now()),
    }  # fmt: skip
    head = [[date.event.title, phrases.when(date.starts_at, date.ends_at, date.all_day)], [said], [gettext(each) for each in HEADS]]
    return head + [_row(rsvp) for rsvp in _parties(date) if not rsvp.is_given_back]


def _row(rsvp: Rsvp) -> list[str]:
    called = rsvp.household.nickname if rsvp.household else rsvp.name or gettext(N_("Guest %(number)s")) % {"number": rsvp.number}
    heads = [rsvp.people, rsvp.adults, rsvp.band_0_2, rsvp.band_3_5, rsvp.band_6_11, rsvp.band_12_17]
    contact = rsvp.contact
    reached = [shown_phone(contact.phone) if contact and contact.phone else "", contact.email or "" if contact else ""]
    return [called, *map(str, heads), rsvp.language, gettext(STATES[rsvp.status]), *reached]


def _parties(date: EventDate) -> Sequence[Rsvp]:
    listed = select(Rsvp).where(Rsvp.date_id == date.id).options(joinedload(Rsvp.household).lazyload(Household.coaches), selectinload(Rsvp.contact))
    return db.session.scalars(listed.order_by(Rsvp.queued_at, Rsvp.id)).all()
