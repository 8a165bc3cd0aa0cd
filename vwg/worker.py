"""The worker: mails what is due, does the night's chores, and leaves a beat that /readyz reads."""

import logging
import signal
import threading
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from flask import current_app

from vwg import clock, fetch, mail
from vwg.config import Config
from vwg.db import Gone, db, locked, writing
from vwg.domain import calendar, calls, carrying, erasure, events, imported_calendars, listings, reminders, shifts, today
from vwg.formats import ical_reader
from vwg.models import Beat, Event, ImportedCalendar

NAME = "worker"
SECONDS_BETWEEN_ROUNDS = 1.5
SECONDS_BETWEEN_BEATS = 10
SECONDS_IT_MAY_BE_SILENT = 60
MAILS_A_ROUND = 20
CALLS = "calls passed on"
BETWEEN_CALLS = timedelta(minutes=10)
NIGHT_ENDS = timedelta(hours=3)  # the chores of a day are due from three in the night

log = logging.getLogger(__name__)


def run() -> None:
    """Round after round until SIGTERM or Ctrl-C; the round under way is finished first.

    A round that fails is tried again: a mail server or database that is away for a while must
    not close the house. It leaves no beat, so that /readyz tells when it lasts.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    chores_done: date | None = None
    while not stop.is_set():
        try:
            chores_done = go_round(chores_done)
        except Exception as error:  # the type alone: a message may repeat somebody's row
            log.error("A round of the worker failed: %s", type(error).__name__)
        finally:
            db.session.remove()
        stop.wait(SECONDS_BETWEEN_ROUNDS)


def go_round(chores_done: date | None) -> date | None:
    """One round. Takes and returns the day whose chores are done; after a start they are done
    at once, for a machine that sleeps at night must not keep people's names."""
    publish_what_is_due()
    if mail.is_on() and today.mails_are_due():
        with writing():
            today.owe_mails()
            db.session.commit()
    mail.deliver(MAILS_A_ROUND)
    refresh_calendars()
    read_a_calendar()
    wipe_what_was_asked()
    pass_calls_on()
    day = clock.local(clock.now() - NIGHT_ENDS).date()
    if day != chores_done and do_chores():
        chores_done = day
    beat()
    return chores_done


def publish_what_is_due() -> None:
    """What goes online by itself at a moment: each in its own transaction."""
    for identity in events.due_to_publish():
        with writing():
            try:
                events.publish_due(locked(Event, identity))
            except Gone:
                continue
            db.session.commit()


def refresh_calendars() -> None:
    """What calendars show of a renamed place, or after a deploy, is made anew some things at a time."""
    if calendar.has_old():
        with writing():
            calendar.refresh()
            db.session.commit()


def read_a_calendar(rules: fetch.Rules | None = None) -> bool:
    """One partner's calendar whose time has come; False when none waits. No network and no reading inside a transaction."""
    identity = imported_calendars.due()
    if identity is None:
        return False
    with writing():
        calendar = locked(ImportedCalendar, identity)
        if not imported_calendars.take(calendar):
            return False
        address, etag, last_modified = calendar.address, calendar.etag, calendar.last_modified
        first, last = imported_calendars.asked_days()
        db.session.commit()
    refusal, answer, reading = "", None, None
    try:
        answer = fetch.calendar(address, etag, last_modified, rules)
        reading = None if answer.is_same else ical_reader.read(answer.body, clock.ZONE.key, first, last)
    except fetch.CannotFetch as error:
        refusal = error.phrase
    with writing():
        try:
            calendar = locked(ImportedCalendar, identity)
        except Gone:  # taken away meanwhile
            return True
        if answer is None:
            imported_calendars.could_not(calendar, refusal)
        elif reading is None:
            imported_calendars.unchanged(calendar)
        else:
            imported_calendars.take_in(calendar, reading, answer.etag, answer.last_modified)
        db.session.commit()
    return True


def wipe_what_was_asked() -> None:
    """Who erased themselves by their slip is gone from every file within a minute."""
    if erasure.has_traces():
        erasure.write_tombstones(_beside_the_database())
        wipe()


def pass_calls_on() -> None:
    """Calls go along with the families when a stand-in begins or stops, and to the host when a date is near."""
    last = db.session.get(Beat, CALLS)
    if last is None or last.at <= clock.now() - BETWEEN_CALLS:
        with writing():
            carrying.follow_coaches()
            calls.hand_leftovers_to_hosts()
            db.session.merge(Beat(worker=CALLS, at=clock.now()))
            db.session.commit()


def do_chores() -> bool:
    """Erase what is due, and let what is long past leave the feeds. False when its traces could not be wiped yet, because somebody was reading."""
    ask_partners_again()
    return erase()[1]


def ask_partners_again() -> None:
    """Who stays silent hears once more; who was not looked at for a year is asked what is still right."""
    with writing():
        reminders.remind_the_silent()
        listings.ask_whether_still_right()
        shifts.owe_reminders()
        db.session.commit()


def erase() -> tuple[Counter[str], bool]:
    """The clock's erasures: how many of each kind went, and whether their traces are wiped too."""
    with writing():
        gone = erasure.erase_what_is_due()
        calendar.tidy()
        db.session.commit()
    erasure.write_tombstones(_beside_the_database())
    db.session.remove()
    return gone, wipe()


def wipe() -> bool:
    """Leave no trace of what was erased until now. False: somebody reads just now, the next round tries again."""
    until = clock.now()
    db.session.remove()
    if not erasure.wipe_traces():
        return False
    with writing():
        erasure.note_wiped(until)
        db.session.commit()
    return True


def replay_erasures() -> Counter[str]:
    """After a restore: whoever was erased since that copy was made is erased again."""
    with writing():
        gone = erasure.replay(erasure.tombstones_in(_beside_the_database()))
        db.session.commit()
    return gone


def _beside_the_database() -> Path:
    config: Config = current_app.extensions["vwg"]
    return config.instance


def beat() -> None:
    """Not at every round: each beat is a write that waits for the disk."""
    last = db.session.get(Beat, NAME)
    if last and (clock.now() - last.at).total_seconds() < SECONDS_BETWEEN_BEATS:
        return
    with writing():
        db.session.merge(Beat(worker=NAME, at=clock.now()))
        db.session.commit()
