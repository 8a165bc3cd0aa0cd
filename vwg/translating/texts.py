"""The Dutch beside the field of another language: words of activities, reasons, phrases.

By a signed link without an account, or signed in; both see the same pages.
"""

import json
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from vwg import guards, links, looks, permissions, phrases
from vwg.db import db, locked
from vwg.domain import phrasebook, translations
from vwg.forms import asking, shown_phone
from vwg.guards import me
from vwg.models import Event, EventDate, Stage, Translator
from vwg.pages import address_of, found
from vwg.phrases import N_, Language, gettext, ngettext
from vwg.translating import bp
from vwg.translating.forms import PackForm, PhrasesForm, ReasonForm, TextForm, TranslatorForm
from vwg.translating.views import ON_A_PAGE

LARGEST_PACK = 8 * 1024 * 1024  # bytes; eleven languages, all signed off, are about two
signed_in = guards.volunteer(permissions.can_translate)


@dataclass(frozen=True)
class Place:
    """Whose desk: a translator's by link, or (no token) a volunteer's for one language."""

    spoken: Language
    token: str = ""
    name: str = ""

    def to(self, page: str, **values: Any) -> str:
        """`page` is list, text, reason or phrases."""
        if self.token:
            return url_for({"list": "translating.by_link"}.get(page, f"translating.{page}_by_link"), token=self.token, **values)
        if page == "phrases":
            return url_for("translating.read", code=self.spoken.code)
        return url_for({"list": "translating.words"}.get(page, f"translating.{page}"), code=self.spoken.code, **values)


# ---- by link


@bp.get("/<token>")
@guards.link("translate")
@guards.in_desk_words
def by_link(translator: Translator) -> ResponseReturnValue:
    return _list(_of(translator))


@bp.route("/<token>/text/<event>", methods=["GET", "POST"])
@guards.link("translate")
@guards.in_desk_words
def text_by_link(translator: Translator, event: str) -> ResponseReturnValue:
    return _text(_of(translator), event)


@bp.route("/<token>/reason/<date>", methods=["GET", "POST"])
@guards.link("translate")
@guards.in_desk_words
def reason_by_link(translator: Translator, date: str) -> ResponseReturnValue:
    return _reason(_of(translator), date)


@bp.route("/<token>/phrases", methods=["GET", "POST"])
@guards.link("translate")
@guards.in_desk_words
def phrases_by_link(translator: Translator) -> ResponseReturnValue:
    """Phrases that nobody read yet, a page at a time."""
    place = _of(translator)
    code = place.spoken.code
    lines = phrasebook.lines(code, only_open=True)[:ON_A_PAGE]
    form = PhrasesForm.of(lines)
    with asking(form) as answered:
        if answered:
            try:
                phrasebook.sign_off_all(code, form.signed, None)
            except LookupError:
                abort(404)
            db.session.commit()
            flash(gettext(N_("Thank you. These phrases are signed off.")))
            return redirect(place.to("phrases"))
    if request.method == "POST":
        given = [entry.form.key.data for entry in form.lines]
        lines = sorted((line for line in phrasebook.lines(code) if line.entry.key in given), key=lambda line: given.index(line.entry.key))
    return render_template("translating/text_phrases.html", place=place, pairs=list(zip(lines, form.lines, strict=False)), form=form, progress=phrasebook.progress(code))


# ---- signed in


@bp.get("/texts/<code>")
@signed_in
def words(code: str) -> ResponseReturnValue:
    return _list(Place(_language(code)))


@bp.route("/texts/<code>/text/<event>", methods=["GET", "POST"])
@signed_in
def text(code: str, event: str) -> ResponseReturnValue:
    return _text(Place(_language(code)), event)


@bp.route("/texts/<code>/reason/<date>", methods=["GET", "POST"])
@signed_in
def reason(code: str, date: str) -> ResponseReturnValue:
    return _reason(Place(_language(code)), date)


@bp.get("/of/<event>")
@signed_in
def of_event(event: str) -> ResponseReturnValue:
    """One activity in every language: how it stands, and a press to ask for it."""
    chosen = found(select(Event).where(Event.stage != Stage.SUBMITTED), event)
    states = [(language, translations.state(chosen, code), chosen.text_in(code)) for code, language in phrases.KNOWN.items() if code != phrases.SOURCE]
    return render_template("translating/text_of.html", event=chosen, states=states, wished=translations.wished(chosen), translators=translations.translators())


@bp.post("/of/<event>/ask/<code>")
@signed_in
def ask(event: str, code: str) -> ResponseReturnValue:
    chosen = found(select(Event).where(Event.stage != Stage.SUBMITTED), event)
    asked = translations.ask(chosen, _language(code).code, me())
    db.session.commit()
    _say_who_hears(asked)
    return redirect(url_for("translating.of_event", event=address_of(chosen)))


