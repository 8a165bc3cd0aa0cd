"""Jo brings in the partners from a spreadsheet: first a look, then the button; twice is once."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.conftest import Visitor, forms_of, inside
from vwg.db import db, writing
from vwg.domain import partner_import, partners
from vwg.formats import table
from vwg.models import Partner

PAGE = "/en/planning/partners/import"
LIST = (
    "Naam;Soort;Contactpersoon;GSM;E-mail;Gemeente;KBO\n"
    "Fietsclub Het Wiel;vereniging;Rahim;'+32 470 00 00 31;rahim@example.org;Kalken;0475.250.609\n"
    "Café De Zwaan;horeca;Oksana;0470 00 00 32;oksana@example.org;Laarne;\n"
    "De Brug vzw;vereniging;Bert;;;;\n"
    "fietsclub het wiel;;;;;;\n"
    ";vereniging;;;;;\n"
    "Breiclub;vereniging;;drie;geen@;;0475.250.608\n"
)


def looked_at(visitor: Visitor, data: bytes) -> Any:
    return visitor.press(PAGE, {"file": (io.BytesIO(data), "partners.csv"), "look": "1"})


def brought_in(visitor: Visitor, page: Any, **changes: str) -> Any:
    form = next(form for form in forms_of(page.text) if any(name == "kept" for name, _ in form["fields"]))
    return visitor.client.post(PAGE, data={**dict(form["fields"]), "do": "1", **changes}, follow_redirects=True)


def names(visitor: Visitor) -> list[str]:
    with inside(visitor.app):
        return list(db.session.scalars(select(Partner.name).order_by(Partner.id)))


def test_a_look_changes_nothing_and_the_button_adds_each_once(visitor: Visitor) -> None:
    jo = visitor.signed_in_as("jo")
    page = looked_at(jo, LIST.encode())
    assert page.status_code == 200 and names(jo) == ["De Brug", "Bakkerij Chen"]
    assert "2 new partners" in page.text and "2 lines that we cannot use" in page.text and "2 stand here already" in page.text
    for said in ("Line 6: ", "There is no name.", "This is not a telephone number: drie", "This is not an enterprise number: 0475.250.608"):
        assert said in page.text
    assert "2 partners added" in brought_in(jo, page).text
    assert names(jo) == ["De Brug", "Bakkerij Chen", "Fietsclub Het Wiel", "Café De Zwaan"]
    with inside(jo.app):
        club = db.session.scalars(select(Partner).where(Partner.name == "Fietsclub Het Wiel")).one()
        assert (club.kbo, club.contacts[0].phone, club.place.town if club.place else "", club.listed_consent_at) == ("0475250609", "+32470000031", "Kalken", None)
    again = looked_at(jo, LIST.encode())
    assert "0 new partners" in again.text and 'name="do"' not in again.text


def test_a_wrong_number_is_said_and_its_line_comes_in_without_it(visitor: Visitor) -> None:
    jo = visitor.signed_in_as("jo")
    data = b"Naam;KBO;V-code;GSM\nFietsclub;0475.250.608;;\nZangkoor;;V1;\nBreiclub;0475.250.608;;drie\n"
    page = looked_at(jo, data)
    assert "0 new partners" in page.text and "3 lines that we cannot use" in page.text and "This is not an enterprise number: 0475.250.608" in page.text
    form = dict(next(form for form in forms_of(page.text) if any(name == "kept" for name, _ in form["fields"]))["fields"])

    again = jo.client.post(PAGE, data={**form, "look": "1", "without_numbers": "y"})
    assert "2 new partners" in again.text and "One line that we cannot use" in again.text and "This is not a V-code: V1" in again.text
    assert "2 partners added" in brought_in(jo, again, without_numbers="y").text
    with inside(jo.app):
        added = db.session.scalars(select(Partner).order_by(Partner.id.desc()).limit(2)).all()
        assert [(partner.name, partner.kbo, partner.vcode) for partner in added] == [("Zangkoor", "", ""), ("Fietsclub", "", "")]


def test_two_of_one_name_in_two_towns_are_two(visitor: Visitor) -> None:
    jo, data = visitor.signed_in_as("jo"), b"Naam;Gemeente\nGezinsbond;Laarne\nGezinsbond;Kalken\ngezinsbond;LAARNE\nGezinsbond;\n"
    page = looked_at(jo, data)
    assert "2 new partners" in page.text and "2 stand here already" in page.text

    brought_in(jo, page)
    with inside(jo.app):
        added = db.session.scalars(select(Partner).order_by(Partner.id.desc()).limit(2)).all()
        assert [(partner.name, partner.place.town if partner.place else "") for partner in added] == [("Gezinsbond", "Kalken"), ("Gezinsbond", "Laarne")]
    assert "0 new partners" in looked_at(jo, data).text


@pytest.mark.parametrize(("encoding", "doubt"), [("utf-8", False), ("utf-8-sig", False), ("utf-16", False), ("cp1252", True)])
def test_any_encoding_of_a_spreadsheet_is_read_and_a_guess_is_said(visitor: Visitor, encoding: str, doubt: bool) -> None:
    page = looked_at(visitor.signed_in_as("jo"), LIST.encode(encoding))
    assert "Café De Zwaan" in page.text
    assert ("does not say how its letters are written" in page.text) == doubt


@pytest.mark.parametrize("locked", [True, False], ids=["", "with the lock off"])
def test_two_of_the_same_at_once_add_each_partner_once(visitor: Visitor, locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control has the lock off: there PostgreSQL adds them twice. SQLite has one writer at a time anyway."""
    together = threading.Barrier(2, timeout=120)
    data = ("Naam\n" + "".join(f"Club {number}\n" for number in range(40))).encode()
    if not locked:
        judge = partner_import.judge

        def judged_side_by_side(*given: Any) -> Any:
            found = judge(*given)
            if db.engine.dialect.name == "postgresql":
                together.wait()
            return found

        monkeypatch.setattr(partner_import, "judge", judged_side_by_side)
        monkeypatch.setattr(partner_import, "alone", lambda _what: None)

    def bring_in(_number: int) -> int:
        with visitor.app.app_context(), writing():
            if locked:
                together.wait()
            sheet = partner_import.sheet(data)
            added = partner_import.bring_in(sheet, partner_import.matched(sheet.head))
            db.session.commit()
            return sum(one.is_new for one in added)

    with ThreadPoolExecutor(2) as threads:
        numbers = sorted(threads.map(bring_in, range(2)))
    with visitor.app.app_context():
        twice = not locked and db.engine.dialect.name == "postgresql"
    assert numbers == ([40, 40] if twice else [0, 40])
    assert len(names(visitor)) == 2 + sum(numbers)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "We cannot read this file."), (b"PK\x03\x04\0\0\0\0", "We cannot read this file."), (b"Naam\n", "We cannot read this file."),
        (b"1;2\n3;4\n", "We cannot read this file."), (b"\xff\xfe\x00", "We cannot read the letters in this file."),
        (b"Naam\nCaf\x8f\n", "We cannot read the letters in this file."),
        (("Naam\n" + "Club\n" * 10_000).encode(), "This file has more than 2000 lines."),
        (b"Rood;Groen\n1;2\n", "Choose which column has the name"),
        (b'Naam\n"' + b"x" * 200_000, "We cannot read this file."),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_is_said(visitor: Visitor, data: bytes, sentence: str) -> None:
    page = looked_at(visitor.signed_in_as("jo"), data)
    assert (page.status_code, sentence in page.text) == (409, True)


