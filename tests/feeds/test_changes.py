"""What moves in a calendar when something moves in the house, and what does not."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.conftest import hours, later
from tests.feeds import readers, stories
from vwg import clock, worker
from vwg.db import db
from vwg.demo import Cast
from vwg.domain import calendar, dates, partners, settings
from vwg.formats import ical
from vwg.models import CalendarBytes, Event, EventDate, FeedState, Published, PublishedIn, Stage, Visibility


def versions() -> dict[str, int]:
    return {feed: version for feed, version in db.session.execute(select(FeedState.feed, FeedState.version))}


def moved(before: dict[str, int]) -> set[str]:
    """The feeds whose version is another now."""
    return {feed for feed, version in versions().items() if before.get(feed) != version}


def tell_all() -> None:
    """The worker's rounds, until nothing is left to do."""
    for _ in range(10):
        if not calendar.refresh():
            return
    raise AssertionError("the worker never rests")


def published(event: Event) -> Published:
    return db.session.scalars(select(Published).where(Published.event_id == event.id)).one()


def dutch(event: Event) -> bytes:
    rows = select(CalendarBytes.bytes).join(Published).where(Published.event_id == event.id, CalendarBytes.language == "nl")
    return b"".join(db.session.scalars(rows.order_by(Published.id)))


def test_a_first_publication_has_sequence_0_and_each_published_change_one_more(town: Cast) -> None:
    event = stories.post()
    date = event.dates[0]
    assert (date.sequence, published(event).sequence) == (0, 0)

    for day in (22, 23):
        dates.move(date, hours(day, 14, 18), date.place, town.leen)

    assert (date.sequence, published(event).sequence) == (2, 2)
    assert b"SEQUENCE:2\r\n" in dutch(event)


def test_a_save_that_changes_nothing_that_is_shown_moves_nothing(town: Cast) -> None:
    """nextcloud/server#58193: everything changed at each poll."""
    event = stories.post()
    before, stamp = versions(), published(event).changed_at

    with later(hours=1):
        stories.edit(seats=30)
        calendar.changed(event)

    assert moved(before) == set()
    assert (event.dates[0].sequence, published(event).changed_at) == (0, stamp)


def test_exactly_the_feeds_concerned_move_old_and_new(town: Cast) -> None:
    event = stories.post(category=town.cooking, organisation=town.de_brug)
    stories.post("Praattafel", category=town.talking, place=town.sociaal_huis)
    before = versions()

    stories.edit(category=town.talking)

    own = {"agenda", f"events/{event.public_id}", f"partners/{town.de_brug.public_id}", f"places/{town.skala.public_id}"}
    assert moved(before) == own | {"categories/cooking", "categories/talking"}
    standing = set(db.session.scalars(select(PublishedIn.feed).where(PublishedIn.published_id == published(event).id)))
    assert standing == own | {"categories/talking"}


def test_only_what_changed_of_an_activity_gets_a_new_sequence(town: Cast) -> None:
    event = stories.post()
    second = dates.add(event, hours(28, 14, 18), town.leen)

    assert [date.sequence for date in event.dates] == [0, 0]
    dates.cancel(second, "Zaal dicht", town.leen)
    assert [date.sequence for date in event.dates] == [0, 1]


def test_two_changes_in_one_second_still_have_two_times(town: Cast) -> None:
    """ICSx5 writes an event anew only when LAST-MODIFIED grew."""
    event = stories.post()
    times = [published(event).changed_at]

    for title in ("Soep", "Brood", "Soep en brood"):
        stories.edit(event.title, title=title)
        times.append(published(event).changed_at)

    assert times == sorted(set(times))
    assert len({time.replace(microsecond=0) for time in times}) == 4


def test_a_change_is_undone_with_its_transaction(town: Cast) -> None:
    event = stories.post()
    db.session.commit()
    before = versions()

    stories.edit(title="Soep")
    assert moved(before) != set()
    db.session.rollback()

    assert moved(before) == set()
    assert b"Wereldkeuken" in dutch(event)


