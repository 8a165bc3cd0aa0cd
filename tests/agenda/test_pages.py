"""What is on, as a stranger sees it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Visitor, counted, hours, later, world_kitchen
from vwg import clock, demo
from vwg.db import db, locked
from vwg.domain import dates, events, programme, rsvps, settings
from vwg.domain.rsvps import Party
from vwg.models import Event, EventDate, EventText, Need, NeedKind, Pledge, Signup
from vwg.pages import address_of


def plan(cast: demo.Cast, title: str, day: int, start: int = 14, month: int = 3, **details: Any) -> Event:
    """Published, on that day of 2026."""
    event = events.create(
        events.Details(title, **{"place": cast.skala, "category": cast.talking, **details}),
        [hours(day, start, start + 2, month)], cast.leen,
    )  # fmt: skip
    events.publish(event, cast.leen)
    return event


def titles(page: Any) -> list[str]:
    return [re.sub(r"<[^>]+>", "", found) for found in re.findall(r'class="t"><a[^>]*>(.*?)</a>', page.text)]


# ---- the list


def test_the_list_stands_by_day_and_says_how_it_is(cast: demo.Cast, anybody: Visitor) -> None:
    world_kitchen(cast, seats=6)
    plan(cast, "Praattafel", 19, 19, seats=None, dutch_level=1, facts={"children": True})
    db.session.commit()

    page = anybody.get("/en/agenda/")

    assert titles(page) == ["Praattafel", "Wereldkeuken"]
    assert re.findall(r'<time datetime="([^"]+)">', page.text) == ["2026-03-19", "2026-03-21"]
    assert "6 places left" in page.text and "Children are welcome" in page.text


def test_drafts_and_what_is_for_partners_only_are_not_there(cast: demo.Cast, anybody: Visitor) -> None:
    draft = world_kitchen(cast, published=False)
    inner = world_kitchen(cast, visibility=events.Visibility.INTERNAL)
    db.session.commit()

    assert titles(anybody.get("/nl/agenda/")) == []
    assert [anybody.get(f"/nl/agenda/{address_of(event)}").status_code for event in (draft, inner)] == [404, 404]


def test_cancelled_and_postponed_dates_stay_with_their_reason(cast: demo.Cast, anybody: Visitor) -> None:
    kitchen, walk = world_kitchen(cast), plan(cast, "Wandeling", 22)
    dates.cancel(locked(EventDate, kitchen.dates[0].id), "Storm", cast.leen, {"ar": "عاصفة"})
    dates.postpone(locked(EventDate, walk.dates[0].id), "Te nat", cast.leen)
    db.session.commit()

    in_arabic = anybody.get("/ar/agenda/").text
    assert "عاصفة" in in_arabic and "Storm" not in in_arabic
    assert '<bdi lang="nl">Te nat</bdi>' in in_arabic
    page = anybody.get(f"/en/agenda/{address_of(kitchen)}")
    assert page.status_code == 200 and "This does not go on." in page.text and "Storm" in page.text


def test_full_says_so_and_names_the_waiting_list(cast: demo.Cast, anybody: Visitor) -> None:
    kitchen = world_kitchen(cast, seats=2).dates[0]
    rsvps.sign_up(locked(EventDate, kitchen.id), Party(2), language="ar")
    db.session.commit()

    assert "Full · waiting list" in anybody.get("/en/agenda/").text
    assert "Onto the waiting list" in anybody.get(f"/en/agenda/{address_of(kitchen.event)}").text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("when=weekend", ["Nu"]), ("when=today", []), ("when=week", ["Nu"]), ("from=2026-03-20&to=2026-03-22", ["Wereldkeuken"]),
        ("free=1", ["Nu", "Met kind", "Film"]), ("for=children", ["Met kind"]), ("dutch=2", ["Met kind"]), ("dutch=4", ["Met kind", "Film"]),
        ("category=cooking", ["Wereldkeuken"]), ("category=cooking&free=1", []), ("category=nothing", []), ("spoken=ar", ["Film"]),
        ("spoken=fr", []), ("q=FILM", ["Film"]), ("q=creme+brulee", ["Film"]), ("q=creme+soep", []), ("q=%D8%A7%D9%83%D9%84", ["Wereldkeuken"]),
        ("when=banana", []), ("from=2026-13-45", []), ("dutch=9", []), ("for=dogs", []),
        ("place=lnothere", []), ("page=-3", ["Nu", "Met kind", "Wereldkeuken", "Film"]),
    ],
)  # fmt: skip
def test_what_is_asked_is_what_is_shown(cast: demo.Cast, anybody: Visitor, asked: str, found: list[str]) -> None:
    plan(cast, "Nu", 7)
    plan(cast, "Met kind", 14, facts={"childcare": [3, 10]}, dutch_level=2)
    kitchen = world_kitchen(cast, price_cents=300)
    kitchen.texts.append(EventText(language="ar", title="نأكل معًا", text="أكل كثير"))
    plan(cast, "Film", 28, 20, text="Met crème brûlée", facts={"interpreter": ["ar"]}, dutch_level=3)
    db.session.commit()

    page = anybody.get(f"/nl/agenda/?{asked}")

    assert page.status_code == 200
    assert titles(page) == found


def test_one_finds_what_a_partner_or_a_place_carries(cast: demo.Cast, anybody: Visitor) -> None:
    plan(cast, "Praattafel", 19, organisation=cast.de_brug, place=cast.sociaal_huis)
    kitchen = world_kitchen(cast)
    kitchen.pledges.append(Pledge(partner=cast.bakery, what="brood", consent_to_name=True))
    kitchen.pledges.append(Pledge(partner=cast.de_brug, what="stoelen", consent_to_name=False))
    db.session.commit()

    assert titles(anybody.get(f"/nl/agenda/?partner={address_of(cast.de_brug)}")) == ["Praattafel"]
    assert titles(anybody.get(f"/nl/agenda/?partner={cast.bakery.public_id}")) == ["Wereldkeuken"]
    assert titles(anybody.get(f"/nl/agenda/?place={address_of(cast.sociaal_huis)}")) == ["Praattafel"]


def test_a_question_of_ten_thousand_signs_makes_no_heavy_page(anybody: Visitor) -> None:
    plain = anybody.get("/nl/agenda/?q=xyz").text
    page = anybody.get(f"/nl/agenda/?q={'x' * 10_000}&from={'y' * 10_000}").text

    assert 'value="' + "x" * 100 + '"' in page and "x" * 501 not in page
    assert len(page) < len(plain) + 60_000


def test_a_language_alone_leads_to_its_agenda(anybody: Visitor) -> None:
    assert [anybody.get(address).location for address in ("/ar", "/ar/")] == ["/ar/agenda/"] * 2
    assert [anybody.get(address).status_code for address in ("/xx", "/xx/", "/favicon.ico")] == [404] * 3


@pytest.mark.parametrize("question", ["x" * 10_000, "%01%1b%7f", "%F0%9F%98%80%E2%80%AE", "'; DROP TABLE event; --", "%25_%25", "%ED%A0%80"])
def test_any_question_is_answered(cast: demo.Cast, anybody: Visitor, question: str) -> None:
    world_kitchen(cast)
    db.session.commit()

    assert anybody.get(f"/ar/agenda/?q={question}").status_code == 200


def test_what_nobody_can_read_is_not_looked_for(cast: demo.Cast, anybody: Visitor) -> None:
    world_kitchen(cast)
    db.session.commit()

    assert titles(anybody.get("/nl/agenda/?q=%00%01%1b%7f")) == titles(anybody.get("/nl/agenda/"))
    assert "noindex" not in anybody.get("/nl/agenda/?q=%00").text  # nothing was chosen
    assert titles(anybody.get("/nl/agenda/?q=wereld%00")) == ["Wereldkeuken"]


def test_a_page_beyond_the_last_shows_the_last(cast: demo.Cast, anybody: Visitor) -> None:
    weeks = dates.every_week(hours(5, 19, 21), clock.at(clock.today() + timedelta(days=7 * 30), 23))
    table = events.create(events.Details("Praattafel"), weeks, cast.leen, weekly=True)
    events.publish(table, cast.leen)
    db.session.commit()
    left = len(weeks) - programme.A_PAGE

    assert len(titles(anybody.get("/nl/agenda/"))) == programme.A_PAGE
    assert len(titles(anybody.get("/nl/agenda/?page=2"))) == left
    assert len(titles(anybody.get("/nl/agenda/?page=999999"))) == left
    assert len(titles(anybody.get("/nl/agenda/?page=99999999999999999999"))) == programme.A_PAGE
    assert len(titles(anybody.get("/nl/agenda/?page=2&q=praat"))) == left


@pytest.mark.parametrize("language", ["nl", "ar"])
@pytest.mark.parametrize("many", [1, 30])
def test_list_and_activity_cost_at_most_six_queries_however_many(app: Flask, cast: demo.Cast, anybody: Visitor, many: int, language: str) -> None:
    for number in range(many):
        event = plan(cast, f"Koken {number}", 7 + number % 20, category=[cast.cooking, cast.talking][number % 2], organisation=cast.de_brug)
        event.hosts.append(cast.jo)
        event.pledges.append(Pledge(partner=[cast.bakery, cast.de_brug][number % 2], what="brood", consent_to_name=True))
        dates.cancel(locked(EventDate, event.dates[0].id), "Storm", cast.leen, {"ar": "عاصفة"})
    last = plan(cast, "Koken", 28)
    last.pledges.append(Pledge(partner=cast.bakery, what="brood", consent_to_name=True))
    db.session.commit()
    address = address_of(last)
    db.session.remove()
    anybody.get(f"/{language}/agenda/")  # what a process reads once is read now

    for path in (f"/{language}/agenda/", f"/{language}/agenda/?q=koken&free=1", f"/{language}/agenda/?when=earlier", f"/{language}/agenda/?choose=1", f"/{language}/agenda/?q=zzz&free=1", f"/{language}/agenda/2026-03", f"/{language}/agenda/{address}"):
        with counted(app) as said:
            assert anybody.get(path).status_code == 200
        assert len(said) <= 6, "\n\n".join(said)


def test_a_filter_is_a_link_that_takes_itself_away_again(cast: demo.Cast, anybody: Visitor) -> None:
    world_kitchen(cast)
    db.session.commit()

    page = anybody.get("/en/agenda/?free=1&category=cooking").text

    assert '<a href="/en/agenda/?category=cooking" aria-current="true">' in page
    assert '<a href="/en/agenda/?free=1" aria-current="true">' in page


def test_the_languages_stand_open_on_a_first_visit_only(anybody: Visitor, cast: demo.Cast) -> None:
    assert anybody.get("/nl/agenda/").text.count('class="langs"') == 1
    assert anybody.get("/nl/agenda/", headers={"Referer": "http://localhost/nl/welcome"}).text.count('class="langs"') == 0


# ---- a month


def test_a_month_shows_what_was_and_what_comes(cast: demo.Cast, anybody: Visitor) -> None:
    plan(cast, "Praattafel", 5)
    world_kitchen(cast)
    plan(cast, "Paasontbijt", 4, 9, month=4)
    db.session.commit()

    with later(days=10):
        page = anybody.get("/nl/agenda/2026-03")
    assert titles(page) == ["Praattafel", "Wereldkeuken"]
    assert 'href="#d2026-03-21"' in page.text and 'href="/nl/agenda/2026-04"' in page.text
    assert titles(anybody.get("/nl/agenda/2026-04")) == ["Paasontbijt"]


@pytest.mark.parametrize("month", ["2026-00", "2026-13", "1999-12", "2101-01", "2026-3", "0000-01"])
def test_a_month_that_is_none_is_not_found(cast: demo.Cast, anybody: Visitor, month: str) -> None:
    assert anybody.get(f"/nl/agenda/{month}").status_code == 404


@pytest.mark.parametrize("month", ["2000-01", "2100-12", "2026-12", "2027-01"])
def test_the_first_and_the_last_month_stand(cast: demo.Cast, anybody: Visitor, month: str) -> None:
    assert anybody.get(f"/ar/agenda/{month}").status_code == 200


# ---- an activity


def test_an_activity_says_what_it_can_in_every_language_and_the_rest_in_dutch_as_dutch(cast: demo.Cast, anybody: Visitor) -> None:
    event = world_kitchen(cast, text="We koken samen.\n\nDaarna eten we.", facts={"food": ["halal"], "wheelchair": True})
    db.session.commit()

    page = anybody.get(f"/ar/agenda/{address_of(event)}").text

    assert '<html lang="ar" dir="rtl">' in page
    assert '<h1><span lang="nl" dir="ltr">Wereldkeuken</span></h1>' in page
    assert '<div lang="nl" dir="ltr"><p dir="auto">We koken samen.</p><p dir="auto">Daarna eten we.</p></div>' in page
    assert "Zaterdag 21 maart 2026 van 14:00 tot 18:00" in page  # the Dutch line, as on the poster
    assert "السبت 21/3/2026" in page
    assert "Wheelchair" not in page and "halal" not in page


def test_a_translation_takes_the_place_of_the_dutch_but_a_draft_of_one_does_not(cast: demo.Cast, anybody: Visitor) -> None:
    event = world_kitchen(cast, text="We koken samen.")
    event.texts.append(EventText(language="ar", title="مطبخ العالم", text="نطبخ معًا."))
    event.texts.append(EventText(language="en", title="Wurld kitchn", text="We coock", state="draft"))
    db.session.commit()

    in_arabic = anybody.get(f"/ar/agenda/{address_of(event)}").text
    in_english = anybody.get(f"/en/agenda/{address_of(event)}").text

    assert "<h1>مطبخ العالم</h1>" in in_arabic and "نطبخ معًا." in in_arabic and "We koken" not in in_arabic
    assert "Wurld" not in in_english and "coock" not in in_english and "This text is only in Dutch." in in_english
    assert "Wurld" not in anybody.get("/en/agenda/").text


def test_who_is_at_the_door_by_first_name_and_who_helps_only_by_consent(cast: demo.Cast, anybody: Visitor) -> None:
    cast.leen.name = "Leen Peeters"
    event = world_kitchen(cast)
    event.pledges.append(Pledge(partner=cast.bakery, what="brood", consent_to_name=True))
    event.pledges.append(Pledge(partner=cast.de_brug, what="stoelen", consent_to_name=False))
    event.needs.append(Need(kind=NeedKind.THING, what="stoelen", amount=20))
    db.session.commit()

    page = anybody.get(f"/en/agenda/{address_of(event)}").text

    assert "Bakkerij Chen" in page and "De Brug" not in page and "stoelen" not in page
    assert ">Leen<" in page and "Peeters" not in page


def test_an_address_that_comes_after_signing_up_is_nowhere_before(cast: demo.Cast, anybody: Visitor) -> None:
    cast.skala.address_public = False
    event = world_kitchen(cast)
    db.session.commit()

    for path in ("/nl/agenda/", f"/nl/agenda/{address_of(event)}", "/nl/agenda/2026-03", f"/nl/signup/{event.dates[0].public_id}"):
        page = anybody.get(path).text
        assert "Skala" not in page and "Kalkendorp" not in page and "51.037" not in page
    assert "Kalken" in anybody.get(f"/nl/agenda/{address_of(event)}").text


def test_the_map_is_a_link_and_never_in_the_page(cast: demo.Cast, anybody: Visitor) -> None:
    event = world_kitchen(cast)
    db.session.commit()

    page = anybody.get(f"/nl/agenda/{address_of(event)}").text

    assert 'href="geo:51.0372,3.9182?q=' in page and "openstreetmap.org/?mlat=51.0372&amp;mlon=3.9182" in page
    assert not re.search(r'(?:src|srcset)="https?:', page)


def test_the_shared_text_speaks_the_language_of_the_page(cast: demo.Cast, anybody: Visitor) -> None:
    event = world_kitchen(cast)
    db.session.commit()

    page = anybody.get(f"/ar/agenda/{address_of(event)}").text

    assert f"%2Far%2Fagenda%2F{address_of(event)}" in page or f"/ar/agenda/{address_of(event)}" in page
    assert "https://wa.me/?text=Wereldkeuken%0A" in page


def test_several_dates_each_have_their_button(cast: demo.Cast, anybody: Visitor) -> None:
    table = events.create(events.Details("Praattafel"), dates.every_week(hours(5, 19, 21), clock.at(clock.today() + timedelta(days=20), 23)), cast.leen, weekly=True)
    events.publish(table, cast.leen)
    db.session.commit()

    page = anybody.get(f"/nl/agenda/{address_of(table)}").text

    assert re.findall(r'href="/nl/signup/(d\w+)"', page) == [date.public_id for date in table.dates]


@pytest.mark.parametrize(("signup", "url", "sentence"), [
    (Signup.NONE, "", "You need not sign up for this. Just come."),
    (Signup.BY_US, "", "For this activity a volunteer signs you up. Ask us."),
    (Signup.ELSEWHERE, "https://example.org/tickets", 'href="https://example.org/tickets"'),
    (Signup.ELSEWHERE, "javascript:alert(1)", "Sign up on their website"),
])  # fmt: skip
def test_who_takes_the_seats_is_said(cast: demo.Cast, anybody: Visitor, signup: Signup, url: str, sentence: str) -> None:
    event = world_kitchen(cast, signup=signup, signup_url=url)
    db.session.commit()

    page = anybody.get(f"/en/agenda/{address_of(event)}").text

    assert sentence in page
    assert "/signup/d" not in page and "javascript:" not in page


def test_nobody_can_sign_up_until_somebody_is_responsible(cast: demo.Cast, anybody: Visitor) -> None:
    event = world_kitchen(cast)
    settings.change(responsible="")
    db.session.commit()

    assert "Signing up here is not open yet." in anybody.get(f"/en/agenda/{address_of(event)}").text


@pytest.mark.parametrize("address", ["e2345678z", "e2345678z-wereldkeuken", "%00", "e%00", "\u0661", "x" * 3000, "p2345678z", "-", "'"])
def test_what_is_not_there_is_not_found(cast: demo.Cast, anybody: Visitor, address: str) -> None:
    assert anybody.get(f"/nl/agenda/{address}").status_code == 404


def test_a_title_from_somebody_is_text_and_nothing_else(cast: demo.Cast, anybody: Visitor) -> None:
    event = world_kitchen(cast, text="<script>alert(1)</script> https://evil.example")
    event.texts[0].title = "<b>%(boom)s</b> {{ 7*7 }}"
    db.session.commit()

    for path in ("/nl/agenda/", f"/nl/agenda/{address_of(event)}", f"/nl/signup/{event.dates[0].public_id}"):
        page = anybody.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text and "<b>%" not in page.text and "49" not in titles(page)
        assert 'href="https://evil' not in page.text


# ---- pages that stand


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
@pytest.mark.parametrize("page", ["welcome", "privacy", "accessibility", "agenda/subscribe"])
def test_pages_that_stand_are_there_in_every_language_and_set_no_cookie(cast: demo.Cast, anybody: Visitor, page: str, language: str) -> None:
    answer = anybody.get(f"/{language}/{page}")

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_pages_without_a_form_set_no_cookie(cast: demo.Cast, anybody: Visitor) -> None:
    event = world_kitchen(cast)
    db.session.commit()

    for path in ("/nl/agenda/", f"/nl/agenda/{address_of(event)}", "/nl/agenda/2026-03", "/nl/agenda/?q=koken"):
        assert "Set-Cookie" not in anybody.get(path).headers


def test_privacy_says_how_long_from_the_settings_and_who_is_responsible(cast: demo.Cast, anybody: Visitor) -> None:
    settings.change(keep_contact_days=3, keep_name_days=9)
    db.session.commit()

    page = anybody.get("/en/privacy").text

    assert "3 days after the activity" in page and "9 days after the activity" in page
    assert "Leen (vrijwilliger)" in page
    assert '<div class="tr" lang="nl" dir="ltr">' in page
    in_arabic = anybody.get("/ar/privacy").text
    assert '<div class="tr" lang="nl" dir="ltr">' in in_arabic and "in that volunteer&#39;s own phone" in in_arabic


def test_the_asylum_sentence_stands_only_where_the_group_says_it_is_true(cast: demo.Cast, anybody: Visitor) -> None:
    assert "asylum procedure" not in anybody.get("/en/welcome").text
    settings.change(asylum_sentence_true=True)
    db.session.commit()
    assert "asylum procedure" in anybody.get("/en/welcome").text


def test_the_agenda_goes_onto_a_phone_by_its_address(cast: demo.Cast, anybody: Visitor) -> None:
    page = anybody.get("/ar/agenda/subscribe").text

    assert '<code dir="ltr">http://localhost/feeds/agenda.ics?lang=ar</code>' in page
    assert 'href="webcal://localhost/feeds/agenda.ics?lang=ar"' in page
    assert "https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2Flocalhost%2Ffeeds%2Fagenda.ics%3Flang%3Dar" in page
    assert "https://outlook.live.com/calendar/0/addfromweb?url=http%3A%2F%2Flocalhost%2Ffeeds%2Fagenda.ics%3Flang%3Dar" in page
    cooking = anybody.get("/ar/agenda/subscribe?category=cooking").text
    assert 'href="webcal://localhost/feeds/categories/cooking.ics?lang=ar"' in cooking
