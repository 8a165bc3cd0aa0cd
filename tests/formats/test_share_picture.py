"""The picture beside a shared link, drawn without a database."""

import re
import struct
import time
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from vwg import phrases
from vwg.formats import picture, share_picture, typesetting
from vwg.models import Category, DateState, Event, EventDate, EventText, Picture, Place

TITLES = {"nl": "Wereldkeuken", "ar": "مطبخ العالم", "ti": "ናይ ዓለም ክሽነ", "uk": "Кухня світу", "ps": "د نړۍ پخلنځی", "fa-AF": "آشپزخانهٔ جهان"}


def kitchen(**titles: str) -> EventDate:
    """Saturday 21 March 2026, 14 to 18 h in Zaal Skala, free."""
    event = Event(price_cents=0, category=Category(slug="cooking", colour="clay", icon="bowl"))
    event.texts = [EventText(language=code, title=title) for code, title in {"nl": "Wereldkeuken", **titles}.items()]
    place = Place(name="Zaal Skala", street="Kalkendorp 1", postcode="9270", town="Kalken", address_public=True)
    date = EventDate(starts_at=datetime(2026, 3, 21, 13, tzinfo=UTC), ends_at=datetime(2026, 3, 21, 17, tzinfo=UTC), place=place, all_day=False)
    event.dates = [date]
    return date


def words_in(language: str, date: EventDate) -> share_picture.Words:
    with phrases.speaking(language):
        return share_picture.words(date.event, date, date.event.text_in(language), "Samen in Laarne & Kalken")


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


@pytest.mark.parametrize("language", TITLES)
def test_a_picture_has_the_size_that_previews_want_and_stays_light(language: str) -> None:
    drawn = share_picture.draw(words_in(language, kitchen(**TITLES)))

    assert size_of(drawn) == share_picture.SIZE
    assert len(drawn) < 300_000  # WhatsApp leaves heavier ones out


def photo(left: str = "#c02020", right: str = "#2020c0") -> bytes:
    """A wide photo, red to the left and blue to the right, as it stands in the database."""
    whole = Image.new("RGB", (1440, 720), left)
    whole.paste(right, (720, 0, 1440, 720))
    out = BytesIO()
    whole.save(out, "WEBP", quality=90)
    return out.getvalue()