def test_a_file_that_is_too_large_is_said(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partner_import, "MOST_BYTES", 5000)
    page = looked_at(visitor.signed_in_as("jo"), b"Naam\nClub;" + b"x" * 5000)
    assert (page.status_code, "This file is too large." in page.text) == (409, True)


def test_people_say_which_column_is_which(visitor: Visitor) -> None:
    jo = visitor.signed_in_as("jo")
    page = looked_at(jo, b"Rood;Groen\nZangkoor;Laarne\n")
    page = brought_in(jo, page, column_name="0", column_town="1")
    assert "One partner added" in page.text and names(jo)[-1] == "Zangkoor"
    assert brought_in(jo, looked_at(jo, LIST.encode()), column_name="99").status_code == 400
    assert brought_in(jo, looked_at(jo, LIST.encode()), kept="x.eJw=").status_code == 409


def test_what_goes_out_comes_in_again_and_no_formula_runs(visitor: Visitor) -> None:
    leen, jo = visitor.signed_in_as("leen"), Visitor(visitor.app).signed_in_as("jo")
    with inside(leen.app):
        lends = {"chairs": "40, klapstoelen", "hall": ""}
        partners.add(partners.Details("=HYPERLINK(1)", contact_name="@Dina", contact_phone="+32470000041", lends=list(lends), lends_notes=lends))
        db.session.commit()
    data = leen.get("/en/planning/partners.csv").data
    assert b"'=HYPERLINK(1)" in data and b"'+32470000041" in data and b";=" not in data and b";+" not in data
    assert jo.get("/en/planning/partners.csv").status_code == 404
    assert table.read(data)[-1][0] in {"De Brug", "Bakkerij Chen", "=HYPERLINK(1)"}
    with inside(leen.app):
        for one in db.session.scalars(select(Partner).where(Partner.name == "=HYPERLINK(1)")):
            db.session.delete(one)
        db.session.commit()
    brought_in(leen, looked_at(leen, data))
    assert names(leen)[-1] == "=HYPERLINK(1)" and len(names(leen)) == 3
    with inside(leen.app):
        again = db.session.scalars(select(Partner).where(Partner.name == "=HYPERLINK(1)")).one()
        assert {asset.kind: asset.note for asset in again.assets} == lends


def test_the_command_does_the_same(visitor: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "partners.csv"
    file.write_text(LIST)

    def said(*words: str) -> Any:
        with visitor.app.app_context():
            return visitor.app.test_cli_runner().invoke(args=["import-partners", str(file), *words])

    assert "2 would be added, 2 stand here already, 2 could not be used" in said("--dry-run").output and len(names(visitor)) == 2
    assert "2 added" in said().output and len(names(visitor)) == 4
    assert "0 added, 4 stand here already" in said().output
    file.write_text("Naam;KBO\nToneelkring;12\n")
    assert "0 added, 0 stand here already, 1 could not be used" in said().output
    kept = said("--without-numbers").output
    assert kept.startswith("line 2: ") and "\n1 added" in kept and names(visitor)[-1] == "Toneelkring"
    file.write_bytes(b"\0")
    assert said().exit_code == 1


def test_two_thousand_lines_are_looked_at_in_a_handful_of_queries(visitor: Visitor) -> None:
    data = ("Naam;Website\n" + "".join(f"Club {number};club{number}.example\n" for number in range(2000))).encode()
    with inside(visitor.app):
        sheet = partner_import.sheet(data)
        judged = partner_import.judge(sheet, partner_import.matched(sheet.head))
        assert sum(one.is_new for one in judged) == 2000
        assert db.session.scalar(select(func.count()).select_from(Partner)) == 2
