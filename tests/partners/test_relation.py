"""A partner as volunteers know it, and its own page by link."""

import io
import re

import pytest
from sqlalchemy import func, select

from tests.conftest import Visitor, inside, later
from tests.partners.test_directory import page_of
from tests.post_office import PostOffice, plain
from vwg import links, mail
from vwg.db import db
from vwg.domain import listings, partners, pictures
from vwg.models import Contact, ListingChange, Notice, Partner, Picture, User

NEW = "/en/partners/new"


def the(visitor: Visitor, name: str = "De Brug") -> Partner:
    return db.session.scalars(select(Partner).where(Partner.name == name)).one()


def own_link(visitor: Visitor, name: str = "De Brug") -> str:
    with visitor.app.test_request_context("/"):
        return links.to("own", the(visitor, name), "en")


# ---- written down by volunteers


def test_a_wrong_number_is_said_and_may_be_left_out(visitor: Visitor) -> None:
    jo = visitor.signed_in_as("jo")
    given = {"name": "Fietsclub", "kbo": "0475.250.608", "vcode": "V12"}
    page = jo.press(NEW, given)
    assert page.status_code == 422 and "its last two digits do not fit" in page.text and "This is not a V-code" in page.text
    assert "0475.250.608" in page.text and 'name="without_numbers"' in page.text

    assert jo.press(NEW, {**given, "without_numbers": "y"}).status_code == 200
    with inside(visitor.app):
        assert (the(visitor, "Fietsclub").kbo, the(visitor, "Fietsclub").vcode) == ("", "")


def test_everything_behind_more_stands_on_its_page(visitor: Visitor) -> None:
    jo = visitor.signed_in_as("jo")
    page = jo.press(NEW, {
        "name": "Fietsclub", "lends": ["van", "tools"], "lends_van": "8 zitplaatsen, vraag Wout", "lends_tent": "niet aangevinkt", "tags": "Sport, buren", "street": "Kerkstraat 1", "postcode": "9270", "town": "Kalken", "access": "Bel achteraan",
        "opening_hours": "za 9–12 u.", "languages": ["nl", "ar"], "website": "www.fietsclub.example", "kbo": "BE0475250609", "listed": "y",
    })  # fmt: skip
    for said in ("Kerkstraat 1, 9270 Kalken", "Bel achteraan", "za 9–12 u.", "العربية", "fietsclub.example", "0475.250.609", "A van: 8 zitplaatsen, vraag Wout"):
        assert said in page.text
    assert "niet aangevinkt" not in page.text and 'value="8 zitplaatsen, vraag Wout"' in jo.get(f"{page.request.path}/edit").text
    stranger = Visitor(visitor.app).get(page.request.path).text
    assert "za 9–12 u." in stranger and "A van" not in stranger and "buren" not in stranger
    assert "Fietsclub" in jo.get("/en/partners/?tag=buren").text and "De Brug" not in jo.get("/en/partners/?tag=buren").text.partition("<main")[2]
    assert "De Brug" in Visitor(visitor.app).get("/en/partners/?tag=buren&lends=van&asked=never").text  # strangers find by name and kind only


def test_one_who_looks_like_another_is_asked_about_once(visitor: Visitor) -> None:
    jo = visitor.signed_in_as("jo")
    page = jo.press(NEW, {"name": "De Brug vzw"})
    assert page.status_code == 409 and "This looks like De Brug" in page.text and 'name="sure"' in page.text

    assert jo.press(NEW, {"name": "De Brug vzw", "sure": "y"}).status_code == 200
    doubles = jo.get("/en/partners/doubles").text
    assert doubles.count("This one stays") == 2


def test_two_become_one_and_the_old_address_leads_there(visitor: Visitor) -> None:
    jo = visitor.signed_in_as("jo")
    jo.press(NEW, {"name": "De Brug vzw", "sure": "y", "contact_name": "Mia"})
    old, old_own = page_of(visitor, "De Brug vzw"), own_link(visitor, "De Brug vzw")
    with inside(visitor.app):
        other = the(visitor, "De Brug vzw").public_id
    asked = jo.press(f"{page_of(visitor)}/merge")  # nobody is chosen beforehand: a press alone merges nothing
    assert asked.status_code == 409 and "Tick at least one partner." in asked.text
    page = jo.press(f"{page_of(visitor)}/merge", {"other": other})

    assert page.status_code == 200 and "Mia" in page.text and "Bert" in page.text
    assert jo.get(old).location == page_of(visitor)
    assert Visitor(visitor.app).get(old_own).location == own_link(visitor)


