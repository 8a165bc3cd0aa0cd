"""The living style page: every part of a page, by day and by night, in both directions, beside one another."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from vwg import clock, guards, phrases
from vwg.admin import bp
from vwg.admin.forms import ExampleForm
from vwg.config import ROOT
from vwg.phrases import N_, Language

PARTS = {  # the macro that draws it, and what it is called
    "letters": N_("Letters"),
    "colours": N_("Colours"),
    "spacing": N_("Space"),
    "buttons": N_("Buttons and menus"),
    "badges": N_("Badges"),
    "cards": N_("Cards by day"),
    "month": N_("The month"),
    "facts": N_("Facts"),
    "fields": N_("What one fills in"),
    "mistakes": N_("Mistakes"),
    "choices": N_("Tiles and steppers"),
    "ticket": N_("The ticket"),
    "messages": N_("Messages and remarks"),
    "nothing": N_("Nothing here"),
    "work": N_("What waits"),
    "tables": N_("Tables"),
    "paper": N_("On paper"),
    "pictograms": N_("Pictograms"),
}


class Panel(NamedTuple):
    """One look: `scheme` is light or dark, the direction is that of the language."""

    scheme: str
    language: Language

    @property
    def id(self) -> str:
        return f"{self.scheme}-{self.language.direction}"


class Drawn(NamedTuple):
    """One part in one look."""

    panel: Panel
    html: Markup


@bp.get("/style")
@guards.administrator
def style() -> ResponseReturnValue:
    here = phrases.language()
    other = phrases.KNOWN["nl" if here.direction == "rtl" else "ar"]
    panels = [Panel(scheme, language) for language in (here, other) for scheme in ("light", "dark")]
    drawn = [(name, title, list(_drawn(name, panels))) for name, title in PARTS.items()]
    return render_template("admin/style.html", parts=drawn)


def _drawn(name: str, panels: list[Panel]) -> Iterator[Drawn]:
    for panel in panels:
        with phrases.speaking(panel.language.code):
            form = ExampleForm.with_mistakes(f"{name}-{panel.id}-")
            module = current_app.jinja_env.get_template("admin/_parts.html").make_module({"form": form, "sprite": _sprite()})
            yield Drawn(panel, Markup(getattr(module, name)(f"{name}-{panel.id}", clock.now())))


@cache
def _sprite() -> list[str]:
    """The names of all in the sprite."""
    return re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static" / "icons-3.51.0.svg").read_text())
