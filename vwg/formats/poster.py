"""A poster on A4, set by typst: facts in, PDF out; one page, with a square code that leads to the activity's page."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import segno

from vwg import facts, phrases
from vwg.formats import share_picture, typesetting
from vwg.formats.theme import readable
from vwg.models import Event, EventDate, EventText
from vwg.phrases import N_, gettext

PHOTO = (1190, 520)  # twice what it takes on the paper, for a sharp print
MOST_DATES = 4
MOST_FACTS = 6
LONGEST_TEXT = 600


@dataclass(frozen=True)
class Words:
    """All that stands on the poster, in one language; `dutch` and `dutch_title` stand under it in every other."""

    group: str
    title: str
    title_lang: str
    dutch_title: str
    dates: tuple[str, ...]
    dutch: tuple[str, ...]
    place: str
    text: str
    text_lang: str
    facts: tuple[tuple[str, str, str], ...]  # (pictogram, words, smaller words)
    welcome: str
    more: str
    address: str
    reach: str
    thanks: str
    lang: str
    direction: str
    colour: str
    brand: str
    accent: str


def words(
    event: Event, dates: Sequence[EventDate], text: EventText | None, *, group: str, address: str, reach: str, named: Sequence[str] = (),
    green: str = "", accent: str = "",
) -> Words:  # fmt: skip
    """What a stranger may read, in the language spoken now: the address of a hidden place is not on it.

    `dates`: those to come, in order. `text`: the activity's words in that language, else it says Dutch ones.
    `named`: partners who agreed to stand on posters. `reach`: the group's telephone or mailbox.
    """
    spoken, said = phrases.language(), text or event.text
    shown = list(dates)[:MOST_DATES]
    when = tuple(phrases.when(date.starts_at, date.ends_at, date.all_day) for date in shown)
    with phrases.speaking(phrases.SOURCE):
        dutch = tuple(phrases.when(date.starts_at, date.ends_at, date.all_day) for date in shown)
    card = facts.card(event.price_cents, event.dutch_level, event.facts)[:MOST_FACTS]
    with_us = f"{gettext(N_('Who helps?'))} {phrases.listed(named)}" if named else ""
    own_tongue = typesetting.typst_language(spoken.code if text else phrases.SOURCE)
    return Words(
        group=typesetting.plain(group, 80), title=typesetting.plain(said.title if said else "", 140), title_lang=own_tongue,
        dutch_title=typesetting.plain(event.title, 140) if text and spoken.code != phrases.SOURCE and text.title != event.title else "",
        dates=when, dutch=() if spoken.code == phrases.SOURCE else dutch, place=typesetting.plain(shown[0].shown_place if shown else "", 120),
        text=typesetting.plain(said.text if said else "", LONGEST_TEXT), text_lang=own_tongue,
        facts=tuple((typesetting.pictogram(each.icon, readable(green) or share_picture.GREEN), each.title, each.line) for each in card),
        welcome=gettext(N_("Welcome")), more=gettext(N_("All about it:")),
        address=address.partition("://")[2], reach=typesetting.plain(reach, 80), thanks=typesetting.plain(with_us, 200),
        lang=typesetting.typst_language(spoken.code), direction=spoken.direction,
        colour=share_picture.COLOURS.get(event.category.colour if event.category else "green", share_picture.COLOURS["green"]),
        brand=share_picture.readable_green(green), accent=readable(accent) or share_picture.ACCENT,
    )  # fmt: skip


def draw(given: Words, address: str, logo: bytes = b"", photo: bytes = b"") -> bytes:
    """PDF/UA-1, so that a screen reader can read it too. `photo`: a WebP of `PHOTO`. Raises UnknownFont."""
    square = segno.make(address, error="m").svg_inline(scale=4, border=4, light="white")
    inputs = {**asdict(given), **typesetting.of_language(given.lang), "logo": list(logo), "photo": list(photo), "square": square}
    return typesetting.set_page("poster", inputs, format="pdf", pdf_standards="ua-1")
