"""The list of phrases that no speaker read yet, and the sheet to read them from paper."""

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vwg import guards, permissions, phrases
from vwg.db import db
from vwg.domain import phrasebook
from vwg.forms import asking
from vwg.phrases import N_, Language, gettext
from vwg.translating import bp
from vwg.translating.forms import PhrasesForm

ON_A_PAGE = 15


@bp.get("/")
@guards.volunteer(permissions.can_translate)
def languages() -> ResponseReturnValue:
    counted = [(language, phrasebook.progress(code)) for code, language in phrases.KNOWN.items() if code not in phrasebook.BORN_HERE]
    return render_template("translating/languages.html", counted=counted)


@bp.route("/phrases/<code>", methods=["GET", "POST"])
@guards.volunteer(permissions.can_translate)
def read(code: str) -> ResponseReturnValue:
    spoken = language_of(code)
    lines = phrasebook.lines(code, only_open=True)[:ON_A_PAGE]
    form = PhrasesForm.of(lines)
    with asking(form) as answered:
        if answered:
            try:
                phrasebook.sign_off_all(code, form.signed, guards.me())
            except LookupError:
                abort(404)
            db.session.commit()
            flash(gettext(N_("Thank you. These phrases are signed off.")))
            return redirect(url_for("translating.read", code=code))
    if request.method == "POST":  # the page that came back shows the phrases that were on it
        given = [entry.form.key.data for entry in form.lines]
        lines = [line for line in phrasebook.lines(code) if line.entry.key in given]
        lines.sort(key=lambda line: given.index(line.entry.key))
    return render_template(
        "translating/read.html", spoken=spoken, pairs=list(zip(lines, form.lines, strict=False)), form=form,
        progress=phrasebook.progress(code),
    )  # fmt: skip


@bp.get("/phrases/<code>/sheet")
@guards.volunteer(permissions.can_translate)
def sheet(code: str) -> ResponseReturnValue:
    return render_template("translating/sheet.html", spoken=language_of(code), lines=phrasebook.lines(code, only_open=True))


@bp.get("/phrases/<code>.po")
@guards.volunteer(permissions.can_translate)
def file(code: str) -> ResponseReturnValue:
    """The catalogue with what speakers signed off, for the makers to take into the next version."""
    language_of(code)
    made = phrases.as_po(phrasebook.signed_catalogue(code))
    return Response(made, content_type="text/x-gettext-translation; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="public-{code}.po"'})


def language_of(code: str) -> Language:
    """One that a machine made; else a 404."""
    if code not in phrases.KNOWN or code in phrasebook.BORN_HERE:
        abort(404)
    return phrases.KNOWN[code]
