"""An activity as search engines read it (schema.org Event in JSON-LD); one per page, none on lists.

https://schema.org/Event and https://developers.google.com/search/docs/appearance/structured-data/event.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vwg import clock
from vwg.models import DateState, Event, EventDate, EventText, Place

LONGEST = 5000  # of a description

_STATES = {
    DateState.ON: "https://schema.org/EventScheduled",
    DateState.POSTPONED: "https://schema.org/EventPostponed",
    DateState.CANCELLED: "https://schema.org/EventCancelled",
}


@dataclass(frozen=True)
class Urls:
    """Whole addresses. `sign_up` is empty where nobody can take a seat by our page."""

    page: str
    home: str
    picture: str = ""
    sign_up: str = ""
    photo: str = ""


def event(event: Event, date: EventDate, text: EventText | None, urls: Urls, *, organiser: str, town: str, is_full: bool = False) -> dict[str, Any]:
    """This date as one schema.org Event, with nothing of any person in it.

    `text`: the words that the page shows. `organiser`: the group, for an activity without a listed
    partner. `town`: the municipality, where the place is not said. Start and end stand with the
    offset of the village's clock; a date that is put off or cancelled keeps its start.
    """
    said = text or event.text
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": said.title if said else "",
        "startDate": _moment(date.starts_at, date.all_day),
        "endDate": _end(date),
        "eventStatus": _status(date),
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "url": urls.page,
        "location": _place(date.place if date.shows_address else None, date.place.town if date.place and date.place.town else town),
        "isAccessibleForFree": event.price_cents == 0,
        "offers": _offer(event, urls, is_full),
        "organizer": _organiser(event, organiser, urls.home),
    }
    if said:
        found["inLanguage"] = said.language
    if said and said.text.strip():
        found["description"] = said.text.strip()[:LONGEST]
    if pictures := [address for address in (urls.photo, urls.picture) if address]:
        found["image"] = pictures
    if _is_moved(date) and date.moved_from:
        found["previousStartDate"] = _moment(date.moved_from, date.all_day)
    return found


def _status(date: EventDate) -> str:
    return "https://schema.org/EventRescheduled" if _is_moved(date) else _STATES[date.state]


def _is_moved(date: EventDate) -> bool:
    """People were told another start, and it goes on."""
    return date.state == DateState.ON and date.moved_from is not None and date.moved_from != date.starts_at


def _place(place: Place | None, town: str) -> dict[str, Any]:
    """The hall with its address, or the town alone where the address comes after signing up."""
    if place is None:
        return {"@type": "Place", "name": town, "address": _address(town=town)}
    found: dict[str, Any] = {
        "@type": "Place",
        "name": place.name,
        "address": _address(place.street, place.postcode, place.town or town),
    }
    if place.latitude is not None and place.longitude is not None:
        found["geo"] = {"@type": "GeoCoordinates", "latitude": place.latitude, "longitude": place.longitude}
    return found


def _address(street: str = "", postcode: str = "", town: str = "") -> dict[str, str]:
    parts = {"streetAddress": street, "postalCode": postcode, "addressLocality": town, "addressCountry": "BE"}
    return {"@type": "PostalAddress", **{name: value for name, value in parts.items() if value}}


def _offer(event: Event, urls: Urls, is_full: bool) -> dict[str, Any]:
    euros, cents = divmod(event.price_cents, 100)
    elsewhere = event.signup_elsewhere
    found: dict[str, Any] = {
        "@type": "Offer",
        "price": event.price_cents / 100 if cents else euros,
        "priceCurrency": "EUR",
        "availability": "https://schema.org/SoldOut" if is_full else "https://schema.org/InStock",
        "url": elsewhere or urls.sign_up or urls.page,
    }
    if event.published_at is not None:
        found["validFrom"] = _moment(event.published_at)
    return found


def _organiser(event: Event, group: str, home: str) -> dict[str, str]:
    """The partner that organises, if it agreed to be listed; else the group."""
    if event.organisation is not None and event.organisation.is_listed:
        return {"@type": "Organization", "name": event.organisation.name}
    return {"@type": "Organization", "name": group, "url": home}


def _moment(moment: datetime, all_day: bool = False) -> str:
    """`2026-03-21T14:00:00+01:00`, or the day alone (ISO 8601)."""
    shown = clock.local(moment).replace(microsecond=0)
    return shown.date().isoformat() if all_day else shown.isoformat()


def _end(date: EventDate) -> str:
    """A whole day's end may be the midnight after it: that day itself is meant."""
    if not date.all_day:
        return _moment(date.ends_at)
    return _moment(max(date.starts_at, date.ends_at - timedelta(seconds=1)), all_day=True)
