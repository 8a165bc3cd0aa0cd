"""A poster to print, in each language of the group, with a square code that leads to the activity."""

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from vwg import addresses, guards, phrases
from vwg.domain import invitations, pictures, programme
from vwg.domain.settings import group
from vwg.formats import poster as sheet
from vwg.forms import shown_phone
from vwg.models import Event, EventDate
from vwg.planning import bp
from vwg.planning.finding import event_to_read


@bp.get("/<event>/poster")
@guards.volunteer()
def poster(event: str) -> ResponseReturnValue:
    chosen = _on_paper(event)
    languages = [phrases.KNOWN[code] for code in group().languages if code in phrases.KNOWN]
    untranslated = {each.code for each in languages if programme.text_in(chosen, each.code) is None}
    return render_template("planning/poster.html", event=chosen, languages_of_group=languages, untranslated=untranslated)


@bp.get("/<event>/poster/<code>.pdf")
@guards.volunteer()
def poster_file(event: str, code: str) -> ResponseReturnValue:
    chosen = _on_paper(event)
    if code not in phrases.KNOWN:
        abort(404)
    own, address = group(), addresses.full(f"/{code}/agenda/{chosen.public_id}")
    named = [partner.name for partner in invitations.named_helpers(chosen)]
    with phrases.speaking(code):
        words = sheet.words(
            chosen, _to_come(chosen), programme.text_in(chosen, code), group=own.name,
            address=address, reach=shown_phone(own.phone) if own.phone else own.mailbox, named=named, green=own.green, accent=own.accent,
        )  # fmt: skip
    made = sheet.draw(words, address, pictures.logo("phone"), pictures.cut(chosen, *sheet.PHOTO))
    return Response(made, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{chosen.public_id}-{code}.pdf"'})


def _on_paper(address: str) -> Event:
    """What everybody may read, and still goes on: the rest hangs in no window."""
    event = event_to_read(address)
    if not event.is_public or not _to_come(event):
        abort(404)
    return event


def _to_come(event: Event) -> list[EventDate]:
    return [date for date in event.dates if date.is_on and not date.is_over]
