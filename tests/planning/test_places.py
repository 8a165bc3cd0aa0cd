"""Places and kinds of activity are kept well; calendars follow. A photo has words and two permissions."""

import json
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from tests.conftest import Visitor, inside
from vwg.db import db
from vwg.domain import errors, pictures, places
from vwg.models import Asset, Category, Event, Partner, Picture, PictureBlob, Place


def skala_page(leen: Visitor) -> str:
    with inside(leen.app):
        place = db.session.scalars(select(Place).where(Place.name == "Zaal Skala")).one()
        return f"/en/planning/places/{place.public_id}"


def test_a_place_is_renamed_and_calendars_follow(leen: Visitor) -> None:
    page = leen.press(skala_page(leen), {"name": "Zaal Skala Kalken", "coordinates": "51.0283, 3.8514", "seats": "80", "contact": "Bert heeft de sleutel"})
    assert "Bert heeft de sleutel" in page.text
    with inside(leen.app):
        place = db.session.scalars(select(Place).where(Place.name == "Zaal Skala Kalken")).one()
        assert (place.latitude, place.longitude, place.seats) == (51.0283, 3.8514, 80)
    feed = Visitor(leen.app).get("/feeds/agenda.ics").text
    assert "Zaal Skala Kalken" in feed.replace("\r\n ", "") and "Bert" not in feed


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("coordinates", "hier", "Write two numbers"), ("coordinates", "95, 3", "Write two numbers"),
    ("uit_id", "12", "This is not a number of UiTdatabank"), ("name", " ", "Give the place a name."),
])  # fmt: skip
def test_a_slip_in_a_place_is_said_beside_its_field(leen: Visitor, field: str, value: str, sentence: str) -> None:
    page = leen.press(skala_page(leen), {field: value, "access": "trap van 3 treden"})
    assert page.status_code == 422 and sentence in page.text and "trap van 3 treden" in page.text


def test_two_places_of_one_name_and_two_who_save_at_once_are_refused(leen: Visitor) -> None:
    assert leen.press("/en/planning/places/new", {"name": "zaal skala"}).status_code == 409
    assert leen.press(skala_page(leen), {"version": "0"}).status_code == 409
    with inside(leen.app), pytest.raises(errors.PlaceWithoutName):
        places.add(places.Said(""))


def test_a_partners_mere_address_makes_no_list_longer(leen: Visitor) -> None:
    """The bakery's own address is a place, but nothing happens there; De Brug lends its hall."""
    with inside(leen.app):
        for name, lends in (("Bakkerij Chen", ()), ("De Brug", ("hall",))):
            partner = db.session.scalars(select(Partner).where(Partner.name == name)).one()
            partner.place = Place(name=f"Bij {name}", street="Dorp 1")
            partner.assets = [Asset(kind=kind) for kind in lends]
        db.session.commit()
        offered = [place.name for place in places.to_choose()]
    assert "Bij De Brug" in offered and "Bij Bakkerij Chen" not in offered
    page = leen.get("/en/planning/new").text
    assert "Bij De Brug</option>" in page and "Bij Bakkerij Chen" not in page

    leen.press("/en/planning/new", {"title": "Samen bakken", "dates-0-day": "2026-03-28", "dates-0-starts": "10:00", "dates-0-ends": "12:00", "other_place": "bij bakkerij chen"})
    with inside(leen.app):  # its name finds it, and from now on it is one of ours
        assert [place.name for place in places.to_choose() if place.street == "Dorp 1"] == ["Bij Bakkerij Chen", "Bij De Brug"]


def test_a_kind_has_a_colour_a_pictogram_and_names(leen: Visitor) -> None:
    leen.press("/en/planning/kinds/new", {"name_nl": "Samen zingen", "name_en": "Singing", "colour": "rose", "icon": "music"})
    with inside(leen.app):
        kind = db.session.scalars(select(Category).where(Category.slug == "samen-zingen")).one()
        assert (kind.colour, kind.icon, kind.name_in("en"), kind.name_in("ar")) == ("rose", "music", "Singing", "Samen zingen")
    leen.press("/en/planning/kinds/samen-zingen", {"name_nl": "Zingen", "name_en": ""})
    with inside(leen.app):
        kind = db.session.scalars(select(Category).where(Category.slug == "samen-zingen")).one()
        assert (kind.name_in("nl"), kind.name_in("en")) == ("Zingen", "Zingen")
    assert leen.press("/en/planning/kinds/new", {"name_nl": "zingen"}).status_code == 409
    assert leen.press("/en/planning/kinds/new", {"name_nl": ""}).status_code == 409