def test_a_series_is_one_published_thing_and_its_override_is_never_older_than_its_master(town: Cast) -> None:
    event = stories.post("Praattafel", weeks=4, day=7)
    with later(hours=1):
        dates.move(event.dates[1], hours(15, 10, 12), town.skala, town.leen)
    with later(hours=2):
        dates.cancel(event.dates[2], "Ziek", town.leen)

    assert event.series[0].sequence == 2
    found = readers.with_icalendar(ical.calendar(ical.Head("", "", "", ""), [dutch(event)]))
    assert [("RECURRENCE-ID" in each, each["SEQUENCE"]) for each in found] == [(False, 2), (True, 2), (True, 2)]
    assert {each["LAST-MODIFIED"].dt for each in found} == {event.series[0].changed_at.replace(microsecond=0)}


@pytest.mark.parametrize("visibility", [Visibility.INTERNAL, Visibility.PARTNERS])
def test_what_is_not_public_never_stands_in_a_feed(town: Cast, visibility: Visibility) -> None:
    event = stories.post("Overleg", visibility=visibility)
    dates.move(event.dates[0], hours(22, 14, 18), town.skala, town.leen)

    assert event.dates[0].sequence == 1  # a partner's calendar file counts on
    assert db.session.scalars(select(PublishedIn.feed)).all() == []
    assert db.session.scalars(select(CalendarBytes.language)).all() == []
    assert versions() == {}


def test_a_draft_stands_nowhere(town: Cast) -> None:
    event = stories.post(publish=False)
    calendar.changed(event)

    assert db.session.scalars(select(Published)).all() == []


def test_what_becomes_internal_is_cancelled_in_calendars_and_its_new_words_stay_inside(town: Cast) -> None:
    event = stories.post(text="Iedereen welkom")

    stories.edit(title="Overleg over Amina", text="Geheim", visibility=Visibility.INTERNAL)

    left = dutch(event)
    assert b"STATUS:CANCELLED" in left and b"Wereldkeuken" in left and b"SEQUENCE:1" in left
    assert not any(word in left for word in (b"Amina", b"Geheim", b"Iedereen", b"LOCATION", b"DESCRIPTION"))
    languages = select(CalendarBytes.language).order_by(CalendarBytes.language)
    assert db.session.scalars(languages).all() == ["ar", "en", "nl"]

    tombstone, row = dutch(event), published(event)
    leaves_at = row.leaves_at
    stories.edit("Overleg over Amina", text="Nog geheimer")
    dates.move(event.dates[0], hours(28, 14, 18), town.skala, town.leen)
    assert (dutch(event), row.title, row.leaves_at) == (tombstone, "Wereldkeuken", leaves_at)


def test_what_is_public_again_comes_back_with_a_higher_sequence(town: Cast) -> None:
    event = stories.post()
    uid = event.dates[0].uid
    stories.edit(visibility=Visibility.INTERNAL)
    stories.edit(visibility=Visibility.PUBLIC)

    found = readers.with_icalendar(ical.calendar(ical.Head("", "", "", ""), [dutch(event)]))[0]
    assert (found["UID"], found["STATUS"], found["SEQUENCE"], found["SUMMARY"]) == (uid, "CONFIRMED", 2, "Wereldkeuken")
    assert not published(event).removed


