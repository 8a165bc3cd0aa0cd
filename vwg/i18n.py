"""The language of a page: the prefix in one place, and what templates say it with."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from flask import Flask, abort, current_app, g, has_request_context, request, url_for
from werkzeug.local import LocalProxy

from vwg import clock, phrases
from vwg.domain import phrasebook
from vwg.domain.settings import group
from vwg.models import EventDate
from vwg.phrases import Language

LONGEST_ASKED = 500  # signs of one answer in an address: a page names itself in every language


class Day(NamedTuple):
    """A day as a heading."""

    weekday: str
    number: int
    month: str
    iso: str


def register(app: Flask) -> None:
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_keep_language)
    app.before_request(_speak_default)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # the extension above brings it
        phrases.gettext, phrases.ngettext, newstyle=True, pgettext=phrases.pgettext, npgettext=phrases.npgettext
    )
    app.jinja_env.globals.update(
        language=LocalProxy(phrases.language),
        languages=LocalProxy(languages),
        languages_here=LocalProxy(languages_here),
        in_language=in_language,
        on_trial=on_trial,
        careful=careful,
        N_=phrases.N_,
        when=when,
        hours=hours,
        day=day,
        short_day=phrases.short_day,
        hour=phrases.hour,
        month_and_year=phrases.month_and_year,
        local=clock.local,
        today=clock.today,
        now=clock.now,
        said_in=said_in,
        beside=beside,
        when_in=when_in,
    )


def languages() -> list[Language]:
    """The languages that stand open, in the group's order: those whose phrases a speaker signed off."""
    return [phrases.KNOWN[code] for code in group().languages if code in phrases.KNOWN and phrasebook.is_public(code)]


def languages_here() -> list[Language]:
    """Those of them in which this page has its words."""
    return [each for each in languages() if each.code in phrases.OF_DESK or not g.get("of_desk")]


def speak_desk(own: str) -> str:
    """A page of the volunteers' rooms has its words in Dutch and English alone: asked for in another
    language it speaks the volunteer's `own` one of the two, or Dutch. Its address in that language;
    empty where it is asked for in one of them already."""
    g.of_desk = True
    if g.get("lang_code", phrases.SOURCE) in phrases.OF_DESK:
        return ""
    code = own if own in phrases.OF_DESK else phrases.SOURCE
    address = in_language(code)
    use_language(code)
    return address


def on_trial() -> bool:
    """Whether this page is in a language that no speaker signed off yet: it says so."""
    return not phrasebook.is_public(phrases.language().code)


class Spoken(NamedTuple):
    """A sentence in one language, with what its element needs."""

    language: Language
    text: str


def careful(message: str) -> list[Spoken]:
    """A sentence on privacy, asylum or cancelling: here, and in Dutch and English beside it as long
    as no speaker signed it off. `message` is the English key (mark it with N_)."""
    here = phrases.language()
    codes = [here.code] if phrasebook.is_checked(here.code, message) else [here.code, "nl", "en"]
    said = []
    for code in dict.fromkeys(codes):
        with phrases.speaking(code):
            said.append(Spoken(phrases.KNOWN[code], phrases.gettext(message)))
    return said


def use_language(code: str) -> None:
    g.lang_code = code
    phrases.speak(code)


def preferred_language() -> str:
    """By Accept-Language, else the group's first."""
    open_codes = [language.code for language in languages()]
    return request.accept_languages.best_match(open_codes) or (open_codes[0] if open_codes else phrases.SOURCE)


def language_asked_for() -> str:
    """Where nothing is at an address: the language that it begins with, else the preferred one."""
    begins_with = request.path.split("/")[1]
    return begins_with if begins_with in phrases.KNOWN else preferred_language()


def in_language(code: str) -> str:
    """This page's address in another language; a page without one leads to the agenda."""
    if has_request_context() and request.endpoint and "lang_code" in g and request.view_args is not None and request.method in {"GET", "HEAD"}:
        asked = {name: [each[:LONGEST_ASKED] for each in values] for name, values in request.args.lists()}
        arguments: dict[str, Any] = {**request.view_args, **asked, "lang": code}
        return url_for(request.endpoint, **arguments)
    return url_for("agenda.index", lang=code)


def when(given: EventDate) -> str:
    """`Zaterdag 21 maart 2026 van 19:30 tot 22:00`, in the page's language."""
    return phrases.when(given.starts_at, given.ends_at, given.all_day)


def hours(given: EventDate) -> str:
    """`19:30 – 22:00`, in the page's language."""
    return phrases.hours(given.starts_at, given.ends_at, given.all_day)


def when_in(code: str, given: EventDate) -> str:
    """The same moment in another language: the Dutch line under it, as on the poster."""
    with phrases.speaking(code):
        return when(given)


def said_in(code: str, message: str, **values: object) -> str:
    """A phrase (N_) in a language that need not be the page's."""
    with phrases.speaking(code):
        return phrases.gettext(message) % values


def beside(messages: Iterable[str]) -> list[Language]:
    """In which languages sentences on privacy stand under the page's own: in Dutch always, and in
    English as long as no speaker signed all of them off."""
    own = phrases.language().code
    checked = own == "en" or all(phrasebook.is_checked(own, message) for message in messages)
    codes = [] if own == "nl" else ["nl"] if checked else ["nl", "en"]
    return [phrases.KNOWN[code] for code in codes]


def day(given: EventDate | date | datetime) -> Day:
    moment = given.starts_at if isinstance(given, EventDate) else given
    shown = clock.local(moment).date() if isinstance(moment, datetime) else moment
    return Day(phrases.weekday(shown), shown.day, phrases.month(shown), shown.isoformat())


def _take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values is None or "lang" not in values:
        return
    code = values.pop("lang")
    if code not in phrases.KNOWN:
        abort(404)
    use_language(code)


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    """Links stay in the page's language unless they say another."""
    if "lang" in values or "lang_code" not in g:
        return
    if current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = g.lang_code


def _speak_default() -> None:
    """A page without a language speaks Dutch, whatever this thread spoke before."""
    if "lang_code" not in g:
        phrases.speak(phrases.SOURCE)
    else:
        phrasebook.refresh()
