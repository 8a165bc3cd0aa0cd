"""Secret links and codes: each opens one thing, and only while we mean it to."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import SECRET, Visitor, inside, world_kitchen
from vwg import demo, keys, links
from vwg.db import db, locked
from vwg.domain import partners, rsvps
from vwg.domain.rsvps import Party
from vwg.models import Category, Contact, EventDate, Partner, Place, Rsvp, User


@pytest.fixture(autouse=True)
def our_key() -> Iterator[None]:
    keys.use(SECRET)
    yield
    keys.use(SECRET)


def test_a_token_opens_its_own_purpose_row_and_generation() -> None:
    token = keys.token("mine", "r2345678", 3)

    assert keys.opens(token, "mine", "r2345678", 3)
    assert not keys.opens(token, "own", "r2345678", 3)
    assert not keys.opens(token, "mine", "r2345679", 3)
    assert not keys.opens(token, "mine", "r2345678", 4)


def test_parts_cannot_be_moved_from_one_into_the_next() -> None:
    assert keys.sealed("code", 1, "23") != keys.sealed("code", 12, "3")
    assert keys.token("a", "1", 1).partition(".")[2] != keys.token("a", "11").partition(".")[2]


def test_a_token_carries_130_bits_in_signs_that_are_read_from_paper() -> None:
    secret = keys.token("mine", 1).partition(".")[2]

    assert (len(secret), set(secret) & set("ilou")) == (26, set())


def test_a_newer_key_in_front_keeps_old_links_and_old_codes() -> None:
    token, code, seal = keys.token("mine", 1), keys.digits("code", 1), keys.sealed("code", 1, "48291705")
    keys.use("a newer key", SECRET)

    assert keys.opens(token, "mine", 1)
    assert (keys.digits("code", 1), keys.sealed("code", 1, "48291705")) == (code, seal)
    assert keys.token("mine", 1) != token and keys.opens(keys.token("mine", 1), "mine", 1)


def test_a_key_that_was_dropped_opens_nothing() -> None:
    token = keys.token("mine", 1)
    keys.use("a newer key")

    assert not keys.opens(token, "mine", 1)


def test_digits_keep_their_noughts() -> None:
    assert {len(keys.digits("sign-in digits", number, length=6)) for number in range(500)} == {6}


@pytest.fixture
def slip(app: Flask, visitor: Visitor) -> tuple[str, str]:
    """Amina's secret path, and her token alone."""
    with inside(app):
        cast = _cast()
        date = locked(EventDate, world_kitchen(cast).dates[0].id)
        rsvp = rsvps.sign_up(date, Party(2), language="ar", name="Amina")
        db.session.commit()
        token = links.token("mine", rsvp)
    return f"/nl/signup/mine/{token}", token


def _cast() -> demo.Cast:
    """The cast that the visitor's house has already, as far as a kitchen needs it."""
    def one(noun: type, **named: str) -> object:
        return db.session.scalars(select(noun).filter_by(**named)).one()

    blank = dict.fromkeys(demo.Cast.__dataclass_fields__)
    return demo.Cast(**{**blank, "leen": one(User, demo_name="leen"), "cooking": one(Category, slug="cooking"), "skala": one(Place, name="Zaal Skala")})


def test_only_the_whole_token_opens_and_the_page_is_kept_by_nobody(visitor: Visitor, slip: tuple[str, str]) -> None:
    path, token = slip
    page = visitor.get(path)
    assert (page.status_code, page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == (200, "no-store", "noindex")

    others = {
        "cut": path[:-1], "longer": path + "0", "capital letters": path.upper().replace("/NL/SIGNUP/MINE/", "/nl/signup/mine/"),
        "doubled": path + token, "doubled point": path.replace(".", ".."), "without its id": path.replace(token, token.partition(".")[2]),
        "its id alone": path.replace(token, token.partition(".")[0]), "empty secret": path.replace(token, token.partition(".")[0] + "."),
        "for a partner": path.replace("signup/mine", "partners/own"), "for an answer": path.replace("signup/mine", "partners/reply"),
        "for signing in": path.replace("signup/mine", "account/link"), "a space behind": path + "%20", "other digits": path.replace("r", "٣", 1),
    }  # fmt: skip
    assert {how: visitor.get(other).status_code for how, other in others.items()} == dict.fromkeys(others, 404)
    assert visitor.get(others["cut"]).headers["Cache-Control"] == "no-store"


def test_a_generation_more_revokes_the_slip(app: Flask, visitor: Visitor, slip: tuple[str, str]) -> None:
    with inside(app):
        rsvp = db.session.scalars(select(Rsvp)).one()
        rsvp.generation += 1
        db.session.commit()
        fresh = links.token("mine", rsvp)

    assert visitor.get(slip[0]).status_code == 404
    assert visitor.get(f"/nl/signup/mine/{fresh}").status_code == 200


def test_the_number_of_an_erased_row_opens_no_later_one(app: Flask, visitor: Visitor, slip: tuple[str, str]) -> None:
    """SQLite gives the number of a last row that was deleted to the next: link and code must not fit it."""
    with inside(app):
        old = db.session.scalars(select(Rsvp)).one()
        date, number, code = locked(EventDate, old.date_id), old.id, rsvps.code(old)
        db.session.delete(old)
        db.session.flush()
        dawit = rsvps.sign_up(date, Party(), language="ti", name="Dawit")
        if dawit.id != number:
            dawit.id = number
        db.session.commit()
        assert rsvps.code(dawit) != code
        assert rsvps.by_code(date.event_id, code) is None
    assert visitor.get(slip[0]).status_code == 404


def test_the_link_of_a_contact_who_was_taken_away_stops_no_mail_of_the_next(app: Flask, visitor: Visitor) -> None:
    with inside(app):
        bakery = db.session.scalars(select(Partner).where(Partner.name == "Bakkerij Chen")).one()
        last = Contact(name="Rita", email="rita@example.org")
        bakery.contacts.append(last)
        db.session.flush()
        old = f"/nl/partners/never-mail/{links.token('never-mail', last)}"
        partners.remove_contact(last)
        bakery.contacts.append(Contact(name="Salam", email="salam@example.org"))
        db.session.commit()
        new = f"/nl/partners/never-mail/{links.token('never-mail', bakery.contacts[-1])}"

    assert (visitor.get(new).status_code, visitor.get(old).status_code) == (200, 404)


def test_a_partners_link_is_not_another_partners(app: Flask, visitor: Visitor) -> None:
    with inside(app):
        one, other = db.session.scalars(select(Partner).order_by(Partner.id).limit(2)).all()
        mixed = f"{other.public_id}.{links.token('own', one).partition('.')[2]}"
        right = links.token("own", one)

    assert visitor.get(f"/nl/partners/own/{right}").status_code == 200
    assert visitor.get(f"/nl/partners/own/{mixed}").status_code == 404
