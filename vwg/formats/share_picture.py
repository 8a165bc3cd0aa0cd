"""The picture beside a shared link (Open Graph, 1200 × 630), set by typst: facts in, PNG out."""

import hashlib
import json
import re
import threading
import unicodedata
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from pathlib import Path

import typst

from vwg import clock, facts, phrases
from vwg.config import ROOT
from vwg.formats import picture
from vwg.formats.theme import WHITE, readable
from vwg.models import DateState, Event, EventDate, EventText
from vwg.phrases import N_, gettext

SIZE = (1200, 630)  # what Facebook and WhatsApp show large
PHOTO = (400, 598)  # in it, between the stripe above and the bar below
KEPT = 200  # pictures that one process remembers; each is some 40 KB
GREEN, ACCENT = "#0f5c4d", "#a33f1a"  # --brand and --accent in static/style.css
COLOURS = {
    "green": "#17705f", "clay": "#b24a22", "violet": "#75509c", "blue": "#2b69a6",
    "ochre": "#8f6400", "rose": "#b03a63", "teal": "#12717f", "slate": "#56626b",
}  # fmt: skip  the day's --c-* in static/style.css
STATES = {DateState.CANCELLED: N_("Cancelled"), DateState.POSTPONED: N_("Postponed")}

_FOLDER = Path(__file__).parent
_FONTS = ROOT / "static" / "fonts" / "print"
_FAMILIES = {"Arab": "Noto Sans Arabic", "Ethi": "Noto Sans Ethiopic"}
_SCRIPTS = {"ar": "Arab", "fa": "Arab", "ps": "Arab", "ti": "Ethi", "am": "Ethi"}


class UnknownFont(RuntimeError):
    """A font is not in its folder: typst would only warn and set boxes."""


@dataclass(frozen=True)
class Words:
    """All that stands in the picture, in one language; equal words are the same picture."""

    group: str
    title: str
    title_lang: str
    day: str
    hours: str
    place: str
    price: str
    state: str
    lang: str
    direction: str
    colour: str
    icon: str
    brand: str
    accent: str
    logo: str = ""  # the public id of the group's own picture, whose bytes `draw` is given
    photo: str = ""  # the activity's, with its middle; likewise

    @property
    def mark(self) -> str:
        """Changes when the picture does: stands in its address, so that it may be kept forever."""
        drawn = json.dumps(asdict(self), sort_keys=True) + _template()
        return hashlib.sha256(drawn.encode()).hexdigest()[:12]


def words(
    event: Event, date: EventDate, text: EventText | None, group_name: str, green: str = "", accent: str = "", logo: str = ""
) -> Words:
    """What a stranger may read of this date, in the language spoken now.

    `text`: the activity's own words in that language; without them the title stands in Dutch.
    """
    spoken = phrases.language()
    day, hours = _day_and_hours(date)
    return Words(
        group=_plain(group_name, 80),
        title=_plain(text.title if text else event.title, 140),
        title_lang=_typst_language(spoken.code if text else phrases.SOURCE),
        day=day,
        hours=hours,
        place=_plain(date.shown_place, 120),
        price=facts.price(event.price_cents).title,
        state=gettext(STATES[date.state]) if date.state in STATES else "",
        lang=_typst_language(spoken.code),
        direction=spoken.direction,
        colour=COLOURS.get(event.category.colour if event.category else "green", COLOURS["green"]),
        icon=event.category.icon if event.category else "calendar",
        brand=readable_green(green),
        accent=readable(accent) or ACCENT,
        logo=logo,
        photo=f"{event.picture.public_id} {event.picture.focus}" if event.picture and event.picture.may_be_seen else "",
    )


def thanks(event: Event, title: str, what: str, group_name: str, green: str = "") -> Words:
    """A word of thanks as a picture: `title` names who agreed to it, `what` they did, in the language spoken now."""
    spoken = phrases.language()
    return Words(
        group=_plain(group_name, 80), title=_plain(title, 140), title_lang=_typst_language(spoken.code), day=_plain(event.title, 80),
        hours="", place=_plain(what, 120), price="", state="", lang=_typst_language(spoken.code), direction=spoken.direction,
        colour=COLOURS["rose"], icon="heart", brand=readable_green(green), accent=ACCENT,
    )  # fmt: skip


