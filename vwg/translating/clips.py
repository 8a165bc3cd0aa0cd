"""Phrases of the fact card in a speaker's own voice: for languages that no browser reads aloud."""

from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import undefer

from vwg import facts, guards, i18n, permissions, phrases
from vwg.db import db
from vwg.domain import phrasebook
from vwg.forms import Button, asking
from vwg.models import PhraseClip
from vwg.phrases import N_, gettext
from vwg.translating import bp
from vwg.translating.forms import ClipForm
from vwg.translating.views import language_of

heard = Blueprint("heard", __name__)  # for everybody, without a language in the address

FOREVER = "public, max-age=31536000, immutable"


class Spoken(NamedTuple):
    """A phrase that can be recorded; `mark`: of the voice that is there, else empty."""

    number: int
    dutch: str
    text: str
    mark: str


@bp.get("/phrases/<code>/voice")
@guards.volunteer(permissions.can_translate)
def voices(code: str) -> ResponseReturnValue:
    spoken = language_of(code)
    marks = phrasebook.recorded(code)
    rows = [_spoken(code, number, marks) for number in range(len(facts.phrases_said()))]
    return render_template("translating/voices.html", spoken=spoken, rows=rows, done=sum(bool(row.mark) for row in rows))


@bp.route("/phrases/<code>/voice/<int:number>", methods=["GET", "POST"])
@guards.volunteer(permissions.can_translate)
def voice(code: str, number: int) -> ResponseReturnValue:
    spoken, row = language_of(code), _spoken(code, number, phrasebook.recorded(code))
    form = ClipForm()
    with asking(form) as answered:
        if answered:
            content = form.clip.data.read(phrasebook.LARGEST_CLIP + 1)
            phrasebook.record(code, facts.phrases_said()[number], content, guards.me())
            db.session.commit()
            flash(gettext(N_("Thank you. Your voice is kept.")))
            after = number + 1 < len(facts.phrases_said())
            return redirect(url_for("translating.voice", code=code, number=number + 1) if after else url_for("translating.voices", code=code))
    return render_template("translating/voice.html", spoken=spoken, row=row, form=form, last=len(facts.phrases_said()))


@bp.post("/phrases/<code>/voice/<int:number>/forget")
@guards.volunteer(permissions.can_translate)
def forget_voice(code: str, number: int) -> ResponseReturnValue:
    language_of(code)
    clip = phrasebook.clip_of(code, _message(number))
    if clip is None or not Button().validate():
        abort(404)
    phrasebook.unrecord(clip)
    db.session.commit()
    return redirect(url_for("translating.voices", code=code))


@heard.get("/voice/<mark>")
@guards.public
def clip(mark: str) -> ResponseReturnValue:
    """Under the mark of what it holds, so it is kept forever. Parts of it are sent where a player asks."""
    found = db.session.scalars(select(PhraseClip).where(PhraseClip.mark == mark).options(undefer(PhraseClip.content))).first()
    if found is None:
        abort(404)
    response = Response(found.content, mimetype=found.kind, headers={"Cache-Control": FOREVER})
    response.set_etag(mark)
    return response.make_conditional(request, accept_ranges=True, complete_length=len(found.content))


@heard.app_template_global()
def clips_of(card: list[facts.Said]) -> list[str]:
    """Addresses of what a speaker said of this card, in its order; empty where nobody did."""
    marks = phrasebook.recorded(phrases.language().code)
    said: list[Any] = [marks.get(message) for each in card for message in each.phrases] if marks else []
    return [url_for("heard.clip", mark=mark) for mark in said if mark]


def _spoken(code: str, number: int, marks: dict[str, str]) -> Spoken:
    message = _message(number)
    return Spoken(number, i18n.said_in("nl", message), i18n.said_in(code, message), marks.get(message, ""))


def _message(number: int) -> str:
    said = facts.phrases_said()
    return said[number] if number < len(said) else abort(404)