def test_what_is_deleted_stays_cancelled_until_thirty_days_after_its_end(town: Cast) -> None:
    event = stories.post("Praattafel", weeks=3, day=7)
    dates.move(event.dates[1], hours(15, 10, 12), town.skala, town.leen)
    uid, identity = event.series[0].uid, event.public_id

    calendar.removed(event)
    db.session.delete(event)
    db.session.flush()

    left = b"".join(db.session.scalars(select(CalendarBytes.bytes).where(CalendarBytes.language == "nl")))
    found = readers.with_icalendar(ical.calendar(ical.Head("", "", "", ""), [left]))
    assert [(each["UID"], each["STATUS"], each["SEQUENCE"]) for each in found] == [(uid, "CANCELLED", 2)] * 2
    assert readers.faults(left) == []

    before = versions()
    with later(days=20 + 29):  # the last one is on 21 March
        assert calendar.tidy() == 0 and moved(before) == set()
    with later(days=20 + 31):
        assert calendar.tidy() == 1
        assert moved(before) == {"agenda", f"events/{identity}", f"places/{town.skala.public_id}"}
    assert db.session.scalars(select(Published)).all() == []
    assert db.session.scalars(select(CalendarBytes.bytes)).all() == []


def test_what_goes_back_to_a_draft_is_cancelled_in_calendars(town: Cast) -> None:
    event = stories.post()
    event.stage = Stage.DRAFT
    calendar.changed(event)

    assert b"STATUS:CANCELLED" in dutch(event)


def test_what_is_past_stays_for_a_year_and_moves_no_feed_when_it_has_left(town: Cast) -> None:
    """w3c/calendar#66: the past vanishes."""
    event = stories.post()
    with later(days=300):
        assert calendar.tidy() == 0
    with later(days=400):
        assert calendar.tidy() == 1
        before = versions()
        calendar.changed(event)
        assert moved(before) == set()


