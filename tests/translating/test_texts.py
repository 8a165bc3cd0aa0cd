"""Words of activities in other languages: by a link or signed in, with what changed marked."""

import io
import json
import re

from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, hours, inside, world_kitchen
from vwg import demo, links, messages
from vwg.db import db, locked
from vwg.domain import calls, dates, events, phrasebook, settings, translations
from vwg.domain.translations import State
from vwg.models import Event, EventDate, Look, Notice, NoticeState, Phrase, Role, Translator, User, UserRole

ARABIC = {"title": "مطبخ العالم", "text": "نطبخ معًا.", "bring": ""}


def reworded(event: Event, cast: demo.Cast, text: str) -> None:
    details = events.details_of(event)
    details.text = text
    events.edit(event, event.version, details, cast.leen)


def test_a_translation_is_missing_then_a_draft_then_up_to_date_then_stale(town: demo.Cast) -> None:
    event = world_kitchen(town, text="Wij koken samen.")
    states = [translations.state(event, "ar")]

    translations.write(event, "ar", ARABIC, event.text.version, is_done=False)
    states.append(translations.state(event, "ar"))
    assert event.title_in("ar") == "Wereldkeuken"  # a draft is shown to nobody
    translations.write(event, "ar", ARABIC, event.text.version)
    states.append(translations.state(event, "ar"))
    assert event.title_in("ar") == "مطبخ العالم"
    reworded(event, town, "Wij koken samen met kinderen.")
    states.append(translations.state(event, "ar"))

    assert states == [State.MISSING, State.DRAFT, State.FRESH, State.STALE]
    assert [(piece.mark, piece.text) for piece in translations.difference(event, "ar")["text"]] == [
        ("", "Wij koken "), ("gone", "samen."), ("new", "samen met kinderen."),
    ]  # fmt: skip


def test_who_translated_older_dutch_is_stale_at_once(town: demo.Cast) -> None:
    event = world_kitchen(town, text="Wij koken samen.")
    seen = event.text.version
    reworded(event, town, "Wij koken buiten.")

    translations.write(event, "ar", ARABIC, seen)

    assert translations.state(event, "ar") == State.STALE
    assert [piece.mark for piece in translations.difference(event, "ar")["text"]] == ["", "gone", "new"]


def test_what_was_asked_for_stands_first_and_is_done_by_writing_it(town: demo.Cast) -> None:
    first, second = world_kitchen(town), world_kitchen(town)
    translations.write(first, "ar", ARABIC, first.text.version)
    translations.ask(second, "ar", town.jo)
    translations.ask(second, "ar", town.jo)

    assert [(each.event.id, each.wish is not None, each.state) for each in translations.work("ar")] == [
        (second.id, True, State.MISSING), (first.id, False, State.FRESH),
    ]  # fmt: skip
    translations.write(second, "ar", ARABIC, second.text.version, by_machine=True)
    assert (translations.wished(second), second.text_in("ar").made_by) == (set(), "machine")


def test_checked_phrases_go_to_another_group_and_an_own_one_stays(town: demo.Cast) -> None:
    one, two = phrasebook.lines("ar")[:2]
    phrasebook.sign_off("ar", one.entry.key, one.forms, town.leen)
    phrasebook.sign_off("ar", two.entry.key, [form + " !" for form in two.forms], town.leen)
    packed = json.loads(json.dumps(translations.packed()))
    for row in db.session.scalars(select(Phrase)):
        db.session.delete(row)
    db.session.flush()
    phrasebook.sign_off("ar", one.entry.key, ["لنا"] * len(one.forms) if not one.forms[0].count("%") else one.forms, town.jo)

    assert translations.unpack(packed, town.jo) == 1
    there = {row.message: row.forms for row in db.session.scalars(select(Phrase))}
    assert there[two.entry.key] == [form + " !" for form in two.forms]
    assert translations.unpack(packed, town.jo) == 0
    assert "leen" not in json.dumps(packed).lower()


def test_a_whole_language_of_another_group_is_taken_over_in_one_go(town: demo.Cast) -> None:
    """Phrase by phrase it took a minute for ten languages, with the database to itself."""
    lines, before = phrasebook.lines("ar"), settings.group().phrases_read
    packed = {"kind": translations.FILE_KIND, "languages": {"ar": [{"phrase": line.entry.key, "forms": line.forms, "seen": line.entry.forms} for line in lines]}}

    assert translations.unpack(json.loads(json.dumps(packed)), town.jo) == len(lines) > 500
    assert (phrasebook.lines("ar", only_open=True), settings.group().phrases_read) == ([], before + 1)


