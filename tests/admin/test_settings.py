"""Leen decides about the group; nobody else does."""

import pytest
from flask import Flask

from tests.conftest import Visitor, forms_of, inside
from vwg.db import db
from vwg.domain import settings
from vwg.domain.settings import MOST, group

SETTINGS = "/nl/admin/settings"


def test_leen_changes_what_the_group_is_called_and_keeps(app: Flask, visitor: Visitor) -> None:
    leen = visitor.signed_in_as("leen")
    changes = {
        "name": "Samen", "organisation": "De groep", "municipality": "Wetteren", "postcodes": "9230 9270", "mailbox": "Groep@Example.org",
        "phone": "0470/00.00.02", "responsible": "Jo", "languages": ["ar", "nl"], "green": "#0F5C4D", "keep_contact_days": "٣",
        "keep_name_days": "30", "keep_notice_days": "0", "keep_household_months": "24", "keep_look_days": "365", "asylum_sentence_true": "y",
    }  # fmt: skip
    answer = leen.press(SETTINGS, changes, follow=False)

    assert (answer.status_code, answer.location) == (302, SETTINGS)
    with inside(app):
        assert settings.as_dict() == {
            "name": "Samen", "organisation": "De groep", "municipality": "Wetteren", "postcodes": ("9230", "9270"),
            "mailbox": "groep@example.org", "phone": "+32470000002", "responsible": "Jo", "languages": ("nl", "ar"), "green": "#0f5c4d",
            "keep_contact_days": 3, "keep_name_days": 30, "keep_notice_days": 0, "keep_household_months": 24, "keep_look_days": 365,
            "asylum_sentence_true": True, "is_demo": True, **_others(),
        }  # fmt: skip


def _others() -> dict[str, object]:
    """Settings that another page changes keep standing."""
    shown = {
        "name", "organisation", "municipality", "postcodes", "mailbox", "phone", "responsible", "languages", "green", "keep_contact_days",
        "keep_name_days", "keep_notice_days", "keep_household_months", "keep_look_days", "asylum_sentence_true", "is_demo",
    }  # fmt: skip
    return {name: value for name, value in settings.as_dict().items() if name not in shown}


@pytest.mark.parametrize("name", sorted(MOST))
def test_nothing_is_kept_longer_than_the_maximum_beside_the_field(app: Flask, visitor: Visitor, name: str) -> None:
    leen = visitor.signed_in_as("leen")
    answer = leen.press(SETTINGS, {name: str(MOST[name] + 1)})

    assert answer.status_code == 422
    assert f'id="{name}-wrong"' in answer.text
    with inside(app):
        assert settings.as_dict()[name] <= MOST[name]


@pytest.mark.parametrize(
    ("changes", "field", "status"),
    [
        ({"green": "#ffd400"}, "green", 409),  # yellow: white on it is 1.4 : 1
        ({"green": "#777777"}, "green", 409),  # 4.48 : 1
        ({"green": "red"}, "green", 422),
        ({"green": "#0f5c4d;}"}, "green", 422),
        ({"languages": None}, "languages", 409),
        ({"languages": ["nl", "xx"]}, "languages", 422),
        ({"mailbox": "no address"}, "mailbox", 422),
        ({"postcodes": "9270 Laarne"}, "postcodes", 422),
        ({"name": "  "}, "name", 422),
        ({"keep_name_days": "many"}, "keep_name_days", 422),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_the_rest_stays(
    app: Flask, visitor: Visitor, changes: dict[str, object], field: str, status: int
) -> None:
    leen = visitor.signed_in_as("leen")
    answer = leen.press(SETTINGS, {"municipality": "Wetteren", **changes})

    assert answer.status_code == status
    assert f'id="{field}-wrong"' in answer.text
    assert 'value="Wetteren"' in answer.text
    with inside(app):
        assert group().municipality == "Laarne"


def test_a_colour_that_can_just_be_read_is_taken(app: Flask, visitor: Visitor) -> None:
    assert visitor.signed_in_as("leen").press(SETTINGS, {"green": "#767676"}, follow=False).status_code == 302  # 4.54 : 1
    assert "--brand:" in visitor.get("/theme.css").text


def test_two_administrators_do_not_undo_one_another_unseen(app: Flask, visitor: Visitor) -> None:
    leen = visitor.signed_in_as("leen")
    page = leen.get(SETTINGS)
    with inside(app):
        settings.change(municipality="Wetteren")
        db.session.commit()
    form = next(form for form in forms_of(page.text) if dict(form["fields"]).get("seen"))
    data: dict[str, list[str]] = {}
    for name, value in form["fields"]:
        data.setdefault(name, []).append(value)

    assert leen.client.post(SETTINGS, data={**data, "phone": ""}).status_code == 409
    with inside(app):
        assert (group().municipality, group().phone) == ("Wetteren", "+32470000001")


@pytest.mark.parametrize("path", [SETTINGS, "/nl/admin/volunteers"])
def test_only_administrators(app: Flask, visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 302
    for who, status in [("leen", 200), ("jo", 404), ("fatma", 404)]:
        assert (who, Visitor(app).signed_in_as(who).get(path).status_code) == (who, status)
