"""Kind people fill a need by a link: who takes a place counts, who comes close to people is known by two first."""

from datetime import time, timedelta

import pytest

from tests.conftest import hours, later, world_kitchen
from vwg import clock
from vwg.db import db
from vwg.demo import Cast
from vwg.domain import calls, dates, erasure, errors, needs, notices, shifts, today, vouching
from vwg.models import DateCount, Helper, Need, NeedKind, Notice, NoticeState


@pytest.fixture
def dishes(town: Cast) -> Need:
    """Two people for the washing-up at the world kitchen, Saturday 21 March from 17 to 19 h."""
    kitchen = world_kitchen(town)
    need = needs.add(kitchen, "afwassen", 2, NeedKind.PEOPLE)
    shifts.set_hours(need, time(17), time(19))
    db.session.commit()
    return need


def offer(need: Need, name: str, email: str = "", phone: str = "0470 00 00 40", key: str | None = None) -> Helper:
    return shifts.take(need, name, email, phone, "nl", key)


def test_places_are_taken_one_by_one_and_the_gap_is_shown(dishes: Need) -> None:
    offer(dishes, "Sien")
    assert (dishes.pledged, dishes.missing) == (1, 1)
    offer(dishes, "Oksana")
    assert dishes.missing == 0
    with pytest.raises(errors.ShiftIsFull):
        offer(dishes, "Dawit")


def test_a_form_sent_twice_is_one_place(dishes: Need) -> None:
    first = offer(dishes, "Sien", key="a" * 20)
    assert offer(dishes, "Sien", key="a" * 20) is first
    assert dishes.pledged == 1


def test_who_drops_a_place_frees_it(dishes: Need) -> None:
    sien = offer(dishes, "Sien")
    shifts.drop(sien)
    shifts.drop(sien)
    assert (dishes.missing, shifts.of_need(dishes)) == (2, [])


def test_a_name_and_a_way_to_reach_somebody_are_asked(dishes: Need) -> None:
    with pytest.raises(errors.HelperWithoutName):
        offer(dishes, "  ")
    with pytest.raises(errors.HelperWithoutContact):
        offer(dishes, "Sien", phone="")


def test_who_comes_close_to_people_counts_only_when_two_of_us_know_them(town: Cast) -> None:
    interpreter = needs.add(world_kitchen(town), "tolk Tigrinya", 1, NeedKind.SKILL)
    dawit = offer(interpreter, "Dawit")
    assert (dawit.is_known, interpreter.missing, shifts.places_left(interpreter)) == (False, 1, 0)
    assert [line.need for line in today.of(town.leen, True).lines if line.kind == today.Waits.HELPERS] == [interpreter]
    vouching.vouch(dawit, town.leen)
    assert [line.need for line in today.of(town.leen, True).lines if line.kind == today.Waits.HELPERS] == []
    vouching.vouch(dawit, town.leen)
    assert (dawit.is_known, interpreter.missing) == (False, 1)
    vouching.vouch(dawit, town.fatma)
    assert (dawit.is_known, interpreter.missing) == (True, 0)
    vouching.unvouch(dawit, town.leen)
    assert (dawit.is_known, interpreter.missing) == (False, 1)


def test_the_hours_of_a_shift_go_along_with_its_date(town: Cast, dishes: Need) -> None:
    before = shifts.hours_of(dishes)
    assert before is not None
    dates.move(dishes.event.dates[0], hours(28, 14, 18), town.skala, town.leen)
    assert shifts.hours_of(dishes) == (before[0] + timedelta(days=7), before[1] + timedelta(days=7))


def test_a_shift_over_midnight_ends_the_day_after(dishes: Need) -> None:
    shifts.set_hours(dishes, time(22), time(1))
    day = clock.local(dishes.event.dates[0].starts_at).date()
    assert shifts.hours_of(dishes) == (clock.at(day, 22), clock.at(day + timedelta(days=1), 1))
    with pytest.raises(errors.EndsBeforeStart):
        shifts.set_hours(dishes, time(22), None)


def told(kind: str) -> list[tuple[str, NoticeState]]:
    return [(notice.recipient_kind or "", notice.state) for notice in db.session.query(Notice).filter_by(kind=kind)]


def test_helpers_are_reminded_once_the_day_before(dishes: Need) -> None:
    offer(dishes, "Sien", email="sien@example.org")
    offer(dishes, "Oksana")  # only a telephone: nobody mails her
    assert shifts.owe_reminders() == 0
    db.session.commit()
    with later(days=17, hours=18):
        assert (shifts.owe_reminders(), shifts.owe_reminders()) == (1, 1)
        assert told("shift_reminder") == [("helper", NoticeState.WAITING)]


def test_helpers_hear_that_it_does_not_go_on_and_the_preview_counts_them(town: Cast, dishes: Need) -> None:
    offer(dishes, "Sien", email="sien@example.org")
    gone = offer(dishes, "Oksana")
    shifts.drop(gone)
    assert notices.reach([dishes.event.dates[0]]).mail == ["Sien"]
    dates.cancel(dishes.event.dates[0], "De zaal is niet vrij", town.leen)
    assert told("shift_changed") == [("helper", NoticeState.WAITING)]
    with pytest.raises(errors.ShiftIsOver):
        offer(dishes, "Dawit")


def test_a_helper_is_erased_as_others_are_and_only_a_number_stays(dishes: Need) -> None:
    offer(dishes, "Sien", email="sien@example.org")
    db.session.commit()
    with later(days=22):
        erasure.erase_what_is_due()
        db.session.expire_all()
        assert [(helper.name, helper.email, helper.phone) for helper in dishes.helpers] == [("Sien", "", "")]
    with later(days=27):
        erasure.erase_what_is_due()
        db.session.expire_all()
        assert dishes.helpers == []
        assert [(row.what, row.number) for row in db.session.query(DateCount).filter_by(what="helpers")] == [("helpers", 1)]


def test_a_helper_with_only_a_telephone_stands_on_the_call_list(town: Cast, dishes: Need) -> None:
    oksana = offer(dishes, "Oksana")
    dates.cancel(dishes.event.dates[0], "De zaal is niet vrij", town.leen)
    assert [(call.key, call.phone) for call in calls.to_make(town.leen)] == [(f"helper{oksana.id}", "0470 00 00 40")]
    assert calls.number(town.leen) == 1
    shifts.drop(oksana)
    assert (calls.to_make(town.leen), calls.number(town.leen)) == ([], 0)


def test_of_a_thing_a_helper_brings_several(town: Cast) -> None:
    rice = needs.add(world_kitchen(town), "rijst", 5, unit="kg")
    sien = shifts.take(rice, "Sien", "", "0470 00 00 40", "nl", amount=3)
    assert (rice.pledged, rice.missing, sien.brings) == (3, 2, "3 kg rijst")
    with pytest.raises(errors.MoreThanNeeded):
        shifts.take(rice, "Oksana", "", "0470 00 00 42", "nl", amount=3)


def test_in_a_shift_everybody_is_one(dishes: Need) -> None:
    assert shifts.take(dishes, "Sien", "", "0470 00 00 40", "nl", amount=2).amount == 1


def test_a_need_asks_everybody_only_when_somebody_wanted_that(dishes: Need) -> None:
    assert shifts.asked_of_everybody(dishes.event) == []
    needs.change(dishes, "afwassen", 1, None, False, is_public=True)
    assert shifts.asked_of_everybody(dishes.event) == [dishes]
    offer(dishes, "Sien")
    assert shifts.asked_of_everybody(dishes.event) == []