# ---- pictures


def photo(width: int = 1200, height: int = 800) -> bytes:
    """A JPEG that says in its EXIF where it was taken."""
    out, exif = BytesIO(), Image.Exif()
    exif[0x0110] = "Geheime camera"
    Image.new("RGB", (width, height), "#884422").save(out, "JPEG", exif=exif)
    return out.getvalue()


SAID = {"alt": "Zes mensen roeren", "credit": "Jo", "consent_taken": "y", "consent_published": "y", "focus": "2"}


def picture_page(leen: Visitor) -> str:
    with inside(leen.app):
        return f"/en/planning/{db.session.scalars(select(Event.public_id)).one()}/picture"


def send(leen: Visitor, data: bytes, name: str = "foto.jpg", **said: str | None) -> object:
    given = {key: value for key, value in {**SAID, **said}.items() if value is not None}
    return leen.press(picture_page(leen), {**{key: None for key in SAID}, **given, "picture": (BytesIO(data), name)})


def test_a_photo_is_made_anew_in_its_sizes_without_where_it_was_taken(leen: Visitor) -> None:
    send(leen, photo())
    with inside(leen.app):
        picture = db.session.scalars(select(Picture)).one()
        public_id = picture.public_id
        assert sorted(blob.size for blob in picture.blobs) == ["mark", "phone", "wide"]
        assert all(b"Geheime" not in blob.content and blob.content[8:12] == b"WEBP" for blob in picture.blobs)
        event = db.session.scalars(select(Event)).one()
        page = f"/en/agenda/{event.public_id}"
    stranger = Visitor(leen.app)
    assert 'alt="Zes mensen roeren"' in stranger.get(page).text and "focus-2" in stranger.get(page).text
    assert stranger.get(f"/picture/{public_id}-phone.webp").status_code == 200

    listed = stranger.get("/en/agenda/").text
    assert f"/picture/{public_id}-mark.webp" in listed and 'alt="" loading="lazy"' in listed
    data = json.loads(stranger.get(page).text.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
    assert data["image"][0].endswith(f"/picture/{public_id}-wide.webp")
    assert stranger.get(data["image"][0]).status_code == 200

    leen.press(picture_page(leen), action="/picture/remove")
    assert public_id not in stranger.get("/en/agenda/").text
    with inside(leen.app):
        assert db.session.scalars(select(PictureBlob)).all() == []
    assert stranger.get(f"/picture/{public_id}-phone.webp").status_code == 404


@pytest.mark.parametrize(("said", "sentence"), [
    ({"alt": ""}, "for people who do not see it"), ({"consent_published": None}, "Only with both permissions"), ({"consent_taken": None}, "Only with both permissions"),
])  # fmt: skip
def test_words_and_both_permissions_are_asked(leen: Visitor, said: dict[str, str | None], sentence: str) -> None:
    page = send(leen, photo(), **said)
    assert page.status_code == 409 and sentence in page.text
    with inside(leen.app):
        assert db.session.scalars(select(Picture)).all() == []


def test_an_svg_and_two_hundred_megapixels_are_refused_in_a_sentence(leen: Visitor) -> None:
    svg = send(leen, b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "foto.svg")
    assert svg.status_code == 409 and "not a picture that we can read" in svg.text
    out = BytesIO()
    Image.new("1", (20_000, 10_000)).save(out, "PNG")
    huge = send(leen, out.getvalue(), "foto.png")
    assert huge.status_code == 409 and "This picture is too large" in huge.text and "Zes mensen roeren" in huge.text


def test_a_picture_of_a_draft_is_not_public(leen: Visitor) -> None:
    with inside(leen.app):
        draft = db.session.scalars(select(Event)).one()
        pictures.set_of_event(draft, pictures.About("Een pot", "", True, True), pictures.encoded(photo(), pictures.PHOTO_SIZES))
        draft.visibility = type(draft.visibility).INTERNAL
        db.session.commit()
        assert draft.picture is not None
        public_id, own = draft.picture.public_id, f"/en/planning/{draft.public_id}/picture.webp"
    assert Visitor(leen.app).get(f"/picture/{public_id}-phone.webp").status_code == 404
    assert leen.get(own).status_code == 200
