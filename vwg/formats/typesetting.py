"""Typst, as all that is drawn or printed uses it: our own fonts only, and what people wrote as data, never as markup."""

import json
import re
import threading
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import typst

from vwg import phrases
from vwg.config import ROOT

_FOLDER = Path(__file__).parent
_FONTS = ROOT / "static" / "fonts" / "print"
_FAMILIES = {"Arab": "Noto Sans Arabic", "Ethi": "Noto Sans Ethiopic"}
_SCRIPTS = {"ar": "Arab", "fa": "Arab", "ps": "Arab", "ti": "Ethi", "am": "Ethi"}


class UnknownFont(RuntimeError):
    """A font is not in its folder: typst would only warn and set boxes."""


def set_page(name: str, words: dict[str, Any], **how: Any) -> bytes:
    """`words` in the sheet `<name>.typ` of this folder; one page (for PNG). Raises UnknownFont when a font of ours is not there."""
    with _drawing:
        made, warnings = _compiler().compile_with_warnings(input=sheet(name).encode(), sys_inputs={"words": json.dumps(words)}, **how)
    if unknown := [warning.message for warning in warnings if "unknown font" in warning.message]:
        raise UnknownFont(unknown[0])
    assert isinstance(made, bytes), "one page"
    return made


_drawing = threading.Lock()  # one compiler, one drawing at a time


@cache
def _compiler() -> typst.Compiler:
    """Only our own fonts: a page looks the same on every machine."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FONTS)])
    return typst.Compiler(root=str(_FOLDER), font_paths=fonts)


@cache
def sheet(name: str) -> str:
    return (_FOLDER / f"{name}.typ").read_text()


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


def of_language(code: str) -> dict[str, Any]:
    """What every sheet wants to know of the language that it is set in."""
    return {"script": _SCRIPTS.get(code, "Latn"), "fonts": fonts(code), "latin": fonts(phrases.SOURCE), "mark": (ROOT / "static" / "mark.svg").read_text()}


def fonts(language: str) -> list[str]:
    """The language's own script first; the others behind it, for a name from elsewhere."""
    own = _FAMILIES.get(_SCRIPTS.get(language, ""))
    return [*([own] if own else []), "Noto Sans", *(family for family in _FAMILIES.values() if family != own)]


def typst_language(code: str) -> str:
    """`fa-AF` is `fa`: typst takes the two or three letters of ISO 639."""
    return code.partition("-")[0]


def plain(text: str, most: int) -> str:
    """One line without what no font of ours has (pictographs, controls), cut at a word."""
    kept = "".join(sign if unicodedata.category(sign) not in {"So", "Sk", "Cc", "Cs", "Co", "Cn"} else " " for sign in text)
    kept = " ".join(kept.replace("\ufe0f", "").split())
    if len(kept) <= most:
        return kept
    shorter = kept[:most].rsplit(" ", 1)[0] if " " in kept[:most] else kept[:most]
    return shorter.rstrip(" ,.;:-–") + "…"
