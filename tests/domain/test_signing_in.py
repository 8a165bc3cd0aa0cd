"""The rules of signing in that no single page shows."""

import pytest
from sqlalchemy import func, select

from tests.conftest import later
from vwg.db import db
from vwg.demo import Cast
from vwg.domain import errors, signing_in, volunteers
from vwg.models import Attempt, Role, SignIn


def wrong(row: SignIn) -> str:
    return "000000" if signing_in.digits(row) != "000000" else "000001"


def test_twenty_wrong_tries_a_day_close_leens_digits_whoever_made_them(town: Cast) -> None:
    for number in range(4):
        with later(minutes=16 * number):
            row = signing_in.ask("leen@example.org", f"a stranger's window {number}", "nl")
            for _ in range(5):
                assert signing_in.by_digits(f"a stranger's window {number}", wrong(row)) is None
            db.session.commit()
    with later(hours=2):
        row = signing_in.ask("leen@example.org", "leen's own window", "nl")
        assert signing_in.by_digits("leen's own window", signing_in.digits(row)) is None
        assert signing_in.by_link(row) is town.leen  # the link in the mail still opens
    with later(hours=26):
        row = signing_in.ask("leen@example.org", "leen's own window", "nl")
        assert signing_in.by_digits("leen's own window", signing_in.digits(row)) is town.leen


def test_sixty_wrong_tries_a_minute_make_the_whole_house_wait(town: Cast) -> None:
    row = signing_in.ask("leen@example.org", "window", "nl")
    db.session.add_all([Attempt(kind="digits") for _ in range(60)])
    db.session.commit()

    with pytest.raises(errors.TooManyTries):
        signing_in.by_digits("window", signing_in.digits(row))
    with later(minutes=1, seconds=1):
        assert signing_in.by_digits("window", signing_in.digits(row)) is town.leen


def test_an_unknown_address_leaves_a_row_that_lets_nobody_in(town: Cast) -> None:
    row = signing_in.ask("nobody@example.org", "window", "nl")

    assert signing_in.by_digits("window", signing_in.digits(row)) is None
    assert not signing_in.is_open(row)
    with pytest.raises(errors.SignInIsOld):
        signing_in.by_link(row)
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_the_digits_of_either_mail_work_when_leen_asked_twice(town: Cast) -> None:
    first = signing_in.ask("leen@example.org", "window", "nl")
    signing_in.ask("leen@example.org", "window", "nl")

    assert signing_in.by_digits("window", signing_in.digits(first)) is town.leen


def test_a_new_address_forgets_what_was_mailed_to_the_old_one(town: Cast) -> None:
    row = signing_in.ask("jo@example.org", "window", "nl")
    volunteers.change(town.jo, "Jo", "jo.new@example.org", [Role.COACH])
    db.session.refresh(row)

    assert not signing_in.is_open(row)