def _day_and_hours(date: EventDate) -> tuple[str, str]:
    """`Zaterdag 21 maart 2026` and `van 14:00 tot 18:00`; over several days, or a whole one, in one."""
    said = phrases.when(date.starts_at, date.ends_at, date.all_day)
    day = phrases.day(clock.local(date.starts_at).date())
    rest = said.replace(day, "", 1).strip(" ·,،")
    over_days = phrases.day(clock.local(date.ends_at).date()) in rest
    return (said, "") if over_days else (day, rest)


def readable_green(colour: str) -> str:
    """The group's own main colour, dark enough for paper; the house's where it chose none."""
    return readable(colour) or GREEN


@lru_cache(maxsize=KEPT)
def draw(given: Words, logo: bytes = b"", photo: bytes = b"") -> bytes:
    """A PNG of `SIZE`. `logo`: a WebP; without it the house's own mark. `photo`: a WebP of `PHOTO`, beside the
    words. Raises UnknownFont when a font of ours is not there."""
    inputs = {
        **asdict(given),
        "script": _SCRIPTS.get(given.lang, "Latn"),
        "fonts": _fonts(given.lang),
        "latin": _fonts(phrases.SOURCE),
        "mark": (ROOT / "static" / "mark.svg").read_text(),
        "logo": list(logo),
        "photo": list(photo),
        "pictogram": pictogram(given.icon, WHITE),
    }
    with _drawing:
        drawn, warnings = _compiler().compile_with_warnings(
            input=_template().encode(), format="png", ppi=72, sys_inputs={"words": json.dumps(inputs)}
        )
    if unknown := [warning.message for warning in warnings if "unknown font" in warning.message]:
        raise UnknownFont(unknown[0])
    assert isinstance(drawn, bytes), "one page"
    return picture.few_colours(drawn) if photo else drawn


_drawing = threading.Lock()  # one compiler, one drawing at a time


@cache
def _compiler() -> typst.Compiler:
    """Only our own fonts: a picture looks the same on every machine."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FONTS)])
    return typst.Compiler(root=str(_FOLDER), font_paths=fonts)


@cache
def _template() -> str:
    return (_FOLDER / "share_picture.typ").read_text()


@cache
def pictogram(name: str, colour: str) -> str:
    """One of the sprite as a picture of its own; a calendar for a name that is not there."""
    sprite = (ROOT / "static" / "icons-3.51.0.svg").read_text()
    symbols: dict[str, str] = dict(re.findall(r'<symbol id="([\w-]+)" viewBox="0 0 24 24">(.*?)</symbol>', sprite, re.S))
    drawing = symbols.get(name, symbols["calendar"]).replace("currentColor", colour)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" '
        f'stroke="{colour}" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">{drawing}</svg>'
    )


def _fonts(language: str) -> list[str]:
    """The language's own script first; the others behind it, for a name from elsewhere."""
    own = _FAMILIES.get(_SCRIPTS.get(language, ""))
    return [*([own] if own else []), "Noto Sans", *(family for family in _FAMILIES.values() if family != own)]


def _typst_language(code: str) -> str:
    """`fa-AF` is `fa`: typst takes the two or three letters of ISO 639."""
    return code.partition("-")[0]


def _plain(text: str, most: int) -> str:
    """One line without what no font of ours has (pictographs, controls), cut at a word."""
    kept = "".join(sign if unicodedata.category(sign) not in {"So", "Sk", "Cc", "Cs", "Co", "Cn"} else " " for sign in text)
    kept = " ".join(kept.replace("\ufe0f", "").split())
    if len(kept) <= most:
        return kept
    shorter = kept[:most].rsplit(" ", 1)[0] if " " in kept[:most] else kept[:most]
    return shorter.rstrip(" ,.;:-–") + "…"
