"""One date of an activity in somebody's own calendar: a file, or a link for Google and Outlook."""

import re
from datetime import UTC, timedelta
from datetime import date as calendar_date
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Response, abort, g, url_for
from flask.typing import ResponseReturnValue

from vwg import addresses, clock, guards
from vwg.agenda import bp
from vwg.domain import programme
from vwg.domain.settings import group
from vwg.formats import ical
from vwg.formats.things import contact_line
from vwg.models import EventDate
from vwg.pages import address_of, found

CALENDAR = "text/calendar; charset=utf-8; method=PUBLISH"


class Ways(NamedTuple):
    """Into a telephone's calendar, Google's, Outlook's."""

    file: str
    google: str
    outlook: str


@bp.get("/agenda/<event>/<date>.ics")
@guards.public
def date_file(event: str, date: str) -> ResponseReturnValue:
    """With the uid of the feeds, so that who has both sees it once. A date of another activity is not there."""
    chosen = found(EventDate.public(), date)
    if chosen.event.public_id != event.partition("-")[0]:
        abort(404)
    own = group()
    made = ical.calendar_file([chosen], g.lang_code, contact_line(own.name, own.mailbox, own.phone), own.mailbox)
    name = re.sub(r"[^a-z0-9-]+", "-", address_of(chosen.event))
    return Response(made, content_type=CALENDAR, headers={"Content-Disposition": f'attachment; filename="{name}.ics"'})


def ways_to_keep(date: EventDate) -> Ways:
    """Google and Outlook get what strangers may see, in the page's language; nothing is sent before the press."""
    said = programme.text_in(date.event, g.lang_code)
    title = said.title if said else date.event.title
    place = date.shown_place
    page = addresses.full(url_for("agenda.event", event=address_of(date.event)))
    google = {"action": "TEMPLATE", "text": title, "dates": f"{_moments(date)}", "details": page, "location": place}
    outlook = {
        "path": "/calendar/action/compose", "rru": "addevent", "subject": title, "body": page, "location": place,
        **_outlook(date),
    }  # fmt: skip
    return Ways(
        url_for("agenda.date_file", event=address_of(date.event), date=date.public_id),
        f"https://calendar.google.com/calendar/render?{urlencode(google)}",
        f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(outlook)}",
    )


def _moments(date: EventDate) -> str:
    """`20260321T130000Z/20260321T170000Z`; whole days as days, up to the day after."""
    if date.all_day:
        return f"{_days(date)[0]:%Y%m%d}/{_days(date)[1]:%Y%m%d}"
    return "/".join(f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}" for moment in (date.starts_at, date.ends_at))


def _outlook(date: EventDate) -> dict[str, str]:
    if date.all_day:
        return {"startdt": _days(date)[0].isoformat(), "enddt": _days(date)[1].isoformat(), "allday": "true"}
    starts, ends = (f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for moment in (date.starts_at, date.ends_at))
    return {"startdt": starts, "enddt": ends}


def _days(date: EventDate) -> tuple[calendar_date, calendar_date]:
    """The first day and the one after the last."""
    last = clock.local(date.ends_at - timedelta(seconds=1)).date()
    return clock.local(date.starts_at).date(), last + timedelta(days=1)
