"""Every visible text goes through gettext, and Dutch is complete."""

import re
from datetime import date

import pytest

from vwg import catalogues, clock, phrases


@pytest.mark.parametrize("domain", phrases.DOMAINS)
def test_dutch_says_everything(domain: str) -> None:
    assert catalogues.missing(domain, "nl") == []


@pytest.mark.parametrize("language", list(phrases.KNOWN))
def test_every_language_says_everything_that_a_newcomer_or_a_partner_meets(language: str) -> None:
    assert catalogues.missing("public", language) == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ar", {1: "بقي مكان واحد", 2: "بقي مكانان", 3: "بقي 3 أماكن", 11: "بقي 11 مكانًا", 100: "بقي 100 مكان"}),
        ("ru", {1: "осталось 1 место", 2: "осталось 2 места", 5: "осталось 5 мест", 21: "осталось 21 место"}),
    ],
)
def test_counting_follows_the_language(language: str, said: dict[int, str]) -> None:
    with phrases.speaking(language):
        heard = {num: phrases.ngettext("%(num)s place left", "%(num)s places left", num) % {"num": num} for num in said}
    assert heard == said


def test_ukrainian_counts_one_few_and_many_apart() -> None:
    with phrases.speaking("uk"):
        heard = [phrases.ngettext("%(num)s place left", "%(num)s places left", num).replace("%(num)s", "") for num in (1, 2, 5, 21)]
    assert len({*heard[:3]}) == 3 and heard[0] == heard[3]


@pytest.mark.parametrize("language", [code for code in phrases.KNOWN if code != "en"])
@pytest.mark.parametrize("domain", phrases.DOMAINS)
def test_a_translation_keeps_the_places_that_are_filled_in(domain: str, language: str) -> None:
    wrong = []
    for message in catalogues.translated(domain, language):
        if not message.id or not message.string:
            continue
        source = message.id if isinstance(message.id, str) else message.id[1]
        wanted = set(re.findall(r"%\((\w+)\)s", source))
        for said in [message.string] if isinstance(message.string, str) else message.string:
            places = set(re.findall(r"%\((\w+)\)s", said))
            # A plural form may leave the number itself out ("one place", "two places").
            if said and places != wanted and not (isinstance(message.id, tuple) and wanted - places <= {"num", "number"}):
                wrong.append((source, said))
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "Zaterdag 21 maart 2026 van 19:30 tot 22:00"),
        ("fr", "Samedi 21 mars 2026 de 19:30 à 22:00"),
        ("en", "Saturday 21 March 2026 from 19:30 till 22:00"),
        ("ar", "السبت 21/3/2026 من 19:30 إلى 22:00"),
    ],
)
def test_a_date_is_said_as_people_here_write_it(language: str, said: str) -> None:
    with phrases.speaking(language):
        assert phrases.when(clock.at(date(2026, 3, 21), 19, 30), clock.at(date(2026, 3, 21), 22)) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [("nl", ["19:30 – 22:00", "22:00 – 02:00", "10:00 – zo 22/3 16:00"]), ("ar", ["من 19:30 إلى 22:00", "من 22:00 إلى 02:00", "من 10:00 إلى الأحد 22/3 16:00"])],
)
def test_hours_in_a_list_begin_with_the_first_in_every_direction_of_reading(language: str, said: list[str]) -> None:
    day, next_day = date(2026, 3, 21), date(2026, 3, 22)
    given = [(clock.at(day, 19, 30), clock.at(day, 22)), (clock.at(day, 22), clock.at(next_day, 2)), (clock.at(day, 10), clock.at(next_day, 16))]
    with phrases.speaking(language):
        assert [phrases.hours(*each) for each in given] == said
        assert phrases.hours(clock.at(day, 0), clock.at(next_day, 0), all_day=True) == ""


@pytest.mark.parametrize("language", list(phrases.KNOWN))
def test_hours_need_no_day_before_them(language: str) -> None:
    with phrases.speaking(language):
        said = phrases.hours(clock.at(date(2026, 3, 21), 19, 30), clock.at(date(2026, 3, 21), 22))
    assert re.findall(r"\d+:\d+", said) == ["19:30", "22:00"] and said == said.strip(" ,،፣")


@pytest.mark.parametrize("language", list(phrases.KNOWN))
def test_days_have_names_and_digits_from_0_to_9_in_every_language(language: str) -> None:
    with phrases.speaking(language):
        said = phrases.day(date(2026, 3, 21))
    assert not re.search(r"[٠-٩۰-۹]", said)
    assert "21" in said and len(said) > 8
