"""De Brug keeps two places free in its choir; Fatma takes one for Amina. De Brug hears a number."""

import pytest
from sqlalchemy import select

from tests.conftest import Visitor, inside, later
from tests.partners.conftest import post as post
from tests.partners.test_proposals import own_link
from tests.post_office import PostOffice, plain
from vwg import mail
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
        ({"until": "2020-01-01"}, "This date is in the past."), ({"what": ""}, "Say in a few words what it is."), ({"until": "2032-01-01"}, "Look at the year."),
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


def test_de_brug_hears_by_mail_how_many_come_and_no_name_that_was_not_ticked(visitor: Visitor, choir: str, post: PostOffice) -> None:
    with inside(visitor.app):
        place = locked(WelcomePlace, the_place().id)
        welcome_places.take(place, household("Amina"), 1, "Amina")
        welcome_places.take(place, household("Dawit"), 1)
        db.session.commit()
    for minutes, mails in ((1, 0), (11, 1), (60, 1)):  # both in one mail, once, and not while the coach still goes on
        with later(minutes=minutes), visitor.app.app_context():
            mail.deliver()
        assert len(post.letters) == mails
    letter = post.to("bert@example.org")[0]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "2 plaatsen zijn ingenomen" in plain(letter) and "Ons koor" in plain(letter) and "Amina" in plain(letter) and "Dawit" not in plain(letter)

    with later(hours=2):
        with inside(visitor.app):
            welcome_places.give_back(locked(WelcomePlace, the_place().id), household("Amina"))
            welcome_places.take(locked(WelcomePlace, the_place().id), household("Dawit"), 1)  # as it was: no news
            db.session.commit()
    with later(hours=3), visitor.app.app_context():
        mail.deliver()
    assert len(post.letters) == 2 and "Amina" not in plain(post.letters[1])


def test_at_night_no_partner_hears_of_it(visitor: Visitor, choir: str, post: PostOffice) -> None:
    with later(hours=11):  # nine in the evening
        with inside(visitor.app):
            welcome_places.take(locked(WelcomePlace, the_place().id), household("Amina"), 1)
            db.session.commit()
    for hours, mails in ((12, 0), (23, 1)):
        with later(hours=hours), visitor.app.app_context():
            mail.deliver()
        assert len(post.letters) == mails


def test_what_a_partner_ends_its_coach_reads_and_tells(visitor: Visitor, choir: str) -> None:
    with inside(visitor.app):
        place = locked(WelcomePlace, the_place().id)
        welcome_places.take(place, household("Amina"), 1)
        welcome_places.end(place)
        db.session.commit()
    fatma, jo = Visitor(visitor.app).signed_in_as("fatma"), Visitor(visitor.app).signed_in_as("jo")
    assert "De Brug keeps no places any more: Ons koor" in fatma.get("/en/coaching/welcome").text
    assert "Ons koor" not in jo.get("/en/coaching/welcome").text
    fatma.press("/en/coaching/welcome", {}, action="/back/")
    assert "Ons koor" not in fatma.get("/en/coaching/welcome").text
