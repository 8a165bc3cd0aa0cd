"""The fact card says everything in every language, in that language's script."""

import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from vwg import facts, phrases
from vwg.facts import FactKind

EVERYTHING: dict[str, Any] = {
    fact.key: {
        FactKind.FLAG: True,
        FactKind.CHOICES: list(fact.words),
        FactKind.AGES: [3, 10],
        FactKind.LANGUAGES: ["ar", "ti"],
    }[fact.kind]
    for fact in facts.REGISTRY
}
SCRIPTS = {"ar": "ARABIC", "fa-AF": "ARABIC", "ps": "ARABIC", "ti": "ETHIOPIC", "uk": "CYRILLIC", "ru": "CYRILLIC"}
NAMES_THAT_STAY = {"UiTPAS", "EUR"}


def cards(language: str) -> list[facts.Said]:
    with phrases.speaking(language):
        return [said for level in (1, 2, 3, 4) for said in facts.card(250 * (level - 1), level, EVERYTHING)]


@pytest.mark.parametrize("language", list(phrases.KNOWN))
def test_every_fact_is_said_in_every_language_and_its_script(language: str) -> None:
    script = SCRIPTS.get(language, "LATIN")
    foreign = []
    for said in cards(language):
        texts = [said.title] if said.key == "interpreter" else [said.title, said.line]  # names of languages are their own
        for text in texts:
            for name in NAMES_THAT_STAY:
                text = text.replace(name, "")
            letters = [sign for sign in text if sign.isalpha()]
            if any(script not in unicodedata.name(sign, "") for sign in letters):
                foreign.append(text)
    assert foreign == []


@pytest.mark.parametrize("language", [code for code in phrases.KNOWN if code != "en"])
def test_no_fact_is_left_in_english(language: str) -> None:
    english = {text for said in cards("en") for text in (said.title, said.line) if text and said.key not in {"uitpas", "price", "interpreter"}}
    here = {text for said in cards(language) for text in (said.title, said.line)}
    same = {text for text in english & here if text not in {"halal"}}
    assert same == set()


@pytest.mark.parametrize("language", list(phrases.KNOWN))
def test_digits_are_0_to_9_everywhere(language: str) -> None:
    assert not any(re.search(r"[٠-٩۰-۹]", said.title + said.line) for said in cards(language))


def test_every_fact_has_its_pictogram() -> None:
    sprite = next((Path(__file__).parent.parent / "static").glob("icons-*.svg")).read_text()
    missing = [said.icon for said in cards("nl") if f'id="{said.icon}"' not in sprite]
    assert missing == []


def test_what_is_no_fact_is_not_kept() -> None:
    given = {"food": ["meal", "gold"], "lift": True, "religion": "any", "childcare": [10, 3], "interpreter": ["ti"]}

    assert facts.clean(given) == {"lift": True, "interpreter": ["ti"]}


def test_money_has_a_comma_and_no_needless_cents() -> None:
    assert [facts.money(cents) for cents in (500, 250, 1005)] == ["€ 5", "€ 2,50", "€ 10,05"]