def test_people_come_and_go(visitor: Visitor) -> None:
    jo = visitor.signed_in_as("jo")
    page = jo.press(f"{page_of(visitor)}/people/new", {"name": "Oksana", "email": "oksana@example.org", "language": "uk", "channel": "call", "signs_in": "y"})
    assert "Oksana" in page.text and "By telephone" in page.text and "may sign in" in page.text
    with inside(visitor.app):
        oksana = db.session.scalars(select(Contact).where(Contact.name == "Oksana")).one()
        assert (oksana.takes_mail, oksana.user.roles) == (False, [])
        number = oksana.id

    jo.press(f"{page_of(visitor)}/people/{number}", action="/away")
    assert "Oksana" not in jo.get(page_of(visitor)).text
    assert jo.get(f"{page_of(visitor, 'Bakkerij Chen')}/people/{number}").status_code == 404


def test_somebody_who_signs_in_sees_only_their_own_page(visitor: Visitor) -> None:
    with inside(visitor.app):
        partners.change_contact(the(visitor).contacts[0], partners.Person("Bert", email="bert@example.org", signs_in=True))
        db.session.scalars(select(User).where(User.email == "bert@example.org")).one().demo_name = "bert"
        db.session.commit()
    bert = visitor.signed_in_as("bert")

    offered = {path.partition("?")[0] for path in re.findall(r'<a [^>]*href="(/[^"]*)"', bert.get(own_link(visitor)).text)}
    assert {path: bert.get(path).status_code for path in sorted(offered) if bert.get(path).status_code != 200} == {}  # no door that does not open
    assert "oksana" not in bert.get(page_of(visitor)).text and "Whom do we ask?" not in bert.get(page_of(visitor)).text
    assert [bert.get(path).status_code for path in (f"{page_of(visitor)}/edit", "/en/planning/", "/en/partners/doubles", "/en/partners/changes")] == [404] * 4


def test_who_answers_for_two_partners_comes_from_one_page_to_the_other(visitor: Visitor) -> None:
    with inside(visitor.app):
        for name in ("De Brug", "Bakkerij Chen"):
            partners.add_contact(the(visitor, name), partners.Person("Mia", email="mia@example.org", signs_in=True))
        db.session.scalars(select(User).where(User.email == "mia@example.org")).one().demo_name = "mia"
        db.session.commit()
    mia = Visitor(visitor.app).signed_in_as("mia")
    assert "Bakkerij Chen" in mia.get(own_link(visitor)).text
    assert "Bakkerij Chen" not in Visitor(visitor.app).get(own_link(visitor)).text


def test_a_note_stands_in_the_time_line_and_never_a_national_number(visitor: Visitor) -> None:
    jo = visitor.signed_in_as("jo")
    page = jo.press(page_of(visitor), {"text": "Bert heeft de sleutel."}, action="/notes")
    assert "Bert heeft de sleutel." in page.text and "Write nothing about the people we help" in page.text

    refused = jo.press(page_of(visitor), {"text": "00.01.25-567.77"}, action="/notes")
    assert refused.status_code == 409 and "national register number" in refused.text and "00.01.25-567.77" in refused.text
    assert "Bert heeft de sleutel." not in Visitor(visitor.app).get(page_of(visitor)).text


def test_who_was_never_asked_is_found(visitor: Visitor) -> None:
    page = visitor.signed_in_as("jo").get("/en/partners/?asked=never").text

    assert re.findall(r'<h2 class="t"><a [^>]*>([^<]+)</a>', page) == ["Bakkerij Chen", "De Brug"]


def test_the_directory_turns_pages_and_a_page_too_far_is_the_last(visitor: Visitor) -> None:
    with inside(visitor.app):
        for number in range(45):
            partners.add(partners.Details(f"Club {number:02}", listed=True))
        db.session.commit()
    names = [re.findall(r'<h2 class="t"><a [^>]*>([^<]+)</a>', visitor.get(f"/en/partners/?page={page}").text) for page in (1, 2, 3, 99, 0, "x")]

    assert [len(each) for each in names] == [20, 20, 7, 7, 20, 20]
    assert names[3] == names[2] and names[4] == names[0] and not set(names[0]) & set(names[1])


def a_photo() -> tuple[io.BytesIO, str]:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(file, "PNG")
    return io.BytesIO(file.getvalue()), "brug.png"


