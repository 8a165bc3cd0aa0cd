"""How it looks is the group's own: its logo, its colours, and a page with all the parts."""

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from tests.conftest import Visitor, hours, inside
from vwg.admin.style import PARTS
from vwg.db import db
from vwg.domain import events, pictures, settings
from vwg.formats import picture as formats_picture
from vwg.formats.picture import MOST_BYTES, NotAPicture, TooManyPoints, as_webp
from vwg.models import Picture, PictureBlob, User

LOGO = "/nl/admin/logo"
SECRET = b"Amina, Kerkstraat 1"


def a_photo(kind: str = "PNG", size: tuple[int, int] = (300, 200), **given: Any) -> bytes:
    """Red at the start and blue at the end, with a line of text inside where the kind allows it."""
    out = BytesIO()
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = 6  # held upright: turned a quarter when shown
    picture.save(out, kind, exif=exif, **given)
    return out.getvalue()


def noise(side: int) -> bytes:
    """A picture that no format makes small."""
    out = BytesIO()
    Image.effect_noise((side, side), 200).convert("RGB").save(out, "PNG")
    return out.getvalue()


def sent(visitor: Visitor, data: bytes, name: str = "logo.png", follow: bool = True) -> Any:
    return visitor.press(LOGO, {"picture": (BytesIO(data), name)}, follow=follow)


def logo_in(page: str) -> str:
    found = re.search(r'<img class="mark" src="([^"]+)"', page)
    return found.group(1) if found else ""


# ---- a logo


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_leen_gives_a_logo_and_it_stands_on_every_page(visitor: Visitor, kind: str) -> None:
    leen = visitor.signed_in_as("leen")
    assert logo_in(leen.get("/nl/agenda/").text) == ""

    assert sent(leen, a_photo(kind), follow=False).location == LOGO

    shown = visitor.get(logo_in(visitor.get("/ar/welcome").text))
    assert (shown.status_code, shown.mimetype) == (200, "image/webp")
    assert shown.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    picture = Image.open(BytesIO(shown.data))
    assert (picture.format, picture.size) == ("WEBP", (75, 112))  # upright, as the camera held it
    assert len(picture.getexif()) == 0 and SECRET not in shown.data


def test_a_new_logo_takes_the_place_of_the_old_one_and_its_address_is_gone(app: Flask, visitor: Visitor) -> None:
    leen = visitor.signed_in_as("leen")
    sent(leen, a_photo())
    old = logo_in(leen.get("/nl/agenda/").text)
    sent(leen, a_photo("JPEG"))

    assert logo_in(leen.get("/nl/agenda/").text) not in {"", old}
    assert visitor.get(old).status_code == 404
    leen.press(LOGO, action="/logo/remove")
    assert logo_in(leen.get("/nl/agenda/").text) == ""
    with inside(app):
        assert [db.session.scalar(select(func.count()).select_from(noun)) for noun in (Picture, PictureBlob)] == [0, 0]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"GIF89a" + b"\0" * 40, b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        a_photo()[:300], a_photo("JPEG")[:200], b"\x89PNG\r\n\x1a\n" + b"\xff" * 400,
    ],
    ids=["nothing", "a GIF", "a drawing that is a program", "half a PNG", "half a JPEG", "only its head"],
)  # fmt: skip
def test_what_is_no_picture_is_said_beside_the_field(app: Flask, visitor: Visitor, data: bytes) -> None:
    answer = sent(visitor.signed_in_as("leen"), data)

    assert answer.status_code == 409
    assert 'id="picture-wrong"' in answer.text
    with inside(app):
        assert settings.group().logo == ""


def test_a_small_file_with_a_huge_picture_is_refused_before_it_is_read(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    out = BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000

    assert sent(visitor.signed_in_as("leen"), out.getvalue()).status_code == 409
    monkeypatch.setattr(formats_picture, "MOST_POINTS", 100)
    with pytest.raises(TooManyPoints):
        as_webp(a_photo())


def test_a_form_without_a_picture_comes_back(visitor: Visitor) -> None:
    answer = visitor.signed_in_as("leen").press(LOGO)

    assert answer.status_code == 422
    assert 'id="picture-wrong"' in answer.text


def test_fatma_and_strangers_do_not_choose_the_logo(visitor: Visitor) -> None:
    assert visitor.get(LOGO).status_code == 302
    fatma = visitor.signed_in_as("fatma")
    assert [fatma.get(path).status_code for path in (LOGO, "/nl/admin/style")] == [404, 404]


def test_no_other_picture_can_be_seen(app: Flask, visitor: Visitor) -> None:
    with inside(app):
        other = pictures.add(a_photo()).public_id
        logo = pictures.set_logo(a_photo()).public_id
        db.session.commit()

    asked = [f"/picture/{name}-{size}.webp" for name, size in ((logo, "mark"), (logo, "phone"), (other, "mark"), (logo, "huge"), ("i00000000", "mark"))]
    assert [visitor.get(path).status_code for path in asked] == [200, 200, 404, 404, 404]


@pytest.mark.parametrize("size", sorted(MOST_BYTES))
def test_whatever_is_sent_in_no_picture_is_heavy(size: str) -> None:
    made = as_webp(noise(900))[size]

    assert 0 < len(made) <= MOST_BYTES[size] <= (60_000 if size != "wide" else 200_000)


def test_what_one_can_see_through_stays_so() -> None:
    out = BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")

    assert Image.open(BytesIO(as_webp(out.getvalue())["mark"])).convert("RGBA").getpixel((10, 10))[3] == 0
    with pytest.raises(NotAPicture):
        as_webp(b"GIF89a")


def test_the_picture_beside_a_link_carries_the_logo(app: Flask, visitor: Visitor) -> None:
    with inside(app):
        leen = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
        event = events.create(events.Details("Wereldkeuken", seats=20), [hours(21, 14, 18)], leen)
        events.publish(event, leen)
        address = f"/share/nl/{event.public_id}.png"
        db.session.commit()
    before = visitor.get(address)
    sent(visitor.signed_in_as("leen"), a_photo())
    after = visitor.get(address)

    assert (before.status_code, after.status_code) == (200, 200)
    assert before.headers["ETag"] != after.headers["ETag"]
    corner = [Image.open(BytesIO(each.data)).convert("RGB").crop((64, 50, 122, 118)).getcolors(4000) or [] for each in (before, after)]
    assert [any(red > 200 and green < 40 and blue < 40 for _, (red, green, blue) in each) for each in corner] == [False, True]


# ---- all the parts


def test_every_part_stands_by_day_and_night_in_both_directions(visitor: Visitor) -> None:
    page = visitor.signed_in_as("leen").get("/nl/admin/style").text

    looks = re.findall(r'<div class="panel is-(light|dark)" lang="(\w+)" dir="(\w+)">', page)
    assert len(looks) == 4 * len(PARTS)
    assert set(looks) == {(scheme, code, direction) for scheme in ("light", "dark") for code, direction in (("nl", "ltr"), ("ar", "rtl"))}
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


# ---- the second colour


def test_a_second_colour_is_shown_and_what_is_none_is_said(visitor: Visitor) -> None:
    leen = visitor.signed_in_as("leen")
    assert leen.press("/nl/admin/settings", {"accent": "rood"}).status_code == 422
    assert leen.press("/nl/admin/settings", {"accent": "#75509C"}, follow=False).status_code == 302

    assert "--accent:#75509c;" in visitor.get("/theme.css").text
