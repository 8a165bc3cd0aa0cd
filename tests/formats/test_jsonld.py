"""schema.org Event of an activity, by the rules of search engines."""

import json
from datetime import UTC, datetime
from typing import Any

from vwg.formats import jsonld
from vwg.models import DateState, Event, EventDate, EventText, Partner, Place, Signup, User

URLS = jsonld.Urls("https://vwg.example.org/nl/agenda/e1", "https://vwg.example.org/nl/agenda/", sign_up="https://vwg.example.org/nl/signup/d1")


def kitchen(**changes: Any) -> EventDate:
    """Saturday 21 March 2026, 14 to 18 h in Zaal Skala; Leen is host."""
    event = Event(price_cents=0, signup=Signup.EVERYONE, signup_url="", published_at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    event.texts = [EventText(language="nl", title="Wereldkeuken", text="We koken samen.")]
    event.hosts = [User(name="Leen Peeters", email="leen@example.org")]
    place = Place(name="Zaal Skala", street="Kalkendorp 1", postcode="9270", town="Kalken", latitude=51.0372, longitude=3.9182, address_public=True)
    given: dict[str, Any] = {"starts_at": datetime(2026, 3, 21, 13, tzinfo=UTC), "ends_at": datetime(2026, 3, 21, 17, tzinfo=UTC), **changes}
    date = EventDate(place=place, all_day=given.pop("all_day", False), state=given.pop("state", DateState.ON), **given)
    event.dates = [date]
    return date


def told(date: EventDate, is_full: bool = False) -> dict[str, Any]:
    return jsonld.event(date.event, date, date.event.text, URLS, organiser="Vluchtelingenwerkgroep", town="Laarne", is_full=is_full)


def test_a_date_that_goes_on() -> None:
    assert told(kitchen()) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Wereldkeuken",
        "description": "We koken samen.",
        "inLanguage": "nl",
        "startDate": "2026-03-21T14:00:00+01:00",
        "endDate": "2026-03-21T18:00:00+01:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "url": "https://vwg.example.org/nl/agenda/e1",
        "location": {
            "@type": "Place",
            "name": "Zaal Skala",
            "address": {
                "@type": "PostalAddress", "streetAddress": "Kalkendorp 1", "postalCode": "9270",
                "addressLocality": "Kalken", "addressCountry": "BE",
            },
            "geo": {"@type": "GeoCoordinates", "latitude": 51.0372, "longitude": 3.9182},
        },
        "isAccessibleForFree": True,
        "offers": {
            "@type": "Offer", "price": 0, "priceCurrency": "EUR", "availability": "https://schema.org/InStock",
            "url": "https://vwg.example.org/nl/signup/d1", "validFrom": "2026-03-02T10:00:00+01:00",
        },
        "organizer": {"@type": "Organization", "name": "Vluchtelingenwerkgroep", "url": "https://vwg.example.org/nl/agenda/"},
    }  # fmt: skip


def test_put_off_and_cancelled_keep_their_start() -> None:
    for state, status in ((DateState.POSTPONED, "EventPostponed"), (DateState.CANCELLED, "EventCancelled")):
        found = told(kitchen(state=state))
        assert (found["eventStatus"], found["startDate"]) == (f"https://schema.org/{status}", "2026-03-21T14:00:00+01:00")


def test_a_date_that_moved_says_from_when_and_the_offset_is_that_of_summer() -> None:
    found = told(kitchen(
        starts_at=datetime(2026, 4, 18, 12, tzinfo=UTC), ends_at=datetime(2026, 4, 18, 16, tzinfo=UTC),
        moved_from=datetime(2026, 3, 21, 13, tzinfo=UTC),
    ))  # fmt: skip

    assert (found["eventStatus"], found["startDate"], found["previousStartDate"]) == (
        "https://schema.org/EventRescheduled", "2026-04-18T14:00:00+02:00", "2026-03-21T14:00:00+01:00",
    )  # fmt: skip


def test_a_full_date_is_sold_out_and_still_scheduled() -> None:
    found = told(kitchen(), is_full=True)

    assert (found["offers"]["availability"], found["eventStatus"]) == ("https://schema.org/SoldOut", "https://schema.org/EventScheduled")


def test_a_price_stands_in_euros() -> None:
    date = kitchen()
    date.event.price_cents = 250

    assert (told(date)["offers"]["price"], told(date)["isAccessibleForFree"]) == (2.5, False)


def test_a_whole_day_has_no_hours_and_its_midnight_is_not_the_next_day() -> None:
    found = told(kitchen(all_day=True, starts_at=datetime(2026, 4, 30, 22, tzinfo=UTC), ends_at=datetime(2026, 5, 1, 22, tzinfo=UTC)))

    assert (found["startDate"], found["endDate"]) == ("2026-05-01", "2026-05-01")


def test_an_address_that_comes_after_signing_up_is_not_in_it() -> None:
    date = kitchen()
    assert date.place is not None
    date.place.address_public = False

    assert told(date)["location"] == {
        "@type": "Place", "name": "Kalken", "address": {"@type": "PostalAddress", "addressLocality": "Kalken", "addressCountry": "BE"},
    }  # fmt: skip
    assert "Skala" not in json.dumps(told(date))


def test_no_volunteer_is_in_it() -> None:
    found = json.dumps(told(kitchen()))

    assert "Leen" not in found and "leen@" not in found


def test_a_partner_organises_by_name_only_when_it_agreed_to_be_listed() -> None:
    date = kitchen()
    date.event.organisation = Partner(name="De Brug")
    assert told(date)["organizer"]["name"] == "Vluchtelingenwerkgroep"

    date.event.organisation.listed_consent_at = datetime(2026, 1, 1, tzinfo=UTC)

    assert told(date)["organizer"]["name"] == "De Brug"


def test_signing_up_elsewhere_leads_there_and_never_to_a_script() -> None:
    date = kitchen()
    date.event.signup, date.event.signup_url = Signup.ELSEWHERE, "https://example.org/in"
    assert told(date)["offers"]["url"] == "https://example.org/in"

    date.event.signup_url = "javascript:alert(1)"

    assert told(date)["offers"]["url"] == URLS.sign_up
