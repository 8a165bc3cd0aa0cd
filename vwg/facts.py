"""The registry of facts: what an activity says in every language without anybody translating.

A fact is a pictogram and words from the phrase book. Adding one is one entry here and its
phrases in the catalogues; forms, pages and feeds follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from vwg import phrases
from vwg.phrases import N_, gettext


class FactKind(StrEnum):
    FLAG = "flag"  # True or absent
    CHOICES = "choices"  # a list of keys of `words`
    AGES = "ages"  # [from, to] in years
    LANGUAGES = "languages"  # a list of language codes


@dataclass(frozen=True)
class Fact:
    """`title` is the bold word, `line` the quiet one; `words` are the choices in words."""

    key: str
    icon: str
    kind: FactKind
    title: str
    line: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """A fact in the page's language."""

    key: str
    icon: str
    title: str
    line: str


REGISTRY: tuple[Fact, ...] = (
    Fact(
        "food", "bowl", FactKind.CHOICES, N_("There is food"),
        words={
            "meal": N_("a meal"), "snack": N_("something small"), "drink": N_("drinks"),
            "no_pork": N_("no pork"), "halal": N_("halal"), "vegetarian": N_("vegetarian"),
            "no_alcohol": N_("no alcohol"),
        },
    ),
    Fact("children", "baby-carriage", FactKind.FLAG, N_("Children are welcome"), N_("They can come along.")),
    Fact("childcare", "baby-carriage", FactKind.AGES, N_("Childcare"), N_("For children from %(low)s to %(high)s years.")),
    Fact("leave_early", "door", FactKind.FLAG, N_("You may leave early"), N_("Come and go when you want.")),
    Fact("lift", "car", FactKind.FLAG, N_("You can ride along"), N_("No car? Tell us, we look for a lift.")),
    Fact("interpreter", "messages", FactKind.LANGUAGES, N_("Somebody speaks your language")),
    Fact("company", "users", FactKind.FLAG, N_("You need not come alone"), N_("Somebody can come with you.")),
    Fact("wheelchair", "wheelchair", FactKind.FLAG, N_("Wheelchair"), N_("The door and the toilet have no steps.")),
    Fact("women_only", "women", FactKind.FLAG, N_("Only for women"), ""),
    Fact("no_photos", "camera-off", FactKind.FLAG, N_("No photos"), N_("Nobody is photographed.")),
)  # fmt: skip

BY_KEY = {fact.key: fact for fact in REGISTRY}

DUTCH_LEVELS = {
    1: N_("You need no Dutch"),
    2: N_("A little Dutch is enough"),
    3: N_("You speak some Dutch"),
    4: N_("You speak Dutch well"),
}


def say(facts: Mapping[str, Any]) -> list[Said]:
    """The facts that are there, in the registry's order and the language spoken now.

    An unknown key says nothing: it came from a newer or an older house.
    """
    return [
        Said(fact.key, fact.icon, gettext(fact.title), _line(fact, facts[fact.key]))
        for fact in REGISTRY
        if facts.get(fact.key)
    ]


def _line(fact: Fact, value: Any) -> str:
    if fact.kind == FactKind.CHOICES:
        return ", ".join(gettext(fact.words[key]) for key in value if key in fact.words)
    if fact.kind == FactKind.AGES:
        return gettext(fact.line) % {"low": value[0], "high": value[1]}
    if fact.kind == FactKind.LANGUAGES:
        return ", ".join(phrases.KNOWN[code].own_name for code in value if code in phrases.KNOWN)
    return gettext(fact.line) if fact.line else ""


def clean(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What may be stored: known keys with a value of their kind; the rest is left out."""
    return {key: value for key, value in facts.items() if key in BY_KEY and _fits(BY_KEY[key], value)}


def _fits(fact: Fact, value: Any) -> bool:
    if fact.kind == FactKind.FLAG:
        return value is True
    if fact.kind == FactKind.CHOICES:
        return isinstance(value, list) and bool(value) and all(key in fact.words for key in value)
    if fact.kind == FactKind.AGES:
        return (
            isinstance(value, list)
            and len(value) == 2
            and all(isinstance(age, int) for age in value)
            and 0 <= value[0] <= value[1] <= 17
        )
    return isinstance(value, list) and bool(value) and all(code in phrases.KNOWN for code in value)