# ---- the pages


def kitchen(app: Flask) -> str:
    with inside(app):
        leen = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
        event = events.create(events.Details("Wereldkeuken", text="Wij koken samen.", seats=40), [hours(21, 14, 18)], leen)
        events.publish(event, leen)
        db.session.commit()
        return event.public_id


def link_for(app: Flask, language: str = "ar") -> str:
    with inside(app):
        translator = translations.invite("Rahim", language, db.session.scalars(select(User).order_by(User.id)).first())
        db.session.commit()
        return "/nl/translate/" + links.token("translate", translator)


def test_rahim_translates_by_his_link_without_an_account(app: Flask, visitor: Visitor) -> None:
    event, desk = kitchen(app), link_for(app)
    page = visitor.get(desk)
    assert (page.status_code, "Wereldkeuken" in page.text, "Rahim" in page.text) == (200, True, True)

    saved = visitor.press(f"{desk}/text/{event}", {"title": "مطبخ العالم", "text": "نطبخ معًا."})

    assert saved.status_code == 200
    assert "مطبخ العالم" in Visitor(app).get(f"/ar/agenda/{event}").text
    with inside(app):
        row = db.session.scalars(select(Event)).one()
        reworded_by = db.session.scalars(select(User).order_by(User.id)).first()
        details = events.details_of(row)
        details.text = "Wij koken buiten."
        events.edit(locked(Event, row.id), row.version, details, reworded_by)
        db.session.commit()
    stale = visitor.get(f"{desk}/text/{event}").text
    assert re.search(r"<del>[^<]*samen\.</del>", stale) and re.search(r"<ins>[^<]*buiten\.</ins>", stale)


def test_an_empty_title_comes_back_filled_and_another_language_is_not_his(app: Flask, visitor: Visitor) -> None:
    event, desk = kitchen(app), link_for(app)

    page = visitor.press(f"{desk}/text/{event}", {"title": " ", "text": "نطبخ"})

    assert (page.status_code, "نطبخ" in page.text) == (422, True)
    assert visitor.get(f"/nl/translate/texts/ar/text/{event}").status_code == 302
    assert visitor.get(desk[:-1] + ("a" if desk[-1] != "a" else "b")).status_code == 404


def test_a_link_that_was_ended_opens_nothing_not_even_when_another_is_made(app: Flask, visitor: Visitor) -> None:
    desk = link_for(app)
    assert visitor.get(desk).status_code == 200

    Visitor(app).signed_in_as("leen").press("/en/translate/helpers", action="/end")
    assert visitor.get(desk).status_code == 404

    with inside(app):  # SQLite gives a counter's number again at once
        translations.invite("Oksana", "uk", db.session.scalars(select(User).order_by(User.id)).first())
        db.session.commit()
    assert visitor.get(desk).status_code == 404


def test_leen_makes_a_link_and_asks_for_arabic_by_one_press(app: Flask, visitor: Visitor) -> None:
    event, leen = kitchen(app), visitor.signed_in_as("leen")

    page = leen.press("/en/translate/helpers", {"name": "Rahim", "language": "ar"})
    asked = leen.press(f"/en/translate/of/{event}", action="/ask/ar")

    with inside(app):
        address = links.token("translate", db.session.scalars(select(Translator)).one())
    assert f"/translate/{address}" in page.text and "Asked" in asked.text
    assert "Leen asked for this" in Visitor(app).get(f"/en/translate/{address}").text


def test_who_is_asked_hears_it_once_by_mail_or_from_whoever_asked(town: demo.Cast) -> None:
    event = world_kitchen(town)
    rahim = translations.invite("Rahim", "ar", town.leen, email="rahim@example.org")
    nadia = translations.invite("Nadia", "ar", town.leen, phone="+32470000041")
    translations.invite("Oksana", "uk", town.leen, email="oksana@example.org")
    town.fatma.roles.append(UserRole(role=Role.TRANSLATOR))

    for _ in range(2):
        assert translations.ask(event, "ar", town.jo) == translations.Asked(by_mail=2, by_mouth=1)

    told = db.session.scalars(select(Notice).where(Notice.kind == "text_wanted").order_by(Notice.id)).all()
    assert [(each.recipient_kind, each.recipient_id, each.channel) for each in told] == sorted(
        [("translator", rahim.id, "mail"), ("translator", nadia.id, "call"), ("user", town.fatma.id, "mail")],
        key=lambda row: [each.recipient_id for each in told].index(row[1]),
    )
    assert (calls.number(town.jo), [call.outsider for call in calls.to_make(town.jo)], calls.number(town.leen)) == (1, [nadia], 0)
    translations.write(event, "ar", ARABIC, event.text.version)
    assert (calls.number(town.jo), {each.state for each in told}) == (0, {NoticeState.DROPPED})