def test_a_renamed_place_moves_its_activities_and_renders_nothing(town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    event, other = stories.post(), stories.post("Praattafel", place=town.sociaal_huis)
    series = stories.post("Naaiatelier", weeks=3)
    before, was = versions(), dutch(event)
    rendered: list[object] = []
    with monkeypatch.context() as patch, later(hours=1):
        patch.setattr(ical, "vevents", lambda *given: rendered.append(given))
        town.skala.name = "Zaal Nieuw"
        calendar.moved_with(town.skala)
    assert rendered == []

    place = f"places/{town.skala.public_id}"
    assert moved(before) == {"agenda", place, f"events/{event.public_id}", f"events/{series.public_id}"}
    assert [date.sequence for date in (event.dates[0], other.dates[0])] == [1, 0]
    assert series.series[0].sequence == 1
    assert dutch(event) == was

    assert calendar.refresh() == 2
    assert b"Zaal Nieuw" in dutch(event) and b"SEQUENCE:1" in dutch(event)
    tell_all()
    still = versions()
    calendar.changed(event)
    assert moved(still) == set()


def test_a_place_that_keeps_its_address_loses_its_feed_and_tells_only_its_town(town: Cast) -> None:
    event = stories.post()
    town.skala.address_public = False
    calendar.moved_with(town.skala)
    calendar.refresh()

    assert f"places/{town.skala.public_id}" not in set(db.session.scalars(select(PublishedIn.feed)))
    assert b"LOCATION:Kalken\r\n" in dutch(event)
    assert not any(word in dutch(event) for word in (b"GEO", b"Skala", b"Kalkendorp"))

    town.skala.address_public = True
    calendar.moved_with(town.skala)
    assert f"places/{town.skala.public_id}" in set(db.session.scalars(select(PublishedIn.feed)))


def test_what_happens_at_a_place_that_keeps_its_address_stands_in_no_feed_of_places(town: Cast) -> None:
    town.skala.address_public = False
    event = stories.post()

    standing = set(db.session.scalars(select(PublishedIn.feed).where(PublishedIn.published_id == published(event).id)))
    assert standing == {"agenda", f"events/{event.public_id}"}


def test_a_renamed_category_moves_its_own_feed_also_while_it_is_empty(town: Cast) -> None:
    event = stories.post(category=town.cooking)
    before = versions()
    calendar.moved_with(town.talking)
    assert moved(before) == {"categories/talking"}

    before = versions()
    calendar.moved_with(town.cooking)
    assert moved(before) == {"agenda", "categories/cooking", f"events/{event.public_id}", f"places/{town.skala.public_id}"}


def test_another_name_of_the_group_moves_every_feed(town: Cast) -> None:
    stories.post()
    before, house = versions(), settings.group()
    settings.change(keep_name_days=3)
    calendar.moved_with_group(house)
    assert moved(before) == set()

    settings.change(organisation="Warm Laarne")
    calendar.moved_with_group(house)
    assert calendar.has_old()
    tell_all()

    assert not calendar.has_old()
    assert moved(before) == set(before)
    assert b"CONTACT:Warm Laarne" in b"".join(db.session.scalars(select(CalendarBytes.bytes)))


def test_two_dates_of_a_series_changed_at_once_are_both_in_its_bytes(town: Cast) -> None:
    """Each holds only its own date: the second must see what the first did."""
    event = stories.post("Praattafel", weeks=3, day=7)
    db.session.commit()
    first, second = event.dates[0], event.dates[1]
    assert first.starts_at and second.starts_at  # read before the other's change
    late = hours(14, 20, 21)
    there = update(EventDate).where(EventDate.id == second.id).values(starts_at=late.starts_at, ends_at=late.ends_at)
    db.session.connection().execute(there)  # beside this session, which still has the old hour in its memory
    dates.move(first, hours(7, 10, 12), town.skala, town.leen)

    assert b"DTSTART;TZID=Europe/Brussels:20260314T200000" in dutch(event)


def test_the_window_is_a_year_back(town: Cast) -> None:
    event = stories.post()
    assert published(event).leaves_at == event.dates[0].ends_at + timedelta(days=365)
    dates.cancel(event.dates[0], "Ziek", town.leen)
    assert published(event).leaves_at == event.dates[0].ends_at + timedelta(days=30)
    assert clock.now() < published(event).leaves_at


def test_the_worker_makes_old_bytes_anew_and_lets_the_past_go(town: Cast) -> None:
    stories.post()
    town.skala.name = "Zaal Nieuw"
    calendar.moved_with(town.skala)
    db.session.commit()

    worker.go_round(None)
    assert b"Zaal Nieuw" in dutch(db.session.scalars(select(Event)).one())

    with later(days=400):
        worker.do_chores()
        assert db.session.scalars(select(Published)).all() == []


def test_a_partner_that_takes_its_name_back_is_not_named_in_calendars_any_more(town: Cast) -> None:
    event = stories.post(organisation=town.de_brug)
    assert b"CONTACT:De Brug" in dutch(event)
    before = versions()
    details = partners.Details(town.de_brug.name, text="Anders", listed=True)
    partners.edit(town.de_brug, town.de_brug.version, details)
    assert moved(before) == set()

    details.listed = False
    partners.edit(town.de_brug, town.de_brug.version, details)
    calendar.refresh()

    assert b"De Brug" not in dutch(event)
    assert f"partners/{town.de_brug.public_id}" in moved(before)


def test_the_worker_tells_it_in_the_other_languages_too_and_then_rests(town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    event = stories.post()
    gone = stories.post("Praattafel", day=22)
    calendar.removed(gone)
    db.session.commit()
    assert calendar.has_old()
    while calendar.refresh(most=1):
        db.session.commit()

    stored = select(CalendarBytes.language).where(CalendarBytes.published_id == published(event).id).order_by(CalendarBytes.language)
    assert db.session.scalars(stored).all() == ["ar", "en", "nl"]
    assert not calendar.has_old()

    stories.edit(title="Soep")
    assert db.session.scalars(stored.where(CalendarBytes.renderer != calendar.OLD)).all() == ["nl"]  # the change itself writes no more than that
    assert calendar.has_old()
    settings.change(languages=("nl",))
    assert calendar.refresh() == 0 and not calendar.has_old()
    settings.change(languages=("nl", "uk"))
    assert calendar.has_old()
