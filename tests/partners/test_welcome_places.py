"""De Brug keeps two places free in its choir; Fatma takes one for Amina. De Brug hears a number."""

import pytest
from sqlalchemy import select

from tests.conftest import Visitor, inside, later
from tests.partners.test_proposals import own_link
from vwg.db import db, locked
from vwg.domain import erasure, errors, welcome_places
from vwg.models import Household, WelcomePlace, WelcomeTaken

GIVEN = {"what": "Ons koor", "when_said": "elke dinsdag", "number": "2", "welcomed_by": "Bert", "until": "2026-06-30"}


@pytest.fixture
def choir(visitor: Visitor) -> str:
    """The partner's page; the places are offered."""
    path = own_link(visitor) + "/welcome"
    assert "The volunteers see it now" in visitor.press(path, GIVEN).text
    return path


def the_place() -> WelcomePlace:
    return db.session.scalars(select(WelcomePlace)).one()


def household(name: str) -> Household:
    return db.session.scalars(select(Household).where(Household.nickname == name)).one()


def test_a_coach_takes_a_place_and_the_partner_hears_a_number(visitor: Visitor, choir: str) -> None:
    fatma = Visitor(visitor.app).signed_in_as("fatma")
    with inside(visitor.app):
        amina = str(household("Amina").id)
    page = fatma.press("/en/coaching/welcome/1", {"household": amina, "people": "1", "first_name": "Amina"})
    assert "Taken." in page.text and "Amina" in page.text
    assert "1 place is taken" in visitor.get(choir).text and "Amina" not in visitor.get(choir).text
    fatma.press("/en/coaching/welcome/1", {"household": amina, "people": "1", "first_name": "Amina", "may_say_name": "y"})
    assert "1 place is taken" in visitor.get(choir).text and "Amina" in visitor.get(choir).text
    jo = Visitor(visitor.app).signed_in_as("jo")
    assert "Ons koor" in jo.get("/en/coaching/welcome").text and "Amina" not in jo.get("/en/coaching/welcome").text


def test_strangers_read_no_word_of_it(visitor: Visitor, choir: str) -> None:
    stranger = Visitor(visitor.app)
    with inside(visitor.app):
        partner = the_place().partner.public_id
    for path in ("/en/agenda/", f"/en/partners/{partner}", "/en/partners/", "/feeds/agenda.ics", "/sitemap.xml"):
        assert "Ons koor" not in stranger.get(path).text, path
    assert stranger.get("/en/coaching/welcome").status_code in {302, 401}


def test_what_is_not_mine_is_not_there(visitor: Visitor, choir: str) -> None:
    jo = Visitor(visitor.app).signed_in_as("jo")
    with inside(visitor.app):
        amina = household("Amina").id
        welcome_places.take(locked(WelcomePlace, the_place().id), household("Amina"), 1)
        db.session.commit()
    token = jo.get("/en/coaching/").text.split('name="csrf_token" value="')[1].split('"')[0]
    assert jo.client.post(f"/en/coaching/welcome/1/back/{amina}", data={"csrf_token": token}).status_code == 404
    assert jo.client.post("/en/coaching/welcome/1", data={"csrf_token": token, "household": str(amina), "people": "1"}).status_code == 422
    assert visitor.press(own_link(visitor, "Bakkerij Chen") + "/welcome", GIVEN).status_code == 200
    other = own_link(visitor, "Bakkerij Chen") + "/welcome/1/end"
    token = visitor.get(choir).text.split('name="csrf_token" value="')[1].split('"')[0]
    assert visitor.client.post(other, data={"csrf_token": token}).status_code == 404


def test_never_more_than_there_are(visitor: Visitor, choir: str) -> None:
    with inside(visitor.app):
        place = locked(WelcomePlace, the_place().id)
        welcome_places.take(place, household("Amina"), 1)
        with pytest.raises(errors.WelcomeIsFull, match="Free places: 1"):
            welcome_places.take(place, household("Dawit"), 2)
        welcome_places.take(place, household("Amina"), 2)
        assert place.free == 0
        welcome_places.give_back(place, household("Amina"))
        welcome_places.take(place, household("Dawit"), 2)
        welcome_places.end(place)
        with pytest.raises(errors.WelcomeIsOver):
            welcome_places.take(place, household("Amina"), 1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"number": "0"}, "Choose a number from 1 to 99."), ({"number": "veel"}, "Write a number in digits"), ({"welcomed_by": ""}, "Who welcomes them there?"),
        ({"until": "2020-01-01"}, "This date is in the past."), ({"what": ""}, "Say in a few words what it is."), ({"until": "2031-01-01"}, "Look at the year."),
    ],
)  # fmt: skip
def test_each_mistake_has_its_sentence(visitor: Visitor, changes: dict[str, str], sentence: str) -> None:
    page = visitor.press(own_link(visitor) + "/welcome", {**GIVEN, **changes})
    assert page.status_code in {409, 422} and sentence in page.text


def test_who_took_a_place_is_forgotten_after_it(visitor: Visitor, choir: str) -> None:
    with inside(visitor.app):
        welcome_places.take(locked(WelcomePlace, the_place().id), household("Amina"), 1, "Amina")
        db.session.commit()
    with later(days=130), inside(visitor.app):
        erasure.erase_what_is_due()
        assert db.session.scalars(select(WelcomeTaken)).all() == []
