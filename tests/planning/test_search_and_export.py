"""Search finds activities, partners and places and never who signed up; a list leaves the house with a name on it."""

import csv
from io import BytesIO, StringIO

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from tests.conftest import Visitor, inside, later, world_kitchen
from vwg import demo
from vwg.db import db, locked
from vwg.domain import rsvps
from vwg.domain.rsvps import Party
from vwg.formats import sheet
from vwg.models import Change, Event, EventDate, Look, RsvpContact


@pytest.fixture
def leen(app: Flask) -> Visitor:
    with inside(app):
        kitchen = world_kitchen(demo.cast())
        db.session.commit()
        date = locked(EventDate, kitchen.dates[0].id)
        amina = rsvps.sign_up(date, Party(3), language="ti", name='=HYPERLINK("x")')
        amina.contact = RsvpContact(phone="+32470000041", email="amina@example.org")
        dawit = rsvps.sign_up(date, Party(1), language="en", name="Dawit")
        dawit.contact = RsvpContact(phone="+3197010281234")
        db.session.commit()
    return Visitor(app).signed_in_as("leen")


def page_of(leen: Visitor) -> str:
    with inside(leen.app):
        return f"/en/planning/dates/{db.session.scalars(select(EventDate.public_id)).one()}/export"


def test_search_finds_by_words_without_accents_and_no_people(leen: Visitor) -> None:
    def found(words: str) -> str:
        return leen.get("/en/planning/search", query_string={"q": words}).text

    assert "Wereldkeuken" in found("WÉRELD") and "Zaal Skala" in found("skala") and "De Brug" in found("brug")
    assert "Nothing found" in found("Dawit") and "Nothing found" in found("%") and "Nothing found" in found("\x00 zzz")
    assert Visitor(leen.app).get("/en/planning/search?q=brug").status_code == 302


def test_the_list_names_who_took_it_and_no_text_runs_as_a_formula(leen: Visitor) -> None:
    answer = leen.press(page_of(leen), {"kind": "csv"})
    rows = list(csv.reader(StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][0].startswith("Taken along by Leen")
    assert [row[0] for row in rows[3:]] == ["'=HYPERLINK(\"x\")", "Dawit"]
    assert [row[9] for row in rows[3:]] == ["0470 00 00 41", "'+31 970 102 81234"]
    with inside(leen.app):
        assert [change.kind for change in db.session.scalars(select(Change)) if change.kind == "exported"] == ["exported"]
        assert len(db.session.scalars(select(Look)).all()) == 1
        address = db.session.scalars(select(Event.public_id)).one()
    assert "Leen took the list of names along" in leen.get(f"/en/planning/{address}").text


def test_the_workbook_has_text_in_every_cell(leen: Visitor) -> None:
    answer = leen.press(page_of(leen))
    cells = list(load_workbook(BytesIO(answer.data)).active.iter_rows(min_row=4))
    assert [row[0].value for row in cells] == ['=HYPERLINK("x")', "Dawit"]
    assert {cell.data_type for row in cells for cell in row if cell.value is not None} == {"s"}
    assert [row[9].value for row in cells] == ["0470 00 00 41", "+31 970 102 81234"]


def test_a_telephone_left_unlocked_takes_no_list_along(leen: Visitor) -> None:
    path = page_of(leen)
    with later(minutes=20):
        assert "/account/prove?next=" in leen.get(path).location
        answer = leen.client.post(path, data={"csrf_token": "", "kind": "csv"})
        assert answer.status_code == 401 and b"Dawit" not in answer.data
    fatma = Visitor(leen.app).signed_in_as("fatma")
    assert b"Dawit" not in fatma.get(path).data


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "|cmd", "\uff1d1"])
def test_whatever_could_run_is_dead_and_whole(value: str) -> None:
    assert next(csv.reader(StringIO(sheet.as_csv([[value]]).decode("utf-8-sig"), newline=""), delimiter=";")) == [f"'{value}"]