@bp.route("/helpers", methods=["GET", "POST"])
@signed_in
def helpers() -> ResponseReturnValue:
    """Who translates by a link: make one, send it, end it."""
    form = TranslatorForm()
    if request.method == "GET":
        looks.record(me())
    with asking(form) as answered:
        if answered:
            translations.invite(form.name.data or "", form.language.data, me(), form.email.data or "", form.phone.data or "")
            db.session.commit()
            return redirect(url_for("translating.helpers"))
    known = [(each, phrases.KNOWN[each.language], links.outside(links.to("translate", each, phrases.SOURCE))) for each in translations.translators()]
    return render_template("translating/text_helpers.html", form=form, known=known, shown_phone=shown_phone)


@bp.post("/helpers/<int:translator>/end")
@signed_in
def end(translator: int) -> ResponseReturnValue:
    translations.end(locked(Translator, translator))
    db.session.commit()
    flash(gettext(N_("This link opens nothing any more.")))
    return redirect(url_for("translating.helpers"))


@bp.get("/checked-phrases.json")
@signed_in
def pack() -> ResponseReturnValue:
    """All that speakers signed off here, as one file for another group."""
    made = json.dumps(translations.packed(), ensure_ascii=False, indent=1)
    return Response(made, content_type="application/json; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="checked-phrases.json"'})


@bp.route("/from-another-group", methods=["GET", "POST"])
@signed_in
def unpack() -> ResponseReturnValue:
    form = PackForm()
    with asking(form) as answered:
        if answered:
            taken = translations.unpack(_read(form.file.data.read(LARGEST_PACK + 1)), me())
            db.session.commit()
            flash(ngettext("%(num)s phrase taken over.", "%(num)s phrases taken over.", taken) % {"num": taken})
            return redirect(url_for("translating.languages"))
    return render_template("translating/text_unpack.html", form=form)


# ---- inside


def _say_who_hears(asked: translations.Asked) -> None:
    """Numbers only: what is said here passes through the browser's cookie."""
    if asked.by_mail:
        flash(ngettext("Asked: %(num)s person hears it by mail.", "Asked: %(num)s people hear it by mail.", asked.by_mail) % {"num": asked.by_mail})
    if asked.by_mouth:
        flash(ngettext("Asked: %(num)s person hears it from you. The text stands on your call list.", "Asked: %(num)s people hear it from you. The text stands on your call list.", asked.by_mouth) % {"num": asked.by_mouth})
    if not asked.by_mail and not asked.by_mouth:
        flash(gettext(N_("Noted. Nobody translates this language by a link yet: make one for somebody.")), "warning")


def _list(place: Place) -> ResponseReturnValue:
    return render_template("translating/text_list.html", place=place, work=translations.work(place.spoken.code), reasons=translations.reasons(), progress=_progress(place))


def _text(place: Place, event: str) -> ResponseReturnValue:
    chosen, code = found(translations.scope(), event), place.spoken.code
    form, said, dutch = TextForm(), chosen.text_in(code), chosen.text_in(phrases.SOURCE)
    if dutch is None:
        abort(404)
    if request.method == "GET":
        form.version.data = dutch.version
        if said is not None:
            form.title.data, form.text.data, form.bring.data, form.made_by.data, form.draft.data = said.title, said.text, said.bring, said.made_by, said.state == "draft"
    with asking(form) as answered:
        if answered:
            translations.write(locked(Event, chosen.id), code, form.said, form.seen_version, is_done=not form.draft.data, by_machine=form.made_by.data == "machine")
            db.session.commit()
            flash(gettext(N_("Thank you. Saved.")))
            return redirect(place.to("list"))
    difference = translations.difference(chosen, code)
    is_marked = any(piece.mark for pieces in difference.values() for piece in pieces)
    return render_template(
        "translating/text.html", place=place, event=chosen, form=form, difference=difference, is_marked=is_marked, state=translations.state(chosen, code)
    )  # fmt: skip


def _reason(place: Place, date: str) -> ResponseReturnValue:
    chosen = found(select(EventDate).where(EventDate.reason != "").options(selectinload(EventDate.reasons)), date)
    if chosen.event not in db.session.scalars(translations.scope()).unique().all():
        abort(404)
    form = ReasonForm()
    if request.method == "GET":
        form.text.data = next((said.text for said in chosen.reasons if said.language == place.spoken.code), "")
    with asking(form) as answered:
        if answered:
            locked(Event, chosen.event_id)
            translations.write_reason(chosen, place.spoken.code, form.text.data or "")
            db.session.commit()
            flash(gettext(N_("Thank you. Saved.")))
            return redirect(place.to("list"))
    return render_template("translating/text_reason.html", place=place, date=chosen, form=form)


def _of(translator: Translator) -> Place:
    return Place(_language(translator.language), links.token("translate", translator), translator.name)


def _language(code: str) -> Language:
    if code == phrases.SOURCE or code not in phrases.KNOWN:
        abort(404)
    return phrases.KNOWN[code]


def _progress(place: Place) -> phrasebook.Progress | None:
    return None if place.spoken.code in phrasebook.BORN_HERE else phrasebook.progress(place.spoken.code)


def _read(content: bytes) -> object:
    """What the file says; None when it is no JSON of ours."""
    try:
        return json.loads(content) if len(content) <= LARGEST_PACK else None
    except (ValueError, RecursionError):
        return None
