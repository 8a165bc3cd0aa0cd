"""Days off: against what schools printed, and what the library says."""

from datetime import date

import pytest

from vwg import phrases
from vwg.domain import holidays


@pytest.mark.parametrize(
    ("year", "printed"),
    [  # as schools printed them: autumn, Christmas, half-term, Easter
        (2018, ["29/10 – 04/11", "24/12 – 06/01", "04/03 – 10/03", "08/04 – 22/04"]),
        (2019, ["28/10 – 03/11", "23/12 – 05/01", "24/02 – 01/03", "06/04 – 19/04"]),
        (2020, ["02/11 – 08/11", "21/12 – 03/01", "15/02 – 21/02", "05/04 – 18/04"]),
        (2021, ["01/11 – 07/11", "27/12 – 09/01", "28/02 – 06/03", "04/04 – 18/04"]),
        (2022, ["31/10 – 06/11", "26/12 – 08/01", "20/02 – 26/02", "03/04 – 16/04"]),
        (2023, ["30/10 – 05/11", "25/12 – 07/01", "12/02 – 18/02", "01/04 – 14/04"]),
        (2025, ["27/10 – 02/11", "22/12 – 04/01", "16/02 – 22/02", "06/04 – 19/04"]),
    ],
)
def test_school_holidays_are_those_that_schools_printed(year: int, printed: list[str]) -> None:
    spans = holidays.school_year(year)

    assert [f"{span.first:%d/%m} – {span.last:%d/%m}" for span in spans[:4]] == printed
    assert (spans[4].first.weekday(), spans[4].last.weekday()) == (3, 6)
    assert [f"{spans[5].first:%d/%m}", f"{spans[5].last:%d/%m}"] == ["01/07", "31/08"]


def test_public_holidays_are_said_in_the_page_language() -> None:
    with phrases.speaking("nl"):
        assert holidays.public(date(2026, 5, 1)) == "Dag van de Arbeid"
    with phrases.speaking("en"):
        assert holidays.public(date(2026, 7, 21)) == "National Day"
    assert holidays.public(date(2026, 5, 4)) == ""


def test_a_day_in_a_school_holiday_knows_which() -> None:
    found = holidays.school(date(2026, 4, 9))

    assert found is not None and found.name == "Easter holiday"
    assert holidays.school(date(2026, 3, 5)) is None
    assert holidays.next_school_holiday(date(2026, 3, 5)).first == date(2026, 4, 6)
    assert holidays.next_school_holiday(date(2026, 8, 1)).name == "autumn holiday"


def test_feasts_that_follow_the_moon_the_sun_and_the_old_calendar() -> None:
    def names(day: date) -> list[str]:
        return [span.name for span in holidays.feasts(day)]

    assert names(date(2026, 3, 20)) == ["Eid al-Fitr, the end of Ramadan"]
    assert names(date(2026, 3, 10)) == ["Ramadan: many people fast by day"]
    assert names(date(2026, 5, 27)) == ["Eid al-Adha, the feast of sacrifice"]
    assert names(date(2026, 4, 12)) == ["Orthodox Easter"]
    assert names(date(2027, 1, 7)) == ["Orthodox Christmas"]
    assert names(date(2026, 6, 10)) == []


def test_every_feast_has_its_source_and_days_for_years_ahead() -> None:
    for feast in holidays.FEASTS:
        assert feast.source
        assert all(feast.days(year) for year in range(2026, 2032)), feast.name
