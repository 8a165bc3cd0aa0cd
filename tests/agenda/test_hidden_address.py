"""In Laarne, the address after signing up: nothing that a stranger may open tells it."""

from tests.conftest import Visitor, inside, world_kitchen
from tests.planning.test_pages import _cast
from vwg.db import db, locked
from vwg.domain import rsvps
from vwg.domain.rsvps import Party
from vwg.keys import token
from vwg.models import EventDate

SECRETS = ("Zaal Skala", "Kalkendorp 1", "51.0372")


def hidden(visitor: Visitor) -> tuple[str, str, str]:
    with inside(visitor.app):
        event = world_kitchen(_cast(), address_after_signup=True)
        rsvp = rsvps.sign_up(locked(EventDate, event.dates[0].id), Party(2), language="en", name="Rahim")
        place = event.dates[0].place
        db.session.commit()
        assert place is not None
        return event.public_id, place.public_id, token("mine", rsvp.public_id, rsvp.generation)


def test_strangers_read_the_town_alone_and_who_comes_the_address(visitor: Visitor) -> None:
    event, place, mine = hidden(visitor)
    pages = ["/en/agenda/", f"/en/agenda/{event}", "/en/agenda/2026-03", "/feeds/agenda.ics", f"/feeds/events/{event}.ics", "/en/agenda/subscribe"]
    for path in pages:
        page = visitor.get(path, follow_redirects=True)
        found = [secret for secret in SECRETS if secret in page.text.replace("\r\n ", "")]
        assert (page.status_code, path, found) == (200, path, [])
    assert "Wereldkeuken" in visitor.get("/en/agenda/").text
    assert "Kalkendorp 1" in visitor.get(f"/en/signup/mine/{mine}").text


def test_asking_for_what_is_in_that_place_does_not_tell_it(visitor: Visitor) -> None:
    _, place, _ = hidden(visitor)

    assert "Wereldkeuken" not in visitor.get(f"/en/agenda/?place={place}").text
    assert "Wereldkeuken" not in visitor.get(f"/feeds/agenda.ics?place={place}").text
    assert "Wereldkeuken" not in visitor.get(f"/feeds/places/{place}.ics").text


def test_jo_chooses_it_on_a_closed_line(visitor: Visitor) -> None:
    jo = visitor.signed_in_as("jo")
    with inside(jo.app):
        event = world_kitchen(_cast()).public_id
        db.session.commit()
    page = jo.press(f"/en/planning/{event}/edit/visibility", {"address_after_signup": "y"})

    assert "Everybody sees it, the address after signing up" in page.text
    assert "Kalkendorp" not in Visitor(jo.app).get("/feeds/agenda.ics").text
