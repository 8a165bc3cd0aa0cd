"""What is done from the machine's own keyboard: `flask --app app …`."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError

from tests.conftest import later, make_app, migrate
from vwg import clock, mail, opening, worker
from vwg.db import db, locked, writing
from vwg.domain import dates, erasure, events, rsvps, settings
from vwg.domain.rsvps import Party
from vwg.models import Beat, EventDate, Household, Rsvp, RsvpContact, Tombstone, User


@pytest.fixture
def house(own_house):
    return own_house


def say(app, *words):
    result = app.test_cli_runner().invoke(args=[str(word) for word in words])
    db.session.remove()
    return result.exit_code, result.output


def households():
    names = db.session.scalars(select(Household.nickname).order_by(Household.nickname)).all()
    db.session.remove()
    return names


def test_a_backup_brings_back_what_was_lost(house, tmp_path):
    copy = tmp_path / "monday.db"
    assert say(house, "backup", copy)[0] == 0
    with writing():
        db.session.delete(db.session.scalars(select(Household).where(Household.nickname == "Dawit")).one())
        db.session.commit()
    assert households() == ["Amina"]

    assert say(house, "restore", "--yes", copy)[0] == 0
    assert households() == ["Amina", "Dawit"]


def test_what_was_due_since_the_backup_is_not_brought_back(house, tmp_path):
    with writing():
        amina = db.session.scalars(select(Household).where(Household.nickname == "Amina")).one()
        amina.used_at = clock.now() - timedelta(days=367)
        db.session.commit()
    say(house, "backup", tmp_path / "monday.db")

    assert say(house, "restore", "--yes", tmp_path / "monday.db")[0] == 0
    assert households() == ["Dawit"]


def test_who_erased_herself_since_the_backup_is_not_brought_back(house, tmp_path):
    """Nor by a copy put in the place of a database that is lost: the file beside it remembers."""
    town = signed_up(house)
    say(house, "backup", tmp_path / "monday.db")
    with writing():
        oksana = db.session.scalars(select(Rsvp).where(Rsvp.name == "Oksana")).one()
        erasure.erase_own(oksana)
        erasure.erase_own(db.session.scalars(select(Rsvp).where(Rsvp.household_id.is_not(None))).one(), household_too=True)
        db.session.commit()
    sign_up(town, "Chen")  # SQLite gives her the number that Oksana's row had
    say(house, "backup", tmp_path / "tuesday.db")

    code, said = say(house, "restore", "--yes", tmp_path / "monday.db")
    assert (code, said.splitlines()[-1]) == (0, "Erased again, because they had asked for it: 2 sign-ups, 1 households.")
    assert (names(), households()) == (["Rahim"], ["Dawit"])
    assert bytes_of(house).count(b"Oksana") == 0

    with writing():  # the database is lost, and with it what it says of who was erased
        db.session.execute(delete(Tombstone))
        db.session.commit()
    assert say(house, "restore", "--yes", tmp_path / "monday.db")[0] == 0
    assert (names(), households()) == (["Rahim"], ["Dawit"])
    assert say(house, "restore", "--yes", tmp_path / "tuesday.db")[0] == 0
    assert names() == ["Chen", "Rahim"]


def test_an_erasing_asked_by_slip_leaves_no_trace_after_one_round_of_the_worker(house):
    signed_up(house)
    worker.go_round(clock.today())
    with writing():
        erasure.erase_own(db.session.scalars(select(Rsvp).where(Rsvp.name == "Oksana")).one())
        db.session.commit()
    db.session.remove()
    assert bytes_of(house).count(b"Oksana") > 0

    worker.go_round(clock.today())

    assert bytes_of(house).count(b"Oksana") == 0
    assert len(erasure.tombstones_in(house.extensions["vwg"].instance)) == 1
    assert oct((house.extensions["vwg"].instance / "erased.txt").stat().st_mode & 0o777) == "0o600"
    assert erasure.has_traces() is False


def test_erasing_says_what_it_did_in_counts(house):
    signed_up(house)
    with later(days=40):
        code, said = say(house, "erase")
    counts = {kind: int(number) for number, kind in (line.split(maxsplit=1) for line in said.splitlines()[:-1])}

    assert (code, said.splitlines()[-1]) == (0, "What was due is gone.")
    assert (counts["contacts"], counts["sign-ups"], counts["households"]) == (1, 3, 0)
    assert "Oksana" not in said


def signed_up(house):
    """Oksana with a number, Rahim, and Amina's household, for a kitchen; its date's id."""
    with writing():
        leen, fatma = (db.session.scalars(select(User).where(User.demo_name == name)).one() for name in ("leen", "fatma"))
        amina = db.session.scalars(select(Household).where(Household.nickname == "Amina")).one()
        event = events.create(events.Details("Wereldkeuken", seats=40), [hours_in_days(20)], leen)
        events.publish(event, leen)
        date = locked(EventDate, event.dates[0].id)
        oksana = rsvps.sign_up(date, Party(2), language="uk", name="Oksana")
        oksana.contact = RsvpContact(phone="+32470000031")
        rsvps.sign_up(date, Party.of(amina), language="ar", household=amina, entered_by=fatma)
        identity = date.id
        db.session.commit()
    sign_up(identity, "Rahim")
    return identity


def hours_in_days(days):
    starts = clock.now() + timedelta(days=days)
    return dates.Times(starts, starts + timedelta(hours=4))


def sign_up(date_id, name):
    with writing():
        rsvps.sign_up(locked(EventDate, date_id), Party(), language="en", name=name)
        db.session.commit()
    db.session.remove()


def names():
    found = db.session.scalars(select(Rsvp.name).order_by(Rsvp.name)).all()
    db.session.remove()
    return found


def bytes_of(house):
    return b"".join(path.read_bytes() for path in house.extensions["vwg"].instance.glob("vwg.db*"))


def test_only_its_owner_reads_a_backup_and_the_database(house, tmp_path):
    say(house, "backup", tmp_path / "monday.db")
    migrate(make_app(tmp_path))

    for file in (tmp_path / "monday.db", tmp_path / "vwg.db"):
        assert oct(file.stat().st_mode & 0o777) == "0o600"


def test_a_backup_overwrites_nothing_and_leaves_no_half(house, tmp_path):
    (tmp_path / "letters.txt").write_text("Dear Jo")

    assert say(house, "backup", tmp_path / "letters.txt") == (
        1, f"Error: {tmp_path}/letters.txt exists already; a backup never overwrites one.\n",
    )  # fmt: skip
    assert say(house, "backup", tmp_path / "no" / "such" / "folder.db")[0] == 1
    assert (tmp_path / "letters.txt").read_text() == "Dear Jo"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["house", "letters.txt"]


@pytest.mark.parametrize("rubbish", [b"", b"Dear Jo", b"SQLite format 3\0" + b"\0" * 5000])
def test_what_is_no_backup_replaces_nothing(house, tmp_path, rubbish):
    (tmp_path / "letters.txt").write_bytes(rubbish)
    code, said = say(house, "restore", "--yes", tmp_path / "letters.txt")

    assert (code, said) == (1, f"Error: {tmp_path}/letters.txt is not a sound backup of this house. Nothing was changed.\n")
    assert households() == ["Amina", "Dawit"]


def test_a_link_signs_in_only_whom_the_house_knows(house):
    code, said = say(house, "sign-in-link", "leen@example.org")
    assert (code, said.startswith("http://localhost/nl/account/link/")) == (0, True)

    code, said = say(house, "sign-in-link", "rahim@example.org")
    assert (code, said) == (1, "Error: Nobody here has that address. To let somebody new in, add --new NAME.\n")

    assert say(house, "sign-in-link", "rahim@example.org", "--new", "Rahim")[0] == 0
    assert User.by_email("rahim@example.org").is_administrator


def test_check_says_what_needs_a_hand(house):
    code, said = say(house, "check")
    assert code == 1
    assert "LOOK  The worker never ran: nothing is mailed and nothing is erased." in said

    worker.beat()
    code, said = say(house, "check")
    assert (code, [line for line in said.splitlines() if not line.startswith("ok")]) == (0, [])


def test_the_town_is_only_for_an_empty_house(house):
    code, said = say(house, "demo")

    assert (code, said) == (1, "Error: Somebody lives here already: the invented town is only for an empty house.\n")


# ---- the worker


def test_a_round_leaves_a_beat_that_readyz_reads(app):
    assert app.test_client().get("/readyz").status_code == 503
    with app.app_context():
        worker.go_round(None)
        assert db.session.get(Beat, worker.NAME) is not None
        db.session.remove()

    assert app.test_client().get("/readyz").status_code == 200


def test_the_chores_are_done_at_the_first_round_and_then_once_a_night(town, monkeypatch):
    done = []
    monkeypatch.setattr(worker, "do_chores", lambda: not done.append(clock.today()))
    day = None
    for hours in (0, 1, 15, 16, 18, 41, 42):  # from ten in the morning: the night's chores are due at three
        with later(hours=hours):
            day = worker.go_round(day)

    assert [each.day for each in done] == [2, 3, 4]


def test_a_round_that_fails_is_tried_again_and_says_no_more_than_its_kind(house, monkeypatch, caplog):
    """A database or mail server that is away must not end the worker, and with it the house."""
    rounds = []

    def fail_once(limit):
        rounds.append(limit)
        if len(rounds) == 1:
            raise OperationalError("INSERT … 'Oksana'", {}, Exception("Oksana"))
        signals[0]()  # the second round is the last
        return 0

    signals = []
    monkeypatch.setattr(mail, "deliver", fail_once)
    monkeypatch.setattr(worker, "SECONDS_BETWEEN_ROUNDS", 0)
    monkeypatch.setattr(worker.signal, "signal", lambda number, handler: signals.append(lambda: handler(number, None)))
    worker.run()

    assert len(rounds) == 2
    assert [record.getMessage() for record in caplog.records if record.name == "vwg.worker"] == [
        "A round of the worker failed: OperationalError"
    ]


# ---- a house that is no demo


def test_who_comes_first_gets_a_link_until_somebody_signed_in(tmp_path):
    app = make_app(tmp_path / "house", demo=False)
    first, again = opening.make_ready(app), opening.make_ready(app)
    assert "http://localhost/nl/account/link/" in first
    assert "http://localhost/nl/account/link/" in again

    with app.app_context():
        with writing():
            leen = db.session.scalars(select(User)).one()
            leen.email = "leen@example.org"
            settings.change(responsible="Leen")
            db.session.commit()
        assert opening.make_ready(app) == (
            "The house is open: http://localhost/\nVolunteers sign in at http://localhost/nl/account/sign-in"
        )
        db.session.remove()
        db.engine.dispose()
