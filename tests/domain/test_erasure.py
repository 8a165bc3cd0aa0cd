"""What a sign-up told goes when its time has come; how many came stays."""

import random
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from tests.conftest import hours, later, missing, world_kitchen
from vwg import clock
from vwg.db import db, locked
from vwg.domain import dates, erasure, events, notices, own_calendars, rsvps, signing_in
from vwg.domain.rsvps import Party
from vwg.models import Attempt, DateCount, EventDate, FeedKey, FeedKind, Household, Look, Notice, NoticeState, Rsvp, RsvpContact, SignIn


def signed_up(town, **given):
    """Oksana and a baby, alone, with a number; Amina's household of four through Fatma."""
    event = world_kitchen(town, **given)
    date = locked(EventDate, event.dates[0].id)
    oksana = rsvps.sign_up(date, Party(adults=1, band_0_2=1), language="uk", name="Oksana")
    oksana.contact = RsvpContact(phone="+32470000031")
    rsvps.sign_up(date, Party.of(town.amina), language="ar", household=town.amina, entered_by=town.fatma)
    db.session.commit()
    return date


def erase():
    erasure.erase_what_is_due()
    db.session.commit()


def count(noun):
    return db.session.scalar(select(func.count()).select_from(noun))


def counts_of(date):
    rows = db.session.scalars(select(DateCount).where(DateCount.date_id == date.id))
    return {row.what: row.number for row in rows}


def test_the_number_goes_two_days_after_the_end_and_the_name_a_week_after(town):
    date = signed_up(town)
    ended = date.ends_at

    for days, contacts, names in [(2, 1, 2), (3, 0, 2), (7, 0, 2), (8, 0, 0)]:
        with later(seconds=int((ended - clock.now()).total_seconds()) + days * 86400 - 60):
            erase()
            assert (days, count(RsvpContact), count(Rsvp)) == (days, contacts, names)


def test_only_how_many_adults_and_children_had_seats_stays(town):
    date = signed_up(town)
    rsvps.give_back(rsvps.sign_up(locked(EventDate, date.id), Party(adults=5), language="en", name="Rahim"))
    db.session.commit()
    with later(days=40):
        erase()
        erase()

        assert counts_of(date) == {"adults": 3, "children": 3}


def test_nothing_goes_before_the_date(town):
    signed_up(town)
    erase()

    assert (count(Rsvp), count(RsvpContact), count(DateCount)) == (2, 1, 0)


def test_a_call_that_nobody_made_leaves_the_list_with_the_people(town):
    date = signed_up(town)
    dates.cancel(date, "De zaal is niet vrij.", town.leen)
    db.session.commit()
    waiting = db.session.scalars(select(Notice).where(Notice.recipient_kind == "rsvp", Notice.state == NoticeState.WAITING)).all()
    with later(days=40):
        erase()

        assert {notice.state for notice in waiting} == {NoticeState.DROPPED}
        assert {notice.recipient_id for notice in waiting} == {None}
        assert count(Rsvp) == 0


def test_whom_a_notice_went_to_is_forgotten_a_week_after(town):
    date = signed_up(town)
    notice = notices.tell_rsvp("promoted", date.rsvps[0])
    notices.done(notice, "told")
    db.session.commit()

    for days, known in [(6, True), (8, False)]:
        with later(days=days):
            erase()
            assert (notice.recipient_id is not None) is known


def test_a_household_unused_for_a_year_goes(town):
    town.amina.used_at = clock.now() - timedelta(days=367)
    town.dawit.used_at = clock.now() - timedelta(days=364)
    db.session.commit()
    erase()

    assert db.session.scalars(select(Household.nickname)).all() == ["Dawit"]


def test_looks_go_after_a_year_and_old_tries_after_a_day(town):
    for days in (364, 367):
        db.session.add(Look(user_id=town.leen.id, day=clock.today() - timedelta(days=days)))
    for passed in (23, 25):
        db.session.add(Attempt(kind="code", at=clock.now() - timedelta(hours=passed)))
        made = clock.now() - timedelta(hours=passed)
        db.session.add(SignIn(user_id=town.leen.id, created_at=made, expires_at=made + timedelta(minutes=15)))
    db.session.commit()
    erase()

    assert (count(Look), count(Attempt), count(SignIn)) == (1, 1, 1)


def test_that_somebody_was_away_is_forgotten_when_it_is_over(town):
    town.fatma.away_until, town.jo.away_until = clock.today() - timedelta(days=1), clock.today()
    db.session.commit()
    erase()

    assert (town.fatma.away_until, town.jo.away_until) == (None, clock.today())


