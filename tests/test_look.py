"""The look checks itself: one sheet, no inline style or script, every pictogram there, colours that can be read."""

import re
from pathlib import Path

import pytest
from flask import Flask, render_template

from vwg.facts import REGISTRY
from vwg.formats.theme import NIGHT, PAPER, contrast, theme

ROOT = Path(__file__).parent.parent
SHEET = (ROOT / "static" / "style.css").read_text()
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SPRITE = next((ROOT / "static").glob("icons-*.svg"))
PICTOGRAMS = set(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text()))
INLINE = re.compile(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script(?![^>]*\ssrc=| type=\"application/ld\+json\">)", re.IGNORECASE)
DRAWN = re.compile(r"\bicon\(\s*\"([^\"]+)\"")
SIDES = re.compile(r"(?<![\w-])(?:margin|padding|border)-(?:left|right|top|bottom)|(?<![\w.-])(?:left|right|top|bottom)\s*:|text-align:\s*(?:left|right)|float:")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_page_has_inline_style_or_script(path: Path) -> None:
    if "notices" not in path.parts:  # mails know no stylesheet
        assert INLINE.findall(path.read_text()) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_pictogram_a_page_names_is_in_the_sprite(path: Path) -> None:
    assert set(DRAWN.findall(path.read_text())) - PICTOGRAMS == set()


def test_every_fact_has_its_pictogram() -> None:
    assert {fact.icon for fact in REGISTRY} - PICTOGRAMS == set()


def test_the_sheet_knows_no_left_and_right() -> None:
    assert SIDES.findall(SHEET) == []


def test_the_sheet_asks_nothing_of_anybody_else() -> None:
    assert re.findall(r"https?://|@import|url\((?!fonts/)", SHEET) == []


def test_every_font_of_the_sheet_is_there_with_its_licence() -> None:
    files = re.findall(r"url\((fonts/[^)]+)\)", SHEET)

    assert files and [name for name in files if not (ROOT / "static" / name).is_file()] == []
    assert len(list((ROOT / "static" / "fonts").glob("*.LICENSE"))) == 2


def colours(theme: str) -> dict[str, str]:
    """The sheet's colours in a theme, by name; those that are mixed from others are left out."""
    found = {name: (light, dark) for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", SHEET)}
    plain = dict(re.findall(r"--([\w-]+): (#\w{6});", SHEET))
    dark = theme == "dark"
    return {name: pair[dark] for name, pair in found.items()} | {
        "green": plain["brand-dark" if dark else "brand"],
        "on-green": plain["on-brand-dark" if dark else "on-brand"],
        "clay": plain["accent-dark" if dark else "accent"],
        "clay-bg": plain["accent-ground-dark" if dark else "accent-ground"],
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_and_borders_can_be_read(theme: str) -> None:
    """4.5 : 1 for words (WCAG 1.4.3), 3 : 1 for the borders of what one fills in (1.4.11)."""
    is_ = colours(theme)
    categories = [name for name in is_ if name.startswith("c-")]
    words = [(name, ground) for name in ["ink", "soft", "green", "clay", *categories] for ground in ["paper", "card"]]
    words += [("on-green", "green"), ("on-sun", "sun"), ("ink", "clay-bg"), ("clay", "clay-bg")]
    borders = [("line", "paper"), ("line", "card")]

    assert len(categories) == 8
    assert [pair for pair in words if contrast(is_[pair[0]], is_[pair[1]]) < 4.5] == []
    assert [pair for pair in borders if contrast(is_[pair[0]], is_[pair[1]]) < 3] == []


@pytest.mark.parametrize("colour", ["#0f5c4d", "#ffee00", "#000000", "#ffffff", "#c2185b", "#7f7f7f"])
def test_whatever_colour_a_group_likes_can_be_read(colour: str) -> None:
    is_ = dict(re.findall(r"--([\w-]+):(#\w{6})", theme(colour)))

    assert min(contrast(is_["brand"], PAPER), contrast(is_["on-brand"], is_["brand"])) >= 4.5
    assert min(contrast(is_["brand-dark"], NIGHT), contrast(is_["on-brand-dark"], is_["brand-dark"])) >= 4.5


@pytest.mark.parametrize("colour", ["#a33f1a", "#ffee00", "#000000", "#ffffff", "#75509c", "#7f7f7f"])
def test_whatever_second_colour_a_group_likes_can_be_read_on_paper_and_on_its_own_ground(colour: str) -> None:
    is_ = dict(re.findall(r"--([\w-]+):(#\w{6})", theme("", colour)))

    assert min(contrast(is_["accent"], ground) for ground in (PAPER, is_["accent-ground"])) >= 4.5
    assert min(contrast(is_["accent-dark"], ground) for ground in (NIGHT, is_["accent-ground-dark"])) >= 4.5


def test_a_good_colour_stays_as_the_group_gave_it() -> None:
    assert "--brand:#0f5c4d;" in theme("#0f5c4d")


@pytest.mark.parametrize("given", ["", "green", "#fff", "#0f5c4d;}body{display:none", "#0f5c4d\n"])
def test_what_is_no_colour_gives_an_empty_theme(given: str) -> None:
    assert theme(given) == ""


def test_the_theme_measures_against_the_colours_of_the_sheet() -> None:
    assert (colours("light")["paper"], colours("dark")["card"]) == (PAPER, NIGHT)


def test_the_bare_page_stands_without_the_database() -> None:
    """Only `asset` and `request`: no group, no language, no gettext."""
    bare = Flask("bare", template_folder=str(ROOT / "templates"))
    bare.jinja_env.globals.clear()
    bare.jinja_env.globals["asset"] = lambda name: f"/static/{name}"
    with bare.test_request_context("/nl/agenda/"):
        assert "Probeer het zo meteen opnieuw" in render_template("errors/500.html")
        assert "Even geduld" in render_template("errors/503.html")
