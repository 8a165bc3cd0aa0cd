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
    """A fact in the page's language. `phrases`: what it is made of, for a speaker's voice; without numbers and names."""

    key: str
    icon: str
    title: str
    line: str
    phrases: tuple[str, ...] = ()


REGISTRY: tuple[Fact, ...] = (
    Fact("uitpas", "discount", FactKind.FLAG, N_("UiTPAS"), N_("With a UiTPAS you may pay less.")),
    Fact(
        "food", "bowl", FactKind.CHOICES, N_("There is food"),
        words={
            "meal": N_("a meal"), "snack": N_("something small"), "drink": N_("drinks"),
            "no_pork": N_("no pork"), "halal": N_("halal"), "vegetarian": N_("vegetarian"),
            "vegan": N_("without meat, milk and eggs"), "no_fish": N_("no fish"), "no_nuts": N_("no nuts"),
            "no_gluten": N_("gluten-free"), "no_alcohol": N_("no alcohol"),
        },
    ),
    Fact("children", "baby-carriage", FactKind.FLAG, N_("Children are welcome"), N_("They can come along.")),
    Fact("childcare", "baby-carriage", FactKind.AGES, N_("Childcare"), N_("For children from %(low)s to %(high)s years.")),
    Fact("leave_early", "door", FactKind.FLAG, N_("You may leave early"), N_("Come and go when you want.")),
    Fact("lift", "car", FactKind.FLAG, N_("You can ride along"), N_("No car? Tell us, we look for a lift.")),
    Fact("interpreter", "messages", FactKind.LANGUAGES, N_("Somebody speaks your language")),
    Fact("company", "users", FactKind.FLAG, N_("You need not come alone"), N_("Somebody can come with you.")),
    Fact("wheelchair", "wheelchair", FactKind.FLAG, N_("Wheelchair"), N_("The door and the toilet have no steps.")),
    Fact(
        "bring", "backpack", FactKind.CHOICES, N_("Please bring"),
        words={
            "nothing": N_("nothing, everything is there"), "warm_clothes": N_("warm clothes"),
            "rain_clothes": N_("clothes for the rain"), "walking_shoes": N_("good shoes"),
            "sports_clothes": N_("sports clothes"), "swimwear": N_("swimwear and a towel"),
            "food_to_share": N_("something to eat for everybody"), "plate": N_("a plate and cutlery"),
            "pen": N_("pen and paper"), "broken_thing": N_("something that is broken"),
        },
    ),
    Fact("women_only", "women", FactKind.FLAG, N_("Only for women"), N_("Children may come along with their mother.")),
    Fact("no_photos", "camera-off", FactKind.FLAG, N_("No photos"), N_("Nobody is photographed.")),
    Fact("photos_asked", "camera", FactKind.FLAG, N_("Photos only if you want"), N_("We ask you first. You may say no.")),
)  # fmt: skip

BY_KEY = {fact.key: fact for fact in REGISTRY}

FREE = ("Free", "You pay nothing.")
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
        Said(fact.key, fact.icon, gettext(fact.title), _line(fact, facts[fact.key]), (fact.title, *_spoken(fact, facts[fact.key])))
        for fact in REGISTRY
        if facts.get(fact.key)
    ]


def price(cents: int) -> Said:
    """What it costs, first of all facts: `Free`, or `€ 2,50`."""
    if cents == 0:
        return Said("price", "currency-euro", gettext(N_("Free")), gettext(N_("You pay nothing.")), FREE)
    return Said("price", "currency-euro", money(cents), "")


def money(cents: int) -> str:
    """`€ 2,50`: digits 0-9, a comma as here, whole euros without cents."""
    euros, rest = divmod(cents, 100)
    return f"€ {euros},{rest:02}" if rest else f"€ {euros}"


def dutch(level: int) -> Said | None:
    """How much Dutch is needed, 1 to 4; nothing where nobody said."""
    if level not in DUTCH_LEVELS:
        return None
    return Said("dutch", "language", gettext(DUTCH_LEVELS[level]), "", (DUTCH_LEVELS[level],))


def card(price_cents: int, dutch_level: int, facts: Mapping[str, Any]) -> list[Said]:
    """The whole fact card of an activity, in the language spoken now."""
    said = [price(price_cents), dutch(dutch_level), *say(facts)]
    return [each for each in said if each is not None]


def phrases_said() -> tuple[str, ...]:
    """All that a card can say without numbers and names, in the registry's order: what a speaker may record."""
    said = [*FREE, *DUTCH_LEVELS.values()]
    for fact in REGISTRY:
        said += [fact.title, *fact.words.values(), *([fact.line] if fact.kind == FactKind.FLAG and fact.line else [])]
    return tuple(dict.fromkeys(said))


def _spoken(fact: Fact, value: Any) -> tuple[str, ...]:
    if fact.kind == FactKind.CHOICES:
        return tuple(fact.words[key] for key in value if key in fact.words)
    return (fact.line,) if fact.kind == FactKind.FLAG and fact.line else ()


def _line(fact: Fact, value: Any) -> str:
    if fact.kind == FactKind.CHOICES:
        return phrases.listed(gettext(fact.words[key]) for key in value if key in fact.words)
    if fact.kind == FactKind.AGES:
        return gettext(fact.line) % {"low": value[0], "high": value[1]}
    if fact.kind == FactKind.LANGUAGES:
        return phrases.listed(phrases.KNOWN[code].own_name for code in value if code in phrases.KNOWN)
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