def test_an_erased_name_is_in_no_file_of_the_database(app, town):
    """Byte for byte: what SQLite has, its log too; on PostgreSQL the files of tables, of indexes and of
    what the planner knows. (PostgreSQL's own log is recycled in its own time: the manual says when.)"""
    date = signed_up(town)
    for number in range(120):  # enough for the planner to take samples of a column
        rsvp = Rsvp(date=date, name=f"Zarghuna {number}", contact=RsvpContact(email=f"zarghuna{number}@example.org"))
        db.session.add(rsvp)
    db.session.flush()
    own_calendars.give(FeedKind.NEWCOMER, "Zarghuna, telefoon", rsvp=rsvp)
    notices.tell_rsvp("promoted", rsvp)
    db.session.commit()
    assert _found_in_files(app, b"Zarghuna", b"zarghuna") > 0
    with later(days=40):
        erase()
        assert _found_in_files(app, b"Zarghuna", b"zarghuna") > 0  # deleted and still there: why wipe_traces exists
        db.session.remove()
        assert erasure.wipe_traces() is True

    assert _found_in_files(app, b"Zarghuna", b"zarghuna") == 0
    assert (count(Rsvp), count(RsvpContact), count(FeedKey), count(DateCount)) == (0, 0, 0, 2)
    assert db.session.scalar(select(func.count()).where(Notice.recipient_id.is_not(None))) == 0


def test_every_table_that_goes_with_a_person_is_wiped_too(app):
    """Rows that follow a sign-up, a family, a helper … leave traces as those do."""
    for table in db.metadata.sorted_tables:
        follows = {key.column.table.name for key in table.foreign_keys if key.ondelete == "CASCADE"} & set(erasure.PERSONAL_TABLES) - {"user"}
        assert table.name in erasure.PERSONAL_TABLES or not follows, f"{table.name} follows {follows}"
    assert set(erasure.PERSONAL_TABLES) <= set(db.metadata.tables)


def test_no_name_stays_in_a_corner_of_a_page_that_others_still_use(app, town):
    """A page that was split keeps copies; secure_delete alone leaves them (the control below)."""
    if db.engine.dialect.name != "sqlite":
        return
    folder = app.extensions["vwg"].instance
    over, coming = _two_dates(town)
    chance = random.Random(3)
    for number in range(900):
        name, whose = ("Zarghuna", over) if chance.random() < 0.6 else ("Oksana", coming)
        db.session.add(Rsvp(date_id=whose.id, name=f"{name} {number:04d} {'x' * chance.randint(0, 24)}"))
    db.session.commit()
    for rsvp in db.session.scalars(select(Rsvp).order_by(Rsvp.id)):
        if chance.random() < 0.3:
            rsvp.name += "y" * chance.randint(5, 40)
    db.session.commit()
    stay = db.session.scalar(select(func.count()).where(Rsvp.date_id == coming.id))
    with later(days=28):
        erase()
        db.session.remove()
        _checkpoint_alone()
        left_without = _bytes_in(folder).count(b"Zarghuna")
        assert erasure.wipe_traces() is True

    assert left_without > 0
    assert (_bytes_in(folder).count(b"Zarghuna"), count(Rsvp)) == (0, stay)


def test_a_mail_to_sign_in_that_never_left_is_dropped_with_its_request(town):
    signing_in.ask("leen@example.org", "window", "nl")
    db.session.commit()
    with later(days=2):
        erase()

        assert (count(SignIn), db.session.scalars(select(Notice.state)).all()) == (0, [NoticeState.DROPPED])


def _two_dates(town):
    other = events.create(events.Details("Praattafel", category=town.talking, place=town.skala), [hours(28, 14, 16)], town.leen)
    return world_kitchen(town, seats=None).dates[0], other.dates[0]


def _checkpoint_alone():
    connection = db.engine.raw_connection()
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()


def _bytes_in(folder):
    return b"".join(path.read_bytes() for path in folder.glob("vwg.db*"))


def _found_in_files(app, *names):
    """How often these bytes stand in the files of the database."""
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        held = _bytes_in(app.extensions["vwg"].instance)
        return sum(held.count(name) for name in names)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")  # as autovacuum does, a minute after many rows changed
        connection.exec_driver_sql("CHECKPOINT")  # what is in memory goes to the files, and files of old go
        folder = Path(connection.exec_driver_sql("SHOW data_directory").scalar_one())
        number = connection.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()").scalar_one()
    files = [path for path in (folder / "base" / str(number)).glob("*") if path.is_file()]
    if not files:
        missing("the files of this PostgreSQL cannot be read from here")
    held = b"".join(path.read_bytes() for path in files)
    return sum(held.count(name) for name in names)
