"""The group's own two colours as a sheet: /theme.css."""

import re

PAPER, NIGHT = "#fbf6ee", "#231f1b"  # --paper by day and --card by night in static/style.css
WHITE, BLACK = "#ffffff", "#000000"
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
ENOUGH = 4.6  # words need 4.5 : 1 (WCAG 2.2, 1.4.3); a hair more for rounding


def theme(colour: str, accent: str = "") -> str:
    """The sheet for a main colour and a second one, `#rrggbb` each; empty for anything else.

    What somebody likes is not always what can be read: by day it is darkened until it can be read on
    paper, by night lightened until it can on dark, and the words on a button are white or black by contrast.
    """
    return _main(colour) + _second(accent)


def _main(colour: str) -> str:
    by_day = readable(colour)
    if not by_day:
        return ""
    by_night = _until_read(_mixed(colour, WHITE, 0.4), on=NIGHT, towards=WHITE)
    return (
        f":root{{--brand:{by_day};--on-brand:{_words_on(by_day)};"
        f"--brand-dark:{by_night};--on-brand-dark:{_words_on(by_night)}}}\n"
    )


def _second(accent: str) -> str:
    """The second colour is read on grounds of its own (a badge, a remark), so it is measured on those."""
    if not COLOUR.fullmatch(accent):
        return ""
    ground, ground_by_night = _mixed(accent, PAPER, 0.87), _mixed(accent, NIGHT, 0.78)
    by_day = _until_read(_until_read(accent, on=PAPER, towards=BLACK), on=ground, towards=BLACK)
    by_night = _until_read(_until_read(_mixed(accent, WHITE, 0.4), on=NIGHT, towards=WHITE), on=ground_by_night, towards=WHITE)
    return (
        f":root{{--accent:{by_day};--accent-ground:{ground};"
        f"--accent-dark:{by_night};--accent-ground-dark:{ground_by_night}}}\n"
    )


def readable(colour: str) -> str:
    """`#rrggbb` darkened until it can be read on paper; empty for anything else."""
    if not COLOUR.fullmatch(colour):
        return ""
    return _until_read(colour, on=PAPER, towards=BLACK)


def contrast(one: str, other: str) -> float:
    """Between two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((_brightness(one), _brightness(other)))
    return (high + 0.05) / (low + 0.05)


def _until_read(colour: str, *, on: str, towards: str) -> str:
    tried = (_mixed(colour, towards, step / 20) for step in range(21))
    return next(each for each in tried if contrast(each, on) >= ENOUGH)


def _words_on(colour: str) -> str:
    return max(WHITE, BLACK, key=lambda words: contrast(words, colour))


def _mixed(one: str, other: str, share: float) -> str:
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(_parts(one), _parts(other), strict=True))


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


def _brightness(colour: str) -> float:
    """Relative luminance, 0 to 1."""
    shares = (part / 255 for part in _parts(colour))
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
