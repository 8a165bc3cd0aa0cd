"""The picture beside a shared link (Open Graph, 1200 × 630), set by typst: facts in, PNG out."""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import lru_cache

from vwg import clock, facts, phrases
from vwg.formats import picture, typesetting
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
_SHEET = "share_picture"


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
        drawn = json.dumps(asdict(self), sort_keys=True) + typesetting.sheet(_SHEET)
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
        group=typesetting.plain(group_name, 80),
        title=typesetting.plain(text.title if text else event.title, 140),
        title_lang=typesetting.typst_language(spoken.code if text else phrases.SOURCE),
        day=day,
        hours=hours,
        place=typesetting.plain(date.shown_place, 120),
        price=facts.price(event.price_cents).title,
        state=gettext(STATES[date.state]) if date.state in STATES else "",
        lang=typesetting.typst_language(spoken.code),
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
        group=typesetting.plain(group_name, 80), title=typesetting.plain(title, 140), title_lang=typesetting.typst_language(spoken.code), day=typesetting.plain(event.title, 80),
        hours="", place=typesetting.plain(what, 120), price="", state="", lang=typesetting.typst_language(spoken.code), direction=spoken.direction,
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
        **asdict(given), **typesetting.of_language(given.lang), "logo": list(logo), "photo": list(photo),
        "pictogram": typesetting.pictogram(given.icon, WHITE),
    }  # fmt: skip
    drawn = typesetting.set_page(_SHEET, inputs, format="png", ppi=72)
    return picture.few_colours(drawn) if photo else drawn
