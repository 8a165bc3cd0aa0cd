"""Machine-made phrases are marked until a speaker read them."""

import pytest

from vwg import clock, phrases
from vwg.db import db
from vwg.demo import Cast
from vwg.domain import phrasebook, settings
from vwg.models import Phrase, User


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    phrasebook.forget()


def sign_all(language: str, by: User) -> None:
    """The last one by the verb; the hundreds before it stand there as it would have written them."""
    *before, last = phrasebook.lines(language)
    db.session.add_all(
        Phrase(language=language, message=line.entry.key, forms=list(line.forms), seen=list(line.entry.forms), by=by, at=clock.now()) for line in before
    )
    phrasebook.sign_off(language, last.entry.key, last.forms, by)
    phrasebook.refresh()


def test_what_newcomers_meet_stands_first_on_the_list(town: Cast) -> None:
    order = [line.entry.for_newcomers for line in phrasebook.lines("ar")]

    assert order == sorted(order, reverse=True)
    assert True in order


def test_a_language_is_public_when_all_that_newcomers_meet_is_signed_off(town: Cast) -> None:
    settings.change(is_demo=False)
    assert not phrasebook.is_public("ar")

    sign_all("ar", town.fatma)

    assert phrasebook.is_public("ar")
    assert not phrasebook.is_public("ti")


def test_in_the_demo_all_languages_are_open(town: Cast) -> None:
    assert phrasebook.is_public("ti")


def test_a_speaker_says_it_better_and_the_house_says_it_so(town: Cast) -> None:
    phrasebook.sign_off("ar", "Free", ["ببلاش"], town.fatma)
    phrasebook.refresh()

    with phrases.speaking("ar"):
        assert phrases.gettext("Free") == "ببلاش"


def test_what_is_filled_in_may_not_get_lost(town: Cast) -> None:
    with pytest.raises(phrasebook.PlacesLost):
        phrasebook.sign_off("ar", "For children from %(low)s to %(high)s years.", ["للأطفال"], town.fatma)


def test_a_sentence_that_nobody_checked_is_careful(town: Cast) -> None:
    assert not phrasebook.is_checked("ar", "You pay nothing.")
    sign_all("ar", town.fatma)
    assert phrasebook.is_checked("ar", "You pay nothing.")