def test_a_few_photos_stand_on_the_page_each_with_words_and_two_permissions(visitor: Visitor) -> None:
    jo, stranger = visitor.signed_in_as("jo"), Visitor(visitor.app)
    agreed = {"consent_taken": "y", "consent_published": "y"}
    assert jo.press(f"{page_of(visitor)}/photo", {"picture": a_photo(), "alt": "De zaal"}).status_code == 409
    assert jo.press(f"{page_of(visitor)}/photo", {"picture": a_photo(), "alt": "", **agreed}).status_code == 409
    assert jo.press(f"{page_of(visitor)}/photo", {"picture": (io.BytesIO(b"<svg/>"), "x.png"), "alt": "De zaal", **agreed}).status_code == 409

    for number in range(pictures.MOST_PHOTOS):
        page = jo.press(f"{page_of(visitor)}/photo", {"picture": a_photo(), "alt": f"Zaal {number}", "credit": "Leen", **agreed})
    assert 'name="picture"' not in page.text
    shown = re.findall(r'<img class="photo" src="([^"]+)" alt="Zaal \d"', stranger.get(page_of(visitor)).text)
    assert len(shown) == pictures.MOST_PHOTOS and stranger.get(page_of(visitor)).text.count("Photo: Leen") == pictures.MOST_PHOTOS
    assert stranger.get(shown[0]).data[8:12] == b"WEBP"

    with inside(visitor.app):
        db.session.scalars(select(Partner).where(Partner.name == "De Brug")).one().photos[0].consent_published = False
        db.session.commit()
    assert (stranger.get(shown[0]).status_code, jo.get(shown[0]).status_code) == (404, 200)
    assert stranger.get(page_of(visitor)).text.count('class="photo"') == pictures.MOST_PHOTOS - 1

    jo.press(f"{page_of(visitor)}/photo", action="/away")
    assert jo.get(shown[0]).status_code == 404 and 'name="picture"' in jo.get(f"{page_of(visitor)}/photo").text
    with inside(visitor.app):
        assert db.session.scalar(select(func.count()).select_from(Picture)) == pictures.MOST_PHOTOS - 1


# ---- by their own link


def test_they_take_themselves_off_the_site_at_once(visitor: Visitor) -> None:
    Visitor(visitor.app).press(own_link(visitor), action="/listed")

    assert Visitor(visitor.app).get(page_of(visitor)).status_code == 404
    assert "De Brug" not in Visitor(visitor.app).get("/en/partners/").text.partition("<main")[2]


def test_what_they_change_waits_for_a_volunteer(visitor: Visitor) -> None:
    page = Visitor(visitor.app).press(own_link(visitor), {"text": "Nu ook op zondag", "website": "www.debrug.example"})
    assert "A volunteer looks at it first" in page.text
    assert "Nu ook op zondag" not in Visitor(visitor.app).get(page_of(visitor)).text

    jo = Visitor(visitor.app).signed_in_as("jo")
    assert "Nu ook op zondag" in jo.get("/en/partners/changes").text and "They want to change this" in jo.get(page_of(visitor)).text
    jo.press("/en/partners/changes", {"accept": "1"}, action="/changes/")
    assert "Nu ook op zondag" in Visitor(visitor.app).get(page_of(visitor)).text


def test_a_trusted_partner_changes_itself(visitor: Visitor) -> None:
    with inside(visitor.app):
        the(visitor).trusted = True
        db.session.commit()
    Visitor(visitor.app).press(own_link(visitor), {"opening_hours": "elke dag"})

    assert "elke dag" in Visitor(visitor.app).get(page_of(visitor)).text


def test_a_second_change_takes_the_place_of_the_first(visitor: Visitor) -> None:
    for text in ("Eerst dit", "Dan dat", "Buurtwerk en ontmoeting."):
        Visitor(visitor.app).press(own_link(visitor), {"text": text})

    with inside(visitor.app):
        assert db.session.scalars(select(ListingChange)).all() == []


@pytest.mark.parametrize(("field", "typed"), [("website", "file:///etc/passwd"), ("public_phone", "bel ons"), ("name", " ")])
def test_their_mistake_gets_its_sentence_and_nothing_is_lost(visitor: Visitor, field: str, typed: str) -> None:
    page = Visitor(visitor.app).press(own_link(visitor), {"text": "Iets nieuws", field: typed})

    assert page.status_code == 422 and "Iets nieuws" in page.text


def test_once_a_year_they_are_asked_what_is_still_right(visitor: Visitor, post: PostOffice) -> None:
    with later(days=370):
        for _ in range(3):
            with inside(visitor.app):
                listings.ask_whether_still_right()
                db.session.commit()
        with visitor.app.app_context():
            mail.deliver()
        (letter,) = post.to("bert@example.org")
        assert "List-Unsubscribe" in letter and "Buurtwerk en ontmoeting" in plain(letter)
        link = re.search(r"http://localhost(/\w+/partners/own/[\w.-]+)", plain(letter))[1]
        Visitor(visitor.app).press(link, action="/right")
        with inside(visitor.app):
            assert listings.ask_whether_still_right() == 0
    with inside(visitor.app):
        assert len(db.session.scalars(select(Notice.id).where(Notice.kind == "still_right")).all()) == 2  # Bert and Chen, once each