@pytest.mark.parametrize(("focus", "seen"), [(4, "red"), (6, "blue"), (1, "red"), (9, "blue")])
def test_the_middle_that_was_chosen_stays_in_sight(focus: int, seen: str) -> None:
    frame = Image.open(BytesIO(picture.cut(photo(), *share_picture.PHOTO, focus)))
    colour = frame.getpixel((frame.width // 2, frame.height // 2))

    assert (frame.size, "red" if colour[0] > colour[2] else "blue") == (share_picture.PHOTO, seen)


@pytest.mark.parametrize(("language", "at"), [("nl", 1000), ("ar", 200)])
def test_the_photo_stands_beside_the_words(language: str, at: int) -> None:
    """At the end of the line: to the right, and in Arabic to the left."""
    date = kitchen(**TITLES)
    date.event.picture = Picture(public_id="i23456789", focus=4, consent_taken=True, consent_published=True)
    words = words_in(language, date)
    drawn = share_picture.draw(words, photo=picture.cut(photo(), *share_picture.PHOTO, 4))
    shown = Image.open(BytesIO(drawn)).convert("RGB")

    assert (size_of(drawn), len(drawn) < 300_000) == (share_picture.SIZE, True)
    assert shown.getpixel((at, 300))[0] > 150 > shown.getpixel((at, 300))[2]
    assert shown.getpixel((1200 - at, 610))[0] > 60  # paper or the bar, not the photo


def test_a_photo_without_both_permissions_is_not_in_the_picture() -> None:
    date = kitchen()
    plain = words_in("nl", date)
    date.event.picture = Picture(public_id="i23456789", focus=4, consent_taken=True, consent_published=False)
    assert words_in("nl", date) == plain
    date.event.picture.consent_published = True
    assert words_in("nl", date).mark != plain.mark


def test_amina_reads_weekday_day_hour_and_free_in_arabic() -> None:
    words = words_in("ar", kitchen(**TITLES))

    assert (words.title, words.day, words.hours, words.price) == ("مطبخ العالم", "السبت 21/3/2026", "من 14:00 إلى 18:00", "مجاني")
    assert (words.lang, words.direction) == ("ar", "rtl")


def test_two_days_stand_on_one_line_and_a_whole_day_has_no_hours() -> None:
    date = kitchen()
    date.ends_at = datetime(2026, 3, 22, 17, tzinfo=UTC)
    assert (words_in("nl", date).day, words_in("nl", date).hours) == ("Zaterdag 21 maart 2026 14:00 – Zondag 22 maart 2026 18:00", "")

    date.all_day = True

    assert (words_in("nl", date).day, words_in("nl", date).hours) == ("Zaterdag 21 maart 2026", "")


def test_a_title_that_nobody_translated_stands_there_in_dutch_and_says_so() -> None:
    words = words_in("fa-AF", kitchen())

    assert (words.title, words.title_lang, words.lang) == ("Wereldkeuken", "nl", "fa")


def test_the_street_is_not_in_the_picture_when_it_comes_after_signing_up() -> None:
    date = kitchen()
    assert date.place is not None
    assert words_in("nl", date).place == "Zaal Skala, Kalkendorp 1, 9270 Kalken"

    date.place.address_public = False

    assert words_in("nl", date).place == "Kalken"


def test_a_cancelled_date_says_so() -> None:
    date = kitchen()
    date.state = DateState.CANCELLED

    assert words_in("en", date).state == "Cancelled"


@pytest.mark.parametrize("title", ['#import "/etc/passwd": *', "$ x ] ) } #", "*_`<a>@b //", "#panic()", "\\u{41} ]\n= Kop", "#read(\"share_picture.typ\")"])
def test_what_people_write_is_never_read_as_markup(title: str) -> None:
    plain = words_in("nl", kitchen())
    hostile = replace(plain, title=title, group=title, place=title)

    assert share_picture.draw(hostile) != share_picture.draw(plain)


def test_markup_in_a_title_is_set_sign_by_sign() -> None:
    plain = words_in("nl", kitchen())

    assert share_picture.draw(replace(plain, title="*a*")) != share_picture.draw(replace(plain, title="a"))
    assert share_picture.draw(replace(plain, title="#1")) != share_picture.draw(replace(plain, title="1"))


def test_pictographs_that_no_font_has_are_left_out_and_a_long_title_is_cut_at_a_word() -> None:
    assert words_in("nl", kitchen(nl="Feest 🎉 voor iedereen")).title == "Feest voor iedereen"
    assert words_in("nl", kitchen(nl="woord " * 60)).title == ("woord " * 23).strip() + "…"


def test_a_missing_font_is_an_error_and_not_a_picture_of_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "fonts", lambda _language: ["Noto Sans Nowhere"])

    with pytest.raises(typesetting.UnknownFont):
        share_picture.draw(replace(words_in("nl", kitchen()), title="Wie vindt dit lettertype?"))


def test_the_mark_follows_what_is_drawn_and_nothing_else() -> None:
    date = kitchen()
    before = words_in("nl", date).mark
    date.event.facts = {"lift": True}
    assert words_in("nl", date).mark == before

    date.event.texts[0].title = "Wereldkeuken in het park"

    assert words_in("nl", date).mark != before


def test_drawing_takes_less_than_a_tenth_of_a_second_once_it_is_warm() -> None:
    plain = words_in("ar", kitchen(**TITLES))
    share_picture.draw(plain)
    spent = []
    for number in range(5):
        began = time.process_time()  # ours alone: the machine may be busy with others
        share_picture.draw(replace(plain, title=f"مطبخ {number}"))
        spent.append(time.process_time() - began)

    assert min(spent) < 0.1


def test_the_colours_are_those_of_the_pages() -> None:
    sheet = (Path(__file__).parents[2] / "static" / "style.css").read_text()
    on_pages = {}
    for name, colour in re.findall(r"--c-(\w+): (#[0-9a-f]{6})", sheet):
        on_pages.setdefault(name, colour)

    assert share_picture.COLOURS == on_pages
    assert f"--brand: {share_picture.GREEN};" in sheet