def test_the_mail_to_a_translator_opens_the_very_text(app: Flask, visitor: Visitor) -> None:
    event = kitchen(app)
    with inside(app):
        leen = db.session.scalars(select(User).order_by(User.id)).first()
        translations.invite("Rahim", "ar", leen, email="rahim@example.org")
        translations.ask(db.session.scalars(select(Event)).one(), "ar", leen)
        words = messages.words(db.session.scalars(select(Notice).where(Notice.kind == "text_wanted")).one())
        db.session.commit()

    assert "Wereldkeuken" in words.subject and "العربية" in words.text
    [link] = re.findall(r"http://localhost(/\S+)", words.text)
    assert (event in link, visitor.get(link).status_code) == (True, 200)


def test_with_mail_off_any_volunteer_sends_what_is_asked_and_leaves_a_line(app: Flask, visitor: Visitor) -> None:
    kitchen(app)
    with inside(app):
        leen = db.session.scalars(select(User).order_by(User.id)).first()
        translations.invite("Rahim", "ar", leen, email="rahim@example.org")
        translations.ask(db.session.scalars(select(Event)).one(), "ar", leen)
        db.session.commit()
    jo = visitor.signed_in_as("jo")

    page = jo.get("/en/planning/outbox").text
    assert "mailto:rahim@example.org?subject=" in page and "Only the hosts" not in page
    with inside(app):
        assert [(look.user.demo_name, look.date_id) for look in db.session.scalars(select(Look))] == [("jo", None)]
    jo.press("/en/planning/outbox", action="/sent")
    assert "rahim@example.org" not in jo.get("/en/planning/outbox").text


def test_a_reason_is_translated_for_all_dates_that_have_it(app: Flask, visitor: Visitor) -> None:
    kitchen(app)
    with inside(app):
        date = db.session.scalars(select(EventDate)).one()
        dates.cancel(locked(EventDate, date.id), "De kok is ziek.", db.session.scalars(select(User).order_by(User.id)).first())
        db.session.commit()
        address = date.public_id
    desk = link_for(app)

    assert "De kok is ziek." in visitor.get(desk).text
    visitor.press(f"{desk}/reason/{address}", {"text": "الطباخ مريض."})

    with inside(app):
        assert db.session.scalars(select(EventDate)).one().reason_in("ar") == "الطباخ مريض."


def test_phrases_are_signed_off_by_link_too(app: Flask, visitor: Visitor) -> None:
    desk = link_for(app)
    with inside(app):
        before = phrasebook.progress("ar").open

    visitor.press(f"{desk}/phrases", {"lines-0-right": "y"})

    with inside(app):
        assert phrasebook.progress("ar").open == before - 1


def test_a_phrase_that_we_do_not_say_is_not_there(app: Flask, visitor: Visitor) -> None:
    desk = link_for(app)

    for who, page in ((visitor, f"{desk}/phrases"), (Visitor(app).signed_in_as("leen"), "/nl/translate/phrases/ar")):
        assert who.press(page, {"lines-0-key": "klingon", "lines-0-right": "y"}).status_code == 404


def test_an_activity_for_ourselves_is_not_on_a_translators_list(app: Flask, visitor: Visitor) -> None:
    from vwg.models import Visibility

    event, desk = kitchen(app), link_for(app)
    with inside(app):
        db.session.scalars(select(Event)).one().visibility = Visibility.INTERNAL
        db.session.commit()

    assert "Wereldkeuken" not in visitor.get(desk).text
    assert visitor.get(f"{desk}/text/{event}").status_code == 404


def test_a_file_that_is_none_is_refused_kindly(app: Flask, visitor: Visitor) -> None:
    leen = visitor.signed_in_as("leen")

    for content in (b"no", b"[]", b'{"kind": "vwg phrases", "languages": 3}', b"[" * 50_000):
        page = leen.press("/en/translate/from-another-group", {"file": (io.BytesIO(content), "x.json")})
        assert (page.status_code, "This is not a file of phrases" in page.text) == (409, True)
    file = leen.get("/en/translate/checked-phrases.json")
    taken = leen.press("/en/translate/from-another-group", {"file": (io.BytesIO(file.data), "x.json")})
    assert "0 phrases taken over." in taken.text
